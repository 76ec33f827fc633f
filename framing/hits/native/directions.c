/* Directions: which attributions belong to the text before them, and which to the text after. The
 * reference is _with_direction in framing/hits/context/attributions.py.
 */
#include "speech.h"

/* What stands around an attribution. ``stop`` is the sign before its subject, brackets apart,
 * ``quote`` where the last quotation before it ends, ``pause`` the sign behind its verb or the end
 * of the sentence. */
struct around {
    int64_t first, last, stop, quote, pause;
    uint32_t follows;
    bool comma, quoted, bare, adjunct, that;
};

/* Whether somebody whose subject begins there speaks of the quotation that ends before. A sentence
 * does not attribute a quotation that closes the paragraph before. */
static bool is_quoted(struct speech *speech, const struct event *event, const struct around *around) {
    const int64_t *paragraph = speech->given->paragraph;
    int64_t sentences = speech->reading.given->sentences;
    int64_t row = event->row < 0 ? event->row + sentences : event->row;
    bool fresh = paragraph[row] != paragraph[larger(event->row - 1, 0)];
    int64_t least = larger(around->stop, around->first - (fresh ? 0 : 2));
    return around->quote >= least && around->quote >= 0 &&
           event->begin - around->quote <= reach_behind(&speech->reading, around->quote);
}

/* Whether a quotation of the same sentence ends as one of which somebody speaks. */
static bool is_led(struct reading *reading, const struct around *around) {
    return around->quote >= around->first &&
           (is_cut(code_at(reading, larger(around->quote - 1, 0))) ||
            code_at(reading, around->quote + 1) == ',');
}

/* The words of a subject that nobody knows: no verb, and no "and"; what a relative clause states
 * counts for nothing. */
static bool is_plain_subject(struct reading *reading, int64_t token, int64_t past) {
    bool relative = false;
    for (int64_t at = token; at < past; at++) {
        uint32_t kinds = word_at(reading, token_place(reading, at));
        relative = relative || is_kind(kinds, IS_RELATIVE);
        if (is_kind(kinds, IS_AND) || (is_kind(kinds, IS_FINITE) && !relative)) return false;
        if (at == token && is_kind(kinds, IS_PRONOUN)) return false;
    }
    return true;
}

/* The first letters of a word as one number, without case, the first in the lowest byte. */
static int64_t short_word(struct reading *reading, int64_t start) {
    uint64_t word = 0;
    for (int nth = 0; nth < LETTERS && has_flag(reading, start + nth, WORD); nth++) {
        word |= (uint64_t)smaller(code_at(reading, start + nth) | 0x20, 0x7F) << 8 * nth;
    }
    return (int64_t)word;
}

static bool is_no_subject(struct speech *speech, int64_t start) {
    int64_t word = short_word(&speech->reading, start);
    for (int64_t i = 0; i < speech->given->objects; i++) {
        if (speech->given->object[i] == word) return true;
    }
    return false;
}

/* Whether a verb stands between a comma and a subject that nobody knows: said a spokesman. */
static bool is_inverted(struct speech *speech, const struct event *event, const struct around *around) {
    struct reading *reading = &speech->reading;
    int64_t pause = smaller(around->pause, around->last);
    if (event->kind != CUE_REPORTING || event->speaker != OTHER) return false;
    if (event->start - around->stop != 2 || pause - event->end > INVERTED) return false;
    if (!reads(reading, event->start, "s") || code_at(reading, event->start + 1) != 'a') return false;
    int64_t token = rank_before(&reading->token, event->end);
    int64_t past = rank_before(&reading->token, pause);
    if (token >= past || (pause < around->last - 1 && code_at(reading, pause) != ',')) return false;
    return is_plain_subject(reading, token, past) &&
           !is_no_subject(speech, token_place(reading, token));
}

/* Whether a form says what was done: the truce, announced on Monday; agreed by Putin. */
static bool is_passive(struct reading *reading, const struct event *event, bool bare) {
    if (event->kind != CUE_WEAK_REPORTING || event->begin != event->start) return false;
    if (follows_subject(reading, event->start)) return false;
    int64_t follows = token_place(reading, smaller(event->token + 1, reading->given->tokens - 1));
    bool by = reads(reading, follows, "b") && code_at(reading, follows + 1) == 'y' &&
              has_flag(reading, follows + 2, SPACE);
    return by || (event->speaker == OTHER && !bare);
}

static bool ends_speech(uint32_t code) {
    return is_pause(code) || code == '.' || code == ';' || code == '!' || code == '?';
}

/* Whether a verb has all that is said before it: after Trump said so, it broke. */
static bool is_told_before(struct reading *reading, int64_t end) {
    uint32_t first = code_at(reading, end + 1), second = code_at(reading, end + 2);
    if (!(first == 'i' && second == 't') && !(first == 's' && second == 'o')) return false;
    return is_joined_before(reading, end + 1) && ends_speech(code_at(reading, end + 3));
}

/* Whether a verb other than "say" has no subject, and "to" behind it: Moscow rejects a truce, vows to
 * fight on. */
static bool goes_to(struct reading *reading, const struct event *event) {
    return event->begin == event->start && event->speaker == OTHER &&
           !reads(reading, event->start, "s") && reads(reading, event->end, " to") &&
           has_flag(reading, event->end + 3, SPACE);
}

/* Whether a sentence begins with a phrase that says on which occasion somebody spoke: asked about a
 * truce, Trump said. */
static bool begins_with_occasion(struct reading *reading, int64_t first) {
    static const char *const words[] = {
        "asked ", "pressed ", "quizzed ", "questioned ", "speaking ", "addressing ",
        "commenting ", "responding ", "replying ", "reacting ", "writing ",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (reads(reading, first, words[i])) return true;
    }
    return false;
}

