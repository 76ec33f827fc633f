/* Denials: which hits are denied within their clause. The reference is rejected in
 * framing/hits/context/denials.py.
 */
#include <stdlib.h>

#include "context.h"

/* Kinds of denials behind their subject: is ruled out; a plan rejected by Kyiv; that nobody wants. */
enum denial_kind { STATED, PASSIVE, NOBODY_DOES };

/* Where a denial begins that stands behind its subject. */
struct denial {
    int64_t start;
    enum denial_kind kind;
};

/* The most words between a hit and "nobody", and before "not" in a question. */
enum { BESIDE_NOBODY = 2, ASKED = 4 };

/* What all hits share. Lists of cues have room for all cues. */
struct denials {
    struct cue *room;
    struct cues found, forward, harm, says, bounded, inner;
    uint8_t *cancelled;          /* of each forward cue: whether it is denied itself */
    struct denial *denial;       /* those behind their subject */
    int64_t *denial_start;
    int64_t denials;
    struct ranked forward_end, harm_start, says_start, denial_at;
};

static bool is_one_of(const int64_t *item, int64_t count, int64_t wanted) {
    for (int64_t i = 0; i < count; i++) {
        if (item[i] == wanted) return true;
    }
    return false;
}

/* Don't they want a truce? Who would not want it? Could they not sign it? Why can't they? */
static bool asks(struct reading *reading, struct cue cue) {
    if (cue.kind != CUE_NOT) return false;
    int64_t row = row_of(reading, cue.start), past = larger(row_last(reading, row) - 1, 0);
    if (code_at(reading, past) != '?' && code_at(reading, larger(past - 1, 0)) != '?') return false;
    bool is_short = is_apostrophe(reading, cue.end - 2);
    if (is_short && cue.start - row_first(reading, row) <= 1) return true;
    int64_t token = smaller(rank_before(&reading->token, row_first(reading, row)),
                            reading->given->tokens - 1);
    int64_t ahead = rank_before(&reading->token, cue.start) - token;
    if (ahead <= 0) return false;
    int64_t first = token_place(reading, token);
    uint32_t letter = code_at(reading, cue.start) | 0x20;
    bool suggests = letter == 'c' || (letter == 's' && is_short);
    return (ahead <= 2 && reads(reading, first, "who ")) ||
           (ahead == 1 && suggests && reads(reading, first, "why ")) ||
           (ahead <= ASKED && is_kind(word_at(reading, first), IS_AUXILIARY));
}

static bool is_digit_at(struct reading *reading, int64_t position) {
    return is_digit_code(code_at(reading, position));
}

/* Whether a verb is a name: Ban said, Ban’s call, Bar-David; but: ban the talks. */
static bool is_person(struct reading *reading, struct cue cue) {
    if (cue.kind != CUE_REJECT || !is_capital_code(code_at(reading, cue.start))) return false;
    uint32_t second = code_at(reading, cue.start + 1), behind = code_at(reading, cue.end + 1);
    if (second < 'a' || second > 'z') return false;
    if (code_at(reading, cue.end) == '-' && is_capital_code(behind)) return true;
    if (is_apostrophe(reading, cue.end) && behind == 's') return true;
    if (behind < 'a' || behind > 'z' || !is_joined_after(reading, cue.end)) return false;
    return is_kind(word_at(reading, cue.end + 1), IS_FINITE) || ends_in_ed(reading, cue.end + 1);
}

/* No-frills, never-ending, No 10; but not: no-deal, no 10-day truce. */
static bool names(struct reading *reading, struct cue cue, struct ranked *hits) {
    const struct framing_context *given = reading->given;
    int64_t size = cue.end - cue.start;
    bool is_no = cue.kind == CUE_NO && size == 2;
    if (!is_no && !(cue.kind == CUE_NOT && (size == 3 || size == 5))) return false;
    uint32_t sign = code_at(reading, cue.end);
    if (sign == '-' && has_flag(reading, cue.end + 1, WORD)) {
        int64_t next = rank_before(hits, cue.end);
        bool near = next < hits->count && hits->place[next] - cue.end <= COMPOUND;
        if (near && code_at(reading, hits->place[next] - 1) == '-') return false;
        return !is_kind(word_at(reading, cue.end + 1), IS_ANYONE);
    }
    if (!is_no || sign != ' ' || !is_digit_at(reading, cue.end + 1)) return false;
    int64_t past = cue.end + 2;
    past += is_digit_at(reading, past);
    return !has_flag(reading, past, WORD) &&
           !is_one_of(given->goes_on, given->going_on, code_at(reading, past));
}

