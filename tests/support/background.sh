# background.sh — a job that runs beside the test. Sourced behind program.sh by tests whose plan is
# $plan.  SPDX-License-Identifier: Apache-2.0

# start ARGUMENTS: a job in the background, in $job; its messages in $tmp/job.err.
start() {
    "$NOVATE" "$@" >"$tmp/job.out" 2>"$tmp/job.err" </dev/null &
    job=$!
}

# until_true WHAT COMMAND…: polls; the job must be there meanwhile.
until_true() {
    local what=$1 deadline=$((SECONDS + 120))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -gt $deadline ] || ! kill -0 "$job" 2>/dev/null; then
            cat "$tmp/job.err"
            fail "waited in vain: $what"
        fi
        sleep 0.05
    done
}

# ends EXIT WHAT
ends() {
    local status=0
    wait "$job" || status=$?
    [ "$status" -eq "$1" ] || cat "$tmp/job.err"
    same "exit of the job $2" "$status" "$1"
}

# said PATTERN: by the job, so far.
said() {
    grep -q -- "$1" "$tmp/job.err"
}

# state_is PATTERN: as another terminal is told it.
state_is() {
    "$NOVATE" status "$plan" 2>/dev/null | grep -q -- "$1"
}
