# parents_deferred.sh — foreign keys that are off while tables are loaded refuse the same rows for
# the same reasons: parents.sh, with all of them deferred.
# labels: sanitized
# SPDX-License-Identifier: Apache-2.0
PARENTS_DEFER=foreign_keys
. "$(dirname "$0")/parents.sh"
