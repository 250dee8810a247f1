/* fill_nomenclature.c — NOMENCLATURE; see nomenclature.h. SPDX-License-Identifier: Apache-2.0 */
#include "calendar.h"
#include "codes.h"
#include "fills.h"
#include "nomenclature.h"
#include "words.h"

static const int shares[TERM_SECTIONS] = {30, 5, 35, 1, 14, 1, 14}; /* percent */

struct span terms_of(const struct trust *trust, enum term_section section)
{
    int before = 0;
    for (int i = 0; i < (int)section; i++) {
        before += shares[i];
    }
    int64_t all = trust->count[T_NOMENCLATURE];
    return (struct span){.from = all * before / 100, .to = all * (before + shares[section]) / 100};
}

int64_t term_id(const struct trust *trust, enum term_section section, int64_t which)
{
    struct span span = terms_of(trust, section);
    return trust_id(trust, T_NOMENCLATURE, span.from + which % (span.to - span.from));
}

/* Verhoeff: digits of the dihedral group of ten, the last digit first. */
static int verhoeff(int64_t number)
{
    static const int fold[8][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                                    {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                    {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
                                    {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                    {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
                                    {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                    {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
                                    {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};
    int check = 0;

    for (int position = 0; number > 0; number /= 10, position++) {
        int digit = fold[position % 8][number % 10];
        bool turned = (check < 5) != (digit < 5);
        int sum = (check % 5 + (check < 5 ? digit % 5 : 5 - digit % 5)) % 5;
        check = turned ? sum + 5 : sum;
    }
    return check;
}

bool sctid_valid(int64_t number)
{
    return verhoeff(number) == 0;
}

int64_t sctid(int64_t item, bool extension)
{
    int64_t number = extension ? item * INT64_C(1000000000) + 100000010 : item * 100;
    for (int digit = 0; digit < 10; digit++) {
        if (sctid_valid(number * 10 + digit)) {
            return number * 10 + digit;
        }
    }
    return 0;
}

/* One whose damage the check digit sees. */
static int64_t damaged_sctid(int64_t number)
{
    for (int64_t item = 10000001 + number * 37;; item++) {
        int64_t whole = sctid(item, true);
        int64_t damaged = (int64_t)(double)whole;
        if (damaged != whole && !sctid_valid(damaged)) {
            return damaged;
        }
    }
}

static void fill_icd10(struct row *row, int64_t which, bool odd)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTVWXYZ";
    char letter = letters[which / 1000 % 25];
    int digits = (int)(which % 1000);
    const char *code = NULL;

    if (!odd) {
        code = row_format(row, "SOURCE_IDENTIFIER", "%c%03d", letter, digits);
    } else if (which % 4 == 0) {
        code = row_format(row, "SOURCE_IDENTIFIER", "%c%02d.%d", letter, digits / 10, digits % 10);
    } else if (which % 4 == 1) {
        code = row_format(row, "SOURCE_IDENTIFIER", "%c%02d", letter, digits / 10);
    } else {
        code = row_format(row,
                          "SOURCE_IDENTIFIER",
                          "%c%02d.%d%c",
                          letter,
                          digits / 10,
                          digits % 10,
                          which % 4 == 2 ? 'D' : 'A');
    }
    row_format(row, "CONCEPT_CKI", "ICD10WHO!%s", code);
    row_number(row, "SOURCE_VOCABULARY_CD", CODE_VOCABULARY_ICD10);
    row_number(row, "PRINCIPLE_TYPE_CD", CODE_PRINCIPLE_DISEASE);
}

static void fill_snomed(struct row *row, int64_t which, bool damaged, bool substance)
{
    int64_t item = (substance ? 99000000 : 90000000) + which;
    int64_t number = damaged ? damaged_sctid(which) : sctid(item, which % 3 == 0);
    const char *code = row_format(row, "SOURCE_IDENTIFIER", "%lld", (long long)number);

    row_format(row, "CONCEPT_CKI", "SNOMED!%s", code);
    row_number(row, "SOURCE_VOCABULARY_CD", CODE_VOCABULARY_SNOMED);
    row_number(
        row, "PRINCIPLE_TYPE_CD", substance ? CODE_PRINCIPLE_SUBSTANCE : CODE_PRINCIPLE_DISEASE);
}

static void fill_opcs4(struct row *row, int64_t which, bool local)
{
    static const char letters[] = "ABCDEFGHJKLMNOPQRSTUVWXYZ";
    char letter = letters[which / 1000 % 25];
    int digits = (int)(which % 1000);
    const char *code =
        row_format(row, "SOURCE_IDENTIFIER", local ? "%c%03dA" : "%c%03d", letter, digits);

    row_format(row, "CONCEPT_CKI", "OPCS4!%s", code);
    row_number(row, "SOURCE_VOCABULARY_CD", CODE_VOCABULARY_OPCS4);
    row_number(row, "PRINCIPLE_TYPE_CD", CODE_PRINCIPLE_PROCEDURE);
}

void fill_nomenclature(const struct trust *trust, int64_t index, struct row *row)
{
    enum term_section section = TERMS_ICD10;
    int64_t created = trust->live_from - 100 * DAY;

    while (terms_of(trust, section).to <= index) {
        section++;
    }
    int64_t which = index - terms_of(trust, section).from;
    row_housekeeping(trust, row, created, created);
    row_number(row, "NOMENCLATURE_ID", trust_id(trust, T_NOMENCLATURE, index));
    switch (section) {
    case TERMS_ICD10:
    case TERMS_ICD10_ODD:
        fill_icd10(row, which, section == TERMS_ICD10_ODD);
        break;
    case TERMS_SNOMED:
    case TERMS_SNOMED_DAMAGED:
    case TERMS_SUBSTANCE:
        fill_snomed(row, which, section == TERMS_SNOMED_DAMAGED, section == TERMS_SUBSTANCE);
        break;
    case TERMS_OPCS4:
    case TERMS_OPCS4_LOCAL:
        fill_opcs4(row, which, section == TERMS_OPCS4_LOCAL);
        break;
    case TERM_SECTIONS:
        break;
    }
    if (section == TERMS_SUBSTANCE) {
        row_format(
            row, "SOURCE_STRING", "%s %lld", word_at(WORDS_ALLERGEN, which), (long long)which);
    } else {
        row_format(row,
                   "SOURCE_STRING",
                   "%s, term %lld",
                   word_at(WORDS_COMPLAINT, which),
                   (long long)which);
    }
}
