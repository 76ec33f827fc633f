/* Inherited subjects: "…, adding that" and "met Putin and said" have the subject of a verb before. The
 * reference is _inherit in framing/hits/context/attributions.py.
 */
#include "speech.h"

/* The most commas that are looked at behind a name: Putin, 73, left. */
enum { COMMAS = 3 };

static bool is_joiner(struct reading *reading, int64_t at) {
    return reads(reading, at, "and") || reads(reading, at, "but");
}

/* Whether a verb follows "and" or "but", or begins with it. */
static bool is_joined(struct reading *reading, const struct event *event) {
    if (is_joiner(reading, event->start) && has_flag(reading, event->start + 3, SPACE)) return true;
    if (!is_joined_before(reading, event->start)) return false;
    int64_t before = token_place(reading, larger(event->token - 1, 0));
    return is_joiner(reading, before) && has_flag(reading, before + 3, SPACE);
}

/* Whether a verb follows a comma whose partner follows "and": and, in a rage, said. */
static bool is_resumed(struct reading *reading, int64_t start) {
    const struct framing_context *given = reading->given;
    if (code_at(reading, larger(start - 2, 0)) != ',') return false;
    int64_t sign = sign_after(reading, start - 2) - 1;
    if (sign < 0) return false;
    int64_t other = given->sign[sign];
    if (code_at(reading, other) != ',' || start - other > OPENING || other < 3) return false;
    return is_joiner(reading, other - 3) && has_flag(reading, larger(other - 4, 0), SPACE);
}

/* Whether all that stands before a name in its sentence are titles and adverbs. */
static bool is_led(struct reading *reading, int64_t first, int64_t begin) {
    int64_t past = rank_before(&reading->token, begin);
    for (int64_t token = rank_before(&reading->token, first); token < past; token++) {
        int64_t at = token_place(reading, token);
        uint32_t kinds = word_at(reading, at);
        if (!is_capital_code(code_at(reading, at)) && !is_kind(kinds, IS_ARTICLE) &&
            !is_kind(kinds, IS_ADJUNCT) && !is_kind(kinds, IS_FILLER) && !is_kind(kinds, IS_ROLE)) {
            return false;
        }
    }
    return true;
}

/* Where the second of two commas close behind a name stands, or -1: Putin, 73, left. */
static int64_t second_comma(struct reading *reading, int64_t end) {
    const struct framing_context *given = reading->given;
    int64_t sign = sign_after(reading, end), past = smaller(sign + COMMAS, given->signs);
    int commas = 0;
    for (; sign < past; sign++) {
        if (given->sign_code[sign] == ',' && ++commas == 2) return given->sign[sign];
    }
    return -1;
}

/* Whether a token is a verb that states something; ``past`` is the token of the verb of saying. */
static bool is_finite(struct reading *reading, int64_t token, int64_t past) {
    uint32_t kinds = word_at(reading, token_place(reading, token));
    return is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY) ||
           is_past_in(reading, token, past + 1);
}

/* Whether a token has the form of "leaves": -s, where it is no word for people. */
static bool is_third_person(struct reading *reading, int64_t token, int64_t next) {
    return code_at(reading, next - 2) == 's' && code_at(reading, next - 3) != 's' &&
           !is_kind(word_at(reading, token_place(reading, token)), IS_UNNAMED);
}

/* Whether another name stands before a verb of its own. */
static bool has_other_subject(struct speech *speech, int64_t name, int64_t token, int64_t past,
                              int64_t verb) {
    struct reading *reading = &speech->reading;
    const struct framing_names *mentions = &speech->given->mentions;
    for (int64_t other = name + 1; other < mentions->count && mentions->start[other] < verb; other++) {
        int64_t next = rank_before(&reading->token, mentions->end[other] + 1);
        if (next >= token && next < past && token_place(reading, next) == mentions->end[other] + 1 &&
            is_finite(reading, next, past)) {
            return true;
        }
    }
    return false;
}

