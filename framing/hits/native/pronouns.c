/* Pronouns: whom "he said" and "she said" mean, where only one actor is possible. The reference is
 * resolve_pronouns in framing/hits/context/pronouns.py.
 */
#include <stdlib.h>

#include "speech.h"

/* What is known of the attributions: who speaks within a paragraph (``inner``), and the number of the
 * first attribution of each sentence. */
struct resolving {
    struct speech *speech;
    int64_t *inner, *first_event;
};

/* A pronoun at an attribution, the last one before it that is not silent, and the names between. */
struct pronoun {
    int64_t event, before, row, past_name;
    uint32_t letter;
};

/* The first letter of "he" or "she" where it is the subject of a verb, else 0. */
static uint32_t pronoun_of(struct reading *reading, const struct event *event) {
    if (is_kind(word_at(reading, event->begin), IS_PERSON)) {
        return code_at(reading, event->begin) | 0x20;
    }
    bool turned = is_kind(next_word(reading, event->end), IS_PERSON);
    return turned ? code_at(reading, event->end + 1) | 0x20 : 0;
}

/* Whether a verb has a pronoun for a person as its subject: he said, said he. */
static bool has_pronoun(struct reading *reading, const struct event *event) {
    if (is_kind(word_at(reading, event->begin), IS_PERSON)) return true;
    return !is_joined_before(reading, event->start) &&
           is_kind(next_word(reading, event->end), IS_PERSON);
}

/* How many names start before a sentence. */
static int64_t names_before(struct speech *speech, int64_t row) {
    return rank_before(&speech->mention.start, row_first(&speech->reading, row));
}

/* Whether a sentence names nobody and attributes nothing, and begins with a pronoun. */
static bool is_bare(struct resolving *resolving, int64_t row) {
    struct speech *speech = resolving->speech;
    struct reading *reading = &speech->reading;
    if (resolving->first_event[row] != resolving->first_event[row + 1]) return false;
    int64_t names = rank_before(&speech->mention.start, row_last(reading, row));
    return names == names_before(speech, row) &&
           is_kind(word_at(reading, row_first(reading, row)), IS_PERSON);
}

static bool has_capital(struct reading *reading, int64_t row) {
    int64_t past = rank_before(&reading->token, row_last(reading, row));
    int64_t token = rank_before(&reading->token, row_first(reading, row) + 1);
    for (; token < past; token++) {
        if (is_capital_code(code_at(reading, token_place(reading, token)))) return true;
    }
    return false;
}

/* The sentence before a sentence, or -1; those that only go on with "he" are passed over. */
static int64_t sentence_before(struct resolving *resolving, int64_t row) {
    const int64_t *paragraph = resolving->speech->given->paragraph;
    for (int64_t behind = row - 1; behind > larger(row - 2 - BETWEEN, -1); behind--) {
        if (!is_bare(resolving, behind)) return behind;
        if (paragraph[behind] != paragraph[row]) return -1;
        if (has_capital(&resolving->speech->reading, behind)) return behind;
    }
    return -1;
}

/* Whether "he" or "she" can stand for a speaker: "she" for no man. */
static bool fits(struct resolving *resolving, const struct pronoun *pronoun, int64_t before,
                 int64_t speaker, int64_t name) {
    struct speech *speech = resolving->speech;
    const struct framing_names *mentions = &speech->given->mentions;
    if (before >= 0) {
        uint32_t other = pronoun_of(&speech->reading, &speech->event[before]);
        if ((other == 'h' && pronoun->letter == 's') || (other == 's' && pronoun->letter == 'h')) {
            return false;
        }
    }
    for (; name < pronoun->past_name; name++) {
        int64_t told = mentions->pronoun[name];
        if (mentions->actor[name] == speaker && told && told != (int64_t)pronoun->letter) return false;
    }
    return true;
}

/* Whether no other actor is named. */
static bool only_named(const struct framing_names *mentions, int64_t name, int64_t past, int64_t actor) {
    for (; name < past; name++) {
        if (mentions->actor[name] != actor) return false;
    }
    return true;
}

