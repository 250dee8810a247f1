/* plan_policy.c — the contract is in plan_policy.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "plan_policy.h"

#include "novate/encoding.h"

static const char *const policies[] = {
    [POLICY_REJECT] = "reject",
    [POLICY_REPLACE] = "replace",
    [POLICY_STRIP] = "strip",
    [POLICY_WINDOWS_1252] = "windows-1252",
};

#define POLICIES        ((int)(sizeof policies / sizeof policies[0]))
#define POLICIES_OF_NUL ((int)POLICY_WINDOWS_1252) /* those before it */

enum value_policy plan_read_undecodable(struct plan_reader *reader,
                                        const struct plan_field *field,
                                        enum value_policy otherwise,
                                        struct place *place)
{
    if (field->key != NULL) {
        *place = plan_field_place(field);
    }
    return (enum value_policy)plan_read_choice(reader, field, policies, POLICIES, (int)otherwise);
}

enum value_policy plan_read_nul(struct plan_reader *reader,
                                const struct plan_field *field,
                                enum value_policy otherwise)
{
    return (enum value_policy)plan_read_choice(
        reader, field, policies, POLICIES_OF_NUL, (int)otherwise);
}

const char *plan_policy_name(enum value_policy policy)
{
    return policies[policy];
}

bool plan_policy_check(struct plan_reader *reader,
                       enum value_policy policy,
                       const char *encoding,
                       struct place place)
{
    if (policy != POLICY_WINDOWS_1252 || (encoding != NULL && encoding_is_utf8(encoding))) {
        return true;
    }
    if (encoding == NULL) {
        return problem_add(
            reader->problems,
            place,
            "Say \"encoding: UTF-8\" there: bytes are then asked for as they are stored.",
            "\"undecodable: windows-1252\" needs an encoding that is declared");
    }
    return problem_add(reader->problems,
                       place,
                       "Say \"undecodable: reject\", \"replace\" or \"strip\" there.",
                       "\"undecodable: windows-1252\" is for texts in UTF-8, not in \"%s\"",
                       encoding);
}

/* The source's policy, where neither the relation nor the column has one. */
static void inherit(struct plan_reader *reader,
                    enum value_policy policy,
                    struct relation_spec *spec)
{
    const size_t count = (size_t)spec->column_count;
    struct relation_column *columns = ARENA_ARRAY(reader->arena, struct relation_column, count + 1);

    if (!plan_reader_keep(reader, columns)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        columns[i] = spec->columns[i];
        if (columns[i].decode_place.file == NULL) {
            columns[i].decode = policy;
        }
    }
    spec->decode = policy;
    spec->columns = columns;
}

static struct place place_of(struct place own, struct place otherwise)
{
    return own.file != NULL ? own : otherwise;
}

void plan_policy_settle(struct plan_reader *reader,
                        const struct plan_source *source,
                        struct relation_spec *spec)
{
    const char *of_files = source != NULL ? source->encoding : "UTF-8";
    const char *encoding = spec->encoding != NULL ? spec->encoding
                           : spec->file != NULL   ? of_files
                                                  : NULL;

    if (source != NULL && spec->file != NULL && spec->decode_place.file == NULL) {
        inherit(reader, source->decode, spec);
    }
    plan_policy_check(reader, spec->decode, encoding, place_of(spec->decode_place, spec->place));
    for (int i = 0; i < spec->column_count; i++) {
        const struct relation_column *column = &spec->columns[i];
        if (column->encoding != NULL || column->decode_place.file != NULL) {
            plan_policy_check(reader,
                              column->decode,
                              column->encoding != NULL ? column->encoding : encoding,
                              place_of(column->decode_place, column->place));
        }
    }
}
