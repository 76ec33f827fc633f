/* Conditions and exceptions: what must or must not be near a hit, and what removes it.
 *
 * The reference is _near and _covered in framing/hits/matcher.py.
 */
#include "core.h"

/* The range of a condition in tokens: from floor before the hit to ceiling after it. */
struct reach {
    bool limited;
    int64_t floor, ceiling;
};

static struct reach reach_of(const struct text *text, const struct hit *hit, int32_t within,
                             int64_t low, int64_t high) {
    if (within < 0) return (struct reach){false, 0, 0};
    int64_t floor = (int64_t)first_token(text, hit->start) - within;
    int64_t least = (int64_t)past_token(text, (uint32_t)low) + 1;
    int64_t ceiling = (int64_t)past_token(text, hit->end) + within;
    int64_t most = (int64_t)past_token(text, (uint32_t)high) - 1;
    return (struct reach){true, floor > least ? floor : least, ceiling < most ? ceiling : most};
}

/* Whether a match stands before or after the hit; a match that overlaps it does not count. */
static bool is_near(const struct sentence *s, struct spans spans, const struct hit *hit,
                    struct reach reach) {
    const struct text *text = s->text;
    const struct span *span = s->pool + spans.from;
    size_t place = first_from(span, spans.count, hit->end);
    if (place < spans.count) {
        /* The first match after the hit is the nearest. */
        if (!reach.limited || first_token(text, span[place].start) <= reach.ceiling) return true;
    }
    for (size_t i = first_from(span, spans.count, hit->start); i--;) {
        if (span[i].end <= hit->start) {
            if (!reach.limited || past_token(text, span[i].end) >= reach.floor) return true;
        }
        /* No earlier match reaches further than this one. */
        uint64_t furthest = (uint64_t)span[i].start + spans.longest;
        if (furthest < hit->start && reach.limited &&
            past_token(text, (uint32_t)furthest) < reach.floor) {
            return false;
        }
    }
    return false;
}

/* Whether the condition of a hit is met in its sentence, or in earlier sentences that count too. */
static bool is_met(struct sentence *s, struct sentence *before, const struct hit *hit,
                   uint32_t condition) {
    const struct framing_tables *t = &s->lexicon->t;
    const struct text *text = s->text;
    int64_t lowest = s->row - (int64_t)t->condition_before[condition];
    if (lowest < 0) lowest = 0;
    while (text->document[lowest] != text->document[s->row]) lowest++;
    struct reach reach = reach_of(text, hit, t->condition_within[condition], text->first[lowest],
                                  text->last[s->row]);
    uint32_t rule = t->condition_rule[condition];
    if (is_near(s, rule_spans(s, rule), hit, reach)) return true;
    for (int64_t row = s->row - 1; row >= lowest; row--) {
        if (before->row != row) {
            sentence_open(before, row);
            find_atoms(before);
        }
        bool met = is_near(before, rule_spans(before, rule), hit, reach);
        s->failed |= before->failed;
        if (met || s->failed) return met;
    }
    return false;
}

bool conditions_hold(struct sentence *s, struct sentence *before, const struct hit *hit) {
    const struct framing_tables *t = &s->lexicon->t;
    for (uint32_t i = t->condition_from[hit->rule]; i < t->condition_from[hit->rule + 1]; i++) {
        if (is_met(s, before, hit, i) != t->condition_wanted[i]) return false;
    }
    return true;
}

static bool is_covered(const struct sentence *s, struct spans masks, const struct hit *hit) {
    const struct span *mask = s->pool + masks.from;
    for (size_t i = first_from(mask, masks.count, hit->start + 1); i--;) {
        if (mask[i].end >= hit->end) return true;
        if ((uint64_t)mask[i].start + masks.longest < hit->end) return false;
    }
    return false;
}

/* Whether an exception that concerns a hit has a match around it. */
static bool is_excepted(struct sentence *s, const struct scout *scout, const struct hit *hit) {
    for (size_t i = 0; i < scout->exceptions; i++) {
        if (!concerns(&s->lexicon->t, scout->exception[i], hit->rule)) continue;
        struct spans masks = rule_spans(s, scout->exception[i]);
        if (masks.count && is_covered(s, masks, hit)) return true;
    }
    return false;
}

/* Remove the hits inside a match of an exception. */
void drop_covered(struct sentence *s, const struct scout *scout, struct hits *hits) {
    size_t kept = 0;
    for (size_t i = 0; i < hits->count; i++) {
        if (!is_excepted(s, scout, &hits->item[i])) hits->item[kept++] = hits->item[i];
    }
    hits->count = kept;
}
