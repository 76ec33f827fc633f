/* Verbs of saying: which forms are verbs, and which are nouns of the same form. The reference is
 * without_nouns in framing/hits/context/verbs.py.
 */
#include "speech.h"

/* Officials claim; officials have also signaled. */
static bool follows_people(struct reading *reading, int64_t token) {
    for (int step = 0; step < 3; step++) {
        if (!is_joined_before(reading, token_place(reading, token))) return false;
        int64_t before = larger(token - 1, 0);
        uint32_t kinds = word_at(reading, token_place(reading, before));
        bool people = is_kind(kinds, IS_UNNAMED);
        if (people && !(step && is_kind(kinds, IS_PRONOUN))) return true;
        if (!is_kind(kinds, IS_FILLER)) return false;
        token = before;
    }
    return false;
}

/* Whether a word such as "those" stands before a form, which then is a noun. */
static bool is_led(struct reading *reading, int64_t token, int64_t start) {
    uint32_t kinds = word_at(reading, token_place(reading, larger(token - 1, 0)));
    return is_joined_before(reading, start) && is_kind(kinds, IS_SUBJECT) && !is_kind(kinds, IS_PRONOUN);
}

/* Whether "that" follows closely behind an ambiguous form; but: he denied those claims on Monday,
 * saying that it holds. */
static bool precedes_that(struct reading *reading, int64_t token, int64_t begin, int64_t end) {
    for (int step = 1; step < FILLERS - 1; step++) {
        if (step == 2 && is_led(reading, token, begin)) return false;
        int64_t place = smaller(token + step, reading->given->tokens - 1);
        int64_t start = token_place(reading, place);
        if (start - end < CLOSING && is_kind(word_at(reading, start), IS_THAT)) return true;
    }
    return false;
}

/* As Putin put it, the talks are over. */
static bool is_put_it(struct reading *reading, int64_t end) {
    return code_at(reading, end) == ',' && code_at(reading, end - 1) == 't' &&
           code_at(reading, end - 3) == ' ';
}

/* Whether a form says what the actor in front of it thinks: Trump still believes. */
static bool is_belief(struct speech *speech, int64_t start) {
    struct reading *reading = &speech->reading;
    if (!is_kind(word_at(reading, start), IS_BELIEF)) return false;
    for (int step = 0; step < 3; step++) {
        int64_t name = name_ending(&speech->mention, start - 1);
        if (name >= 0 && !speech->given->mentions.inside[name]) return true;
        int64_t token = rank_before(&reading->token, start);
        int64_t before = token_place(reading, larger(token - 1, 0));
        if (!is_joined_before(reading, start)) return false;
        if (!is_kind(word_at(reading, before), IS_FILLER)) return false;
        start = before;
    }
    return false;
}

/* Whether a subject stands before an ambiguous form. A false claim the envoy made is none; Democrats
 * claim the truce failed. */
static bool has_subject(struct reading *reading, struct cue form, int64_t token) {
    if (!token || !is_joined_before(reading, form.start)) return false;
    int64_t before = token_place(reading, token - 1);
    uint32_t kinds = word_at(reading, before);
    bool stray = is_kind(kinds, IS_ARTICLE) || is_kind(kinds, IS_SUBJECT) || is_kind(kinds, IS_INSIDE) ||
                 is_kind(kinds, IS_AUXILIARY) || is_kind(kinds, IS_ADJUNCT) || is_kind(kinds, IS_AND);
    if (stray && !is_kind(kinds, IS_PRONOUN)) return false;
    uint32_t final = code_at(reading, form.end - 1);
    return final == 'd' || is_capital_code(code_at(reading, before)) ||
           (final != 's' && code_at(reading, form.start - 2) == 's');
}

/* Whether a clause without "that" stands behind an ambiguous form: Kyiv believes the truce will hold;
 * but: the plan he announced was his. */
