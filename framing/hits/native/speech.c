/* Speech: the interface for Python, which asks twice: for the names of actors (mentions.c), by which it
 * reads the labels of transcripts, and then for who speaks in hits and quotations.
 */
#include <stdlib.h>

#include "speech.h"

EXPORTED int32_t framing_names(struct framing_speech *given);
EXPORTED int32_t framing_speakers(const struct framing_speech *given);

static bool is_readable(const struct framing_speech *given) {
    const struct framing_context *text = given->text;
    return text->words->length && text->words->n && text->sentences && text->tokens &&
           is_sorted(text->first, text->sentences) && is_sorted(text->cue_start, text->cues);
}

/* Fill in the names of actors. Return 0, or a failure. */
int32_t framing_names(struct framing_speech *given) {
    if (!is_readable(given)) return BAD_TEXT;
    struct speech speech = {.given = given};
    reading_open(&speech.reading, given->text);
    bool fits = find_names(&speech, &given->mentions, &given->owners);
    return speech.reading.failed ? BAD_TEXT : fits ? 0 : NO_MEMORY;
}

/* Find the verbs, with lists that have room for all cues. */
static void list_verbs(struct speech *speech, struct cue *cue, size_t room) {
    const uint64_t kinds =
        cue_bit(CUE_REPORTING) | cue_bit(CUE_WEAK_REPORTING) | cue_bit(CUE_PARTICIPLE) |
        cue_bit(CUE_ATTRIBUTION) | cue_bit(CUE_CITING) | cue_bit(CUE_JUDGING) |
        cue_bit(CUE_SPEAKING) | cue_bit(CUE_MANNER) | cue_bit(CUE_NAMING) |
        cue_bit(CUE_PSEUDO_REPORTING) | cue_bit(CUE_STATING);
    const struct framing_context *text = speech->given->text;
    struct cues verbs = longest_cues(cues_of(text, kinds, cue));
    struct cues naming = cues_of(text, cue_bit(CUE_NAMING), cue + room);
    int64_t count = find_verbs(speech, verbs, naming);
    for (int64_t i = 0; i < count; i++) {
        struct event *event = &speech->event[i];
        find_subject(speech, event);
        if (is_attribution(speech, event)) speech->event[speech->events++] = *event;
    }
    if (!speech->given->turn) return;
    /* I think: in a transcript, the current speaker. */
    for (int64_t i = 0; i < speech->events; i++) {
        struct event *event = &speech->event[i];
        int64_t turn = speech->given->turn[larger(event->row, 0)];
        if (event->speaker == UNRESOLVED && turn > NOBODY &&
            is_kind(word_at(&speech->reading, event->begin), IS_FIRST_PERSON)) {
            event->speaker = turn;
        }
    }
}

/* Merge the attributions by owners into those by verbs, in the order of the text; there is room for
 * both. In "Putin’s claim that a truce is near" the noun is no verb. */
static void merge_owned(struct speech *speech, const struct event *owned, int64_t count) {
    int64_t kept = 0, before = 0;
    for (int64_t i = 0; i < speech->events; i++) {
        int64_t start = speech->event[i].start;
        while (before < count && owned[before].start <= start) before++;
        if (before && start < owned[before - 1].end) continue;
        speech->event[kept++] = speech->event[i];
    }
    int64_t to = kept + count;
    speech->events = to;
    while (count) {
        bool later = kept && speech->event[kept - 1].start > owned[count - 1].start;
        speech->event[--to] = later ? speech->event[--kept] : owned[--count];
    }
}

/* Let "So said Putin." belong to the sentence before it in its paragraph. */
static void leave_to_sentence(struct speech *speech) {
    enum { SO = 3 };            /* "so " */
    const int64_t *paragraph = speech->given->paragraph;
    for (int64_t i = 0; i < speech->events; i++) {
        struct event *event = &speech->event[i];
        if (event->row > 0 && is_so(&speech->reading, event) &&
            event->start - row_first(&speech->reading, event->row) == SO &&
            paragraph[event->row] == paragraph[event->row - 1]) {
            event->row--;
        }
    }
}

