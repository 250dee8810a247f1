# asked.sh — a MariaDB of one's own that says what it is asked. Sourced behind program.sh by tests
# that may
#     maria_own [ARGUMENTS]   the client, as its root; it has a database "old"
#     asked ARGUMENTS         novate, which is to end with 0, and its statements into $tmp/asked
# and read from $own_source.  SPDX-License-Identifier: Apache-2.0
[ -n "${NOVATE_TEST_MARIADB_SOCKET:-}" ] || skip 'no MariaDB'

# Of its own, since all that it is asked is logged.
servers=$source_root/tests/support/servers
mkdir "$tmp/own"
"$servers" start "$tmp/own"
trap '"$servers" stop "$tmp/own" || true; cleanup' EXIT
target_socket=$NOVATE_TEST_PG_SOCKET
# shellcheck disable=SC1091
. "$tmp/own/env"
NOVATE_TEST_PG_SOCKET=$target_socket
own_source="DRIVER=$NOVATE_TEST_MARIADB_DRIVER;SOCKET=$NOVATE_TEST_MARIADB_SOCKET;UID=novate"
own_source="$own_source;DATABASE=old"

maria_own() {
    mariadb --no-defaults --socket="$NOVATE_TEST_MARIADB_SOCKET" -u root -N \
        --default-character-set=utf8mb4 "$@"
}
maria_own -e "CREATE DATABASE old; SET GLOBAL log_output = 'TABLE'"

asked() {
    maria_own -e 'TRUNCATE mysql.general_log; SET GLOBAL general_log = ON'
    expect 0 "$@"
    maria_own -e 'SET GLOBAL general_log = OFF'
    maria_own -r -e "SELECT replace(argument, '\n', ' ') FROM mysql.general_log
        WHERE command_type IN ('Execute', 'Query') AND argument NOT LIKE '%general_log%'" \
        >"$tmp/asked"
}
