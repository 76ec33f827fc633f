/* Extents: which text an attribution closes and opens, without what only says who speaks, where and
 * when. The references are with_extent and without_phrases in
 * framing/hits/context/extents.py.
 */
#include "speech.h"

/* The sign at a position, or the end of the sentence. */
static int64_t pause_after(struct speech *speech, int64_t position, int64_t last) {
    int64_t place = rank_before(&speech->stop, position);
    return place < speech->stop.count ? smaller(speech->stop.place[place], last) : last;
}

/* Whether no subject stands directly before a verb: said Doe; but: officials said. */
static bool is_turned(struct reading *reading, const struct event *event) {
    return event->begin == event->start && !follows_subject(reading, event->start);
}

/* Where the subject of a verb begins, with its titles: a Trump adviser on trade said. */
static int64_t phrase_of_subject(struct speech *speech, const struct event *event) {
    struct reading *reading = &speech->reading;
    const struct ranked *loose = &speech->loose;
    int64_t first = row_first(reading, event->row);
    int64_t place = rank_before(&speech->loose, event->begin) - 1;
    if (is_turned(reading, event)) {
        bool apposed = event->speaker == OTHER && place >= 0 &&
                       loose->place[place] == event->begin - 2 &&
                       code_at(reading, loose->place[place]) == ',';
        if (!apposed || !(is_last(reading, event->end) ||
                          is_kind(next_word(reading, event->end), IS_ADJUNCT))) {
            return event->start;
        }
        /* The truce is near, Doe, who led the talks, said. */
        if (--place < 0 || loose->place[place] < first) return event->start;
        if (code_at(reading, loose->place[place]) == ',') place--;
    }
    int64_t edge = place >= 0 ? loose->place[place] + 1 : 0;
    return smaller(event->start, larger(edge, first));
}

/* Where "that" or a colon begins what is said: said after the talks that; else the end. */
static int64_t content_after(struct reading *reading, int64_t end, int64_t pause) {
    int64_t token = rank_before(&reading->token, end), past = rank_before(&reading->token, pause);
    for (int64_t at = token; at < past; at++) {
        int64_t place = token_place(reading, at);
        uint32_t kinds = word_at(reading, place);
        if (is_kind(kinds, IS_THAT)) return place;
        if (is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY) ||
            (at > token && is_kind(kinds, IS_PRONOUN))) {
            return end;
        }
    }
    return code_at(reading, pause) == ':' ? pause : end;
}

/* Where a relative clause ends that begins at a comma, or the comma: Doe, who led it. */
static int64_t past_relatives(struct speech *speech, int64_t pause, int64_t last) {
    struct reading *reading = &speech->reading;
    if (code_at(reading, pause) != ',' || !is_kind(word_at(reading, pause + 2), IS_RELATIVE)) {
        return pause;
    }
    return pause_after(speech, pause + 1, last);
}

/* Whether a verb, a pronoun or "and" stands between two positions. */
static bool has_verb(struct reading *reading, int64_t from, int64_t to) {
    int64_t past = rank_before(&reading->token, to);
    for (int64_t at = rank_before(&reading->token, from); at < past; at++) {
        uint32_t kinds = word_at(reading, token_place(reading, at));
        if (is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY) ||
            is_kind(kinds, IS_PRONOUN) || is_kind(kinds, IS_AND) || is_past_in(reading, at, past)) {
            return true;
        }
    }
    return false;
}

/* Whether two commas without a verb between them stand before a verb that goes on. */
static bool is_described(struct speech *speech, const struct event *event) {
    struct reading *reading = &speech->reading;
    const struct ranked *loose = &speech->loose;
    if (event->speaker != OTHER || !is_turned(reading, event)) return false;
    if (is_last(reading, event->end) || is_kind(next_word(reading, event->end), IS_ADJUNCT)) return false;
    /* Views vary, among students too, said Jane Doe. */
    if (is_capital_code(code_at(reading, event->end + 1))) return false;
    int64_t place = rank_before(&speech->loose, event->start) - 1;
    if (place < 1 || loose->place[place] != event->start - 2) return false;
    int64_t before = loose->place[place - 1];
    return before >= row_first(reading, event->row) && code_at(reading, before) == ',' &&
           code_at(reading, loose->place[place]) == ',' &&
           !has_verb(reading, before, loose->place[place]);
}

/* Where the description of somebody ends behind "said Doe", which has no verb. */
static int64_t past_description(struct speech *speech, int64_t pause, int64_t last) {
    struct reading *reading = &speech->reading;
    pause = past_relatives(speech, pause, last);
    if (code_at(reading, pause) != ',') return pause;
    if (rank_before(&reading->token, pause) >= rank_before(&reading->token, last)) return pause;
    return has_verb(reading, pause, last) ? pause : last;
}