/* Find the attributions; ``owned`` has room for all owners. */
static bool find_events(struct speech *speech, struct cue *cue, size_t room, struct event *owned,
                        int64_t *place) {
    const struct framing_speech *given = speech->given;
    int64_t count = 0;
    list_verbs(speech, cue, room);
    for (int64_t i = 0; i < given->owners.count; i++) {
        if (find_owned(speech, i, &owned[count])) count++;
    }
    if (count) merge_owned(speech, owned, count);
    struct cues words = cues_of(given->text, cue_bit(CUE_SUBORDINATE), cue);
    for (int64_t i = 0; i < words.count; i++) place[i] = words.item[i].start;
    struct ranked subordinate = {place, words.count, 0};
    for (int64_t i = 0; i < speech->events; i++) {
        if (words.count) end_in_clause(speech, &speech->event[i], &subordinate);
        end_before_but(speech, &speech->event[i]);
        end_at_semicolon(speech, i);
    }
    if (!resolve_pronouns(speech)) return false;
    inherit_subjects(speech);
    repeat_subjects(speech);
    leave_to_author(speech);
    leave_to_sentence(speech);
    return true;
}

/* A mark that is ''written twice'' is in no word. */
static bool is_doubled(const struct framing_context *text, int64_t sign) {
    return sign + 1 < text->signs && text->sign_code[sign] == '\'' &&
           text->sign_code[sign + 1] == '\'' && text->sign[sign + 1] == text->sign[sign] + 1;
}

/* A hyphen between spaces is a dash, and so are two of them. */
static bool is_dash(struct reading *reading, const struct framing_context *text, int64_t sign) {
    int64_t place = text->sign[sign];
    return text->sign_code[sign] == '-' &&
           (code_at(reading, place + 1) == '-' ||
            (has_flag(reading, place - 1, SPACE) && has_flag(reading, place + 1, SPACE)));
}

static bool is_bracket(int64_t code) {
    return code == '(' || code == ')' || code == '[' || code == ']';
}

/* List the signs that part phrases, also without brackets. */
static void list_stops(struct speech *speech, int64_t *stop, int64_t *loose) {
    const struct framing_context *text = speech->given->text;
    int64_t stops = 0, kept = 0;
    for (int64_t i = 0; i < text->signs; i++) {
        if (is_joining((uint32_t)text->sign_code[i]) && !is_doubled(text, i) &&
            !is_dash(&speech->reading, text, i)) {
            continue;
        }
        stop[stops++] = text->sign[i];
        if (!is_bracket(text->sign_code[i])) loose[kept++] = text->sign[i];
    }
    speech->stop = (struct ranked){stop, stops, 0};
    speech->loose = (struct ranked){loose, kept, 0};
}

static struct names names_in(const struct framing_names *given) {
    return (struct names){
        given, {given->start, given->count, 0}, {given->end, given->count, 0},
    };
}

/* Fill in who speaks, given the names. Return 0, or a failure. */
int32_t framing_speakers(const struct framing_speech *given) {
    const struct framing_context *text = given->text;
    if (!is_readable(given) || !is_sorted(text->start, text->hits) ||
        !is_sorted(given->paragraph, text->sentences) || !is_sorted(given->quote_start, given->quotes) ||
        !is_sorted(given->quote_end, given->quotes)) {
        return BAD_TEXT;
    }
    struct speech speech = {
        .given = given, .mention = names_in(&given->mentions), .owner = names_in(&given->owners),
        .quote_start = {given->quote_start, given->quotes, 0},
        .quote_end = {given->quote_end, given->quotes, 0},
    };
    reading_open(&speech.reading, text);
    size_t cues = (size_t)text->cues + 1, owners = (size_t)given->owners.count + 1;
    struct cue *cue = malloc(2 * cues * sizeof *cue);
    struct event *event = malloc((cues + 2 * owners) * sizeof *event);
    size_t signs = (size_t)text->signs + 1;
    int64_t *place = malloc((cues + 2 * signs) * sizeof *place);
    bool fits = cue && event && place;
    if (fits) {
        speech.event = event;
        list_stops(&speech, place + cues, place + cues + signs);
        fits = find_events(&speech, cue, cues, event + cues + owners, place) && give_speakers(&speech);
    }
    free(cue);
    free(event);
    free(place);
    return speech.reading.failed ? BAD_TEXT : fits ? 0 : NO_MEMORY;
}
