/* feed_values.c — the contract is in feed_values.h. SPDX-License-Identifier: Apache-2.0 */
#include "feed_values.h"

#include "calendar.h"
#include "codes.h"
#include "documents.h"
#include "encounters.h"
#include "events.h"
#include "fatal.h"
#include "people.h"
#include "places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATHWAY_BYTES = 32,
    FOUR_DOCUMENTS = 5 /* chunks of four documents: see fill_document.c */
};

static const struct value nothing = {.kind = VALUE_NULL};

static struct value number_value(int64_t number)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = number};
}

static struct value text_value(const char *text)
{
    return text == NULL || text[0] == '\0' ? nothing
                                           : (struct value){VALUE_TEXT, 0, text, strlen(text)};
}

const struct value *feed_column(const struct row *row, const char *name)
{
    int column = table_column(row->table, name);
    if (column < 0) {
        fatal("the feed asks %s for %s", row->table->name, name);
    }
    return row_value(row, column);
}

int64_t feed_number(const struct row *row, const char *name)
{
    return feed_column(row, name)->integer;
}

/* A value of another table's row, which does not last: the line keeps its text. */
static struct value other_value(struct feed_values *values,
                                enum table_number table,
                                int64_t index,
                                const char *column)
{
    if (index < 0 || index >= values->trust->count[table]) {
        return nothing;
    }
    row_begin(values->other, &values->tables[table]);
    trust_fill(values->trust, index, values->other);
    struct value value = *feed_column(values->other, column);
    if (value.kind == VALUE_TEXT) {
        value.bytes = memcpy(row_room(values->line, value.size), value.bytes, value.size);
    }
    return value;
}

/* The row with a number, which trust_id() gave it; -1: there is none. */
static int64_t index_of(const struct trust *trust, enum table_number table, int64_t number)
{
    int64_t index = (number - trust_id(trust, table, 0)) / 3;

    while (index > 0 && trust_id(trust, table, index) > number) {
        index--;
    }
    while (index < trust->count[table] && trust_id(trust, table, index) < number) {
        index++;
    }
    return index >= 0 && index < trust->count[table] && trust_id(trust, table, index) == number
               ? index
               : -1;
}

static struct value code_value(int64_t number, const char *what)
{
    static const struct {
        int64_t number;
        const char *cdf;
        const char *display;
        const char *nhs;
    } named[] = {
#define CODE(symbol, number, set, cdf, display, nhs) {number, cdf, display, nhs},
#define CODE_BEHIND                                  CODE
#include "codes.def"
#undef CODE_BEHIND
#undef CODE
    };

    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (named[i].number == number) {
            return text_value(strcmp(what, "cdf") == 0       ? named[i].cdf
                              : strcmp(what, "display") == 0 ? named[i].display
                                                             : named[i].nhs);
        }
    }
    return nothing;
}

/* The numeric column of the feed holds whole numbers only. */
static struct value rounded(struct feed_values *values, const struct row *row)
{
    const struct value *value = feed_column(row, "RESULT_VAL");
    char *text = row_room(values->line, value->size + 1);
    char *end = NULL;

    if (value->kind != VALUE_TEXT || value->size == 0) {
        return nothing;
    }
    memcpy(text, value->bytes, value->size);
    text[value->size] = '\0';
    int64_t number = strtoll(text, &end, 10);
    bool up = *end == '.' && end[1] >= '5';
    if (end == text || (*end != '\0' && *end != '.')) {
        return nothing;
    }
    return number_value(number + up);
}

/* The event of a current row of CLINICAL_EVENT, where it is of this section. */
static bool event_in(const struct trust *trust,
                     const struct row *row,
                     enum event_section section,
                     struct event *event)
{
    int64_t index = row->index - trust->superseded;

    if (index < 0 || index >= trust->events) {
        return false;
    }
    event_of(trust, index, event);
    return event->section == section;
}

static struct value result_text(struct feed_values *values, const struct row *row)
{
    struct event event;

    if (event_in(values->trust, row, EVENTS_CODED, &event)) {
        struct value code = other_value(values, T_CE_CODED_RESULT, event.which, "RESULT_CD");
        return code_value(code.integer, "display");
    }
    return *feed_column(row, "RESULT_VAL");
}

static struct value result_date(struct feed_values *values, const struct row *row)
{
    struct event event;

    return event_in(values->trust, row, EVENTS_DATE, &event)
               ? other_value(values, T_CE_DATE_RESULT, event.which, "RESULT_DT_TM")
               : nothing;
}

