/* Hedges: which hits are possible, conditional or second-hand in their clause. The reference is hedged
 * in framing/hits/context/hedges.py.
 */
#include <stdlib.h>

#include "context.h"

/* What all hits share. Of each clause: whether a condition marks it, or stands behind it, or a hedge is
 * the verb of the subject at its end. */
struct hedges {
    struct cues hedge, doubt;
    uint8_t *attributive;        /* of each hedge: whether it is an adjective before a noun */
    uint8_t *marked, *behind, *parted;
    struct ranked hedge_clause, doubt_start, doubt_end, stated;
};

/* Whether a cue is the month or a name: the May truce, James May signed, May 9. */
static bool is_may(struct reading *reading, struct cue cue) {
    if (cue.end - cue.start != 3 || code_at(reading, cue.start) != 'M') return false;
    if ((code_at(reading, cue.end - 1) | 0x20) != 'y') return false;
    if (code_at(reading, cue.end) == ',') return true;
    int64_t token = rank_before(&reading->token, cue.start);
    int64_t before = token_place(reading, larger(token - 1, 0));
    uint32_t code = code_at(reading, before);
    if (code >= 'a' && code <= 'z' && is_joined_before(reading, cue.start) &&
        row_of(reading, before) == row_of(reading, cue.start)) {
        return true;
    }
    int64_t follows = token_place(reading, smaller(token + 1, reading->given->tokens - 1));
    if (!is_joined_after(reading, cue.end) || follows != cue.end + 1) return false;
    uint32_t bits = word_at(reading, follows);
    if (is_kind(bits, IS_AND) || is_kind(bits, IS_FINITE)) return true;
    return ends_in_ed(reading, follows) &&
           code_at(reading, last_letter(reading, follows) - 2) != 'e';
}

/* Whether a hedge is an adjective before a noun: the alleged breach, any possible truce. */
static bool is_attributive(struct reading *reading, struct cue cue) {
    if (cue.kind != CUE_ADJECTIVE || !is_joined_after(reading, cue.end)) return false;
    if (!is_joined_before(reading, cue.start)) return false;
    int64_t token = rank_before(&reading->token, cue.start);
    uint32_t bits = word_at(reading, token_place(reading, larger(token - 1, 0)));
    return !is_kind(bits, IS_AUXILIARY) && !is_kind(bits, IS_FILLER) &&
           !is_kind(bits, IS_PREDICATE);
}

/* Whether a cue is a verb: he alleged, has suspected; but: the alleged truce, is alleged. */
static bool is_claimed(struct reading *reading, struct cue cue) {
    if (cue.kind != CUE_ADJECTIVE || (code_at(reading, cue.end - 1) | 0x20) != 'd' ||
        (code_at(reading, cue.end - 2) | 0x20) != 'e') {
        return false;
    }
    int64_t token = rank_before(&reading->token, cue.start);
    int64_t before = token_place(reading, larger(token - 1, 0));
    uint32_t bits = word_at(reading, before);
    bool be = (is_kind(bits, IS_AUXILIARY) && !reads(reading, before, "h")) ||
              (reads(reading, before, "b") && code_at(reading, before + 1) == 'e');
    if (!is_joined_before(reading, cue.start)) {
        return is_kind(word_at(reading, cue.end + 1), IS_THAT);
    }
    if (be) return false;
    if (is_kind(bits, IS_AUXILIARY) || is_kind(bits, IS_PRONOUN)) return true;
    return !is_kind(bits, IS_ARTICLE) && !is_kind(bits, IS_SUBJECT) && !is_attributive(reading, cue);
}

/* Whether "had" and the like begin a condition: had a truce been signed. */
static bool is_turned(struct reading *reading, struct cue cue) {
    int64_t row = row_of(reading, cue.start);
    int64_t bound = clause_begin(reading, clause_of(reading, cue.start));
    bool fresh = cue.start - row_first(reading, row) <= 2;
    if (!fresh) {
        uint32_t sign = code_at(reading, bound);
        if (cue.start - bound > 2 || (sign != ',' && sign != ELLIPSIS_SIGN)) return false;
    }
    if (!is_joined_after(reading, cue.end)) return false;
    bool named = fresh && is_capital_code(code_at(reading, cue.end + 1));
    if (!named && !is_kind(word_at(reading, cue.end + 1), IS_SUBJECT)) return false;
    return code_at(reading, larger(row_last(reading, row) - 1, 0)) != '?';
}

