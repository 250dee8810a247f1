/* checking_report.c — the contract is in checking_report.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include "checking_report.h"

#include "files.h"
#include "report_file.h"
#include "sealing.h"

#include "novate/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_BYTES_MAX = 1024
};

struct checking {
    struct arena arena;
    struct text_buffer out;
    const char *public_hex; /* of --public-key, or NULL */
    bool altered;
    bool doubtful;
};

struct sheet {
    const char *path;
    struct report_file file;
    struct seal_state state;
    bool unseen; /* a page that may show something else than the report that it carries */
};

static void say(struct checking *checking, const char *about, const char *words)
{
    text_buffer_format(&checking->out, "  %-11s %s\n", about, words);
}

static void say_altered(struct checking *checking, const char *about, const char *words)
{
    checking->altered = true;
    say(checking, about, words);
}

static void say_doubtful(struct checking *checking, const char *about, const char *words)
{
    checking->doubtful = true;
    say(checking, about, words);
}

/* A page must be what the report that it carries is shown as. */
static bool check_page(struct checking *checking, struct sheet *sheet, struct error *error)
{
    struct text_buffer again;
    struct error reason = ERROR_NONE;
    const char *json = arena_copy(&checking->arena, sheet->file.json.data, sheet->file.json.size);
    const char *signature =
        sheet->file.signature.data == NULL
            ? NULL
            : arena_copy(&checking->arena, sheet->file.signature.data, sheet->file.signature.size);
    if (json == NULL) {
        return error_set_memory(error);
    }
    text_buffer_init(&again, REPORT_FILE_BYTES_MAX);
    bool same = report_render(json, signature, REPORT_HTML, &again, &reason) &&
                again.size == sheet->file.bytes.size &&
                memcmp(again.data, sheet->file.bytes.data, again.size) == 0;
    text_buffer_release(&again);
    const char *version = sheet->state.tool_version;
    if (same) {
        say(checking, "page:", "shows the report that it carries, byte for byte");
    } else if (version == NULL || strcmp(version, NOVATE_VERSION) != 0) {
        sheet->unseen = true;
        say_doubtful(checking,
                     "page:",
                     "was made by another version than this " NOVATE_VERSION
                     ", which shows reports otherwise: only what the page carries is checked");
    } else {
        say_altered(checking, "page:", "BROKEN: is not what the report that it carries shows as");
    }
    return true;
}

static void check_seal(struct checking *checking, const struct sheet *sheet)
{
    const struct seal_state *state = &sheet->state;
    char line[LINE_BYTES_MAX];
    if (!state->is_report) {
        say_altered(checking, "report:", "is none of novate's, or was damaged");
        return;
    }
    (void)snprintf(line,
                   sizeof line,
                   "%s of \"%s\", run %lld, finished %s: %s",
                   state->kind == NULL ? "?" : state->kind,
                   state->migration == NULL ? "?" : state->migration,
                   (long long)state->run,
                   state->finished_at == NULL ? "?" : state->finished_at,
                   state->verdict == NULL ? "?" : state->verdict);
    say(checking, "report:", line);
    if (!state->is_sealed) {
        say_doubtful(checking, "seal:", "it has none");
    } else if (state->altered != NULL) {
        (void)snprintf(line, sizeof line, "BROKEN: altered is: %s", state->altered);
        say_altered(checking, "seal:", line);
    } else {
        (void)snprintf(
            line, sizeof line, "whole: %d parts, SHA-256 %s", state->parts, state->sha256);
        say(checking, "seal:", line);
    }
}

/* The file of this name in the folder of another. */
static const char *neighbour(struct arena *arena, const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return arena_format(arena, "%.*s%s", slash == NULL ? 0 : (int)(slash - path) + 1, path, name);
}

/* Looks at the report before one. `*state` becomes that one's; false in `*here`: it is not there.
 */
static bool step_back(struct checking *checking,
                      const char *path,
                      struct seal_state *state,
                      bool *here,
                      struct error *error)
{
    struct text_buffer bytes;
    struct seal_state before = {.is_report = false};
    const char *digest = state->previous_sha256;
    const char *name = state->previous;
    *here = strchr(name, '/') == NULL && access(path, R_OK) == 0;
    if (!*here) {
        return true;
    }
    text_buffer_init(&bytes, REPORT_FILE_BYTES_MAX);
    bool ok = read_file(path, ERROR_IO, &bytes, error) &&
              seal_look(text_from(bytes.data == NULL ? "" : bytes.data, bytes.size),
                        &checking->arena,
                        &before,
                        error);
    text_buffer_release(&bytes);
    if (!ok) {
        return false;
    }
    if (digest == NULL || strcmp(before.sha256, digest) != 0 || before.altered != NULL) {
        char line[LINE_BYTES_MAX];
        (void)snprintf(line, sizeof line, "BROKEN: %s is not the report that was followed", name);
        say_altered(checking, "chain:", line);
        *here = false;
    }
    *state = before;
    return true;
}

