# packages.sh — which Debian packages novate needs, and how they get there. Sourced, not run.
# One place for tests/run and mappings/demo/run. SPDX-License-Identifier: Apache-2.0

packages_build=(build-essential cmake ninja-build pkg-config unixodbc-dev libcsv-dev libpq-dev
    libxxhash-dev libyaml-dev libsqlite3-dev libzstd-dev zlib1g-dev libgmp-dev libmpfr-dev
    libjansson-dev libsodium-dev libssl-dev libpcre2-dev)

# What the demonstration runs on: a source behind ODBC and a server of its own.
packages_demo=(unixodbc libsqliteodbc sqlite3 postgresql-15 tzdata)

packages_test=(check libsubunit-dev mariadb-server odbc-mariadb odbc-postgresql clang clang-format
    libclang-rt-14-dev openssl python3-jsonschema chromium-headless-shell)

packages_missing() {
    local package
    for package in "$@"; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) printf '%s\n' "$package" ;;
        esac
    done
}

packages_as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -- "$@"
    else
        printf 'packages are missing and there is no sudo; as root, run: %s\n' "$*" >&2
        return 1
    fi
}

# Installs those of its arguments that are not there. Asks nothing; without work to do it does not
# touch apt at all, so that it works offline once everything is there.
packages_install() {
    local missing
    missing=$(packages_missing "$@")
    [ -n "$missing" ] || return 0
    printf 'installing:%s\n' " ${missing//$'\n'/ }" >&2
    # shellcheck disable=SC2086 # one word per package is meant
    if ! packages_apt install -y --no-install-recommends $missing >/dev/null 2>&1; then
        packages_apt update -q >&2 || return 1
        # shellcheck disable=SC2086
        packages_apt install -y --no-install-recommends $missing >&2 || return 1
    fi
}

packages_apt() {
    packages_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" </dev/null
}
