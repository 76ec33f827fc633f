/* Trees: the matches of patterns that combine atoms, from the atoms of a sentence.
 *
 * The reference is _Joiner. A node is evaluated at most once in a sentence, and only if the parts
 * that it needs were found.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

bool sentence_new(struct sentence *s, const struct lexicon *lexicon, const struct text *text,
                  struct words *words) {
    const struct framing_tables *t = &lexicon->t;
    memset(s, 0, sizeof *s);
    s->lexicon = lexicon;
    s->text = text;
    s->words = words;
    s->row = -1;
    s->seen_bit = calloc((size_t)t->atoms / 64 + 1, sizeof *s->seen_bit);
    s->chain = calloc((size_t)t->atoms + 1, sizeof *s->chain);
    s->seen = calloc((size_t)t->atoms + 1, sizeof *s->seen);
    s->node = calloc((size_t)t->nodes + 1, sizeof *s->node);
    s->rule_stamp = calloc((size_t)t->rules + 1, sizeof *s->rule_stamp);
    s->rule_spans = calloc((size_t)t->rules + 1, sizeof *s->rule_spans);
    s->literal_stamp = calloc((size_t)t->literals + 1, sizeof *s->literal_stamp);
    s->literal_start = calloc((size_t)t->literals + 1, sizeof *s->literal_start);
    s->literal_end = calloc((size_t)t->literals + 1, sizeof *s->literal_end);
    bool fits = s->seen_bit && s->chain && s->seen && s->node && s->rule_stamp && s->rule_spans &&
                s->literal_stamp && s->literal_start && s->literal_end;
    if (!fits) sentence_free(s);
    return fits;
}

void sentence_free(struct sentence *s) {
    free(s->piece);
    free(s->found);
    free(s->occurrence);
    free(s->seen_bit);
    free(s->chain);
    free(s->seen);
    free(s->node);
    free(s->rule_stamp);
    free(s->rule_spans);
    free(s->literal_stamp);
    free(s->literal_start);
    free(s->literal_end);
    free(s->pool);
    memset(s, 0, sizeof *s);
}

/* Clear the last sentence, and find the strings of this one. */
void sentence_open(struct sentence *s, int64_t row) {
    s->row = row;
    s->first = (uint32_t)s->text->first[row];
    s->last = (uint32_t)s->text->last[row];
    s->stamp++;
    for (size_t i = 0; i < s->seen_count; i++) s->seen_bit[s->seen[i] >> 6] = 0;
    s->occurrences = s->seen_count = s->pool_count = 0;
    find_strings(s);
}

bool pool_push(struct sentence *s, uint32_t start, uint32_t end, uint32_t order) {
    if (!grown((void **)&s->pool, &s->pool_room, s->pool_count + 1, sizeof *s->pool)) {
        s->failed = true;
        return false;
    }
    s->pool[s->pool_count++] = (struct span){start, end, order};
    return true;
}

