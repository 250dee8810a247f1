/* sniff.c — from a sample to what a mapping should say of the file.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "decode.h"
#include "sniff_internal.h"

#include <inttypes.h>
#include <string.h>

bool sniff_report(struct sniffing *at,
                  const char *subject,
                  int confidence,
                  const char *found,
                  const char *against)
{
    struct sniff_result *result = at->result;
    if (found == NULL) {
        return error_set_memory(at->error);
    }
    if (!NOVATE_CHECK(at->error, result->finding_count < SNIFF_FINDINGS_MAX)) {
        return false;
    }
    result->findings[result->finding_count++] = (struct sniff_finding){
        .subject = subject, .found = found, .confidence = confidence, .against = against};
    return true;
}

/* What is no table at all; NULL if it may be one. */
static const char *other_content(const struct sniff_sample *sample)
{
    static const struct {
        const char *magic;
        size_t size;
        const char *what;
    } contents[] = {
        {"PK\x03\x04", 4, "a ZIP archive, or a document of an office program"},
        {"%PDF-", 5, "a PDF document"},
        {"\xD0\xCF\x11\xE0", 4, "a document of an old office program"},
        {"SQLite format 3", 15, "a SQLite database: read it through ODBC"},
        {"MSH|", 4, "HL7 version 2 messages"},
        {"\x0BMSH|", 5, "HL7 version 2 messages, framed by MLLP"},
        {"FHS|", 4, "a batch of HL7 version 2 messages"},
        {"BHS|", 4, "a batch of HL7 version 2 messages"},
        {"<?xml", 5, "XML"},
        {"{\\rtf", 5, "a text in RTF"},
    };
    const struct sniff_piece *head = &sample->pieces[0];
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        if (head->size >= contents[i].size &&
            memcmp(head->data, contents[i].magic, contents[i].size) == 0) {
            return contents[i].what;
        }
    }
    return sample->file_bytes == 0 ? "nothing: the file is empty" : NULL;
}

static bool report_encoding(struct sniffing *at)
{
    const struct sniff_encoding *encoding = &at->encoding;
    struct decoder decoder;
    struct error refused = ERROR_NONE;
    const char *against = decoder_init(&decoder, encoding->name, &refused)
                              ? encoding->against
                              : "it cannot be read: convert the file first, with iconv(1)";
    at->result->encoding = encoding->name;
    if (!sniff_report(at, "encoding", encoding->confidence, encoding->how, against)) {
        return false;
    }
    if (encoding->nul_bytes == 0) {
        return true;
    }
    return sniff_report(
        at,
        "NUL bytes",
        100,
        arena_format(at->arena,
                     "%" PRIu64 " seen: records that have one are rejected, unless \"nul\" says "
                     "otherwise",
                     encoding->nul_bytes),
        NULL);
}

static bool report_lines(struct sniffing *at)
{
    const struct sniff_lines *lines = &at->lines;
    uint64_t most = lines->lf > lines->crlf ? lines->lf : lines->crlf;
    most = lines->cr > most ? lines->cr : most;
    const char *name = most == 0             ? "none: a single line"
                       : most == lines->crlf ? "CRLF"
                       : most == lines->lf   ? "LF"
                                             : "CR";
    uint64_t others = lines->lf + lines->cr + lines->crlf - most;
    const char *against = NULL;
    if (others > 0) {
        against = arena_format(
            at->arena, "%" PRIu64 " are of another kind: each ends a line all the same", others);
        if (against == NULL) {
            return error_set_memory(at->error);
        }
    }
    return sniff_report(at, "line ends", others == 0 ? 99 : 70, name, against);
}

static bool look(struct sniffing *at)
{
    struct sniff_result *result = at->result;
    bool found = true;
    at->context = (struct sniff_context){.null_text = -1, .whole = at->sample.whole};
    if (at->shape.delimiter != '\0') {
        result->kind = SNIFF_DELIMITED;
        return sniff_delimited(at) && sniff_table(at);
    }
    if (!sniff_fixed(at, &found)) {
        return false;
    }
    if (found) {
        result->kind = SNIFF_FIXED_WIDTH;
        return sniff_table(at);
    }
    result->records = at->lines.count;
    return sniff_report(at,
                        "content",
                        50,
                        "no delimiter gives records the same number of fields",
                        "one column of texts has none either: say \"delimiter\" yourself");
}

bool sniff_file(const char *path,
                struct arena *arena,
                struct sniff_result *result,
                struct error *error)
{
    const char *slash = strrchr(path, '/');
    struct sniffing at = {.result = result, .arena = arena, .error = error};
    *result = (struct sniff_result){
        .kind = SNIFF_NO_TABLE,
        .file = arena_string(arena, slash == NULL ? path : slash + 1),
        .null = "",
    };
    if (result->file == NULL) {
        return error_set_memory(error);
    }
    if (!sniff_sample_read(path, arena, &at.sample, error)) {
        return false;
    }
    result->file_bytes = at.sample.file_bytes;
    result->read_bytes = at.sample.read_bytes;
    result->whole = at.sample.whole;
    if (at.sample.packing != FILE_PACKING_NONE &&
        !sniff_report(&at, "packed", 100, file_packing_text(at.sample.packing), NULL)) {
        return false;
    }
    const char *other = other_content(&at.sample);
    if (other != NULL) {
        return sniff_report(&at, "content", 99, other, NULL);
    }
    if (!sniff_encoding_find(&at.sample, arena, &at.encoding, error) ||
        !sniff_encoding_narrow(&at.sample, &at.encoding, arena, error) || !report_encoding(&at) ||
        !sniff_lines_find(&at.sample, arena, &at.lines, error) || !report_lines(&at) ||
        !sniff_shape_find(&at.sample, &at.shape, error)) {
        return false;
    }
    return look(&at);
}
