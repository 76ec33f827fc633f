/* Kinds: what a list of single words says of the words of a text, and where its signs stand.
 *
 * The reference is Reader in framing/hits/context/cues.py, which asks so for the words around hits.
 */
#include "core.h"

/* The most letters of a word in the list. */
enum { LONGEST_KIND = 16, HALF = 8 };

EXPORTED int32_t framing_kinds(const struct framing_kinds *given);
EXPORTED int32_t framing_codes(const struct framing_kinds *given);
EXPORTED int32_t framing_has(const struct framing_kinds *given);
EXPORTED int32_t framing_joined(const struct framing_kinds *given);
EXPORTED void framing_positions(const struct framing_kinds *given, uint32_t *at);
EXPORTED void framing_ranks(int64_t count, const int64_t *place, int32_t right, int64_t wanted,
                            const int64_t *position, int64_t *rank);
EXPORTED int64_t framing_sign_places(int64_t n, const uint8_t *flags, int64_t *place);

/* The number of places before a position. ``near`` is the answer for the position before: most
 * positions rise, so that the next answer is not far. */
int64_t rank_of(const int64_t *place, int64_t count, int64_t position, bool right, int64_t near) {
    int64_t low = 0, past = count, step = 1;
    if (!near || is_before(place[near - 1], position, right)) {
        low = near;
        while (low + step <= count && is_before(place[low + step - 1], position, right)) {
            low += step;
            step *= 2;
        }
        if (low + step <= count) past = low + step - 1;
    } else {
        past = near - 1;
    }
    while (low < past) {
        int64_t middle = low + (past - low) / 2;
        if (is_before(place[middle], position, right)) {
            low = middle + 1;
        } else {
            past = middle;
        }
    }
    return low;
}

/* Fill in, as numpy.searchsorted does, how many of some sorted places are before each position. */
void framing_ranks(int64_t count, const int64_t *place, int32_t right, int64_t wanted,
                   const int64_t *position, int64_t *rank) {
    int64_t near = 0;
    for (int64_t i = 0; i < wanted; i++) {
        rank[i] = near = rank_of(place, count, position[i], right != 0, near);
    }
}

/* The offset in the text of a position in the folded text; ``near`` as in rank_of. */
int64_t into_text(const struct framing_kinds *given, int64_t position, int64_t *near) {
    if (!given->breaks) return position;
    *near = rank_near(given->break_at, given->breaks, position, true, *near);
    /* Before the first break, numpy counts from the last. */
    int64_t at = *near ? *near - 1 : given->breaks - 1;
    return given->offset[at] + (position - given->break_at[at]);
}

/* The code point at an offset; outside the text that of the first or the last character. */
static uint32_t code_of(const struct framing_kinds *given, int64_t offset) {
    return given->code[offset < 0 ? 0 : offset < given->n ? offset : given->n - 1];
}

/* The key of the word of plain letters that starts at an offset, 0 for none: eight letters are one
 * number, the first in its lowest byte. A word of more letters than are looked at has those. */
static uint64_t key_at(const struct framing_kinds *given, int64_t offset) {
    uint64_t half[2] = {0, 0};
    int64_t past = given->n - offset < LONGEST_KIND ? given->n : offset + LONGEST_KIND;
    for (int64_t i = offset; i < past; i++) {
        uint32_t letter = given->code[i] | 0x20;
        if (letter - 'a' > 25) break;
        int64_t place = i - offset;
        half[place / HALF] |= (uint64_t)letter << 8 * (place % HALF);
    }
    return half[0] * UINT64_C(0x9E3779B97F4A7C15) ^ half[1];
}

static uint32_t kinds_of(const struct framing_kinds *given, uint64_t key) {
    uint64_t last = (uint64_t)given->slots - 1, slot = key >> given->shift;
    while (given->key[slot] && given->key[slot] != key) slot = (slot + 1) & last;
    return given->key[slot] == key ? given->kind[slot] : 0;
}

/* Find the kinds of the word that starts at a position; ``near`` as in rank_of. Return false where
 * that is outside the text. */