static int compare(const void *one, const void *other) {
    const struct span *a = one, *b = other;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    if (a->end != b->end) return a->end < b->end ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

void span_sort(struct span *span, size_t count) {
    size_t i = 1;
    while (i < count && compare(&span[i - 1], &span[i]) <= 0) i++;
    if (i >= count) return;
    if (count > FEW) {
        qsort(span, count, sizeof *span, compare);
        return;
    }
    for (; i < count; i++) {
        struct span item = span[i];
        size_t place = i;
        for (; place && compare(&span[place - 1], &item) > 0; place--) span[place] = span[place - 1];
        span[place] = item;
    }
}

/* Return all spans from a position in the pool to its end, each once, in reading order. */
static struct spans united(struct sentence *s, size_t from) {
    size_t count = s->pool_count - from, kept = 0;
    if (!count) return (struct spans){from, 0, 0};
    struct span *span = s->pool + from;
    span_sort(span, count);
    for (size_t i = 1; i < count; i++) {
        if (span[i].start != span[kept].start || span[i].end != span[kept].end) {
            span[++kept] = span[i];
        }
    }
    s->pool_count = from + kept + 1;
    return (struct spans){from, kept + 1, 0};
}

/* Whether an atom that is an option of a node was found. */
static bool sees_option(const struct sentence *s, uint32_t node) {
    const struct options *options = &s->lexicon->options;
    for (uint32_t i = options->mask_from[node]; i < options->mask_from[node + 1]; i++) {
        if (s->seen_bit[options->mask[i].word] & options->mask[i].bits) return true;
    }
    return false;
}

static bool works_out(struct sentence *s, uint32_t node) {
    const struct framing_tables *t = &s->lexicon->t;
    const struct options *options = &s->lexicon->options;
    if (t->node_kind[node] == NODE_CHOICE) {
        if (sees_option(s, node)) return true;
        for (uint32_t i = options->other_from[node]; i < options->other_from[node + 1]; i++) {
            if (may_match(s, options->other[i])) return true;
        }
        return false;
    }
    for (uint32_t part = t->part_from[node]; part < t->part_from[node + 1]; part++) {
        if (t->part_joint[part] != JOINT_LOOKED_UP && !may_match(s, t->part_node[part])) return false;
    }
    return true;
}

/* Whether enough atoms of a node were found, so that it can match. */
bool may_match(struct sentence *s, uint32_t node) {
    if (s->lexicon->t.node_kind[node] == NODE_ATOM) {
        return is_seen(s, s->lexicon->t.node_atom[node]);
    }
    struct node_state *state = &s->node[node];
    if (state->may_stamp != s->stamp) {
        state->may = works_out(s, node);
        state->may_stamp = s->stamp;
    }
    return state->may;
}

/* Push the matches of an atom, or of all atoms that are options of a choice. */
void push_atoms(struct sentence *s, uint32_t node) {
    const struct options *options = &s->lexicon->options;
    for (uint32_t i = options->mask_from[node]; i < options->mask_from[node + 1]; i++) {
        const struct mask *mask = &options->mask[i];
        uint64_t bits = s->seen_bit[mask->word] & mask->bits;
        for (; bits; bits &= bits - 1) push_atom(s, 64 * mask->word + lowest_bit(bits));
    }
}

static struct spans choice_spans(struct sentence *s, uint32_t node) {
    const struct options *options = &s->lexicon->options;
    uint32_t low = options->other_from[node], past = options->other_from[node + 1];
    /* The options are evaluated first, so that their union is one range of the pool. */
    for (uint32_t i = low; i < past; i++) {
        if (may_match(s, options->other[i])) node_spans(s, options->other[i]);
    }
    size_t from = s->pool_count;
    push_atoms(s, node);
    for (uint32_t i = low; i < past; i++) {
        if (!may_match(s, options->other[i])) continue;
        struct spans spans = node_spans(s, options->other[i]);
        for (size_t k = 0; k < spans.count; k++) {
            struct span span = s->pool[spans.from + k];
            if (!pool_push(s, span.start, span.end, 0)) break;
        }
    }
    return united(s, from);
}

/* The first of some spans that begins at a position or after it. */
size_t first_from(const struct span *span, size_t count, uint32_t start) {
    size_t low = 0, past = count;
    while (low < past) {
        size_t middle = low + (past - low) / 2;
        if (span[middle].start < start) {
            low = middle + 1;
        } else {
            past = middle;
        }
    }
    return low;
}

static bool space_at(const struct text *text, uint32_t position) {
    return position < text->n && text->flags[position] & SPACE;
}

/* The spans before a space and a whole word, including the word. */
static struct spans followed(struct sentence *s, struct spans left, uint32_t part) {
    const struct framing_tables *t = &s->lexicon->t;
    const struct text *text = s->text;
    const uint16_t *word = t->part_word + t->part_word_from[part];
    uint32_t length = t->part_word_from[part + 1] - t->part_word_from[part];
    size_t from = s->pool_count;
    for (size_t i = 0; i < left.count; i++) {
        struct span span = s->pool[left.from + i];
        /* No match crosses the end of its sentence. */
        if (!space_at(text, span.end) || length >= s->last - span.end) continue;
        uint32_t begin = span.end + 1, end = begin + length;
        /* Nearly all others differ in their first letter. */
        if (text->classes[begin] != word[0] ||
            memcmp(text->classes + begin, word, length * sizeof *word)) {
            continue;
        }
        /* The word must end there. After the text, shape has one more element without a word. */
        if (text->shape[end - 1] & IN_WORD && text->shape[end] & ONWARD) continue;
        if (inside_number(text, s->lexicon, end)) continue;
        if (!pool_push(s, span.start, end, 0)) break;
    }
    return united(s, from);
}

/* The spans of two parts that touch, or that are separated by one space. */
static struct spans adjacent(struct sentence *s, struct spans left, struct spans right,
                             bool spaced) {
    size_t from = s->pool_count;
    for (size_t i = 0; i < left.count; i++) {
        struct span span = s->pool[left.from + i];
        if (spaced && !space_at(s->text, span.end)) continue;
        uint32_t begin = span.end + spaced;
        size_t k = first_from(s->pool + right.from, right.count, begin);
        for (; k < right.count && s->pool[right.from + k].start == begin; k++) {
            if (!pool_push(s, span.start, s->pool[right.from + k].end, 0)) break;
        }
    }
    return united(s, from);
}

/* Push the spans from a left part to a right part, with at most so many words between them. */
static void push_within(struct sentence *s, struct spans left, struct spans right,
                        uint32_t words) {
    for (size_t i = 0; i < left.count; i++) {
        struct span span = s->pool[left.from + i];
        uint64_t reach = (uint64_t)past_token(s->text, span.end) + words;
        size_t k = first_from(s->pool + right.from, right.count, span.end);
        for (; k < right.count; k++) {
            struct span other = s->pool[right.from + k];
            if (first_token(s->text, other.start) > reach) break;
            if (!pool_push(s, span.start, other.end, 0)) return;
        }
    }
}

static struct spans row_spans(struct sentence *s, uint32_t node) {
    const struct framing_tables *t = &s->lexicon->t;
    uint32_t part = t->part_from[node], past = t->part_from[node + 1];
    struct spans whole = node_spans(s, t->part_node[part]);
    for (part++; part < past && whole.count && !s->failed; part++) {
        if (t->part_joint[part] == JOINT_LOOKED_UP) {
            whole = followed(s, whole, part);
            continue;
        }
        struct spans other = node_spans(s, t->part_node[part]);
        if (t->part_joint[part] != JOINT_GAP) {
            whole = adjacent(s, whole, other, t->part_joint[part] == JOINT_SPACE);
            continue;
        }
        size_t from = s->pool_count;
        push_within(s, whole, other, t->part_words[part]);
        if (!t->part_ordered[part]) push_within(s, other, whole, t->part_words[part]);
        whole = united(s, from);
    }
    return whole;
}

/* Return the matches of a node in the sentence, in reading order. */
struct spans node_spans(struct sentence *s, uint32_t node) {
    const struct framing_tables *t = &s->lexicon->t;
    if (s->node[node].spans_stamp == s->stamp) return s->node[node].spans;
    struct spans spans = {s->pool_count, 0, 0};
    if (t->node_kind[node] == NODE_ATOM) {
        push_atoms(s, node);
        spans = united(s, spans.from);
    } else if (may_match(s, node)) {
        spans = t->node_kind[node] == NODE_CHOICE ? choice_spans(s, node) : row_spans(s, node);
    }
    s->node[node].spans_stamp = s->stamp;
    s->node[node].spans = spans;
    return spans;
}