/* Mark a clause that begins in a sentence, if there is one of this number. */
static void mark_clause(struct reading *reading, uint8_t *marked, int64_t clause, int64_t row) {
    if (clause <= 0 || clause > reading->bound.count) return;
    if (row_of(reading, reading->bound.place[clause - 1]) == row) marked[clause] = true;
}

/* If the talks fail, the war goes on; the war goes on if the talks fail. */
static void mark_condition(struct reading *reading, struct hedges *hedges, struct cue cue) {
    const struct ranked *bounds = &reading->bound;
    int64_t own = clause_of(reading, cue.start), row = row_of(reading, cue.start);
    int64_t place = rank_before(&reading->bound, cue.start) - 1;
    int64_t bound = bounds->place[larger(place, 0)];
    hedges->marked[own] = true;
    bool opens = cue.start - bound <= 2 || cue.start - row_first(reading, row) <= 1;
    if (!opens) {
        int64_t token = rank_before(&reading->token, cue.start);
        opens = token - rank_before(&reading->token, larger(bound, 0)) <= 1;
    }
    if (!opens) {
        mark_clause(reading, hedges->behind, own - 1, row);
        return;
    }
    /* If they do, then the war goes on. */
    int64_t then = own + 1;
    if (own + 1 < bounds->count && bounds->place[own + 1] - bounds->place[own] <= 2) then++;
    mark_clause(reading, hedges->marked, then, row);
}

static bool parts(uint32_t sign) {
    return sign == ',' || sign == '-' || sign == EN_DASH_SIGN || sign == EM_DASH_SIGN;
}

/* A truce, signed in Oslo, could last; a truce -- a short one -- may be near. */
static void mark_parted(struct reading *reading, struct hedges *hedges, struct cue cue) {
    enum { PARTED = 4, NEAR = 3 };
    const struct ranked *bounds = &reading->bound;
    int64_t own = clause_of(reading, cue.start) - 1;
    if (cue.kind != CUE_HEDGE || own <= 0 || cue.start - bounds->place[own] > NEAR) return;
    uint32_t sign = code_at(reading, bounds->place[own]);
    /* Would be, in a report, is what somebody said will be. */
    if (!parts(sign) || !is_modal(reading, cue.start) || reads(reading, cue.start, "w")) return;
    int64_t row = row_of(reading, bounds->place[own]);
    for (int64_t before = own - 1; before > 0 && before >= own - PARTED; before--) {
        if (row_of(reading, bounds->place[before]) != row) return;
        if (code_at(reading, bounds->place[before]) == sign) {
            hedges->parted[before] = true;
            return;
        }
    }
}

static bool is_aside(uint32_t sign) { return parts(sign) || sign == '('; }

/* Perhaps, the truce holds; it was signed, perhaps; it will, in all likelihood, hold. */
static void mark_beside(struct reading *reading, struct hedges *hedges, struct cue cue) {
    const struct ranked *bounds = &reading->bound;
    int64_t own = clause_of(reading, cue.start), row = row_of(reading, cue.start);
    if (cue.kind != CUE_HEDGE || own <= 0) return;
    /* Trade may, in turn, grow; but: maybe, it grows. */
    if (is_modal(reading, cue.start) && (code_at(reading, cue.start + 3) | 0x20) != 'b') return;
    int64_t begin = bounds->place[own - 1];
    /* Or so it seems; quite possibly. */
    if (rank_before(&reading->token, cue.start) - rank_before(&reading->token, begin) > 1) return;
    int64_t next = own < bounds->count ? rank_before(&reading->token, bounds->place[own])
                                       : reading->given->tokens;
    if (rank_before(&reading->token, cue.end) < next) return;
    bool before = own > 1 && is_aside(code_at(reading, begin)) &&
                  row_of(reading, bounds->place[own - 2]) == row;
    int64_t past = bounds->place[smaller(own, bounds->count - 1)];
    int64_t first = token_place(reading, smaller(next, reading->given->tokens - 1));
    uint32_t closing = code_at(reading, past), bits = word_at(reading, first);
    bool follows = own < bounds->count && row_of(reading, past) == row &&
                   (is_aside(closing) || closing == ')');
    /* A place or an aim that follows is what it is about: signed, perhaps, in Oslo. */
    before = before && !(follows && closing == code_at(reading, begin) && is_kind(bits, IS_INSIDE));
    if (before) hedges->marked[own - 1] = true;
    /* A new clause is its own: it was signed, perhaps, and the war ended. */
    if (follows && !(before && is_kind(bits, IS_AND))) hedges->marked[own + 1] = true;
}

