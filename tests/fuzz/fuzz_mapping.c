/* fuzz_mapping.c — plans and mappings made of arbitrary bytes.
 *
 * The bytes are a mapping; where they have a zero byte, what stands before it is the plan and what
 * stands behind it the mapping a.yaml. Held, whatever they are: what is wrong is a problem at a
 * place inside one of the files, whose line it quotes; no operation error but memory and a file
 * that cannot be read; and what is accepted has all that a plan must have.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "novate/plan.h"
#include "novate/transform.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char smallest[] = "novate: 1\nmigration: m\nsource: {odbc: \"DSN=a\", csv: in}\n"
                               "target: {private: true}\nmappings: [a.yaml]\n";

enum {
    PLAN,
    MAPPING,
    FILES
};
static const char *const names[FILES] = {"plan.yaml", "a.yaml"};

static struct {
    bool ready;
    char folder[64];
    char paths[FILES][80];
    int files[FILES];
    struct text contents[FILES];
    struct arena arena;
    struct text_buffer shown;
} fuzz;

static void leave(void)
{
    for (int i = 0; i < FILES; i++) {
        (void)unlink(fuzz.paths[i]);
    }
    (void)rmdir(fuzz.folder);
}

static void prepare(void)
{
    const char *temporary = getenv("TMPDIR");

    (void)snprintf(fuzz.folder,
                   sizeof fuzz.folder,
                   "%s/novate-fuzz-XXXXXX",
                   temporary != NULL && strlen(temporary) < 32 ? temporary : "/tmp");
    FUZZ_ASSERT(mkdtemp(fuzz.folder) != NULL);
    for (int i = 0; i < FILES; i++) {
        (void)snprintf(fuzz.paths[i], sizeof fuzz.paths[i], "%s/%s", fuzz.folder, names[i]);
        fuzz.files[i] = open(fuzz.paths[i], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        FUZZ_ASSERT(fuzz.files[i] >= 0);
    }
    FUZZ_ASSERT(atexit(leave) == 0);
    arena_init(&fuzz.arena, 256 * 1024, NULL);
    text_buffer_init(&fuzz.shown, 1 << 24);
    fuzz.ready = true;
}

static void write_file(int index, struct text content)
{
    fuzz.contents[index] = content;
    FUZZ_ASSERT(ftruncate(fuzz.files[index], (off_t)content.size) == 0);
    FUZZ_ASSERT(content.size == 0 ||
                pwrite(fuzz.files[index], content.data, content.size, 0) == (ssize_t)content.size);
}

/* There may be one more than there are ends. */
static int count_lines(struct text text)
{
    int lines = 1;

    for (uint32_t i = 0; i < text.size; i++) {
        lines += text.data[i] == '\n';
    }
    return lines;
}

static void check_problems(const struct problems *problems)
{
    for (int i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        const struct place *place = &problem->place;
        FUZZ_ASSERT(problem->message[0] != '\0');
        FUZZ_ASSERT(utf8_valid(problem->message, strlen(problem->message), NULL));
        FUZZ_ASSERT(problem->hint == NULL ||
                    utf8_valid(problem->hint, strlen(problem->hint), NULL));
        FUZZ_ASSERT(place->file != NULL && place->line >= 0 && place->column >= 0);
        FUZZ_ASSERT(strcmp(place->file, fuzz.paths[PLAN]) == 0 ||
                    strcmp(place->file, fuzz.paths[MAPPING]) == 0);
        for (int file = 0; file < FILES; file++) {
            if (strcmp(place->file, fuzz.paths[file]) == 0) {
                FUZZ_ASSERT(place->line <= count_lines(fuzz.contents[file]));
                FUZZ_ASSERT((size_t)place->column <= fuzz.contents[file].size + 1U);
            }
        }
    }
    text_buffer_reset(&fuzz.shown);
    problems_format(problems, &fuzz.shown);
    FUZZ_ASSERT(!fuzz.shown.failed);
}

static void check_relation(const struct relation_spec *spec)
{
    FUZZ_ASSERT((spec->table != NULL) + (spec->query != NULL) + (spec->file != NULL) == 1);
    FUZZ_ASSERT(spec->key_count <= LIMIT_KEY_COLUMNS);
}

static void check_mapping(const struct mapping *mapping)
{
    FUZZ_ASSERT(mapping->entity != NULL && mapping->entity[0] != '\0');
    FUZZ_ASSERT(mapping->target_table != NULL);
    check_relation(&mapping->source);
    for (int i = 0; i < mapping->lookup_count; i++) {
        const struct lookup_spec *lookup = &mapping->lookups[i];
        FUZZ_ASSERT(lookup->name != NULL && lookup->from_count > 0 && lookup->to_count > 0);
        if (lookup->target_table == NULL) {
            check_relation(&lookup->source);
        }
    }
    for (int i = 0; i < mapping->column_count; i++) {
        FUZZ_ASSERT(mapping->columns[i].name != NULL && mapping->columns[i].text != NULL);
    }
}

static void check_plan(const struct plan *plan, struct problems *problems)
{
    struct error error = ERROR_NONE;

    FUZZ_ASSERT(plan->migration != NULL && plan->source_count > 0 && plan->mapping_count > 0);
    FUZZ_ASSERT(plan->target.private_cluster || plan->target.postgres != NULL);
    for (int i = 0; i < plan->mapping_count; i++) {
        check_mapping(&plan->mappings[i]);
        FUZZ_ASSERT(program_check_syntax(&plan->mappings[i], &fuzz.arena, problems, &error));
    }
    check_problems(problems);
}

static void load(void)
{
    struct problems problems;
    struct plan plan;
    struct error error = ERROR_NONE;

    problems_init(&problems, &fuzz.arena);
    if (!plan_load(fuzz.paths[PLAN], NULL, 0, NULL, &fuzz.arena, &problems, &plan, &error)) {
        FUZZ_ASSERT(error.code == ERROR_PLAN);
        return;
    }
    check_problems(&problems);
    if (problems.errors == 0) {
        check_plan(&plan, &problems);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *middle = size == 0 ? NULL : memchr(text, 0, size);

    if (!fuzz.ready) {
        prepare();
    }
    if (middle == NULL) {
        write_file(PLAN, text_of(smallest));
        write_file(MAPPING, text_from(text, size));
    } else {
        size_t first = (size_t)(middle - text);
        write_file(PLAN, text_from(text, first));
        write_file(MAPPING, text_from(middle + 1, size - first - 1));
    }
    load();
    arena_reset(&fuzz.arena);
    return 0;
}