/* The place of an encounter among booked ones; -1: it is none of them. */
static int64_t place_booked(const struct trust *trust, int64_t encounter)
{
    if (encounter >= trust->encounter_order.size) {
        return -1;
    }
    int64_t place =
        permutation_at(&trust->encounter_order, encounter) - trust->inpatients - trust->emergencies;
    return place < trust->booked ? place : -1;
}

bool feed_is_booked(const struct trust *trust, const struct row *row)
{
    return place_booked(trust, row->index) >= 0;
}

/* Each fourth outpatient, where the number is nobody else's. */
bool feed_is_referred(const struct trust *trust, const struct row *row)
{
    int64_t which = 0;

    return feed_number(row, "ENCNTR_TYPE_CLASS_CD") == CODE_CLASS_OUTPATIENT &&
           row->index % 4 == 0 && row->index < trust->encounter_order.size &&
           dirt_at(&trust->dirt, FIN_ALIASES, row->index, &which) == CLEAN;
}

/* When whoever waits for this was referred. */
static struct value referred(struct feed_values *values, const struct row *row)
{
    int64_t wait = place_booked(values->trust, row->index);
    if (wait >= 0) {
        return other_value(values, T_PM_WAIT_LIST, wait, "WAITING_START_DT_TM");
    }
    int64_t created = feed_number(row, "CREATE_DT_TM");
    return (struct value){.kind = VALUE_MOMENT,
                          .integer = outside_outage(values->trust, created - 20 * DAY)};
}

/* When the clock of a pathway stopped: with the removal from the list, or the first visit. */
static struct value waited_until(struct feed_values *values, const struct row *row)
{
    int64_t wait = place_booked(values->trust, row->index);
    return wait >= 0 ? other_value(values, T_PM_WAIT_LIST, wait, "WAITING_END_DT_TM")
                     : *feed_column(row, "DEPART_DT_TM");
}

static struct value of_encounter(struct feed_values *values,
                                 const struct row *row,
                                 const char *name)
{
    const struct trust *trust = values->trust;

    if (strcmp(name, "@fin") == 0) {
        return other_value(values, T_ENCNTR_ALIAS, row->index, "ALIAS");
    }
    if (strcmp(name, "@visit") == 0) {
        int64_t alias = trust->count[T_ENCOUNTER] + trust->count[T_ENCOUNTER] - 1 - row->index;
        struct value type = other_value(values, T_ENCNTR_ALIAS, alias, "ENCNTR_ALIAS_TYPE_CD");
        return type.integer == CODE_VISIT ? other_value(values, T_ENCNTR_ALIAS, alias, "ALIAS")
                                          : nothing;
    }
    if (strcmp(name, "@responsible") == 0) {
        return other_value(values, T_ENCNTR_PRSNL_RELTN, row->index, "PRSNL_PERSON_ID");
    }
    if (strcmp(name, "@referrer") == 0) {
        return other_value(values,
                           T_ENCNTR_PRSNL_RELTN,
                           trust->count[T_ENCOUNTER] + row->index,
                           "PRSNL_PERSON_ID");
    }
    if (strcmp(name, "@referred") == 0) {
        return referred(values, row);
    }
    struct value until = waited_until(values, row);
    if (strcmp(name, "@waited_until") == 0) {
        return until;
    }
    if (strcmp(name, "@wait_end") == 0) { /* first treatment */
        return until.kind == VALUE_NULL ? nothing : text_value("30");
    }
    if (strcmp(name, "@wait_status") == 0) {
        return number_value(until.kind == VALUE_NULL ? CODE_WAIT_WAITING : CODE_WAIT_REMOVED);
    }
    bool has_one = feed_is_booked(trust, row) || feed_is_referred(trust, row);
    if (!has_one) {
        return nothing;
    }
    if (strcmp(name, "@episode") == 0) {
        return *feed_column(row, "ENCNTR_ID");
    }
    char *pathway = row_room(values->line, PATHWAY_BYTES);
    (void)snprintf(pathway, PATHWAY_BYTES, "RN1%017lld", (long long)row->index);
    return text_value(pathway);
}

static struct value of_person(struct feed_values *values, const struct row *row, const char *name)
{
    const struct trust *trust = values->trust;

