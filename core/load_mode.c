/* load_mode.c — the contract is in load_mode.h. SPDX-License-Identifier: Apache-2.0 */
#include "novate/load_mode.h"

static const struct {
    const char *text;
    const char *meaning;
} modes[LOAD_MODE_COUNT] = {
#define LOAD_MODE(name, text, meaning) {text, meaning},
#include "novate/load_modes.def"
#undef LOAD_MODE
};

const char *load_mode_text(enum load_mode mode)
{
    return modes[mode].text;
}

const char *load_mode_meaning(enum load_mode mode)
{
    return modes[mode].meaning;
}
