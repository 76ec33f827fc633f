/* Owned speech: attributions by a noun, such as "in Putin’s words" and "Putin’s claim that". The
 * reference is _owned_speech in framing/hits/context/attributions.py.
 */
#include "speech.h"

/* How far the words before an owner are looked at: in the President’s words. */
enum { TITLES = 3, NOUNS = 3 };

static bool is_closing_mark(uint32_t code) {
    return code == 0x201D || code == 0x2019 || code == '"' || code == '\'';
}

/* Whether a verb begins at a token and follows a quotation: “No truce,” was Putin’s answer. */
static bool is_predicate(struct reading *reading, int64_t token) {
    if (token < 0 || token >= reading->given->tokens) return false;
    int64_t verb = token_place(reading, token);
    if (verb < 2 || !is_closing_mark(code_at(reading, verb - 2))) return false;
    return reads(reading, verb, "was ") || reads(reading, verb, "is ") ||
           reads(reading, verb, "came ");
}

/* Whether "is that" or "was that" begins at a token. */
static bool is_equated(struct reading *reading, int64_t token, int64_t last) {
    if (token + 1 >= reading->given->tokens) return false;
    int64_t be = token_place(reading, token), that = token_place(reading, token + 1);
    if (that >= last || !is_joined_before(reading, be) || !is_joined_before(reading, that)) {
        return false;
    }
    /* The second letter of is, was, are and were. */
    uint32_t letter = code_at(reading, be + 1);
    bool is_be = letter == 's' || letter == 'a' || letter == 'r' || letter == 'e';
    return is_be && is_kind(word_at(reading, be), IS_AUXILIARY) &&
           is_kind(word_at(reading, that), IS_THAT);
}

/* Where "that" begins behind words such as "to Trump" from a token on, or 0. */
static int64_t that_after(struct reading *reading, int64_t token, int64_t last) {
    int64_t past = smaller(token + TO_THAT + 1, reading->given->tokens), that = 0;
    bool stated = false;
    for (int64_t at = token; at < past; at++) {
        int64_t word = token_place(reading, at);
        if (word >= last) break;
        if (!is_joined_before(reading, word)) return 0;
        uint32_t kinds = word_at(reading, word);
        if (at == token && !is_kind(kinds, IS_INSIDE)) return 0;
        if (that || stated) continue;
        if (is_kind(kinds, IS_THAT) && is_kind(kinds, IS_RELATIVE)) {
            that = word;
        } else {
            stated = is_kind(kinds, IS_FINITE);
        }
    }
    return that;
}

/* Whether "in" or "by" stands closely before an owner. */
static bool is_led_in(struct reading *reading, int64_t token, int64_t begin) {
    for (int64_t at = token - 1; at > larger(token - 1 - TITLES, -1); at--) {
        int64_t word = token_place(reading, at);
        if ((reads(reading, word, "in ") || reads(reading, word, "by ")) &&
            sign_after(reading, word) == sign_after(reading, begin)) {
            return true;
        }
    }
    return false;
}

/* Where a colon ends the words that follow, 0 where another sign stands before it. */
static int64_t colon_after(struct reading *reading, int64_t past, int64_t last) {
    const struct framing_context *given = reading->given;
    int64_t sign = sign_after(reading, past);
    if (sign == given->signs || given->sign_code[sign] != ':') return 0;
    int64_t at = given->sign[sign];
    return at - past <= TO_COLON && at < last ? at + 1 : 0;
}

/* Where a token starts inside a sentence, or -1. */
static int64_t word_before(struct reading *reading, int64_t token, int64_t last) {
    if (token >= reading->given->tokens) return -1;
    int64_t start = token_place(reading, token);
    return start < last ? start : -1;
}

/* Say what a noun opens and closes, of an attribution that has the place of its owner. Return false
 * where it is none. */
static bool read_noun(struct reading *reading, struct event *event, int64_t token, int64_t last) {
    int64_t noun = token_place(reading, token), past = noun;
    uint32_t kinds = word_at(reading, noun);
    bool speech = is_kind(kinds, IS_SPEECH);
    while (has_flag(reading, past, WORD)) past++;
    int64_t after = token + 1 < reading->given->tokens ? token_place(reading, token + 1) : -1;
    past = smaller(past, after >= 0 && after < last ? after : last);
    int64_t owner = rank_before(&reading->token, event->begin), at;
    event->end = past;
    event->opening = true;
    if (speech && is_predicate(reading, owner - 1)) {
        event->closing = true;
        event->opening = false;
    } else if (is_kind(kinds, IS_VIEW) && is_led_in(reading, owner, event->begin)) {
        event->closing = true;
    } else if (speech && (at = colon_after(reading, past, last))) {
        event->end = at;
    } else if (speech && after == past + 1 && is_kind(word_at(reading, after), IS_THAT)) {
        event->end = after;
    } else if (speech && (at = that_after(reading, token + 1, last))) {
        /* Putin’s promise to Trump that a truce is near. */
        event->end = at;
    } else if (is_equated(reading, token + 1, last)) {
        /* Putin’s view is that the truce is near. */
        event->end = token_place(reading, token + 2);
    } else {
        return false;
    }
    return true;
}

/* Find the attribution of an owner. Return false without one. */
bool find_owned(struct speech *speech, int64_t owner, struct event *found) {
    struct reading *reading = &speech->reading;
    const struct framing_names *owners = &speech->given->owners;
    int64_t begin = owners->start[owner];
    if (holding_quote(speech, begin) >= 0) return false;
    int64_t token = rank_before(&reading->token, owners->end[owner]);
    int64_t row = row_of(reading, begin), last = row_last(reading, row);
    for (int step = 0; step < NOUNS; step++) {
        int64_t word = word_before(reading, token + step, last);
        if (word < 0 || (step && !is_joined_before(reading, word))) return false;
        uint32_t kinds = word_at(reading, word);
        if (!is_kind(kinds, IS_SPEECH) && !is_kind(kinds, IS_VIEW)) continue;
        *found = (struct event){
            .kind = CUE_ATTRIBUTION, .begin = begin, .start = begin, .row = row, .token = token,
            .speaker = owners->actor[owner], .ahead = begin, .until = last + 1,
        };
        if (!read_noun(reading, found, token + step, last)) return false;
        found->since = found->cue_end = found->end;
        return true;
    }
    return false;
}

/* Putin’s statement said: the owner of the statement. */
void give_statement(struct speech *speech, struct event *event) {
    struct reading *reading = &speech->reading;
    const struct framing_names *owners = &speech->given->owners;
    if (event->speaker != OTHER) return;
    struct led led = skip_fillers(reading, event->start, event->token);
    if (!is_kind(led.kinds, IS_SPEECH)) return;
    int64_t token = rank_before(&reading->token, led.before);
    for (int step = 0; step < NOUNS; step++) {
        int64_t at = token_place(reading, larger(token - step, 0));
        int64_t owner = name_ending(&speech->owner, at - 1);
        if (owner >= 0) {
            event->speaker = owners->actor[owner];
            event->begin = owners->start[owner];
            return;
        }
        if (!is_joined_before(reading, at)) return;
    }
}
