/* Gate: whether any of many strings can begin at a position of a text.
 *
 * Most words of a text begin no string, and most of those that do would be walked along for some
 * letters before that is clear. Three tables of bits, which are small, know the first
 * symbols of every string: two, four or eight, as it has so many. They may let a position through
 * in vain, and never keep one out. A fourth knows which symbols come after a word where strings go
 * on.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

void gate_free(struct gate *gate) {
    free(gate->first);
    free(gate->two);
    free(gate->four);
    free(gate->eight);
    free(gate->onward_by);
    free(gate->onward);
    memset(gate, 0, sizeof *gate);
}

static void set_bit(uint64_t *table, uint32_t bit) {
    table[bit >> 6] |= UINT64_C(1) << (bit & 63);
}

/* Note which symbols come after each word of a string that goes on there. */
static void add_onward(struct gate *gate, const struct framing_tables *t, const struct trie *trie,
                       uint32_t string) {
    uint32_t past = t->string_from[string + 1], node = 0;
    for (uint32_t place = t->string_from[string]; place + 1 < past; place++) {
        uint16_t symbol = t->string_symbols[place];
        node = node ? trie_step(trie, node, symbol) : trie->root[symbol];
        /* Symbols from here on end a word; at the others nearly no walk leaves one. */
        if (symbol < 2 * t->classes) {
            gate->onward_by[node] = ONWARD_UNKNOWN;
            continue;
        }
        bool brief = past - place - 1 < GATE_ONWARD;
        uint16_t next[4] = {0};
        memcpy(next, t->string_symbols + place + 1, (brief ? GATE_BRIEF : GATE_ONWARD) * 2);
        set_bit(gate->onward, onward_bit(node, next, ONWARD_BRIEF));
        if (brief) {
            gate->onward_by[node] = ONWARD_BRIEF;
        } else {
            set_bit(gate->onward, onward_bit(node, next, ONWARD_THREE));
        }
    }
}

bool gate_build(struct gate *gate, const struct framing_tables *t, const struct trie *trie) {
    memset(gate, 0, sizeof *gate);
    gate->first = calloc((size_t)4 * t->classes + 1, sizeof *gate->first);
    gate->two = calloc(GATE_BITS / 64, sizeof *gate->two);
    gate->four = calloc(GATE_BITS / 64, sizeof *gate->four);
    gate->eight = calloc(GATE_BITS / 64, sizeof *gate->eight);
    gate->onward_by = calloc((size_t)trie->nodes + 1, sizeof *gate->onward_by);
    gate->onward = calloc((size_t)(1 << ONWARD_POWER) / 64, sizeof *gate->onward);
    if (!gate->first || !gate->two || !gate->four || !gate->eight ||
        !gate->onward_by || !gate->onward) {
        gate_free(gate);
        return false;
    }
    for (uint32_t string = 0; string < t->strings; string++) {
        const uint16_t *symbol = t->string_symbols + t->string_from[string];
        uint32_t length = t->string_from[string + 1] - t->string_from[string];
        /* The first form of a class, without a mark, stands inside a word. */
        gate->inside |= symbol[0] < t->classes && t->class_flags[symbol[0]] & WORD;
        gate->inside |= symbol[0] >= 2 * t->classes && symbol[0] < 3 * t->classes;
        gate->first[symbol[0]] |= length == 1 ? GATE_WHOLE : GATE_FIRST;
        if (length == 1) continue;
        uint64_t *table = length < GATE_FOUR ? gate->two : length < GATE_EIGHT ? gate->four : gate->eight;
        uint32_t known = length < GATE_FOUR ? GATE_TWO : length < GATE_EIGHT ? GATE_FOUR : GATE_EIGHT;
        set_bit(table, gate_bit(symbol, known));
        add_onward(gate, t, trie, string);
    }
    return true;
}