static bool denies(struct reading *reading, int64_t position) {
    return (code_at(reading, position) | 0x20) == 'd' &&
           (code_at(reading, position + 1) | 0x20) == 'e' &&
           (code_at(reading, position + 2) | 0x20) == 'n';
}

/* Whether one of the tokens from first to before last is a word of a kind. */
static bool any_between(struct reading *reading, int64_t first, int64_t last, enum word_kind kind) {
    for (int64_t token = first; token < last; token++) {
        if (is_kind(word_at(reading, token_place(reading, token)), kind)) return true;
    }
    return false;
}

/* Whether the second of two negations is denied by the first: did not rule out, not without. */
static bool is_cancelled(struct reading *reading, struct cue one, struct cue other) {
    if (other.start - one.end >= DOUBLED) return false;
    if (clause_of(reading, one.start) != clause_of(reading, other.start)) return false;
    int64_t first = rank_before(&reading->token, one.end);
    int64_t last = rank_before(&reading->token, other.start);
    bool without = is_kind(word_at(reading, other.start), IS_WITHOUT);
    bool both = one.kind == CUE_REJECT && other.kind == CUE_REJECT && !denies(reading, one.start);
    bool verbs = other.kind == CUE_NOT && last - first <= (one.kind == CUE_NO);
    bool lexical = other.kind == CUE_REJECT || without || one.kind == CUE_REJECT || verbs;
    int64_t reach = without ? REACH : both ? 1 : CHAIN;
    return lexical && last - first <= reach && !any_between(reading, first, last, IS_AND);
}

/* Move the scope of "would not, if the rumours are right, be" after its second comma. */
static void pass_parentheses(struct reading *reading, struct denials *denials) {
    const struct framing_context *given = reading->given;
    struct cue *cue = denials->forward.item;
    for (int64_t i = 0; i < denials->forward.count; i++) {
        if (cue[i].kind != CUE_NOT || code_at(reading, cue[i].end) != ',') continue;
        int64_t sign = rank_before(&reading->sign, cue[i].start), commas = 0;
        /* "Few, if any, want" has the first one inside the cue. */
        for (; sign < given->signs && given->sign[sign] < cue[i].end; sign++) {
            if (given->sign_code[sign] == ',') commas = 1;
        }
        for (; sign < given->signs; sign++) {
            if (given->sign_code[sign] == ',' && ++commas == 2) break;
        }
        if (sign >= given->signs) continue;
        int64_t comma = given->sign[sign];
        if (comma - cue[i].end > PARENTHESIS) continue;
        if (row_of(reading, comma) != row_of(reading, cue[i].start)) continue;
        cue[i].start = cue[i].end = comma + 1;
    }
    /* Sorted again by their ends: few have moved, and not far. */
    for (int64_t i = 1; i < denials->forward.count; i++) {
        struct cue moved = cue[i];
        uint8_t cancelled = denials->cancelled[i];
        int64_t to = i;
        for (; to && cue[to - 1].end > moved.end; to--) {
            cue[to] = cue[to - 1];
            denials->cancelled[to] = denials->cancelled[to - 1];
        }
        cue[to] = moved;
        denials->cancelled[to] = cancelled;
    }
}

/* Whether "to" follows a cue, or ends it. */
static bool is_infinitive(struct reading *reading, int64_t first) {
    int64_t tokens = reading->given->tokens;
    int64_t word[] = {token_place(reading, smaller(first, tokens - 1)),
                      token_place(reading, larger(first - 1, 0))};
    for (int i = 0; i < 2; i++) {
        uint32_t letter[3];
        for (int step = 0; step < 3; step++) {
            letter[step] = code_at(reading, word[i] + step);
            letter[step] = (letter[step] < 0x7F ? letter[step] : 0x7F) | 0x20;
        }
        if (letter[0] == 't' && letter[1] == 'o' && letter[2] == ' ') return true;
    }
    return false;
}

/* Whether a hit is the subject of a clause after "and": no shots, and the truce held. */
static bool in_clause_after_and(struct reading *reading, const struct pair *pair) {
    int64_t last = reading->given->tokens - 1;
    int64_t past = rank_before(&reading->token, pair->hit.end);
    int64_t follows = token_place(reading, smaller(past, last));
    if (past > last || !is_joined_before(reading, follows)) return false;
    if (!is_kind(word_at(reading, follows), IS_FINITE) && !ends_in_ed(reading, follows)) return false;
    if (pair->kind != CUE_NO) return true;
    int64_t bound = clause_begin(reading, clause_of(reading, pair->start));
    int64_t first = rank_before(&reading->token, bound);
    if (first < rank_before(&reading->token, pair->start)) return true;
    /* Nobody died and the truce held. */
    int64_t cue = token_place(reading, larger(pair->first - 1, 0));
    return any_between(reading, pair->first, pair->last, IS_FINITE) ||
           (is_kind(word_at(reading, cue), IS_ANYONE) &&
            ends_in_ed(reading, token_place(reading, smaller(pair->first, last))));
}