/* Whether a hit belongs to the subject at the end of its clause. */
static bool is_in_subject(struct reading *reading, const struct marked_hit *hit) {
    int64_t clause = smaller(hit->clause, reading->bound.count - 1);
    int64_t past = rank_before(&reading->token, reading->bound.place[clause]);
    for (int64_t at = rank_before(&reading->token, hit->end); at < past; at++) {
        uint32_t bits = word_at(reading, token_place(reading, at));
        if (is_kind(bits, IS_FINITE) || is_kind(bits, IS_AUXILIARY)) return false;
    }
    return true;
}

static bool is_verb_of_clause(struct reading *reading, int64_t position) {
    uint32_t bits = word_at(reading, position);
    return is_kind(bits, IS_PREDICATE) || is_kind(bits, IS_FINITE);
}

/* Whether a condition behind its clause is about a hit: about the last predicate. */
static bool is_before_condition(struct reading *reading, const struct marked_hit *hit) {
    int64_t clause = smaller(hit->clause, reading->bound.count - 1);
    int64_t first = rank_before(&reading->token, hit->end);
    int64_t last = rank_before(&reading->token, reading->bound.place[clause]);
    for (int64_t token = first; token + 1 < last; token++) {
        if (!is_kind(word_at(reading, token_place(reading, token)), IS_AND)) continue;
        int64_t follows = token_place(reading, token + 1);
        if (is_verb_of_clause(reading, follows) && !is_modal(reading, follows)) return false;
    }
    return true;
}

/* Whether a hedge that stands before a hit, or after it, is about the hit. */
static bool is_about(struct reading *reading, int64_t first, int64_t last, bool ahead) {
    int64_t tokens = reading->given->tokens, that = -1, stated = -1;
    for (int64_t token = first; token < last; token++) {
        int64_t at = token_place(reading, token);
        uint32_t bits = word_at(reading, at);
        if (!bits) continue;
        if (is_kind(bits, IS_AND)) {
            int64_t follows = token_place(reading, smaller(token + 1, tokens - 1));
            /* They signed a truce and may extend it. */
            bool other = (token + 1 < last || ahead) && is_verb_of_clause(reading, follows);
            other |= !ahead && token + 1 == last;
            if (other && !(ahead && is_modal(reading, follows))) return false;
        }
        if (ahead) continue;
        if (is_kind(bits, IS_THAT)) that = token;
        /* He hopes he might win; the truce he could sign. */
        if (is_kind(bits, IS_PRONOUN) && token + 1 == last) return false;
        /* One case that could possibly fail. */
        bool led = token > first && token + 1 == last &&
                   is_kind(word_at(reading, token_place(reading, token - 1)), IS_THAT);
        if (!led && (is_kind(bits, IS_FINITE) || ends_in_ed(reading, at))) stated = token;
    }
    /* Guarantees that the deal could hold; but: a deal that ends the war is possible. */
    return that < 0 || stated >= that;
}

/* Whether an adjective is about a noun of its own, and not about the hit, of which a verb or "of the"
 * parts it: the alleged attack broke the truce, the alleged violation of the truce. */
static bool is_parted_noun(struct reading *reading, int64_t first, int64_t last) {
    int64_t tokens = reading->given->tokens;
    for (int64_t token = first; token < last; token++) {
        int64_t at = token_place(reading, token);
        int64_t follows = token_place(reading, smaller(token + 1, tokens - 1));
        if (is_kind(word_at(reading, at), IS_FINITE)) return true;
        if (is_kind(word_at(reading, follows), IS_ARTICLE) && ends_in_ed(reading, at)) return true;
        if (token + 1 < last && reads(reading, at, "of ") && reads(reading, follows, "the ")) {
            return true;
        }
    }
    return false;
}

/* Whether a hedge in its clause is about a hit. */
static bool is_hedged(struct reading *reading, struct hedges *hedges,
                      const struct marked_hit *hit) {
    int64_t low = rank_before(&hedges->hedge_clause, hit->clause);
    for (int64_t i = low; i < hedges->hedge.count; i++) {
        if (hedges->hedge_clause.place[i] != hit->clause) break;
        struct cue cue = hedges->hedge.item[i];
        bool ahead = cue.end <= hit->start, after = cue.start >= hit->end;
        if (!ahead && !after) {
            /* No word hedges itself. */
            if (cue.start != hit->start || cue.end != hit->end) return true;
            continue;
        }
        int64_t first = rank_before(&reading->token, ahead ? cue.end : hit->end);
        int64_t last = rank_before(&reading->token, ahead ? hit->start : cue.start);
        if (hedges->attributive[i] && (!ahead || last - first > ADJECTIVE)) continue;
        if (hedges->attributive[i] && is_parted_noun(reading, first, last)) continue;
        if (is_about(reading, first, last, ahead)) return true;
    }
    return false;
}

