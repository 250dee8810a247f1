/* fill_order.c — ORDERS, what was done with them and said of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "orders.h"
#include "pacs.h"
#include "winpath.h"

enum {
    DETAILS_EACH = 6
};

static void fill_sort(struct row *row, const struct order *order)
{
    int64_t activity = CODE_ACTIVITY_LAB;
    int64_t type = CODE_CATALOG_LAB;

    switch (order->section) {
    case ORDERS_LAB:
    case ORDERS_BACK_LAB:
    case ORDERS_ELECTRONIC:
        break;
    case ORDERS_RADIOLOGY:
    case ORDERS_BACK_RAD:
        activity = CODE_ACTIVITY_RADIOLOGY;
        type = CODE_CATALOG_RADIOLOGY;
        break;
    case ORDERS_OTHER:
    case ORDERS_TEMPLATE:
        activity = order->catalog == CODE_ORDERABLE_MEDICINE ? CODE_ACTIVITY_PHARMACY
                                                             : CODE_ACTIVITY_NURSING;
        type = order->catalog == CODE_ORDERABLE_MEDICINE ? CODE_CATALOG_PHARMACY
                                                         : CODE_CATALOG_NURSING;
        break;
    }
    row_number(row, "ACTIVITY_TYPE_CD", activity);
    row_number(row, "CATALOG_TYPE_CD", type);
    row_number(row, "CATALOG_CD", order->catalog);
}

static void note_order(const struct trust *trust, struct row *row, const struct order *order)
{
    int64_t which = 0;

    if (order->section == ORDERS_TEMPLATE) {
        row_note(row, D52);
    } else if (order->section == ORDERS_BACK_LAB || order->section == ORDERS_BACK_RAD) {
        row_note(row, O05);
        if (order->section == ORDERS_BACK_LAB && order->which < trust->electronic_orders) {
            row_note(row, O06);
        }
    } else if (order->section == ORDERS_LAB &&
               dirt_at(&trust->dirt, LAB_ORDERS, order->index, &which) == D51) {
        row_note(row, D51);
        row_number(row, "ENCNTR_ID", 0);
    }
}

void fill_orders(const struct trust *trust, int64_t index, struct row *row)
{
    struct order order;

    order_of(trust, index, &order);
    row_housekeeping(trust, row, order.entered, order.entered);
    row_number(row, "ORDER_ID", trust_id(trust, T_ORDERS, index));
    row_number(row, "PERSON_ID", trust_id(trust, T_PERSON, order.person));
    row_number(row, "ENCNTR_ID", trust_id(trust, T_ENCOUNTER, order.encounter));
    row_number(row, "ORIGINATING_ENCNTR_ID", trust_id(trust, T_ENCOUNTER, order.encounter));
    fill_sort(row, &order);
    row_text(row, "ORDER_MNEMONIC", order.name);
    row_text(row, "ORDERED_AS_MNEMONIC", order.name);
    row_moment(row, "ORIG_ORDER_DT_TM", order.placed);
    row_moment(row, "CURRENT_START_DT_TM", order.placed);
    row_moment(row, "STATUS_DT_TM", order.entered);
    row_moment(row, "CLIN_RELEVANT_UPDT_DT_TM", order.entered);
    row_number(row,
               "ORDER_STATUS_CD",
               order.completed        ? CODE_ORDER_COMPLETED
               : order.which % 5 == 0 ? CODE_ORDER_CANCELED
                                      : CODE_ORDER_ORDERED);
    row_number(row, "TEMPLATE_ORDER_FLAG", order.section == ORDERS_TEMPLATE ? 1 : 0);
    row_number(row, "ORDER_COMMENT_IND", index % 10 == 0);
    note_order(trust, row, &order);
}

void fill_order_action(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t orders = trust->count[T_ORDERS];
    int64_t actions = trust->count[T_ORDER_ACTION];
    struct order order;

    order_of(trust, parent_of(index, orders, actions), &order);
    int64_t sequence = index - children_of(order.index, orders, actions).from + 1;
    int64_t at = outside_outage(trust, order.entered + (sequence - 1) * HOUR);
    row_housekeeping(trust, row, at, at);
    row_number(row, "ORDER_ID", trust_id(trust, T_ORDERS, order.index));
    row_number(row, "ACTION_SEQUENCE", sequence);
    row_number(row, "ORDER_ACTION_ID", trust_id(trust, T_ORDER_ACTION, index));
    row_number(row, "ACTION_TYPE_CD", sequence == 1 ? CODE_ACTION_ORDER : CODE_ACTION_COMPLETE);
    row_moment(row, "ACTION_DT_TM", at);
    row_moment(row, "ORDER_DT_TM", order.placed);
    row_number(row, "ACTION_PERSONNEL_ID", prsnl_id(trust, index % trust->count[T_PRSNL]));
    row_number(row, "ORDER_PROVIDER_ID", prsnl_id(trust, index * 7 % trust->count[T_PRSNL]));
}

/* The number that the other system gave it: how orders that were entered later are found again. */
static void fill_accession(const struct trust *trust, struct row *row, const struct order *order)
{
    struct sample sample;

    switch (order->section) {
    case ORDERS_LAB:
    case ORDERS_BACK_LAB:
    case ORDERS_ELECTRONIC:
        sample_of(trust, order->source, &sample);
        row_format(row, "OE_FIELD_DISPLAY_VALUE", "%s", sample.lab_no);
        break;
    case ORDERS_RADIOLOGY:
    case ORDERS_BACK_RAD:
        row_format(row, "OE_FIELD_DISPLAY_VALUE", STUDY_ACCESSION, (long long)order->source);
        break;
    case ORDERS_OTHER:
    case ORDERS_TEMPLATE:
        break;
    }
}