/* Whether a word ends in -ed, where the next one begins at ``following``. */
static bool is_past(struct reading *reading, int64_t position, int64_t following) {
    int64_t last = larger(following - 2, 1);
    return last - position > 2 && code_at(reading, last) == 'd' && code_at(reading, last - 1) == 'e';
}

static bool is_whose(struct reading *reading, int64_t position) {
    static const char whose[] = "whose";
    for (int step = 0; whose[step]; step++) {
        if ((code_at(reading, position + step) | 0x20) != (uint32_t)whose[step]) return false;
    }
    return true;
}

/* To back, fully back. */
static bool is_adverb_or_to(struct reading *reading, int64_t position, int64_t following) {
    uint32_t bits = word_at(reading, position);
    return is_kind(bits, IS_FILLER) || is_kind(bits, IS_AND) || following - position <= 3 ||
           code_at(reading, larger(following - 2, 0)) == 'y';
}

/* Whether a hit follows the main verb: the man who did not speak signed a deal. */
static bool is_past_relative(struct reading *reading, const struct pair *pair) {
    if (pair->last - pair->first <= 1 || !is_joined_before(reading, pair->start)) return false;
    int64_t cue = rank_before(&reading->token, pair->start);
    uint32_t one = word_at(reading, token_place(reading, larger(cue - 1, 0)));
    bool inside = is_kind(one, IS_RELATIVE) && !is_kind(one, IS_THAT);
    int64_t two = token_place(reading, larger(cue - 2, 0));
    if (!inside && is_kind(one, IS_AUXILIARY)) inside = is_kind(word_at(reading, two), IS_RELATIVE);
    if (!inside && !is_whose(reading, two) &&
        !is_whose(reading, token_place(reading, larger(cue - 3, 0)))) return false;
    for (int64_t token = pair->first; token < pair->last - 1; token++) {
        int64_t at = token_place(reading, token + 1);
        int64_t prior = token_place(reading, token);
        uint32_t bits = word_at(reading, at), before = word_at(reading, prior);
        bool verb = is_kind(bits, IS_FINITE) ||
                    is_past(reading, at, token_place(reading, token + 2));
        /* Those who never wanted war back the truce. */
        verb |= is_kind(bits, IS_PREDICATE) && !is_kind(bits, IS_PRONOUN) &&
                !is_kind(bits, IS_FILLER);
        verb |= is_kind(bits, IS_AFFIRM) && !is_adverb_or_to(reading, prior, at);
        if (!verb) continue;
        if (!is_kind(before, IS_ARTICLE) && !is_kind(before, IS_SUBJECT)) return true;
    }
    return false;
}

/* Will, won't, would, going to, shall; but not: should. */
static bool is_later(struct reading *reading, int64_t position) {
    uint32_t first = code_at(reading, position) | 0x20;
    return first == 'w' || first == 'g' ||
           (first == 's' && (code_at(reading, position + 1) | 0x20) == 'h' &&
            (code_at(reading, position + 2) | 0x20) == 'a');
}

/* What "until" says of a hit: whether it is not denied, and whether it waits for something. */
struct until {
    bool came, waits;
};

/* What "until" says of a hit: it was so in the end, or will be so later, or is not so now. The
 * reference is _until. */
