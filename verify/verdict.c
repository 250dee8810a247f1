/* verdict.c — what a verification concludes, in words. SPDX-License-Identifier: Apache-2.0 */
#include "novate/verify.h"

const char *verdict_text(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_VERIFIED:
        return "verified";
    case VERDICT_DIFFERENCES:
        return "differences";
    case VERDICT_NOT_VERIFIED:
        return "not_verified";
    case VERDICT_REJECTS:
        return "rejects";
    }
    return "not_verified";
}

const char *verify_level_text(enum verify_level level)
{
    return level == VERIFY_COUNTS ? "counts" : level == VERIFY_FULL ? "full" : "digest";
}

const char *difference_kind_text(enum difference_kind kind)
{
    switch (kind) {
    case DIFFERENCE_NOT_EQUAL:
        return "not_equal";
    case DIFFERENCE_MISSING_TARGET:
        return "missing_target";
    case DIFFERENCE_MISSING_SOURCE:
        return "missing_source";
    }
    return "not_equal";
}