static void fill_field(const struct trust *trust,
                       struct row *row,
                       const struct order *order,
                       int64_t field)
{
    static const struct {
        const char *meaning;
        const char *display;
    } fields[DETAILS_EACH] = {{"REQSTARTDTTM", NULL},
                              {"PRIORITY", "Routine"},
                              {"SPECIMEN TYPE", "Blood"},
                              {"ACCESSION", NULL},
                              {"REASONFOREXAM", "review"},
                              {"FREQ", "ONCE"}};

    row_number(row, "DETAIL_SEQUENCE", field + 1);
    row_number(row, "OE_FIELD_ID", 12000 + field);
    row_number(row, "OE_FIELD_MEANING_ID", 50 + field);
    row_text(row, "OE_FIELD_MEANING", fields[field].meaning);
    if (field == 0) {
        char *text = row_room(row, MOMENT_TEXT);
        (void)moment_write(london_of_utc(order->placed), FORM_SLASHED_MINUTE, text);
        row_moment(row, "OE_FIELD_DT_TM_VALUE", order->placed);
        row_text(row, "OE_FIELD_DISPLAY_VALUE", text);
    } else if (field == 3) {
        fill_accession(trust, row, order);
    } else {
        row_number(row, "OE_FIELD_VALUE", field == 1 ? 1 : 0);
        row_text(row, "OE_FIELD_DISPLAY_VALUE", fields[field].display);
    }
}

/* Six of each order; a dirty one is the one before it once more. */
void fill_order_detail(const struct trust *trust, int64_t index, struct row *row)
{
    int64_t which = 0;
    int64_t field = index % DETAILS_EACH;
    int64_t of_order = index / DETAILS_EACH * (DETAILS_EACH - 1) - 1;
    struct order order;

    if (field > 0 && dirt_at(&trust->dirt, DETAILS, of_order + field, &which) == D53) {
        row_note(row, D53);
    }
    while (field > 0 && dirt_at(&trust->dirt, DETAILS, of_order + field, &which) == D53) {
        field--;
    }
    order_of(trust, index / DETAILS_EACH, &order);
    row_housekeeping(trust, row, order.entered, order.entered);
    row_number(row, "ORDER_ID", trust_id(trust, T_ORDERS, order.index));
    row_number(row, "ACTION_SEQUENCE", 1);
    fill_field(trust, row, &order, field);
}

void fill_order_comment(const struct trust *trust, int64_t index, struct row *row)
{
    struct order order;

    order_of(trust, index * 10, &order);
    row_housekeeping(trust, row, order.entered, order.entered);
    row_number(row, "ORDER_ID", trust_id(trust, T_ORDERS, order.index));
    row_number(row, "ACTION_SEQUENCE", 1);
    row_number(row, "COMMENT_TYPE_CD", CODE_COMMENT_ORDER);
    row_number(row, "LONG_TEXT_ID", trust_id(trust, T_LONG_TEXT, index));
    row_moment(row, "COMMENT_DT_TM", order.entered);
}