    if (row->index >= trust->persons) {
        return nothing;
    }
    if (strcmp(name, "@mrn") == 0) {
        return other_value(values, T_PERSON_ALIAS, row->index, "ALIAS");
    }
    int64_t alias = nhs_alias_of(trust, person_place(trust, row->index));
    return alias < 0 ? nothing
                     : other_value(values,
                                   T_PERSON_ALIAS,
                                   trust->persons + alias,
                                   strcmp(name, "@nhs") == 0 ? "ALIAS" : "PERSON_ALIAS_STATUS_CD");
}

/* First records come before second ones, which belong to the same encounters. */
bool feed_goes_on(struct feed_values *values, const struct row *row)
{
    int64_t first = row->index - values->trust->count[T_ENCOUNTER];
    if (first < 0) {
        return false;
    }
    int64_t ward = other_value(values, T_ENCNTR_LOC_HIST, first, "LOC_NURSE_UNIT_CD").integer;
    int64_t until = other_value(values, T_ENCNTR_LOC_HIST, first, "END_EFFECTIVE_DT_TM").integer;
    return ward == feed_number(row, "LOC_NURSE_UNIT_CD") &&
           until >= feed_number(row, "BEG_EFFECTIVE_DT_TM");
}

static struct value stay_end(struct feed_values *values, const struct row *row)
{
    int64_t next = row->index + values->trust->count[T_ENCOUNTER];
    const struct value *end = feed_column(row, "END_EFFECTIVE_DT_TM");
    int64_t ward = other_value(values, T_ENCNTR_LOC_HIST, next, "LOC_NURSE_UNIT_CD").integer;
    int64_t from = other_value(values, T_ENCNTR_LOC_HIST, next, "BEG_EFFECTIVE_DT_TM").integer;
    bool goes_on = ward == feed_number(row, "LOC_NURSE_UNIT_CD") && end->integer >= from;

    return goes_on ? other_value(values, T_ENCNTR_LOC_HIST, next, "END_EFFECTIVE_DT_TM") : *end;
}

/* The latest code of an organization, which is its last row. */
static struct value organization_code(struct feed_values *values, int64_t organization)
{
    int64_t all = values->trust->count[T_ORGANIZATION];
    int64_t codes = values->trust->count[T_ORGANIZATION_ALIAS];
    int64_t last = organization + (codes - 1 - organization) / all * all;

    return organization < codes ? other_value(values, T_ORGANIZATION_ALIAS, last, "ALIAS")
                                : nothing;
}

/* The code of a place, where it is of this level, or of the place of the level that it lies in. */
static struct value level(const struct trust *trust, int64_t place, const char *name)
{
    const char *own = place == 0                      ? "@site"
                      : place <= BUILDINGS            ? "@building"
                      : place_is_ward(trust, place)   ? "@ward"
                      : place_is_clinic(trust, place) ? "@clinic"
                      : place % 5 == 0                ? "@room"
                                                      : "@bed";
    if (strcmp(name, own) == 0) {
        return number_value(location_cd(place));
    }
    if (strcmp(name, "@site") == 0) {
        return number_value(location_cd(0));
    }
    return number_value(
        strcmp(name, "@building") == 0 && place > BUILDINGS ? location_cd(building_of(place)) : 0);
}

/* The piece of the document that the chunk is, without line ends, which the file cannot hold. */
static struct value piece(struct feed_values *values, const struct document *document, bool second)
{
    size_t half = document->size / 2;
    size_t from = second ? half : 0;
    size_t to = document->two_chunks && !second ? half : document->size;
    size_t size = 0;

    if (document->kind == D63 && !document->two_chunks && document->which % 2 == 0) {
        to = half;
    }
    char *text = row_room(values->line, to - from);
    for (size_t i = from; i < to; i++) {
        char c = document->text[i];
        if (c != '\r') {
            text[size++] = c == '\n' ? ' ' : c;
        }
    }
    return (struct value){VALUE_TEXT, 0, text, size};
}

static struct value of_chunk(struct feed_values *values, const struct row *row, const char *name)
{
    const struct trust *trust = values->trust;
    int64_t place = row->index % FOUR_DOCUMENTS;
    struct document document;

    if (strcmp(name, "@chunk") == 0) {
        return number_value(trust_id(trust, T_CE_BLOB, row->index));
    }
    document_of(trust, row->index / FOUR_DOCUMENTS * 4 + (place > 0 ? place - 1 : 0), &document);
    if (strcmp(name, "@piece") == 0) {
        return piece(values, &document, place == 1);
    }
    bool whole = document.kind != D63 || document.two_chunks;
    bool cut = !whole && document.which % 2 == 0;
    return number_value(strcmp(name, "@cut") == 0 ? cut : !whole && !cut);
}

