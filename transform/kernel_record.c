/* kernel_record.c — note(), reject() and repair(): the name is the step's state.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"

void kernel_note(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call_copy(call, 0, row);
        call_remark(call, row, REMARK_NOTE, call->state);
    }
}

void kernel_reject(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        call_null(call, row);
        failures_note(
            call->failures, row, (struct failure){.fault = FAULT_RULE, .name = call->state});
    }
}

/* The value, then it and what it was made of as texts. */
void kernel_repair(struct call *call)
{
    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        bool after = !call_is_null(call, 1, row);
        bool before = !call_is_null(call, 2, row);
        call_copy(call, 0, row);
        if (after != before ||
            (after && !text_equal(call_text(call, 1, row), call_text(call, 2, row)))) {
            call_remark(call, row, REMARK_REPAIR, call->state);
        }
    }
}