/* They doubt that it holds; whether it holds is doubtful. */
static bool is_doubted(struct reading *reading, struct hedges *hedges,
                       const struct marked_hit *hit) {
    int64_t low = clause_begin(reading, hit->clause), high = clause_past(reading, hit->clause);
    int64_t before = rank_up_to(&hedges->doubt_end, hit->start);
    if (before > rank_before(&hedges->doubt_start, low)) return true;
    int64_t behind = rank_before(&hedges->stated, hit->end);
    return rank_before(&hedges->stated, high) > behind;
}

/* Find the cues that count, and what the conditions among them mark. */
static void find_hedges(struct reading *reading, struct hedges *hedges, struct cues found,
                        int64_t *place, size_t room) {
    int64_t doubts = 0, stated = 0;
    for (int64_t i = 0; i < found.count; i++) {
        struct cue cue = found.item[i];
        if (is_may(reading, cue) || is_claimed(reading, cue)) continue;
        switch (cue.kind) {
            case CUE_HEDGE: case CUE_ADJECTIVE:
                mark_parted(reading, hedges, cue);
                mark_beside(reading, hedges, cue);
                hedges->attributive[hedges->hedge.count] = is_attributive(reading, cue);
                place[hedges->hedge.count] = clause_of(reading, cue.start);
                hedges->hedge.item[hedges->hedge.count++] = cue;
                break;
            case CUE_DOUBT:
                place[room + doubts] = cue.start;
                place[2 * room + doubts++] = cue.end;
                /* An adjective with its verb is about what stands before it. */
                if (is_kind(word_at(reading, cue.start), IS_AUXILIARY)) {
                    place[3 * room + stated++] = cue.start;
                }
                break;
            case CUE_INVERTED:
                if (is_turned(reading, cue)) mark_condition(reading, hedges, cue);
                break;
            case CUE_CONDITION:
                mark_condition(reading, hedges, cue);
        }
    }
    hedges->hedge_clause = (struct ranked){place, hedges->hedge.count, 0};
    hedges->doubt_start = (struct ranked){place + room, doubts, 0};
    hedges->doubt_end = (struct ranked){place + 2 * room, doubts, 0};
    hedges->stated = (struct ranked){place + 3 * room, stated, 0};
}

/* Lists that have room for all cues. */
enum { CUE_LISTS = 2, PLACE_LISTS = 4 };

/* Fill in which hits are hedged. Return false without memory. */
bool mark_hedged(struct reading *reading, const struct marked_hit *hit) {
    const struct framing_context *given = reading->given;
    const uint32_t kinds = 1 << CUE_HEDGE | 1 << CUE_ADJECTIVE | 1 << CUE_DOUBT |
                           1 << CUE_CONDITION | 1 << CUE_INVERTED | 1 << CUE_PSEUDO_HEDGE;
    size_t room = (size_t)given->cues + 1, clauses = (size_t)reading->bound.count + 3;
    struct cue *cue = malloc(CUE_LISTS * room * sizeof *cue);
    int64_t *place = malloc(PLACE_LISTS * room * sizeof *place);
    uint8_t *mark = calloc(room + 3 * clauses, 1);
    bool fits = cue && place && mark;
    if (fits) {
        struct hedges hedges = {
            .hedge = {cue + room, 0},
            .attributive = mark, .marked = mark + room, .behind = mark + room + clauses,
            .parted = mark + room + 2 * clauses,
        };
        struct cues found = longest_cues(cues_of(given, kinds, cue));
        find_hedges(reading, &hedges, found, place, room);
        for (int64_t i = 0; i < given->hits; i++) {
            int64_t clause = hit[i].clause;
            given->hedged[i] =
                hit[i].waits || hedges.marked[clause] ||
                (hedges.behind[clause] && is_before_condition(reading, &hit[i])) ||
                (hedges.parted[clause] && is_in_subject(reading, &hit[i])) ||
                is_hedged(reading, &hedges, &hit[i]) || is_doubted(reading, &hedges, &hit[i]);
        }
    }
    free(cue);
    free(place);
    free(mark);
    return fits;
}
