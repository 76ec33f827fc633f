/* Text: word edges and numbers of tokens of a folded text. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

static bool is_sound(const struct lexicon *lexicon, const struct framing_text *given) {
    if (given->sentences < 0) return false;
    uint16_t highest = 0;
    for (int64_t i = 0; i < given->length; i++) {
        highest = given->classes[i] > highest ? given->classes[i] : highest;
    }
    if (highest >= lexicon->t.classes && given->length) return false;
    int64_t past = 0;
    for (int64_t row = 0; row < given->sentences; row++) {
        if (given->first[row] < past || given->last[row] < given->first[row]) return false;
        past = given->last[row];
    }
    return past <= given->length;
}

static bool has_alone(const struct text *text) {
    uint8_t every = 0;
    for (int64_t i = 0; i < text->n; i++) every |= text->flags[i];
    return every & ALONE;
}

static void copy_letters(int64_t n, const uint16_t *restrict classes, uint8_t *restrict letter) {
    for (int64_t i = 0; i < n; i++) letter[i] = (uint8_t)classes[i];
}

/* Mark where words begin and end, where only what is no part of a word parts two words. */
static void mark_plain_edges(struct text *text, uint32_t classes) {
    const uint8_t *flags = text->flags;
    const uint16_t *class = text->classes, step = (uint16_t)classes;
    uint16_t *symbol = text->symbol;
    uint8_t *shape = text->shape;
    int64_t last = text->n - 1;
    for (int64_t i = 0; i <= last; i++) shape[i] = (flags[i] & WORD) / WORD * (IN_WORD | ONWARD);
    for (int64_t i = 1; i < last; i++) {
        uint16_t word = flags[i] & WORD;
        uint16_t begins = (uint16_t)((word & ~flags[i - 1]) / WORD), ends = word & ~flags[i + 1];
        symbol[i] = (uint16_t)(class[i] + (uint16_t)((begins + ends) * step));
    }
    for (int64_t i = 0; i <= last; i += last ? last : 1) {
        unsigned word = flags[i] & WORD;
        unsigned begins = word & ~(i ? flags[i - 1] : 0u), ends = word & ~(i < last ? flags[i + 1] : 0u);
        symbol[i] = (uint16_t)(class[i] + (begins / WORD + ends) * classes);
    }
}

/* Mark where words begin and end. Letters of scripts without spaces are words by themselves, with
 * the marks that follow them: Folded.parted and Alphabet.mark_edges are the same in Python. */
static void mark_edges(struct text *text, uint32_t classes) {
    const uint8_t *flags = text->flags;
    for (int64_t i = 0; i < text->n; i++) {
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
    if (!is_sound(lexicon, given)) return BAD_TEXT;
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
    copy_letters(given->length, given->classes, text->letter);
    if (has_alone(text)) {
        mark_edges(text, lexicon->t.classes);
    } else {
        mark_plain_edges(text, lexicon->t.classes);
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
