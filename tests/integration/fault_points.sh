# fault_points.sh — novate dies, or fails, at each of its fault points, and again while it resumes:
# the same command goes on, nothing is lost or there twice, and no more rows are sent again than the
# chunks in flight have.
#
#     NOVATE_TEST_SEED    what decides which half of them, which time, and how; printed
#     NOVATE_TEST_LONG=1  every point: killed and failing, at its first, last and two other times
# SPDX-License-Identifier: Apache-2.0
. "$(dirname "$0")/../support/program.sh"
. "$(dirname "$0")/../support/sweep.sh"

# What an undisturbed migration gives, and how often it meets each point.
export NOVATE_FAULT_TRACE=$tmp/trace
for way in run staged; do
    rm -f "$NOVATE_FAULT_TRACE"
    undisturbed $way
    sort "$NOVATE_FAULT_TRACE" | uniq -c >"$tmp/met.$way"
done
# Those of the modes: modes_replace.sh.
mapfile -t points < <(sed -n 's/^FAULT_POINT([A-Z_]*, "\([a-z.]*\)".*/\1/p' \
    "$source_root/include/novate/fault_points.def" | grep -v '^mode\.')
[ "${#points[@]}" -ge 21 ] || fail 'the table of fault points could not be read'

met() {
    awk -v name="$2" '$2 == name { print $1; found = 1 } END { if (!found) print 0 }' "$tmp/met.$1"
}

said_so() {
    grep -qF "fault point \"$2\"" "$tmp/err" ||
        fail "\"$1\" does not say that $2 failed: $(cat "$tmp/err")"
}

# strike NAME POINT ACTION NTH: gives the command with the fault, which must strike unless the point
# is not met any more; what is said of a failure is the point, and the exit code tells the side.
strike() {
    local name=$1 point=$2 action=$3 nth=$4 status=0
    : >"$NOVATE_FAULT_TRACE"
    NOVATE_FAULT=$point:$action:$nth give "$name" 2>"$tmp/shell" || status=$?
    if [ "$(grep -cx "$point" "$NOVATE_FAULT_TRACE")" -lt "$nth" ]; then
        case $status in
        0 | 8) return 0 ;;
        esac
        fail "\"$name\" ended with $status without $point: $(cat "$tmp/err")"
    fi
    strikes=$((strikes + 1))
    case $action:$status in
    kill:137) ;;
    error:0 | error:12)
        case $point:$status in # memory that was for something that can be done without
        memory.*:0) ;;
        memory.*:12)
            grep -q 'memory' "$tmp/err" || fail "\"$name\" does not say that memory ran out"
            ;;
        report.rename:0) # the salt of keys in reports is another one the next time
            grep -q "warning: .*fault point \"$point\"" "$tmp/err" ||
                fail "\"$name\" does not warn at $point:$nth: $(cat "$tmp/err")"
            ;;
        *:12) said_so "$name" "$point" ;;
        *) fail "\"$name\" ended with $status at $point:$action:$nth: $(cat "$tmp/err")" ;;
        esac
        ;;
    error:3 | error:4 | error:5) said_so "$name" "$point" ;;
    *) fail "\"$name\" ended with $status at $point:$action:$nth: $(cat "$tmp/err")" ;;
    esac
}

# round WAY POINT ACTION NTH
round() {
    local way=$1 point=$2 action=$3 nth=$4 name before
    fresh
    for name in $(commands_of "$way"); do
        before=$strikes
        [ "$strikes" -gt 0 ] || strike "$name" "$point" "$action" "$nth"
        if [ "$strikes" -eq "$before" ]; then
            # It came to its end, or is to be given undisturbed; then the point may be met later.
            [ "$strikes" -gt 0 ] || {
                nth=$((nth - $(grep -cx "$point" "$NOVATE_FAULT_TRACE" || true)))
                continue
            }
        else
            strike "$name" "$point" "$action" 1
        fi
        resume "$name" "$point:$action:$nth"
    done
    # How often memory is asked for depends on which side is waited for.
    if [ "$strikes" -eq 0 ]; then
        [ "$4" -gt 1 ] || fail "$point did not strike in a $way"
        round "$way" "$point" "$action" $(($4 / 2))
        return
    fi
    check_whole "$way, $point:$action:$nth"
}

rounds=0
for point in "${points[@]}"; do
    ways=()
    for way in run staged; do
        [ "$(met $way "$point")" -eq 0 ] || ways+=("$way")
    done
    [ "${#ways[@]}" -gt 0 ] || {
        complain "$point is never met"
        continue
    }
    if [ -n "${NOVATE_TEST_LONG:-}" ]; then
        for way in "${ways[@]}"; do
            most=$(met "$way" "$point")
            for nth in 1 $((RANDOM % most + 1)) $((RANDOM % most + 1)) "$most"; do
                round "$way" "$point" kill "$nth"
                round "$way" "$point" error "$nth"
                rounds=$((rounds + 2))
            done
        done
    elif [ $((RANDOM % 2)) -eq 0 ]; then
        actions=(kill error)
        way=${ways[RANDOM % ${#ways[@]}]}
        most=$(met "$way" "$point")
        round "$way" "$point" "${actions[RANDOM % 2]}" $((RANDOM % most + 1))
        rounds=$((rounds + 1))
    fi
done
echo "$test_name: $rounds migrations struck at ${#points[@]} points"
finish