static struct until wait_until(struct reading *reading, const struct pair *pair, bool subject) {
    struct until none = {false, false};
    int64_t clause = pair->hit.clause, tokens = reading->given->tokens;
    if (clause >= reading->bound.count) return none;
    int64_t bound = clause_past(reading, clause);
    if (!is_kind(word_at(reading, bound), IS_UNTIL)) return none;
    if (row_of(reading, bound) != row_of(reading, pair->start)) return none;
    int64_t low = rank_before(&reading->token, clause_begin(reading, clause));
    int64_t high = rank_before(&reading->token, bound);
    bool pending = false, future = false, stated = false;
    for (int64_t token = low; token < high; token++) {
        int64_t at = token_place(reading, token);
        uint32_t kinds = word_at(reading, at);
        pending |= is_kind(kinds, IS_PENDING);
        future |= is_kind(kinds, IS_PENDING) && is_later(reading, at);
        stated |= is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY) || ends_in_ed(reading, at);
    }
    int64_t follows = token_place(reading, smaller(high + 1, tokens - 1));
    uint32_t code = code_at(reading, follows);
    /* Until May 9. */
    bool day = is_digit_at(reading, token_place(reading, smaller(high + 2, tokens - 1)));
    bool dated = is_digit_code(code) || (day && code == 'M') ||
                 is_kind(word_at(reading, follows), IS_DATE);
    bool before = (code_at(reading, bound) | 0x20) == 'b';
    future = future && pair->kind != CUE_REJECT;
    stated = stated || subject || pair->kind == CUE_NOT;
    bool known = dated && (subject || future || !(pending || stated));
    return (struct until){
        .came = known || future || (!pending && stated && !before),
        .waits = (pending || !stated) && !dated,
    };
}

/* During, amid, against, around. */
static bool is_meanwhile(struct reading *reading, int64_t position) {
    uint32_t first = code_at(reading, position) | 0x20;
    uint32_t second = code_at(reading, position + 1);
    return first == 'd' ||
           (first == 'a' && (second == 'm' || second == 'g' || second == 'r'));
}

/* A verb in a finite form, or one that ends in -ed before an article. */
static bool is_verb(struct reading *reading, int64_t token) {
    int64_t place = token_place(reading, token);
    uint32_t bits = word_at(reading, place);
    if (is_kind(bits, IS_FINITE)) return true;
    if (is_kind(bits, IS_PREDICATE) && !is_kind(bits, IS_PRONOUN) && !is_kind(bits, IS_FILLER)) {
        return true;
    }
    int64_t follows = token_place(reading, smaller(token + 1, reading->given->tokens - 1));
    return is_kind(word_at(reading, follows), IS_ARTICLE) && ends_in_ed(reading, place);
}

static bool any_verb(struct reading *reading, int64_t first, int64_t last) {
    for (int64_t token = first; token < last; token++) {
        if (is_verb(reading, token)) return true;
    }
    return false;
}

/* Whether a preposition stands in a denied subject: no minister in Kyiv wants a deal. */
static bool in_subject(struct reading *reading, const struct pair *pair, int64_t token) {
    int64_t place = token_place(reading, token);
    bool as = (code_at(reading, place) | 0x20) == 'a' && (code_at(reading, place + 1) | 0x20) == 's';
    if (token == pair->first || as) return false;
    int64_t bound = clause_begin(reading, clause_of(reading, pair->start));
    if (rank_before(&reading->token, bound) < rank_before(&reading->token, pair->start)) return false;
    return any_verb(reading, token + 1, pair->last) && !any_verb(reading, pair->first, token);
}

/* Whether a hit follows the verb behind "with no": men with no guns kept the truce. */
static bool is_past_with(struct reading *reading, const struct pair *pair) {
    static const char with[] = "with ";
    int64_t begin = pair->start - 5;
    int64_t before = larger(rank_before(&reading->token, pair->start) - 1, 0);
    if (begin < 0 || token_place(reading, before) != begin) return false;
    for (int step = 0; with[step]; step++) {
        if ((code_at(reading, begin + step) | 0x20) != (uint32_t)with[step]) return false;
    }
    return any_verb(reading, pair->first + 1, pair->last);
}

/* Whether the scope of a cue ends at one of the words between it and a hit. */
static bool ends_between(struct reading *reading, struct denials *denials, const struct pair *pair) {
    int64_t tokens = reading->given->tokens;
    bool noun = pair->kind == CUE_NO, reject = pair->kind == CUE_REJECT, joint = false;
    if (noun && is_past_with(reading, pair)) return true;
    for (int64_t token = pair->first; token < pair->last; token++) {
        uint32_t bits = word_at(reading, token_place(reading, token));
        if (!bits) continue;
        if (is_kind(bits, IS_THAT) && (!reject || token - pair->first >= CHAIN)) return true;
        if (is_kind(bits, IS_NOUN_END) && noun) {
            /* No one in Kyiv wants a deal; none of them does. */
            int64_t cue = token_place(reading, larger(pair->first - 1, 0));
            bool cued = is_kind(word_at(reading, cue), IS_ANYONE);
            if (!(cued && token == pair->first) && !in_subject(reading, pair, token)) return true;
        }
        if (is_kind(bits, IS_VERB_END) && !noun) {
            /* They are not at peace; but: they did not fight under a truce. */
            bool near = pair->kind == CUE_NOT && token == pair->first &&
                        pair->last - token <= BESIDE;
            if (!near || is_meanwhile(reading, token_place(reading, token))) return true;
        }
        if (is_kind(bits, IS_SPARED) && (!reject || denies(reading, pair->start))) return true;
        if (!is_kind(bits, IS_AND)) continue;
        joint = true;
        if (pair->last - token > REACH_AND) return true;
        int64_t follows = token_place(reading, smaller(token + 1, tokens - 1));
        struct ranked *says = &denials->says_start;
        int64_t nth = rank_before(says, follows);
        bool says_so = says->count ? says->place[smaller(nth, says->count - 1)] == follows
                                   : !follows;
        bool inner = token + 1 < pair->last || (token + 1 == pair->last && says_so);
        if (!inner) continue;
        uint32_t next = word_at(reading, follows);
        if (says_so || is_kind(next, IS_PREDICATE) || ends_in_ed(reading, follows)) return true;
        if (reject && is_kind(next, IS_AFFIRM) && !is_infinitive(reading, pair->first)) return true;
    }
    return joint && in_clause_after_and(reading, pair);
}

