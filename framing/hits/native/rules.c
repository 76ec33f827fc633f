/* Rules: the matches of one pattern in a sentence; overlaps of patterns with gaps are resolved.
 *
 * The reference is _shortest and Finder.settle.
 */
#include <stdlib.h>

#include "core.h"

/* Keep the spans that contain no other (Clarke, Cormack and Burkowski 1995). */
static void keep_shortest(struct sentence *s, struct spans *spans) {
    struct span *span = s->pool + spans->from;
    uint32_t least = UINT32_MAX;
    size_t kept = spans->count;
    /* Backwards, so that all later spans are known; the spans that stay collect at the end. */
    for (size_t i = spans->count; i--;) {
        bool first = !i || span[i].start != span[i - 1].start;
        uint32_t end = span[i].end;
        if (first && end < least) span[--kept] = span[i];
        if (end < least) least = end;
    }
    spans->from += kept;
    spans->count -= kept;
}

struct ranked {
    size_t place;
    uint32_t words, length;
};

static int by_length(const void *one, const void *other) {
    const struct ranked *a = one, *b = other;
    if (a->words != b->words) return a->words < b->words ? -1 : 1;
    if (a->length != b->length) return a->length < b->length ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* Whether a span overlaps a span that stays. No span contains another, so that the spans it
 * overlaps are its direct neighbours. */
static bool meets_kept(const struct span *span, const bool *kept, size_t count, size_t place) {
    for (size_t i = place; i && span[i - 1].end > span[place].start; i--) {
        if (kept[i - 1]) return true;
    }
    for (size_t i = place + 1; i < count && span[i].start < span[place].end; i++) {
        if (kept[i]) return true;
    }
    return false;
}

/* Of overlapping spans keep the shortest in words, then in characters, then the earlier. */
static void settle(struct sentence *s, struct spans *spans) {
    struct span *span = s->pool + spans->from;
    size_t count = spans->count, overlaps = 0, left = 0;
    for (size_t i = 1; i < count; i++) overlaps += span[i].start < span[i - 1].end;
    if (!overlaps) return;
    struct ranked *order = malloc(count * sizeof *order);
    bool *kept = calloc(count, sizeof *kept);
    s->failed |= !order || !kept;
    if (order && kept) {
        for (size_t i = 0; i < count; i++) {
            uint32_t past = past_token(s->text, span[i].end);
            uint32_t first = first_token(s->text, span[i].start);
            uint32_t words = past > first ? past - first : 0;
            order[i] = (struct ranked){i, words, span[i].end - span[i].start};
        }
        qsort(order, count, sizeof *order, by_length);
        for (size_t i = 0; i < count; i++) {
            kept[order[i].place] = !meets_kept(span, kept, count, order[i].place);
        }
        for (size_t i = 0; i < count; i++) {
            if (kept[i]) span[left++] = span[i];
        }
        spans->count = left;
    }
    free(order);
    free(kept);
}

/* The matches of a rule whose options are all atoms; two of them may match the same words. */
static struct spans single_spans(struct sentence *s, uint32_t node) {
    struct spans spans = {s->pool_count, 0, 0};
    push_atoms(s, node);
    spans.count = s->pool_count - spans.from;
    if (spans.count) span_sort(s->pool + spans.from, spans.count);
    return spans;
}

/* Return the matches of a rule in the sentence, in reading order. */
struct spans rule_spans(struct sentence *s, uint32_t rule) {
    const struct framing_tables *t = &s->lexicon->t;
    if (s->rule_stamp[rule] == s->stamp) return s->rule_spans[rule];
    struct spans spans = {s->pool_count, 0, 0};
    if (t->rule_single[rule]) {
        spans = single_spans(s, t->rule_node[rule]);
    } else if (may_match(s, t->rule_node[rule])) {
        struct spans every = node_spans(s, t->rule_node[rule]);
        if (t->rule_gapped[rule] && every.count) {
            /* A copy, since other rules may share the node. */
            spans = (struct spans){s->pool_count, 0, 0};
            for (size_t i = 0; i < every.count; i++) {
                struct span span = s->pool[every.from + i];
                if (!pool_push(s, span.start, span.end, 0)) return spans;
            }
            spans.count = every.count;
            keep_shortest(s, &spans);
            settle(s, &spans);
        } else {
            spans = every;
        }
    }
    for (size_t i = 0; i < spans.count; i++) {
        uint32_t length = s->pool[spans.from + i].end - s->pool[spans.from + i].start;
        if (length > spans.longest) spans.longest = length;
    }
    s->rule_stamp[rule] = s->stamp;
    s->rule_spans[rule] = spans;
    return spans;
}
