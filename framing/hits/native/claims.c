/* Claims: each token of a sentence can be claimed once per frame, by the longest match first.
 *
 * The reference is claim in framing/hits/matcher.py.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

static int by_rank(const void *one, const void *other) {
    const struct hit *a = one, *b = other;
    uint32_t width = a->past_token - a->first_token, others = b->past_token - b->first_token;
    if (width != others) return width > others ? -1 : 1;
    if (a->end - a->start != b->end - b->start) {
        return a->end - a->start > b->end - b->start ? -1 : 1;
    }
    /* Also inside one token: war'll. */
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->rule != b->rule) return a->rule < b->rule ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static int by_position(const void *one, const void *other) {
    const struct hit *a = one, *b = other;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

/* Sort hits, of which a sentence nearly always has few. No two are equal. */
static void sort_hits(struct hit *hit, size_t count, int (*compare)(const void *, const void *)) {
    if (count > FEW) {
        qsort(hit, count, sizeof *hit, compare);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct hit item = hit[i];
        size_t place = i;
        for (; place && compare(&hit[place - 1], &item) > 0; place--) hit[place] = hit[place - 1];
        hit[place] = item;
    }
}

/* The claims on the tokens or characters of a sentence: one bit per frame for each. */
struct board {
    uint64_t *bits;
    size_t words;        /* numbers of 64 bits per token */
    uint32_t from;       /* the first token */
};

/* Whether a match can have its tokens; if so, they are claimed for its frame. */
static bool takes(struct board *board, const struct hit *hit, uint32_t low, uint32_t past,
                  bool nested) {
    uint64_t mine = UINT64_C(1) << (hit->frame & 63);
    bool all_taken = true;
    for (uint32_t place = low; place < past; place++) {
        const uint64_t *bits = board->bits + (place - board->from) * board->words;
        if (bits[hit->frame >> 6] & mine) return false;
        bool taken = false;
        for (size_t word = 0; word < board->words; word++) taken |= bits[word] != 0;
        all_taken &= taken;
    }
    if (nested && all_taken) return false;
    for (uint32_t place = low; place < past; place++) {
        board->bits[(place - board->from) * board->words + (hit->frame >> 6)] |= mine;
    }
    return true;
}

/* Keep the hits that get their tokens; those without a token, such as an emoji, get characters. */
bool claim(const struct text *text, const struct lexicon *lexicon, struct hits *hits,
           bool nested) {
    if (hits->count < 2) return true;
    uint32_t low[2] = {UINT32_MAX, UINT32_MAX}, past[2] = {0, 0};
    for (size_t i = 0; i < hits->count; i++) {
        struct hit *hit = &hits->item[i];
        hit->first_token = first_token(text, hit->start);
        hit->past_token = past_token(text, hit->end);
        bool sign = hit->past_token <= hit->first_token;
        uint32_t begin = sign ? hit->start : hit->first_token;
        uint32_t end = sign ? hit->end : hit->past_token;
        if (sign) {
            hit->first_token = begin;
            hit->past_token = end;
            hit->order |= 0x80000000u;
        }
        if (begin < low[sign]) low[sign] = begin;
        if (end > past[sign]) past[sign] = end;
    }
    sort_hits(hits->item, hits->count, by_rank);
    size_t words = ((size_t)lexicon->t.frames + 63) / 64;
    struct board board[2];
    bool fits = true;
    for (int kind = 0; kind < 2; kind++) {
        size_t places = past[kind] > low[kind] ? past[kind] - low[kind] : 0;
        board[kind] = (struct board){calloc(places * words + 1, sizeof(uint64_t)), words, low[kind]};
        fits &= board[kind].bits != NULL;
    }
    size_t kept = 0;
    for (size_t i = 0; fits && i < hits->count; i++) {
        struct hit hit = hits->item[i];
        bool sign = hit.order >> 31;
        if (takes(&board[sign], &hit, hit.first_token, hit.past_token, nested)) {
            hits->item[kept++] = hit;
        }
    }
    free(board[0].bits);
    free(board[1].bits);
    if (!fits) return false;
    hits->count = kept;
    sort_hits(hits->item, kept, by_position);
    return true;
}