/* Whether a phrase such as "after the talks" is all that stands before a verb, and what is said stands
 * behind it: as the truce broke, Trump told reporters he was sad. */
static bool states(struct speech *speech, const struct event *event, const struct around *around) {
    struct reading *reading = &speech->reading;
    if (!is_kind(word_at(reading, around->first), IS_ADJUNCT)) return false;
    int64_t pause = smaller(around->pause, around->last);
    return code_at(reading, pause) == ':' || has_kind(reading, event->end, pause, IS_THAT) ||
           has_kind(reading, event->end, pause, IS_FINITE) ||
           has_kind(reading, event->end, pause, IS_PRONOUN);
}

/* Look at what stands around an attribution. */
static void look_around(struct speech *speech, const struct event *event, struct around *around) {
    struct reading *reading = &speech->reading;
    int64_t place = rank_before(&speech->loose, event->begin) - 1;
    around->first = row_first(reading, event->row);
    around->last = row_last(reading, event->row);
    around->stop = place >= 0 ? speech->loose.place[place] : -1;
    around->comma = around->stop >= around->first && event->begin - around->stop <= OPENING &&
                    is_pause(code_at(reading, around->stop));
    place = rank_before(&speech->quote_end, event->begin) - 1;
    around->quote = place >= 0 ? speech->quote_end.place[place] : -1;
    around->quoted = is_quoted(speech, event, around);
    place = rank_before(&speech->stop, event->end);
    around->pause = place < speech->stop.count ? speech->stop.place[place] : around->last;
    around->follows = next_word(reading, event->end);
    around->bare = event->end + 1 >= around->last || is_last(reading, event->end);
    bool is_short = smaller(around->pause, around->last) - event->end <= CLOSING;
    bool adjunct = is_kind(around->follows, IS_ADJUNCT) && !goes_to(reading, event);
    around->adjunct = is_short && (adjunct || is_kind(word_at(reading, event->start), IS_TOLD));
    around->that = is_kind(around->follows, IS_THAT) || code_at(reading, event->end) == ':';
    /* “The truce is dead.” He wrote on Telegram that peace was near. */
    if (around->quoted && !around->that && around->quote < around->first &&
        is_kind(around->follows, IS_ADJUNCT)) {
        around->that = has_kind(reading, event->end, around->pause, IS_THAT);
    }
    /* “The truce is dead.” Trump said the war goes on; Joe “Amtrak” Biden said so. */
    around->quoted = around->quoted && (around->bare || around->adjunct || is_led(reading, around));
}

/* Say what an attribution closes and opens. Return false where it is lost: what nobody of the table
 * names goes on with its own subject. */
static bool find_direction(struct speech *speech, struct event *event) {
    struct reading *reading = &speech->reading;
    struct around around;
    look_around(speech, event, &around);
    bool source = is_source(event->kind), plain = around.comma && !around.that;
    bool quoting = around.quoted && !around.that;
    bool beside = around.bare || around.adjunct;
    if (plain && beside && rank_before(&speech->loose, event->begin) - 1 ==
                               rank_before(&speech->loose, around.first)) {
        beside = !begins_with_occasion(reading, around.first) &&
                 (around.bare || !states(speech, event, &around));
    }
    bool so = is_so(reading, event);
    event->closing = source || quoting || (plain && beside) || so;
    if (around.comma && !around.quoted && is_passive(reading, event, around.bare)) event->closing = false;
    if (plain && !event->closing) event->closing = is_inverted(speech, event, &around);
    event->opening = (source || !quoting) && !so && !is_told_before(reading, event->end);
    /* “The truce is dead”, said Putin; “…”. */
    if (plain && around.bare && around.quote >= 0 && around.stop == around.quote + 1 && !source) {
        event->opening = false;
    }
    /* Putin has been clear: the truce is near. */
    bool colon = code_at(reading, event->end) == ':', named = is_named(event->speaker);
    switch (event->kind) {
        case CUE_SPEAKING:
            if (!colon) event->closing = event->opening = false;
            return true;
        case CUE_NAMING:
            event->closing = event->opening = false;
            return named;
        case CUE_CITING:
            return named;
        case CUE_JUDGING:
            event->closing = false;
            return named;
        case CUE_MANNER:
            event->closing = event->closing && quoting;
            event->opening = event->opening && colon;
            return event->closing || event->opening;
        default:
            return true;
    }
}

/* Whether a verb begins a sentence and has no subject: Asked about it, Putin left. Note: it ends.
 * Speaking in Moscow, Putin left. */
static bool is_participle(struct reading *reading, const struct event *event) {
    if (event->speaker != OTHER || event->start - row_first(reading, event->row) > 1) return false;
    bool headed = code_at(reading, event->end) == ':';
    if (event->kind == CUE_SPEAKING) return !headed;
    return is_reporting(event->kind) && (headed || code_at(reading, event->end - 1) == 'd');
}

/* Whether a form that can be a noun closes nothing: critics of its claims. */
static bool is_object(struct reading *reading, const struct event *event) {
    if (event->kind != CUE_WEAK_REPORTING) return false;
    bool past = code_at(reading, event->end - 1) == 'd';
    return !(event->closing && (event->speaker != OTHER || !event->opening || past));
}

/* Say which way an attribution goes, and whether it is one, given its subject. */
bool is_attribution(struct speech *speech, struct event *event) {
    struct reading *reading = &speech->reading;
    if (is_participle(reading, event)) return false;
    if (speech->given->owners.count) give_statement(speech, event);
    if (!find_direction(speech, event)) return false;
    find_extents(speech, event);
    return !is_deed(speech, event) && !is_object(reading, event);
}