/* Where the phrase ends that "according to" begins. */
static int64_t past_source(struct speech *speech, const struct event *event, int64_t pause,
                           int64_t last) {
    struct reading *reading = &speech->reading;
    if (event->speaker != OTHER) return past_relatives(speech, event->end, last);
    int64_t that = content_after(reading, event->end, pause);
    if (that > event->end) return that;
    if (pause < last) return past_relatives(speech, pause, last);
    /* According to officials the truce holds. */
    return event->begin - row_first(reading, event->row) <= 1 ? event->end : last;
}

/* Where the bracket ends in which a verb stands, or the end of what it opens. */
static int64_t past_bracket(struct reading *reading, const struct event *event) {
    const struct framing_context *given = reading->given;
    int64_t place = sign_after(reading, event->start), first = row_first(reading, event->row);
    for (int64_t i = place - 1;; i--) {
        if (i < 0 || given->sign[i] < first) return event->until;
        if (given->sign_code[i] == ')' || given->sign_code[i] == ']') return event->until;
        if (given->sign_code[i] == '(' || given->sign_code[i] == '[') break;
    }
    for (int64_t i = place; i < given->signs && given->sign[i] < event->until; i++) {
        if (given->sign_code[i] == ')' || given->sign_code[i] == ']') return given->sign[i];
    }
    return event->until;
}

/* Whether a verb is a deed, by three letters: added a goal, wrote a cheque, posted photos. */
static bool may_be_deed(struct reading *reading, int64_t start) {
    return reads(reading, start, "add") || reads(reading, start, "wri") ||
           reads(reading, start, "wro") || reads(reading, start, "pos") ||
           reads(reading, start, "twe");
}

/* The same also with "to" and the like: officials agreed to a truce. */
static bool may_be_pact(struct reading *reading, int64_t start) {
    return reads(reading, start, "agr") || reads(reading, start, "ann") ||
           reads(reading, start, "rev");
}

static bool introduces_words(int64_t code) {
    switch (code) {
        case ':': case '"': case 0x201C: case 0x201E: case 0x2018: case 0xAB:
            return true;
        default:
            return false;
    }
}

/* Whether a verb has a thing as its object, and no clause: the town added jobs in May. */
bool is_deed(struct speech *speech, const struct event *event) {
    struct reading *reading = &speech->reading;
    if (event->kind != CUE_REPORTING || !event->opening || event->closing) return false;
    bool pact = may_be_pact(reading, event->start);
    if (!pact && !may_be_deed(reading, event->start)) return false;
    if (!is_joined_before(reading, event->end + 1)) return false;
    /* He posted a dove, and the words “A truce is near”. */
    const struct framing_context *given = reading->given;
    int64_t last = row_last(reading, event->row), pause = pause_after(speech, event->end, last);
    for (int64_t i = sign_after(reading, event->end); i < given->signs && given->sign[i] < last; i++) {
        if (introduces_words(given->sign_code[i])) return false;
    }
    int64_t first = rank_before(&reading->token, event->end);
    int64_t past = rank_before(&reading->token, pause);
    for (int64_t at = first; at < past; at++) {
        uint32_t kinds = word_at(reading, token_place(reading, at));
        if (at == first && !pact && is_kind(kinds, IS_ADJUNCT)) return false;
        if (is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY) || is_kind(kinds, IS_THAT) ||
            is_past_in(reading, at, past)) {
            return false;
        }
    }
    return true;
}

/* Set the text that an attribution closes and opens. A verb and a word that belongs to it can have a
 * hit between them: called the truce a sham. */
void find_extents(struct speech *speech, struct event *event) {
    struct reading *reading = &speech->reading;
    bool source = is_source(event->kind);
    event->since = event->end;
    if (event->kind == CUE_REPORTING && event->cue_end == event->end) {
        int64_t second = smaller(event->token + 1, reading->given->tokens - 1);
        event->since = smaller(event->end, token_place(reading, second));
    }
    if (event->closing && !source) event->ahead = phrase_of_subject(speech, event);
    if (!event->opening) return;
    event->until = past_bracket(reading, event);
    int64_t last = row_last(reading, event->row), pause = pause_after(speech, event->end, last);
    if (source) {
        if (event->kind == CUE_ATTRIBUTION) event->since = past_source(speech, event, pause, last);
    } else if (event->closing) {
        int64_t begun = content_after(reading, event->end, pause);
        if (begun > event->end) {
            event->since = larger(event->since, begun);
            return;
        }
        /* Doe, an analyst, said Trump wanted a truce; Doe, head of it, said it faces a test. */
        if (has_verb(reading, event->end, pause) || is_described(speech, event)) return;
        event->since = larger(event->since, pause);
        if (is_turned(reading, event)) event->since = past_description(speech, event->since, last);
    } else if (!is_kind(word_at(reading, event->start), IS_BELIEF)) {
        uint32_t follows = next_word(reading, event->end);
        if (is_kind(follows, IS_ADJUNCT) || is_kind(follows, IS_WITHOUT) ||
            is_kind(word_at(reading, event->start), IS_TOLD)) {
            event->since = larger(event->since, content_after(reading, event->end, pause));
        }
    }
}
