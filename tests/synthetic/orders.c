/* orders.c — one order; the contract is in orders.h. SPDX-License-Identifier: Apache-2.0 */
#include "orders.h"

#include "calendar.h"
#include "codes.h"
#include "encounters.h"
#include "pacs.h"
#include "winpath.h"

static void find_section(const struct trust *trust, struct order *order)
{
    const int64_t sizes[] = {trust->lab_orders,
                             trust->rad_orders,
                             trust->back_lab_orders,
                             trust->back_rad_orders,
                             trust->electronic_orders};
    int64_t rest = order->index;

    if (order->index >= trust->count[T_ORDERS] - trust->template_orders) {
        order->section = ORDERS_TEMPLATE;
        order->which = order->index - (trust->count[T_ORDERS] - trust->template_orders);
        return;
    }
    order->section = ORDERS_LAB;
    for (int i = 0; i < (int)ORDERS_OTHER && rest >= sizes[i]; i++) {
        rest -= sizes[i];
        order->section++;
    }
    order->which = rest;
}

/* The sample or study that an order is for; -1: neither. */
static int64_t source_of(const struct trust *trust, const struct order *order)
{
    int64_t samples = trust->count[T_WINPATH_SAMPLE] - trust->outage_samples;
    int64_t studies = trust->count[T_PACS_STUDY] - trust->outage_studies;

    switch (order->section) {
    case ORDERS_LAB:
        return order->which / 2;
    case ORDERS_RADIOLOGY:
        return order->which;
    case ORDERS_BACK_LAB:
    case ORDERS_ELECTRONIC:
        return samples + trust->outage_samples / 2 + order->which;
    case ORDERS_BACK_RAD:
        return studies + trust->outage_studies / 2 + order->which;
    case ORDERS_OTHER:
    case ORDERS_TEMPLATE:
        break;
    }
    return -1;
}

static void lab_order(const struct trust *trust, struct order *order, struct dice *dice)
{
    struct sample sample;

    sample_of(trust, order->source, &sample);
    order->encounter = sample.encounter;
    order->person = sample.person;
    const struct lab_panel *panel =
        lab_panel_at(sample.panel[order->section == ORDERS_LAB ? order->which % 2 : 0]);
    order->catalog =
        CODE_ORDERABLES + sample.panel[order->section == ORDERS_LAB ? order->which % 2 : 0];
    order->name = panel->name;
    order->placed = sample.taken - 10 * 60 - dice_below(dice, HOUR);
}

static void rad_order(const struct trust *trust, struct order *order, struct dice *dice)
{
    struct study study;

    study_of(trust, order->source, &study);
    order->encounter = study.encounter;
    order->person = study.person;
    order->catalog = CODE_ORDERABLE_XRAY;
    order->name = study.description;
    order->placed = study.made - 10 * 60 - dice_below(dice, HOUR);
}

static void other_order(const struct trust *trust, struct order *order, struct dice *dice)
{
    struct encounter encounter;
    bool medicine = order->section == ORDERS_TEMPLATE || dice_percent(dice, 50);
    int64_t usual = trust->count[T_ENCOUNTER] - trust->back_encounters;

    encounter_of(trust, dice_below(dice, usual), &encounter);
    order->encounter = encounter.index;
    order->person = encounter.person;
    order->catalog = medicine ? CODE_ORDERABLE_MEDICINE : CODE_ORDERABLE_CONSULT;
    order->name = medicine ? "Medication" : "Referral to Consultant";
    order->placed = encounter.arrived + dice_below(dice, 5 * HOUR);
}

void order_of(const struct trust *trust, int64_t index, struct order *order)
{
    struct dice dice = trust_dice(trust, T_ORDERS, index);

    *order = (struct order){.index = index};
    find_section(trust, order);
    order->source = source_of(trust, order);
    switch (order->section) {
    case ORDERS_LAB:
    case ORDERS_BACK_LAB:
    case ORDERS_ELECTRONIC:
        lab_order(trust, order, &dice);
        break;
    case ORDERS_RADIOLOGY:
    case ORDERS_BACK_RAD:
        rad_order(trust, order, &dice);
        break;
    case ORDERS_OTHER:
    case ORDERS_TEMPLATE:
        other_order(trust, order, &dice);
        break;
    }
    order->completed = order->source >= 0 || dice_percent(&dice, 60);
    if (order->section == ORDERS_BACK_LAB || order->section == ORDERS_BACK_RAD) {
        if (order->placed < trust->outage_start) {
            order->placed = trust->outage_start;
        }
        order->entered = trust->outage_end + dice_below(&dice, 10 * DAY);
        return;
    }
    order->placed = order->section == ORDERS_ELECTRONIC
                        ? trust->outage_start - HOUR - dice_below(&dice, HOUR)
                        : outside_outage(trust, order->placed);
    order->entered = order->placed;
}