/* Whether the nearest cue before a hit in its clause denies it. */
static bool is_denied_before(struct reading *reading, struct denials *denials,
                             struct marked_hit *hit) {
    int64_t place = rank_up_to(&denials->forward_end, hit->start) - 1;
    if (place < 0) return false;
    struct cue cue = denials->forward.item[place];
    if (denials->cancelled[place] || cue.start < clause_begin(reading, hit->clause)) return false;
    struct pair pair = {*hit, rank_before(&reading->token, cue.end), 0, cue.start,
                        (enum cue_kind)cue.kind};
    pair.last = rank_before(&reading->token, hit->start);
    if (pair.last - pair.first > REACH) return false;
    /* Nobody wants peace more than they do. */
    int64_t after = smaller(pair.last + 1, reading->given->tokens - 1);
    if (is_kind(word_at(reading, token_place(reading, after)), IS_MORE)) return false;
    /* They oppose attempts to undermine the truce. */
    int64_t harm = rank_before(&denials->harm_start, cue.end);
    if (harm < rank_before(&denials->harm_start, hit->start)) return false;
    if (ends_between(reading, denials, &pair) || is_past_relative(reading, &pair)) return false;
    struct until until = wait_until(reading, &pair, false);
    hit->waits |= until.waits;
    return !until.came;
}

/* "Does not hold Russia back" denies nothing before it. */
static bool has_object(struct reading *reading, struct cue cue) {
    if (cue.kind != CUE_STANDING || !is_joined_after(reading, cue.end)) return false;
    return is_capital_code(code_at(reading, cue.end + 1)) ||
           is_kind(word_at(reading, cue.end + 1), IS_OBJECT);
}

static int compare_denials(const void *one, const void *other) {
    const struct denial *a = one, *b = other;
    if (a->start != b->start) return (a->start > b->start) - (a->start < b->start);
    return (a->kind > b->kind) - (a->kind < b->kind);
}

static void add_denial(struct denials *denials, int64_t start, enum denial_kind kind) {
    denials->denial[denials->denials++] = (struct denial){start, kind};
}

/* Whether one of some words, which are known by three letters, starts at a position. */
static bool begins_as(struct reading *reading, int64_t position, const char *const *word) {
    for (; *word; word++) {
        if (reads(reading, position, *word)) return true;
    }
    return false;
}

/* Truce rejected by Moscow; truce ruled out. */
static bool is_passive(struct reading *reading, struct cue cue) {
    static const char *const rejected[] = {
        "aba", "axe", "ban", "blo", "cal", "can", "dis", "dit", "exc", "nix", "opp", "qua", "reb", "rej",
        "rul", "scr", "she", "shu", "snu", "spu", "tor", "tur", "vet", NULL};
    if (cue.kind != CUE_REJECT || !begins_as(reading, cue.start, rejected)) return false;
    if (!ends_in_ed(reading, cue.start)) return false;
    return (!has_flag(reading, cue.end, SPACE) && !has_flag(reading, cue.end, WORD)) ||
           cue.end >= row_last(reading, row_of(reading, cue.start)) || reads(reading, cue.end, " by ");
}