static bool check_chain(struct checking *checking, const struct sheet *sheet, struct error *error)
{
    struct seal_state state = sheet->state;
    char line[LINE_BYTES_MAX];
    int steps = 0;
    bool here = true;
    bool altered = checking->altered;
    while (here && state.is_sealed && state.previous != NULL) {
        const char *path = neighbour(&checking->arena, sheet->path, state.previous);
        if (path == NULL) {
            return error_set_memory(error);
        }
        if (!step_back(checking, path, &state, &here, error)) {
            return false;
        }
        steps += here ? 1 : 0;
    }
    if (!state.is_sealed || checking->altered != altered) {
        return true;
    }
    if (state.previous != NULL && steps == 0) {
        (void)snprintf(line, sizeof line, "it follows %s, which is not beside it", state.previous);
    } else if (state.previous != NULL) {
        (void)snprintf(line,
                       sizeof line,
                       "%d before it as they were; %s, which is before those, is not beside it",
                       steps,
                       state.previous);
    } else if (steps == 0) {
        (void)snprintf(line, sizeof line, "it is the first report of its work directory");
    } else {
        (void)snprintf(line, sizeof line, "all before it as they were: %d", steps);
    }
    say(checking, "chain:", line);
    return true;
}

static void check_signature(struct checking *checking, const struct sheet *sheet)
{
    char hex[SIGNING_PUBLIC_HEX_SIZE];
    char line[LINE_BYTES_MAX];
    struct error reason = ERROR_NONE;
    bool valid = false;
    const char *key = sheet->state.key;
    if (sheet->file.signature.data == NULL && key == NULL) {
        say_doubtful(checking, "signature:", "it is not signed");
        return;
    }
    if (sheet->file.signature.data == NULL) {
        (void)snprintf(line, sizeof line, "is missing; that of key %s is due", key);
        say_doubtful(checking, "signature:", line);
        return;
    }
    if (!signature_check(sheet->file.signature, sheet->file.json, hex, &valid, &reason)) {
        say_altered(checking, "signature:", reason.message);
    } else if (!valid) {
        say_altered(checking, "signature:", "BROKEN: it is not one of this report");
    } else if (key == NULL || strcmp(key, hex) != 0) {
        say_altered(checking, "signature:", "BROKEN: the seal names another key");
    } else if (checking->public_hex == NULL) {
        (void)snprintf(
            line, sizeof line, "good, of key %s; whose that is, --public-key would tell", hex);
        say_doubtful(checking, "signature:", line);
    } else if (strcmp(checking->public_hex, hex) != 0) {
        (void)snprintf(line, sizeof line, "of key %s, which is not the one given", hex);
        say_altered(checking, "signature:", line);
    } else {
        (void)snprintf(line, sizeof line, "good, of key %s, which is the one given", hex);
        say(checking, "signature:", line);
    }
}

static void say_proved(struct checking *checking, const struct sheet *sheet)
{
    if (checking->altered) {
        say(checking, "proved:", "that this is not, or not all, as it was written");
        return;
    }
    say(checking,
        "proved:",
        sheet->file.signature.data == NULL
            ? "that no byte was altered by accident; whoever means to can seal a report anew"
        : checking->doubtful ? "that no byte was altered since it was signed with that key, by "
                               "whoever has it"
                             : "that no byte was altered since the holder of that key signed it");
    if (sheet->unseen) {
        say(checking,
            "not proved:",
            "that the page shows what it carries: ask for the JSON, or use the version that made "
            "it");
    }
    say(checking,
        "not proved:",
        "when that was, and that what it says was true then: for that, verify again");
}

static bool check_file(struct checking *checking, const char *path, struct error *error)
{
    struct sheet sheet = {.path = path};
    text_buffer_format(&checking->out, "%s\n", path);
    bool ok = report_file_read(path, &checking->arena, &sheet.file, error);
    if (ok && sheet.file.json.data == NULL) {
        say_altered(checking, "page:", "carries no report, or one that was damaged");
    } else if (ok) {
        ok = seal_look(sheet.file.json, &checking->arena, &sheet.state, error);
        if (ok) {
            check_seal(checking, &sheet);
            ok = (!sheet.file.is_page || check_page(checking, &sheet, error)) &&
                 check_chain(checking, &sheet, error);
            check_signature(checking, &sheet);
        }
    }
    if (ok) {
        say_proved(checking, &sheet);
    }
    report_file_release(&sheet.file);
    return ok;
}

static bool conclude(const struct checking *checking, struct error *error)
{
    if (checking->altered) {
        (void)error_set(error, ERROR_DIFFERENCES, "a report is not as it was written");
        return error_hint(error, "Ask whoever made it for it again, and for its digest by phone.");
    }
    if (checking->doubtful) {
        (void)error_set(error, ERROR_NOT_VERIFIED, "not everything about the report could be told");
        return error_hint(error,
                          "--public-key FILE.pub says whose signature it must be; \"novate run "
                          "--signing-key FILE\" signs.");
    }
    return true;
}

bool checking_reports(const struct options *options, struct console *console, struct error *error)
{
    struct checking checking = {.altered = false};
    char public_hex[SIGNING_PUBLIC_HEX_SIZE];
    bool ok = true;
    if (options->public_key != NULL) {
        ok = signing_public_read(options->public_key, public_hex, error);
        checking.public_hex = public_hex;
    }
    arena_init(&checking.arena, 64 << 10, NULL);
    text_buffer_init(&checking.out, REPORT_FILE_BYTES_MAX);
    bool altered = false;
    bool doubtful = false;
    for (int index = 0; ok && index < options->file_count; index++) {
        checking.altered = checking.doubtful = false;
        ok = check_file(&checking, options->files[index], error);
        altered |= checking.altered;
        doubtful |= checking.doubtful;
    }
    checking.altered = altered;
    checking.doubtful = doubtful;
    ok = ok && text_buffer_check(&checking.out, error);
    if (ok) {
        console_result(console, checking.out.data, checking.out.size);
        ok = conclude(&checking, error);
    }
    text_buffer_release(&checking.out);
    arena_release(&checking.arena);
    return ok;
}
