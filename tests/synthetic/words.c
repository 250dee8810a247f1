/* words.c — lists of words: what names, streets and letters are put together from. Surnames are a
 * head and a tail, so that there are many and none is anybody's.
 * SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <stddef.h>

enum {
    WORDS_MAX = 48
};

static const char *const lists[WORD_LISTS][WORDS_MAX] = {
    [WORDS_SURNAME_HEAD] = {"Ash",  "Bar",  "Brad", "Cal",   "Chil",  "Dun", "Ed",
                            "Fair", "Fern", "Gold", "Hack",  "Har",   "Hol", "Itch",
                            "Kemp", "Lain", "Lang", "Lit",   "Mar",   "Mer", "Mil",
                            "Net",  "Nut",  "Oak",  "Otter", "Pen",   "Pur", "Quel",
                            "Rad",  "Rum",  "Sher", "Stock", "Thorn", "Twy", "Up",
                            "Varn", "Wal",  "Wher", "Win",   "Wyk",   "Yal", "Zel"},
    [WORDS_SURNAME_TAIL] = {"bourne", "bridge", "bury",  "by",    "chester", "combe", "cott",
                            "croft",  "dale",   "den",   "don",   "ett",     "field", "ford",
                            "gate",   "ham",    "hurst", "ing",   "kin",     "ley",   "low",
                            "man",    "mere",   "more",  "ridge", "sham",    "stead", "ston",
                            "thorpe", "ton",    "way",   "well",  "wick",    "wood",  "worth"},
    [WORDS_GIRL] = {"Ada",   "Beatrice", "Clara", "Dora",   "Elsie", "Flora",    "Grace",
                    "Hilda", "Ivy",      "Joyce", "Kate",   "Lena",  "Mabel",    "Nora",
                    "Olive", "Phyllis",  "Rosa",  "Stella", "Una",   "Winifred", "Yvonne",
                    "Zoë",   "Anwen",    "Siân",  "Renée",  "Chloe", "Harriet",  "Maud",
                    "Priya", "Amina",    "Mei",   "Agnes",  "Edith", "Florence"},
    [WORDS_BOY] = {"Albert", "Bruno",   "Cyril",   "Edwin",    "Fergus",  "George", "Harold",
                   "Ivor",   "Jasper",  "Kenneth", "Leonard",  "Maurice", "Noel",   "Oscar",
                   "Percy",  "Ralph",   "Sidney",  "Thaddeus", "Victor",  "Walter", "Xavier",
                   "Seán",   "José",    "Łukasz",  "Arjun",    "Omar",    "Wei",    "Stanley",
                   "Ernest", "Gilbert", "Horace",  "Jack"},
    [WORDS_STREET] = {"Abbey",    "Bakers", "Castle", "Dean",  "Eastgate", "Friary",
                      "Garnier",  "Hyde",   "Itchen", "Jewry", "Kings",    "Linden",
                      "Mill",     "North",  "Orams",  "Parch", "Quarry",   "Romsey",
                      "Stanmore", "Tower",  "Upper",  "Vale",  "Water",    "Worthy"},
    [WORDS_STREET_KIND] = {"Road", "Lane", "Close", "Avenue", "Walk", "Street", "Hill", "Drove"},
    [WORDS_TOWN] = {"Winchester", "Eastleigh", "Alresford", "Twyford", "Otterbourne", "Colden"},
    [WORDS_COMPLAINT] = {"chest pain",
                         "fall at home",
                         "review after operation",
                         "shortness of breath",
                         "fractured wrist",
                         "antenatal visit",
                         "abdominal pain, \"colicky\"",
                         "headache; nausea",
                         "cough for 3/52",
                         "knee pain <2 weeks",
                         "cataract & glaucoma",
                         "hernia repair"},
    [WORDS_ALLERGEN] = {"Penicillin",
                        "Amoxicillin",
                        "Codeine",
                        "Latex",
                        "Peanut",
                        "Aspirin",
                        "Ibuprofen",
                        "Trimethoprim",
                        "Egg",
                        "Elastoplast"},
    [WORDS_REPORT] = {"The heart is not enlarged.",
                      "Lungs are clear.",
                      "No fracture is seen.",
                      "There is minor degenerative change.",
                      "Comparison is made with the film of last year.",
                      "No focal abnormality.",
                      "The gallbladder contains several stones.",
                      "Appearances are within normal limits.",
                      "Clinical correlation is advised.",
                      "Small left pleural effusion.",
                      "Alignment is satisfactory.",
                      "The kidneys are of normal size and outline."},
};

const char *word_at(enum word_list list, int64_t number)
{
    int64_t count = 0;
    while (count < WORDS_MAX && lists[list][count] != NULL) {
        count++;
    }
    return lists[list][number % count];
}

const char *word_any(enum word_list list, struct dice *dice)
{
    return word_at(list, dice_below(dice, INT64_C(1) << 32));
}