static struct value of_staff(struct feed_values *values, const struct row *row, const char *name)
{
    int64_t all = values->trust->count[T_PRSNL];
    return other_value(
        values, T_PRSNL_ALIAS, strcmp(name, "@gmc") == 0 ? row->index : all + row->index, "ALIAS");
}

static struct value computed(struct feed_values *values, const struct row *row, const char *name)
{
    const struct trust *trust = values->trust;
    struct value value;

    if (strcmp(name, "@extract") == 0) {
        return (struct value){.kind = VALUE_MOMENT, .integer = values->extracted};
    }
    if (strcmp(name, "@active") == 0) {
        return table_column(row->table, "ACTIVE_IND") >= 0 ? *feed_column(row, "ACTIVE_IND")
                                                           : number_value(1);
    }
    switch ((int)row->table->number) {
    case T_PERSON:
        return of_person(values, row, name);
    case T_ENCOUNTER:
        return of_encounter(values, row, name);
    case T_ENCNTR_LOC_HIST:
        return stay_end(values, row);
    case T_CLINICAL_EVENT:
        return strcmp(name, "@rounded") == 0 ? rounded(values, row)
               : strcmp(name, "@text") == 0  ? result_text(values, row)
                                             : result_date(values, row);
    case T_CODE_VALUE:
        return text_value(code_nhs(feed_number(row, "CODE_VALUE")));
    case T_ORGANIZATION:
        return organization_code(values, row->index);
    case T_LOCATION:
        return level(trust, row->index, name);
    case T_PRSNL:
        return of_staff(values, row, name);
    case T_CE_BLOB:
        return of_chunk(values, row, name);
    case T_DIAGNOSIS: /* the term, or what was typed instead */
        value = other_value(values,
                            T_NOMENCLATURE,
                            index_of(trust, T_NOMENCLATURE, feed_number(row, "NOMENCLATURE_ID")),
                            "SOURCE_STRING");
        return value.kind == VALUE_NULL ? *feed_column(row, "DIAG_FTDESC") : value;
    case T_ORDERS:
        return other_value(
            values,
            T_ORDER_ACTION,
            children_of(row->index, trust->count[T_ORDERS], trust->count[T_ORDER_ACTION]).from,
            "ORDER_PROVIDER_ID");
    case T_SCH_EVENT_ACTION: /* of the patient's row of the event */
        return number_value(trust_id(trust, T_SCH_APPT, row->index % trust->count[T_SCH_EVENT]));
    default:
        fatal("the feed asks %s for %s", row->table->name, name);
    }
}

static enum table_number table_of(const struct table *tables, const char *name)
{
    for (int i = 0; i < TABLES; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return tables[i].number;
        }
    }
    fatal("the feed asks for table %s", name);
}

void feed_source_read(struct feed_source *source, const struct table *tables, char *text)
{
    char *step = strchr(text, '>');

    source->first = text;
    while (step != NULL) {
        *step++ = '\0';
        char *next = strchr(step, '>');
        if (next != NULL) {
            *next = '\0';
        }
        char *point = strchr(step, '.');
        if (point != NULL) {
            *point = '\0';
        }
        if (source->steps == FEED_STEPS_MAX) {
            fatal("the feed goes too far from %s", text);
        }
        source->step[source->steps].table = point == NULL ? TABLES : table_of(tables, step);
        source->step[source->steps++].name = point == NULL ? step : point + 1;
        step = next;
    }
}

struct value feed_value(struct feed_values *values,
                        const struct row *row,
                        const struct feed_source *source)
{
    struct value value = nothing;

    if (source->first == NULL) {
        return nothing;
    }
    if (source->first[0] == '\'') {
        value = (struct value){VALUE_TEXT, 0, source->first + 1, strlen(source->first) - 2};
    } else if (source->first[0] == '@') {
        value = computed(values, row, source->first);
    } else {
        value = *feed_column(row, source->first);
    }
    for (int i = 0; i < source->steps && value.kind == VALUE_INTEGER; i++) {
        enum table_number table = source->step[i].table;
        value = table == TABLES ? code_value(value.integer, source->step[i].name)
                                : other_value(values,
                                              table,
                                              index_of(values->trust, table, value.integer),
                                              source->step[i].name);
    }
    return value;
}