bool kinds_at(const struct framing_kinds *given, int64_t position, int64_t *near, uint32_t *kinds) {
    int64_t offset = into_text(given, position, near);
    /* As in numpy, a negative number counts from the end, which is one place after the text. */
    if (offset < 0) offset += given->n + 1;
    if (offset < 0 || offset > given->n) return false;
    uint64_t key = key_at(given, offset);
    *kinds = key ? kinds_of(given, key) : 0;
    return true;
}

/* Fill in the kinds of the words that start at some positions. Return 0, or BAD_TEXT where one is
 * outside the text. */
int32_t framing_kinds(const struct framing_kinds *given) {
    int64_t near = 0;
    for (int64_t i = 0; i < given->count; i++) {
        if (!kinds_at(given, given->position[i], &near, &given->found[i])) return BAD_TEXT;
    }
    return 0;
}

/* Fill in the code point at each position of the folded text, for which ``at`` has room. */
void framing_positions(const struct framing_kinds *given, uint32_t *at) {
    int64_t near = 0;
    for (int64_t from = 0, past; from < given->known; from = past) {
        /* Up to the next break positions and offsets rise together. */
        int64_t offset = into_text(given, from, &near);
        past = given->breaks && near < given->breaks ? given->break_at[near] : given->known;
        if (past > given->known) past = given->known;
        int64_t count = past - from;
        if (offset >= 0 && offset + count <= given->n) {
            memcpy(at + from, given->code + offset, (size_t)count * sizeof *at);
        } else {
            for (int64_t i = 0; i < count; i++) at[from + i] = code_of(given, offset + i);
        }
    }
}

/* The code point at a position; outside the text that of the first or the last character. */
uint32_t code_before_or_after(const struct framing_kinds *given, int64_t position, int64_t *near) {
    return code_of(given, into_text(given, position, near));
}

/* Fill in the code points at some positions. Return 0, or BAD_TEXT where there is no text. */
int32_t framing_codes(const struct framing_kinds *given) {
    int64_t near = 0;
    if (!given->n) return BAD_TEXT;
    for (int64_t i = 0; i < given->count; i++) {
        given->code_found[i] = code_in(given, given->position[i], &near);
    }
    return 0;
}

/* Fill in whether the characters at some positions have a flag. Return 0, or BAD_TEXT where one is
 * far before the text. */
int32_t framing_has(const struct framing_kinds *given) {
    if (!given->length) return BAD_TEXT;
    for (int64_t i = 0; i < given->count; i++) {
        int64_t at = flag_place(given, given->position[i]);
        if (at < 0) return BAD_TEXT;
        given->holds[i] = (given->flags[at] & given->flag) != 0;
    }
    return 0;
}

/* Fill in whether only a space parts a word from the word before; otherwise as framing_has. */
int32_t framing_joined(const struct framing_kinds *given) {
    if (!given->length) return BAD_TEXT;
    for (int64_t i = 0; i < given->count; i++) {
        int64_t space = flag_place(given, given->position[i] - 1);
        int64_t letter = flag_place(given, given->position[i] - 2);
        if (space < 0 || letter < 0) return BAD_TEXT;
        given->holds[i] = (given->flags[space] & SPACE) && (given->flags[letter] & WORD);
    }
    return 0;
}

/* List where the characters stand that are neither white space nor part of a word; there is room
 * for one more than the text has characters. Return their number. */
int64_t framing_sign_places(int64_t n, const uint8_t *flags, int64_t *place) {
    const uint64_t each = UINT64_C(0x0101010101010101);
    int64_t count = 0;
    for (int64_t i = 0; i < n;) {
        /* Most runs of eight characters have no sign. */
        uint64_t eight = 0;
        if (n - i >= 8) memcpy(&eight, flags + i, sizeof eight);
        if (((eight & each * WORD) / WORD | (eight & each * SPACE) / SPACE) == each) {
            i += 8;
            continue;
        }
        for (int64_t past = n - i < 8 ? n : i + 8; i < past; i++) {
            place[count] = i;
            count += !(flags[i] & (WORD | SPACE));
        }
    }
    return count;
}
