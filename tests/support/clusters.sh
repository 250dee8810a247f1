# clusters.sh — private clusters that lie outside a test's folder. Sourced, not run.
# SPDX-License-Identifier: Apache-2.0

# A cluster whose user cannot reach the work directory lies under /var/tmp, and a file in the work
# directory says where: it would outlive a test that only removes its own folder.
clusters_remove() {
    local note path
    while read -r note; do
        path=$(head -n 1 "$note")
        case $path in
        /var/tmp/novate-??????) rm -rf -- "$path" ;;
        esac
    done < <(find "$1" -name cluster.path -type f 2>/dev/null)
}