/* A truce that no one wants. */
static bool is_nobody(struct reading *reading, struct cue cue) {
    static const char *const wanted[] = {
        "acc", "bac", "bel", "end", "exp", "hon", "kee", "kep", "nee", "sig", "sou", "sup", "tru", "wan", NULL};
    if (cue.kind != CUE_NO) return false;
    int64_t token = rank_before(&reading->token, cue.end);
    if (!is_kind(word_at(reading, token_place(reading, larger(token - 1, 0))), IS_ANYONE)) return false;
    token = smaller(token, reading->given->tokens - 1);
    int64_t verb = token_place(reading, token);
    if (!begins_as(reading, verb, wanted) || !is_joined_before(reading, verb)) return false;
    int64_t stop = row_last(reading, row_of(reading, cue.start));
    int64_t sign = rank_before(&reading->sign, cue.end);
    if (sign < reading->given->signs) stop = smaller(stop, reading->given->sign[sign]);
    return rank_before(&reading->token, stop) - token == 1;
}

/* List where denials begin that stand behind their subject. */
static void find_denials(struct reading *reading, struct denials *denials) {
    const struct framing_context *given = reading->given;
    const struct cues *found = &denials->found, *forward = &denials->forward;
    denials->denials = 0;
    for (int64_t i = 0; i < found->count; i++) {
        if (found->item[i].kind != CUE_AFTER) continue;
        int64_t start = found->item[i].start;
        if (i && found->item[i - 1].kind <= CUE_NOT) {
            int64_t past = rank_before(&reading->token, found->item[i - 1].end);
            if (rank_before(&reading->token, start) - past <= 1) continue;
        }
        add_denial(denials, start, STATED);
    }
    for (int64_t i = 0; i < forward->count; i++) {
        struct cue cue = forward->item[i];
        if (denials->cancelled[i]) continue;
        if (is_passive(reading, cue)) add_denial(denials, cue.start, PASSIVE);
        if (is_nobody(reading, cue)) add_denial(denials, cue.start, NOBODY_DOES);
    }
    struct cues happens = cues_of(given, 1 << CUE_OCCURRENCE | 1 << CUE_STANDING, denials->room);
    int64_t kept = 0, next = 0;
    for (int64_t i = 0; i < happens.count; i++) {
        if (!has_object(reading, happens.item[i])) happens.item[kept++] = happens.item[i];
    }
    for (int64_t i = 0; i < forward->count; i++) {
        if (forward->item[i].kind != CUE_NOT) continue;
        int64_t end = forward->item[i].end;
        while (next < kept && happens.item[next].start < end) next++;
        if (next == kept) break;
        int64_t verb = rank_before(&reading->token, end);
        if (rank_before(&reading->token, happens.item[next].start) - verb > CHAIN - 2) continue;
        add_denial(denials, forward->item[i].start, STATED);
    }
    qsort(denials->denial, (size_t)denials->denials, sizeof *denials->denial, compare_denials);
    for (int64_t i = 0; i < denials->denials; i++) denials->denial_start[i] = denials->denial[i].start;
}

/* Whether one of the tokens from first to before last is a verb, or begins another clause. */
static bool any_verb_between(struct reading *reading, int64_t first, int64_t last) {
    for (int64_t token = first; token < last; token++) {
        uint32_t bits = word_at(reading, token_place(reading, token));
        if (is_kind(bits, IS_FINITE) || is_kind(bits, IS_RELATIVE) || is_kind(bits, IS_PRONOUN)) {
            return true;
        }
    }
    return false;
}

/* Whether a denial behind another phrase still is about a subject: a truce before Christmas was ruled
 * out; a truce, long sought by Kyiv, was ruled out. */
static bool goes_on(struct reading *reading, int64_t end, int64_t denial, int64_t first,
                    int64_t last) {
    const struct framing_context *given = reading->given;
    if (row_of(reading, end) != row_of(reading, denial)) return false;
    int64_t edge = rank_before(&reading->bound, end);
    int64_t edges = rank_up_to(&reading->bound, denial) - edge;
    int64_t signs = rank_before(&reading->sign, end);
    signs = rank_before(&reading->sign, denial) - signs;
    bool apposed = edges == 2 && signs == 2 && denial - end > 3 && code_at(reading, end) == ',' &&
                   code_at(reading, denial - 2) == ',' && (code_at(reading, denial) | 0x20) != 'n';
    bool timed = edges == 1 && !signs;
    if (timed) {
        int64_t bound = reading->bound.place[smaller(edge, reading->bound.count - 1)];
        int64_t token = smaller(rank_before(&reading->token, bound), given->tokens - 2);
        int64_t follows = token_place(reading, token + 1);
        timed = has_flag(reading, bound, WORD) && (is_kind(word_at(reading, follows), IS_DATE) ||
                                                   is_digit_at(reading, follows));
    }
    if (!timed) return apposed;
    int64_t before = rank_before(&reading->token, clause_begin(reading, edge));
    return !any_verb_between(reading, before, first) && !any_verb_between(reading, first, last);
}