/* The same, apart from those named in quotations: “Putin lies,” Trump said. */
static bool only_aloud(struct speech *speech, int64_t name, int64_t past, int64_t actor) {
    const struct framing_names *mentions = &speech->given->mentions;
    for (; name < past; name++) {
        if (mentions->actor[name] != actor && holding_quote(speech, mentions->start[name]) < 0) return false;
    }
    return true;
}

/* Whether a token begins with a capital, and has a small second letter. */
static bool is_capitalised(struct reading *reading, int64_t token) {
    int64_t at = token_place(reading, token);
    return is_capital_code(code_at(reading, at)) && code_at(reading, at + 1) >= 'a';
}

/* Whether a token and those behind it are a title before a name. */
static bool is_title_before(struct reading *reading, int64_t token, int64_t name) {
    if (token >= name) return false;
    while (token < name && is_capitalised(reading, token)) token++;
    return token == name;
}

/* Whether a name is the subject of its sentence, and no other person is named there: no verb stands
 * before it, and other names, of places, stand only behind "in", "on" and the like. */
static bool is_subject(struct speech *speech, int64_t name, int64_t past) {
    struct reading *reading = &speech->reading;
    const struct framing_names *mentions = &speech->given->mentions;
    if (mentions->inside[name]) return false;
    int64_t start = mentions->start[name], end = mentions->end[name];
    int64_t first = row_first(reading, row_of(reading, start));
    int64_t token = rank_before(&reading->token, first), stop = rank_before(&reading->token, past);
    int64_t named = rank_before(&reading->token, start);
    uint32_t before = 0;
    bool in_place = false;           /* the word before is the first of the name of a place */
    for (; token < stop; token++) {
        int64_t at = token_place(reading, token);
        uint32_t kinds = word_at(reading, at);
        bool verb = is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_AUXILIARY) ||
                    is_past_in(reading, token, stop);
        if (verb && at < start) return false;
        bool capital = is_capitalised(reading, token);
        bool placed = is_kind(before, IS_INSIDE) || is_kind(before, IS_ARTICLE) ||
                      is_kind(kinds, IS_ADJUNCT);
        bool other = capital && !placed && at > first && (at < start || at >= end);
        if (other && !in_place && !is_title_before(reading, token, named)) return false;
        in_place = capital && placed;
        before = kinds;
    }
    return true;
}

/* Whether a quotation begins in the paragraph of a sentence. */
static bool has_quote(struct speech *speech, int64_t row) {
    const int64_t *paragraph = speech->given->paragraph;
    int64_t sentences = speech->reading.given->sentences, low = row, past = row + 1;
    while (low > 0 && paragraph[low - 1] == paragraph[row]) low--;
    while (past < sentences && paragraph[past] == paragraph[row]) past++;
    int64_t first = row_first(&speech->reading, low);
    int64_t end = past < sentences ? row_first(&speech->reading, past) : INT64_MAX;
    return rank_before(&speech->quote_start, first) < rank_before(&speech->quote_start, end);
}

static bool begins_with_person(struct reading *reading, int64_t row) {
    int64_t first = row_first(reading, row);
    uint32_t letter = code_at(reading, first);
    if (letter == 'S') {
        return code_at(reading, first + 1) == 'h' && code_at(reading, first + 2) == 'e' &&
               code_at(reading, first + 3) == ' ';
    }
    return letter == 'H' && code_at(reading, first + 1) == 'e' && code_at(reading, first + 2) == ' ';
}

/* “No,” said Trump, “but,” he added: the speaker of the same sentence. Return whether he speaks. */
static bool goes_on(struct resolving *resolving, const struct pronoun *pronoun) {
    struct event *event = resolving->speech->event;
    const struct framing_names *mentions = &resolving->speech->given->mentions;
    if (pronoun->before < 0 || event[pronoun->before].row != pronoun->row) return false;
    int64_t speaker = event[pronoun->before].speaker;
    int64_t name = names_before(resolving->speech, pronoun->row);
    if (!is_named(speaker) || name >= pronoun->past_name) return false;
    if (!only_named(mentions, name, pronoun->past_name, speaker)) return false;
    if (!fits(resolving, pronoun, pronoun->before, speaker, name)) return false;
    event[pronoun->event].speaker = resolving->inner[pronoun->event] = speaker;
    return true;
}