static bool states_clause(struct reading *reading, struct cue form, int64_t token) {
    enum { STATED = 8 };
    if (!has_subject(reading, form, token)) return false;
    int64_t last = row_last(reading, row_of(reading, form.start));
    int64_t past = rank_before(&reading->token, form.end);
    bool led = false;
    for (int64_t step = 0; step <= STATED && past + step < reading->given->tokens; step++) {
        int64_t word = token_place(reading, past + step);
        if (word >= last) return false;
        if (!is_joined_before(reading, word) && !(step && code_at(reading, word - 1) == '-')) return false;
        uint32_t kinds = word_at(reading, word);
        if (is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY)) {
            return step == 1 || (step > 1 && !led);
        }
        if (is_kind(kinds, IS_THAT) || is_kind(kinds, IS_RELATIVE) || is_kind(kinds, IS_AND)) return false;
        if (!step && (is_kind(kinds, IS_INSIDE) || is_kind(kinds, IS_ADJUNCT))) return false;
        led = is_kind(kinds, IS_PRONOUN);
    }
    return false;
}

static bool is_verb(struct speech *speech, struct cue form, int64_t token) {
    struct reading *reading = &speech->reading;
    return code_at(reading, form.end) == ':' || follows_people(reading, token) ||
           is_put_it(reading, form.end) || precedes_that(reading, token, form.start, form.end) ||
           is_belief(speech, form.start) || states_clause(reading, form, token);
}

/* Whether "that" stands behind a form: polls showed that; ruled on Monday that. No pronoun for a thing
 * stands before it: this shows that, which shows that. */
static bool says_directly(struct reading *reading, struct cue form, int64_t token) {
    int64_t last = reading->given->tokens - 1, past = rank_before(&reading->token, form.end);
    int64_t before = token_place(reading, larger(token - 1, 0));
    uint32_t kinds = word_at(reading, before);
    if (is_kind(kinds, IS_SUBJECT) && !is_kind(kinds, IS_PRONOUN)) return false;
    if (is_kind(kinds, IS_RELATIVE) && !reads(reading, before, "who ")) return false;
    if (reads(reading, before, "it ")) return false;
    bool timed = is_kind(word_at(reading, token_place(reading, smaller(past, last))), IS_ADJUNCT);
    for (int step = 0; step < FILLERS - 2; step++) {
        int64_t follows = token_place(reading, smaller(past + step, last));
        if ((timed || !step) && follows - form.end < CLOSING && reads(reading, follows, "that ")) {
            return true;
        }
    }
    return false;
}

/* Whether no word stands before a form, or behind it. */
static bool stands_apart(struct reading *reading, struct cue form) {
    return (has_flag(reading, form.start - 1, SPACE) && !has_flag(reading, form.start - 2, WORD)) ||
           !is_joined_before(reading, form.end + 1);
}

/* Whether one of some sorted cues starts at a position; ``next`` is the first that may. */
static bool starts_one(struct cues cues, int64_t *next, int64_t position) {
    while (*next < cues.count && cues.item[*next].start < position) ++*next;
    return *next < cues.count && cues.item[*next].start == position;
}

/* List the verbs outside quotations as attributions with nobody yet; there is room for all cues.
 * Return how many there are. */
int64_t find_verbs(struct speech *speech, struct cues verbs, struct cues naming) {
    struct reading *reading = &speech->reading;
    int64_t count = 0, next = 0;
    for (int64_t i = 0; i < verbs.count; i++) {
        struct cue form = verbs.item[i];
        if (form.kind == CUE_PSEUDO_REPORTING || holding_quote(speech, form.start) >= 0) continue;
        int64_t token = rank_before(&reading->token, form.start);
        bool stating = form.kind == CUE_STATING;
        if (stating || form.kind == CUE_WEAK_REPORTING) {
            form.kind = CUE_WEAK_REPORTING;
            bool named = starts_one(naming, &next, form.start);
            if (stating ? says_directly(reading, form, token) || states_clause(reading, form, token)
                        : is_verb(speech, form, token)) {
                form.kind = CUE_REPORTING;
            } else if (!stands_apart(reading, form)) {
                if (!named) continue;
                form.kind = CUE_NAMING;
            }
        }
        int64_t row = row_of(reading, form.start);
        speech->event[count++] = (struct event){
            .kind = form.kind, .begin = form.start, .start = form.start, .end = form.end,
            .cue_end = form.end, .row = row, .token = token, .speaker = UNKNOWN, .ahead = form.start,
            .since = form.end, .until = row_last(reading, row) + 1,
        };
    }
    return count;
}
