/* Text: word edges and numbers of tokens of a folded text. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* How many characters are prepared in one go: they stay in the nearest cache meanwhile. */
enum { PREPARED = 2048 };

static bool are_sound(const struct framing_text *given) {
    if (given->sentences < 0) return false;
    int64_t past = 0;
    for (int64_t row = 0; row < given->sentences; row++) {
        if (given->first[row] < past || given->last[row] < given->first[row]) return false;
        past = given->last[row];
    }
    return past <= given->length;
}

static uint16_t highest_class(const uint16_t *classes, int64_t count) {
    uint16_t highest = 0;
    for (int64_t i = 0; i < count; i++) highest = classes[i] > highest ? classes[i] : highest;
    return highest;
}

static bool has_alone(const uint8_t *flags, int64_t count) {
    uint8_t every = 0;
    for (int64_t i = 0; i < count; i++) every |= flags[i];
    return every & ALONE;
}

static void copy_letters(int64_t n, const uint16_t *restrict classes, uint8_t *restrict letter) {
    for (int64_t i = 0; i < n; i++) letter[i] = (uint8_t)classes[i];
}

/* Mark where words begin and end, where only what is no part of a word parts two words. All the
 * characters have one before and one after them. */
static void mark_plain_edges(int64_t n, const uint8_t *restrict flags, const uint16_t *restrict class,
                             uint16_t step, uint16_t *restrict symbol, uint8_t *restrict shape) {
    for (int64_t i = 0; i < n; i++) shape[i] = (flags[i] & WORD) / WORD * (IN_WORD | ONWARD);
    for (int64_t i = 0; i < n; i++) {
        uint16_t word = flags[i] & WORD;
        uint16_t begins = (uint16_t)((word & ~flags[i - 1]) / WORD), ends = word & ~flags[i + 1];
        symbol[i] = (uint16_t)(class[i] + (uint16_t)((begins + ends) * step));
    }
}

/* Mark where words begin and end. Letters of scripts without spaces are words by themselves, with
 * the marks that follow them: Folded.parted and Alphabet.mark_edges are the same in Python. */
static void mark_edges(struct text *text, uint32_t classes, int64_t from, int64_t past) {
    const uint8_t *flags = text->flags;
    for (int64_t i = from; i < past; i++) {
        if (!(flags[i] & WORD)) {
            text->symbol[i] = text->classes[i];
            text->shape[i] = 0;
            continue;
        }
        uint8_t here = flags[i];
        uint8_t before = i ? flags[i - 1] : 0;
        uint8_t after = i + 1 < text->n ? flags[i + 1] : 0;
        bool begins = !(before & WORD) || (((before | here) & ALONE) && !(here & MARK));
        bool ends = !(after & WORD) || (((after | here) & ALONE) && !(after & MARK));
        text->shape[i] = (uint8_t)(IN_WORD | (begins ? 0 : ONWARD));
        /* ONWARD is missing only where a word begins directly after a letter of another word. */
        if (begins && !(before & WORD)) text->shape[i] |= ONWARD;
        text->symbol[i] = (uint16_t)(text->classes[i] + (begins + 2u * ends) * classes);
    }
}

/* Fill in what is looked up often of some characters. Return false where a class is none of them. */
static bool prepare(struct text *text, uint32_t classes, int64_t from, int64_t past) {
    int64_t size = past - from;
    if (highest_class(text->classes + from, size) >= classes) return false;
    copy_letters(size, text->classes + from, text->letter + from);
    int64_t first = from ? from : 1, last = past < text->n ? past : text->n - 1;
    if (last <= first || has_alone(text->flags + first - 1, last - first + 2)) {
        mark_edges(text, classes, from, past);
        return true;
    }
    mark_plain_edges(last - first, text->flags + first, text->classes + first, (uint16_t)classes,
                     text->symbol + first, text->shape + first);
    mark_edges(text, classes, from, first);
    mark_edges(text, classes, last, past);
    return true;
}

static void count_tokens(struct text *text) {
    uint32_t count = 0;
    for (int64_t word = 0; word <= text->n >> 6; word++) {
        text->token_count[word] = count;
        count += (uint32_t)__builtin_popcountll(text->token_bit[word]);
    }
}