/* Find whom a pronoun means by the sentence before. */
static void resolve(struct resolving *resolving, const struct pronoun *pronoun) {
    struct speech *speech = resolving->speech;
    const struct framing_speech *given = speech->given;
    const struct framing_names *mentions = &given->mentions;
    struct event *event = speech->event;
    if (goes_on(resolving, pronoun)) return;
    int64_t row = pronoun->row, before = pronoun->before, past = pronoun->past_name;
    int64_t behind = sentence_before(resolving, row);
    if (behind < 0 || given->document[behind] != given->document[row]) return;
    int64_t name = names_before(speech, behind), middle = names_before(speech, behind + 1);
    bool told = before >= resolving->first_event[behind];
    int64_t parted = given->paragraph[row] - given->paragraph[behind];
    int64_t *here = &event[pronoun->event].speaker, *inner = &resolving->inner[pronoun->event];
    if (parted > 1 || (parted && !told)) return;
    if (told) {
        int64_t known = resolving->inner[before], speaker = event[before].speaker;
        bool same = is_named(known) && only_aloud(speech, name, past, known) &&
                    fits(resolving, pronoun, before, known, name);
        if (parted) {
            if (same && (has_quote(speech, row) || begins_with_person(&speech->reading, row))) *here = known;
            return;
        }
        if (same) *inner = known;
        if (is_named(speaker) && only_aloud(speech, name, past, speaker) &&
            fits(resolving, pronoun, before, speaker, name)) {
            *here = speaker;
        }
    } else if (name < middle && name < past) {
        int64_t actor = mentions->actor[name];
        if (only_named(mentions, name, past, actor) &&
            is_subject(speech, name, row_first(&speech->reading, behind + 1)) &&
            fits(resolving, pronoun, -1, actor, name)) {
            *here = *inner = actor;
        }
    }
}

/* Whether an actor is named at all. */
static bool names_somebody(const struct speech *speech) {
    if (speech->given->mentions.count) return true;
    for (int64_t i = 0; i < speech->events; i++) {
        if (is_named(speech->event[i].speaker)) return true;
    }
    return false;
}

/* Fill in the number of the first attribution of each sentence, and of one after the last. */
static void count_events(const struct speech *speech, int64_t *first_event) {
    int64_t event = 0;
    for (int64_t row = 0; row <= speech->reading.given->sentences; row++) {
        while (event < speech->events && speech->event[event].row < row) event++;
        first_event[row] = event;
    }
}

/* Give "he said" the actor of the sentence before, where only one actor is possible. Return false
 * without memory. */
bool resolve_pronouns(struct speech *speech) {
    if (!names_somebody(speech)) return true;
    size_t rows = (size_t)speech->reading.given->sentences + 1, events = (size_t)speech->events + 1;
    int64_t *room = malloc((rows + events) * sizeof *room);
    if (!room) return false;
    struct resolving resolving = {speech, room, room + events};
    count_events(speech, resolving.first_event);
    for (int64_t i = 0; i < speech->events; i++) resolving.inner[i] = speech->event[i].speaker;
    int64_t before = -1;
    for (int64_t i = 0; i < speech->events; i++) {
        struct event *event = &speech->event[i];
        if (event->speaker == UNRESOLVED && has_pronoun(&speech->reading, event)) {
            struct pronoun pronoun = {
                .event = i, .before = before, .row = event->row,
                .past_name = rank_before(&speech->mention.start, event->begin),
                .letter = pronoun_of(&speech->reading, event),
            };
            resolve(&resolving, &pronoun);
        }
        if (event->kind != CUE_SPEAKING) before = i;
    }
    free(room);
    return true;
}