/* Whether no verb with another subject stands from a token to the verb of saying. */
static bool states_nothing(struct reading *reading, int64_t token, int64_t past) {
    for (; token < past; token++) {
        uint32_t kinds = word_at(reading, token_place(reading, token));
        if (is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY) || is_kind(kinds, IS_RELATIVE)) {
            return false;
        }
    }
    return true;
}

/* Where a sentence goes on behind a phrase: Standing beside Macron, Putin rose and said. */
static int64_t past_phrase(struct reading *reading, int64_t first, int64_t verb) {
    const struct framing_context *given = reading->given;
    int64_t sign = sign_after(reading, first);
    if (sign >= given->signs || given->sign_code[sign] != ',') return first;
    int64_t comma = given->sign[sign];
    if (comma >= verb) return first;
    int64_t token = rank_before(&reading->token, first), past = rank_before(&reading->token, comma);
    if (past - token < 2 || token_place(reading, token) != first) return first;
    int64_t last = last_letter(reading, first);
    bool leads = code_at(reading, last) == 'g' && code_at(reading, last - 1) == 'n' &&
                 code_at(reading, last - 2) == 'i';
    uint32_t kinds = word_at(reading, first);
    leads = leads || ends_in_ed(reading, first) || is_kind(kinds, IS_ADJUNCT) || is_kind(kinds, IS_INSIDE);
    return leads && states_nothing(reading, token, past) ? comma + 1 : first;
}

/* The actor with whom a sentence begins, where no other subject stands behind, or NOBODY. */
static int64_t first_subject(struct speech *speech, const struct event *event) {
    struct reading *reading = &speech->reading;
    const struct framing_names *mentions = &speech->given->mentions;
    int64_t verb = event->start, first = past_phrase(reading, row_first(reading, event->row), verb);
    int64_t name = rank_before(&speech->mention.start, first);
    if (name == mentions->count || mentions->end[name] >= verb || mentions->inside[name]) return NOBODY;
    int64_t end = mentions->end[name];
    int64_t token = rank_before(&reading->token, end), past = rank_before(&reading->token, verb);
    if (token >= past || !is_led(reading, first, mentions->start[name])) return NOBODY;
    if (token_place(reading, past) != verb) reading->failed = true;
    int64_t head = token;
    if (code_at(reading, end) == ',') {
        int64_t comma = second_comma(reading, end);
        if (comma < 0 || comma >= verb) return NOBODY;
        head = rank_before(&reading->token, comma);
    }
    while (head < past - 1 && is_kind(word_at(reading, token_place(reading, head)), IS_FILLER)) head++;
    if (head >= past) return NOBODY;
    int64_t next = head + 1 < past ? token_place(reading, head + 1) : verb;
    if (!is_finite(reading, head, past) && !is_third_person(reading, head, next)) return NOBODY;
    if (!states_nothing(reading, head + 2, past) || has_other_subject(speech, name, token, past, verb)) {
        return NOBODY;
    }
    return mentions->actor[name];
}

/* Give verbs without a subject that of the verb of saying before, or of the sentence. */
void inherit_subjects(struct speech *speech) {
    struct reading *reading = &speech->reading;
    for (int64_t i = 0; i < speech->events; i++) {
        struct event *event = &speech->event[i];
        bool participle = event->kind == CUE_PARTICIPLE;
        bool lost = event->speaker == OTHER && event->kind == CUE_REPORTING;
        if (!participle && !lost) continue;
        bool joined = is_joined(reading, event) || (lost && is_resumed(reading, event->start));
        if (!participle && !joined) continue;
        if (i && event[-1].row == event->row) {
            event->speaker = event[-1].speaker;
            continue;
        }
        if (!speech->given->mentions.count || (!joined && event->speaker != OTHER)) continue;
        int64_t subject = first_subject(speech, event);
        if (subject > NOBODY) {
            event->speaker = subject;
        } else if (joined && name_ending(&speech->mention, event->start - 1) >= 0) {
            /* The name before "and said" is the one whom somebody met. */
            event->speaker = OTHER;
        }
    }
}