/* Whether the clause of a refusal begins behind the hit: the truce, rejected by Moscow; a truce which
 * it rejected. */
static bool follows_closely(struct reading *reading, int64_t end, int64_t denial, int64_t first) {
    int64_t word = token_place(reading, smaller(first, reading->given->tokens - 1));
    return clause_begin(reading, clause_of(reading, denial)) - end <= 2 &&
           (word == denial || is_kind(word_at(reading, word), IS_RELATIVE));
}

/* Whether a denial is of a relative clause behind the hit: a truce, which never came; which did not
 * come. But: they broke the truce, which is unacceptable. */
static bool is_of_relative(struct reading *reading, int64_t end, int64_t denial, int64_t first,
                           int64_t last) {
    int64_t final = reading->given->tokens - 1;
    if (row_of(reading, end) != row_of(reading, denial) || !has_flag(reading, denial, WORD)) return false;
    if (code_at(reading, end) != ',') return false;
    if (clause_begin(reading, clause_of(reading, denial)) - end > 2) return false;
    int64_t word = token_place(reading, smaller(first, final));
    if (!is_kind(word_at(reading, word), IS_RELATIVE)) return false;
    bool verbal = (code_at(reading, denial) | 0x20) == 'n';
    int64_t second = token_place(reading, smaller(first + 1, final));
    if (last - first == 2) return verbal && is_kind(word_at(reading, second), IS_AUXILIARY);
    return last - first == 1 && (verbal || is_kind(word_at(reading, denial), IS_AUXILIARY));
}

/* Whether a verb stands between a hit and a refusal, and before "that" or "which". */
static bool states(struct reading *reading, int64_t first, int64_t last) {
    for (int64_t token = first; token < last; token++) {
        uint32_t kinds = word_at(reading, token_place(reading, token));
        bool relative = is_kind(kinds, IS_RELATIVE);
        if (is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY)) return !relative;
        if (relative) return false;
    }
    return false;
}

/* Whether a hit is the subject of a denial: talks are out of the question. */
static bool is_denied_after(struct reading *reading, struct denials *denials,
                            struct marked_hit *hit) {
    int64_t place = rank_before(&denials->denial_at, hit->end);
    if (place == denials->denials) return false;
    int64_t denial = denials->denial[place].start;
    bool stated = denials->denial[place].kind == STATED;
    /* A clause is within a sentence. Most denials are of a later one. */
    if (row_of(reading, hit->end) != row_of(reading, denial)) return false;
    int64_t past = clause_past(reading, hit->clause);
    int64_t first = rank_before(&reading->token, hit->end);
    int64_t last = rank_before(&reading->token, denial);
    bool nobody = denials->denial[place].kind == NOBODY_DOES;
    if (last - first > (nobody ? BESIDE_NOBODY : REACH_BACK)) return false;
    if (denial >= past && !is_of_relative(reading, hit->end, denial, first, last)) {
        if (stated && !goes_on(reading, hit->end, denial, first, last)) return false;
        if (!stated && !follows_closely(reading, hit->end, denial, first)) return false;
    }
    if (!stated && states(reading, first, last)) return false;
    if (any_between(reading, first + 1, last, IS_AND)) return false;
    struct pair pair = {*hit, first, last, denial, CUE_AFTER};
    if (denial >= past) return true;
    struct until until = wait_until(reading, &pair, true);
    hit->waits |= until.waits;
    return !until.came;
}

/* Mark the hits inside a cue such as "anything but a truce". */
static void mark_inside(const struct framing_context *given, struct cues cues) {
    struct ranked hits = {given->start, given->hits, 0};
    int64_t kept = 0, next = 0;
    for (int64_t i = 0; i < cues.count; i++) {
        struct cue cue = cues.item[i];
        int64_t low = rank_up_to(&hits, cue.start);
        if (low < rank_before(&hits, cue.end)) cues.item[kept++] = cue;
    }
    for (int64_t i = 0; i < given->hits && kept; i++) {
        while (next < kept && cues.item[next].start <= given->start[i]) next++;
        struct cue cue = cues.item[larger(next - 1, 0)];
        if (cue.start <= given->start[i] && cue.end >= given->end[i]) given->rejected[i] = true;
    }
}

