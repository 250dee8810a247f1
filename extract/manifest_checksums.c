/* manifest_checksums.c — manifests as md5sum, sha1sum, sha256sum and sha512sum write them.
 *
 * "<hex>  name", "<hex> *name", and "SHA256 (name) = <hex>"; a backslash before the line says that
 * backslashes, LF and CR of the name are escaped. Lines that are empty or begin with # are none.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "manifest.h"

#include "novate/limits.h"
#include "novate/text.h"

#include <string.h>

struct checksum_line {
    const char *manifest;
    uint64_t line;
    bool escaped;
    struct arena *arena;
    struct error *error;
};

static bool malformed(const struct checksum_line *at)
{
    return manifest_error(
        at->manifest, at->line, "this is no checksum and name of a file", at->error);
}

/* "\\", "\n" and "\r" of a name. */
static bool unescape(const struct checksum_line *at, struct text *name)
{
    char *to = arena_bytes(at->arena, (size_t)name->size + 1);
    size_t size = 0;
    if (to == NULL) {
        return error_set_memory(at->error);
    }
    for (uint32_t i = 0; i < name->size; i++) {
        char byte = name->data[i];
        if (byte == '\\') {
            i++;
            char code = i < name->size ? name->data[i] : '\0';
            if (code != '\\' && code != 'n' && code != 'r') {
                return malformed(at);
            }
            byte = code == 'n' ? '\n' : code == 'r' ? '\r' : '\\';
        }
        to[size++] = byte;
    }
    *name = text_from(to, size);
    return true;
}

static bool tag_known(struct text tag, enum checksum_kind kind)
{
    static const struct {
        const char *name;
        enum checksum_kind kind;
    } tags[] = {
        {"MD5", CHECKSUM_MD5},
        {"SHA1", CHECKSUM_SHA1},
        {"SHA256", CHECKSUM_SHA256},
        {"SHA2-256", CHECKSUM_SHA256},
        {"SHA512", CHECKSUM_SHA512},
        {"SHA2-512", CHECKSUM_SHA512},
    };
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (tags[i].kind == kind && text_equal(tag, text_of(tags[i].name))) {
            return true;
        }
    }
    return false;
}

/* "SHA256 (name) = hex", as BSD and --tag write it, or "SHA2-256(name)= hex", as OpenSSL does. */
static bool split_tagged(struct text line, struct text *tag, struct text *name, struct text *digits)
{
    const char *open = memchr(line.data, '(', line.size);
    const char *end = line.data + line.size;
    const char *equal = end;
    while (equal > line.data && equal[-1] != '=') {
        equal--;
    }
    if (open == NULL || equal <= open + 2) {
        return false;
    }
    const char *close = equal - 1; /* the = */
    close -= close[-1] == ' ' ? 1 : 0;
    if (close <= open + 1 || close[-1] != ')') {
        return false;
    }
    *tag = text_trim(text_from(line.data, (size_t)(open - line.data)));
    *name = text_from(open + 1, (size_t)(close - 1 - (open + 1)));
    *digits = text_trim(text_from(equal, (size_t)(end - equal)));
    return name->size > 0;
}

static bool split_plain(struct text line, struct text *name, struct text *digits)
{
    const char *blank = memchr(line.data, ' ', line.size);
    if (blank == NULL || line.data + line.size - blank < 3 ||
        (blank[1] != ' ' && blank[1] != '*')) {
        return false;
    }
    *digits = text_from(line.data, (size_t)(blank - line.data));
    *name = text_from(blank + 2, (size_t)(line.data + line.size - (blank + 2)));
    return true;
}

static bool take_line(const struct checksum_line *at, struct text line, struct manifest *manifest)
{
    struct text tag = TEXT_NONE;
    struct text name = TEXT_NONE;
    struct text digits = TEXT_NONE;
    enum checksum_kind kind = CHECKSUM_MD5;
    bool plain = split_plain(line, &name, &digits);
    if (!plain || !checksum_kind_of(digits.size, &kind)) {
        plain = false;
        if (!split_tagged(line, &tag, &name, &digits)) {
            return malformed(at);
        }
    }
    const char *hash = manifest_hash(digits, &kind, at->arena);
    if (hash == NULL || (!plain && !tag_known(tag, kind)) ||
        memchr(name.data, '\0', name.size) != NULL) {
        return malformed(at);
    }
    if (at->escaped && !unescape(at, &name)) {
        return false;
    }
    struct statement *statement = manifest_push(manifest, at->arena, at->error);
    if (statement == NULL) {
        return false;
    }
    *statement = (struct statement){.name = manifest_path(at->manifest, name, at->arena),
                                    .manifest = at->manifest,
                                    .line = at->line,
                                    .hash = hash,
                                    .kind = kind};
    return statement->name != NULL || error_set_memory(at->error);
}

bool manifest_parse_checksums(const char *name,
                              const char *data,
                              size_t size,
                              struct arena *arena,
                              struct manifest *manifest,
                              struct error *error)
{
    struct checksum_line at = {.manifest = name, .arena = arena, .error = error};
    const char *end = data + size;
    while (data < end) {
        const char *feed = memchr(data, '\n', (size_t)(end - data));
        const char *stop = feed == NULL ? end : feed;
        size_t length = (size_t)(stop - data);
        length -= length > 0 && data[length - 1] == '\r' ? 1 : 0;
        at.line++;
        if (length > LIMIT_MANIFEST_LINE_BYTES) {
            return malformed(&at);
        }
        at.escaped = length > 0 && data[0] == '\\';
        struct text line = at.escaped ? text_from(data + 1, length - 1) : text_from(data, length);
        bool none = !at.escaped && (line.size == 0 || line.data[0] == '#');
        if (!none && !take_line(&at, line, manifest)) {
            return false;
        }
        data = feed == NULL ? end : feed + 1;
    }
    return true;
}