int text_open(struct text *text, const struct lexicon *lexicon, const struct framing_text *given) {
    memset(text, 0, sizeof *text);
    if (given->length < 0 || given->length > INT32_MAX - 64) return TOO_LONG;
    if (!are_sound(given)) return BAD_TEXT;
    size_t n = (size_t)given->length;
    text->n = given->length;
    text->classes = given->classes;
    text->flags = given->flags;
    text->sentences = given->sentences;
    text->first = given->first;
    text->last = given->last;
    text->document = given->document;
    text->symbol = malloc((n + ROOM) * sizeof *text->symbol);
    text->letter = malloc((n + ROOM) * sizeof *text->letter);
    text->shape = malloc((n + ROOM) * sizeof *text->shape);
    text->token_bit = given->token_bit;
    text->token_count = malloc(((n >> 6) + 1) * sizeof *text->token_count);
    if (!text->symbol || !text->letter || !text->shape || !text->token_count) {
        text_close(text);
        return NO_MEMORY;
    }
    memset(text->symbol + n, 0, ROOM * sizeof *text->symbol);
    memset(text->letter + n, 0, ROOM * sizeof *text->letter);
    memset(text->shape + n, 0, ROOM * sizeof *text->shape);
    for (int64_t from = 0; from < text->n; from += PREPARED) {
        int64_t past = text->n - from < PREPARED ? text->n : from + PREPARED;
        if (prepare(text, lexicon->t.classes, from, past)) continue;
        text_close(text);
        return BAD_TEXT;
    }
    count_tokens(text);
    return 0;
}

void text_close(struct text *text) {
    free(text->symbol);
    free(text->letter);
    free(text->shape);
    free(text->token_count);
    memset(text, 0, sizeof *text);
}

/* The number of tokens that start before a position, which is at most the length of the text. */
static uint32_t tokens_before(const struct text *text, uint32_t position) {
    uint64_t below = (UINT64_C(1) << (position & 63)) - 1;
    uint64_t bits = text->token_bit[position >> 6] & below;
    return text->token_count[position >> 6] + (uint32_t)__builtin_popcountll(bits);
}

static bool starts_token(const struct text *text, uint32_t position) {
    return text->token_bit[position >> 6] >> (position & 63) & 1;
}

/* The number of the first token of a span. A span can begin with a sign before its first token
 * ($5 billion), or inside a token (they'll). */
uint32_t first_token(const struct text *text, uint32_t start) {
    bool inside = text->shape[start] & IN_WORD;
    if (!inside && start + 1 < text->n && text->shape[start + 1] & IN_WORD) {
        inside = !starts_token(text, start + 1);
    }
    uint32_t past = tokens_before(text, start + inside);
    return past >= inside ? past - inside : 0;
}

uint32_t past_token(const struct text *text, uint32_t end) { return tokens_before(text, end); }

/* Whether a position is inside an address, which is matched as a whole or not at all. */
bool inside_address(const struct text *text, uint32_t position) {
    return position && position < text->n &&
           text->flags[position - 1] & text->flags[position] & ADDRESS;
}

/* Whether the point or comma at a position stands between digits, or a point between single letters. */
static bool joins_signs(const struct text *text, const struct lexicon *lexicon, uint32_t position) {
    if (!position || position + 1 >= text->n || !(text->flags[position] & SIGN)) return false;
    unsigned before = text->flags[position - 1], after = text->flags[position + 1];
    if (!(before & after & WORD) || (before | after) & ALONE) return false;
    unsigned kind = lexicon->t.class_flags[text->classes[position]];
    if ((before | after) & DIGIT) return before & after & DIGIT && kind & (POINT | COMMA);
    bool longer = (position > 1 && text->flags[position - 2] & WORD) ||
                  (position + 2 < text->n && text->flags[position + 2] & WORD);
    return kind & POINT && !longer;
}

/* Whether a position is next to such a sign: 3.5 and U.S. are matched as a whole or not at all. */
bool inside_number(const struct text *text, const struct lexicon *lexicon, uint32_t position) {
    return joins_signs(text, lexicon, position) ||
           (position && joins_signs(text, lexicon, position - 1));
}