/* Mark the hits with a cue inside, which is not all of them, unless their entry writes it. */
static void mark_holding(const struct framing_context *given, struct cues cues) {
    struct ranked hits = {given->start, given->hits, 0};
    int64_t kept = 0, next = 0;
    for (int64_t i = 0; i < cues.count; i++) {
        int64_t past = rank_up_to(&hits, cues.item[i].start);
        if (past && given->end[past - 1] >= cues.item[i].end) cues.item[kept++] = cues.item[i];
    }
    for (int64_t i = 0; i < given->hits && kept; i++) {
        while (next < kept && cues.item[next].start < given->start[i]) next++;
        struct cue cue = cues.item[smaller(next, kept - 1)];
        if (given->negative[i]) continue;
        if (cue.start < given->start[i] || cue.end > given->end[i]) continue;
        if (cue.end - cue.start < given->end[i] - given->start[i]) given->rejected[i] = true;
    }
}

/* Leave out what denies nothing, and find out which of the others are denied themselves. */
static void find_forward(struct reading *reading, struct denials *denials) {
    const struct framing_context *given = reading->given;
    struct cues *forward = &denials->forward;
    struct ranked hits = {given->start, given->hits, 0};
    int64_t kept = 0;
    for (int64_t i = 0; i < forward->count; i++) {
        struct cue cue = forward->item[i];
        if (!asks(reading, cue) && !names(reading, cue, &hits) && !is_person(reading, cue)) forward->item[kept++] = cue;
    }
    forward->count = kept;
    for (int64_t i = 0; i < kept; i++) {
        /* Of three negations the first two cancel out: they do not deny that there is no truce. */
        denials->cancelled[i] = i && !denials->cancelled[i - 1] &&
                                is_cancelled(reading, forward->item[i - 1], forward->item[i]);
    }
    pass_parentheses(reading, denials);
}

/* List where cues start, or where they end. */
static struct ranked places_of(struct cues cues, int64_t *place, bool ends) {
    for (int64_t i = 0; i < cues.count; i++) {
        place[i] = ends ? cues.item[i].end : cues.item[i].start;
    }
    return (struct ranked){place, cues.count, 0};
}

/* Lists that have room for all cues. */
enum { CUE_LISTS = 7, PLACE_LISTS = 4 };

/* Fill in which hits are denied. Return false without memory. */
bool mark_denied(struct reading *reading, struct marked_hit *hit) {
    const struct framing_context *given = reading->given;
    size_t room = (size_t)given->cues + 1;
    struct denials denials = {0};
    struct cue *cue = malloc(CUE_LISTS * room * sizeof *cue);
    int64_t *place = malloc(PLACE_LISTS * room * sizeof *place);
    denials.cancelled = calloc(room, 1);
    denials.denial = malloc(room * sizeof *denials.denial);
    if (cue && place && denials.cancelled && denials.denial) {
        const uint32_t forward = 1 << CUE_NO | 1 << CUE_NOT | 1 << CUE_REJECT;
        const uint32_t inner = 1 << CUE_NO | 1 << CUE_NOT;
        const uint32_t group = forward | 1 << CUE_AFTER | 1 << CUE_PSEUDO_NEGATION | 1 << CUE_BOUNDED;
        denials.room = cue;
        denials.found = longest_cues(cues_of(given, group, cue + room));
        denials.forward = cues_among(denials.found, forward, cue + 2 * room);
        denials.bounded = cues_among(denials.found, 1 << CUE_BOUNDED, cue + 3 * room);
        denials.harm = cues_of(given, 1 << CUE_HARM, cue + 4 * room);
        denials.says = cues_of(given, 1 << CUE_REPORTING, cue + 5 * room);
        denials.inner = cues_among(
            longest_cues(cues_of(given, inner | 1 << CUE_PSEUDO_NEGATION, cue)), inner, cue + 6 * room);
        find_forward(reading, &denials);
        denials.forward_end = places_of(denials.forward, place, true);
        denials.harm_start = places_of(denials.harm, place + room, false);
        denials.says_start = places_of(denials.says, place + 2 * room, false);
        denials.denial_start = place + 3 * room;
        find_denials(reading, &denials);
        denials.denial_at = (struct ranked){denials.denial_start, denials.denials, 0};
        for (int64_t i = 0; i < given->hits; i++) {
            bool denied = is_denied_before(reading, &denials, &hit[i]);
            given->rejected[i] = is_denied_after(reading, &denials, &hit[i]) || denied;
        }
        mark_inside(given, denials.bounded);
        mark_holding(given, denials.inner);
    }
    bool fits = cue && place && denials.cancelled && denials.denial;
    free(cue);
    free(place);
    free(denials.cancelled);
    free(denials.denial);
    return fits;
}
