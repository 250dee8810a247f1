/* kernel_document.c — functions of documents: text out of RTF (rtf.h), what was compressed (ocf.h).
 *
 * Readers are made for a batch, when a record needs one, and read one document after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#include "kernels.h"
#include "ocf.h"
#include "rtf.h"

#include <string.h>

static void note(
    struct call *call, int row, enum document_status status, enum fault cut, enum fault corrupt)
{
    switch (status) {
    case DOCUMENT_CUT:
        call_fail(call, row, cut);
        break;
    case DOCUMENT_CORRUPT:
        call_fail(call, row, corrupt);
        break;
    case DOCUMENT_NESTED:
        call_fail(call, row, FAULT_RTF_NESTING);
        break;
    case DOCUMENT_UNDECODABLE:
        call_fail(call, row, FAULT_DOCUMENT_ENCODING);
        break;
    case DOCUMENT_NO_TEXT:
        call_fail(call, row, FAULT_DOCUMENT_KIND);
        break;
    case DOCUMENT_TOO_LARGE:
        call_fail(call, row, FAULT_DOCUMENT_SIZE);
        break;
    case DOCUMENT_OK:
    case DOCUMENT_NO_MEMORY:
        call->out_of_memory = true;
        break;
    }
}

/* The result is a piece of the argument, or is copied from where the next one will stand. */
static void put_result(struct call *call, int row, struct text document, struct text result)
{
    uintptr_t from = (uintptr_t)document.data;
    uintptr_t at = (uintptr_t)result.data;

    if (result.size > 0 && (at < from || at - from >= document.size)) {
        char *copy = call_bytes(call, result.size);
        if (copy == NULL) {
            return;
        }
        memcpy(copy, result.data, result.size);
        result = text_from(copy, result.size);
    }
    call->result->texts[row] = result;
}

static void rtf_text(struct call *call, bool decoded)
{
    struct rtf_reader *reader = NULL;

    for (int k = 0; k < call->count; k++) {
        int row = call_row(call, k);
        struct text document = call_text(call, 0, row);
        struct text text = document;
        enum document_status status = DOCUMENT_OK;
        if (!decoded || document_kind(document) == DOCUMENT_RTF) {
            reader = reader != NULL ? reader : rtf_reader_create(call->arena);
            status =
                reader == NULL ? DOCUMENT_NO_MEMORY : rtf_read(reader, document, decoded, &text);
        }
        if (status != DOCUMENT_OK) {
            note(call, row, status, FAULT_RTF_CUT, FAULT_RTF_SYNTAX);
        } else {
            put_result(call, row, document, text);
        }
        if (call->out_of_memory) {
            return;
        }
    }
}

void kernel_rtf_text(struct call *call)
{
    rtf_text(call, true);
}

void kernel_rtf_bytes(struct call *call)
{
    rtf_text(call, false);
}

/* Lengths that Millennium states are not always exact. */
static bool length_agrees(int64_t stated, uint32_t size)
{
    if (stated < 0 || stated > UINT32_MAX) {
        return false;
    }
    int64_t difference = (int64_t)size - stated;
    return (difference < 0 ? -difference : difference) * 100 <= stated;
}

void kernel_ocf_decode(struct call *call)
{
    struct ocf_decoder *decoder = ocf_decoder_create(call->arena);

    call->out_of_memory = decoder == NULL;
    for (int k = 0; k < call->count && !call->out_of_memory; k++) {
        int row = call_row(call, k);
        struct text blob = call_text(call, 0, row);
        struct text document;
        bool plain = false;
        enum document_status status = ocf_decode(decoder, blob, &document, &plain);
        if (status != DOCUMENT_OK) {
            note(call, row, status, FAULT_OCF_CUT, FAULT_OCF_CORRUPT);
        } else if (call->arg_count > 1 && !length_agrees(call_int64(call, 1, row), document.size)) {
            call_fail(call, row, FAULT_OCF_LENGTH);
        } else {
            if (plain) {
                call_remark(call, row, REMARK_REPAIR, "ocf_not_compressed");
            }
            put_result(call, row, blob, document);
        }
    }
}
