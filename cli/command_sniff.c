/* command_sniff.c — sniff: what files of unknown shape are. SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"

#include "novate/sniff.h"

enum {
    OUTPUT_BYTES_MAX = 16 << 20,
    SNIFF_BLOCK_BYTES = 1 << 20
};

static bool sniff_one(const char *path,
                      struct text_buffer *out,
                      bool *is_table,
                      struct error *error)
{
    struct arena arena;
    struct sniff_result result;
    arena_init(&arena, SNIFF_BLOCK_BYTES, NULL);
    bool ok = sniff_file(path, &arena, &result, error);
    if (ok) {
        sniff_print(&result, out);
        *is_table = result.kind != SNIFF_NO_TABLE;
        ok = text_buffer_check(out, error);
    }
    arena_release(&arena);
    return ok;
}

bool command_sniff(const struct options *options, struct console *console, struct error *error)
{
    struct text_buffer out;
    bool all_tables = true;
    text_buffer_init(&out, OUTPUT_BYTES_MAX);
    bool ok = true;
    for (int i = 0; ok && i < options->file_count; i++) {
        bool is_table = false;
        if (i > 0) {
            text_buffer_string(&out, "---\n");
        }
        ok = sniff_one(options->files[i], &out, &is_table, error);
        all_tables = all_tables && is_table;
    }
    if (ok) {
        console_result(console, out.data, out.size);
    }
    text_buffer_release(&out);
    if (ok && !all_tables) {
        error_set(error, ERROR_NOTHING, "not every file is a table");
        return error_hint(error, "What was found instead is in the comments.");
    }
    return ok;
}
