/* Attributed text: whose words the hits and the quotations are, by the attributions around them. The
 * references are _sentence_speakers and _quote_speakers in framing/hits/context/speakers.py.
 */
#include <stdlib.h>

#include "speech.h"

/* Attributions by where they start. Of each place: the next one there or behind that closes, and
 * that attributes the quotation before it; the last one before that opens, and that may open a
 * quotation. */
struct nearest {
    struct ranked start;
    int64_t *closing, *saying, *opening, *introducing;
};

static bool is_silent(int64_t kind) { return kind == CUE_SPEAKING || kind == CUE_NAMING; }

/* Fill in the nearest attributions, with five lists that have room for one more than there are. */
static struct nearest find_nearest(const struct speech *speech, int64_t *room) {
    int64_t events = speech->events, size = events + 1;
    struct nearest nearest = {
        {room, events, 0}, room + size, room + 2 * size, room + 3 * size, room + 4 * size,
    };
    nearest.closing[events] = nearest.saying[events] = events;
    for (int64_t i = events - 1; i >= 0; i--) {
        const struct event *event = &speech->event[i];
        room[i] = event->start;
        nearest.closing[i] = event->closing ? i : nearest.closing[i + 1];
        nearest.saying[i] = !is_silent(event->kind) ? i : nearest.saying[i + 1];
    }
    nearest.opening[0] = nearest.introducing[0] = -1;
    for (int64_t i = 0; i < events; i++) {
        const struct event *event = &speech->event[i];
        nearest.opening[i + 1] = event->opening ? i : nearest.opening[i];
        nearest.introducing[i + 1] = event->kind != CUE_SPEAKING ? i : nearest.introducing[i];
    }
    return nearest;
}

/* Who speaks at a position of a sentence, given the attribution that may open it. */
static int64_t speaker_at(const struct speech *speech, int64_t closing, int64_t opening,
                          int64_t position, int64_t row) {
    int64_t speaker = NOBODY;
    if (closing < speech->events && speech->event[closing].row == row &&
        position < speech->event[closing].ahead) {
        speaker = speech->event[closing].speaker;
    }
    if (opening >= 0) {
        const struct event *event = &speech->event[opening];
        if (event->row == row && event->since <= position && position < event->until) {
            speaker = event->speaker;
        }
    }
    return speaker;
}

/* Whether an attribution says who spoke in the quotation before it; ``last`` is its last sentence. */
static bool is_said_after(struct speech *speech, const struct event *event, int64_t quote, int64_t last) {
    struct reading *reading = &speech->reading;
    const struct framing_speech *given = speech->given;
    int64_t end = given->quote_end[quote];
    if (!given->quote_closed[quote] || event->row < last || event->row > last + 1) return false;
    if (event->begin - end > reach_behind(reading, end)) return false;
    if (quote + 1 < given->quotes && given->quote_start[quote + 1] <= event->start) return false;
    uint32_t sign = code_at(reading, larger(end - 1, 0));
    if (!is_cut(sign) && code_at(reading, end + 1) != ',') return false;
    /* “A truce is near.” Putin said. */
    bool alone = event->kind == CUE_REPORTING && is_named(event->speaker) &&
                 event->end >= row_last(reading, event->row) - 1 &&
                 event->begin - row_first(reading, event->row) <= GIVEN;
    /* A question mark at the end of a quotation can end the sentence. */
    if (event->row != last && !ends_question(sign) && !alone) return false;
    return !event->opening || (alone && event->row > last);
}

/* Whether an attribution directly introduces a quotation: Putin said: “…”. */
static bool introduces(struct speech *speech, const struct event *event, int64_t quote, int64_t row) {
    if (event->row != row || speech->given->quote_start[quote] - event->end > 3) return false;
    /* “Peace is near,” said Putin; “the truce holds,” said Trump. */
    uint32_t sign = code_at(&speech->reading, event->end);
    bool turned = sign == ',' && event->begin == event->start;
    return !(event->closing && (turned || sign == ';'));
}

/* A quotation: its sentences, and whether it begins the first of them, behind another one. */
struct quotation {
    int64_t row, last;
    bool fresh;
};

/* Who speaks in a quotation, by its own sentence and what follows. */
static int64_t quote_speaker(struct speech *speech, struct nearest *nearest, int64_t quote,
                             const struct quotation *quotation) {
    int64_t start = speech->given->quote_start[quote];
    int64_t place = rank_before(&nearest->start, start);
    int64_t speaker = speaker_at(speech, nearest->closing[place], nearest->introducing[place], start,
                                 quotation->row);
    int64_t after = nearest->saying[rank_before(&nearest->start, speech->given->quote_end[quote])];
    if (after == speech->events) return speaker;
    const struct event *event = &speech->event[after];
    if (!is_said_after(speech, event, quote, quotation->last)) return speaker;
    if (place && introduces(speech, &speech->event[place - 1], quote, quotation->row)) return speaker;
    return event->speaker;
}

/* Peskov denied a deal. “There is no truce.” The last one of the sentence before, or NOBODY. */
static int64_t told_before(const struct speech *speech, int64_t row, int64_t *near) {
    while (*near < speech->events && speech->event[*near].row < row) ++*near;
    if (!*near || speech->event[*near - 1].row != row - 1) return NOBODY;
    return speech->event[*near - 1].speaker;
}

/* Give a quotation that begins its sentence the speaker of the quotation before. */
static void continue_quotes(struct speech *speech, const struct quotation *quotation) {
    const struct framing_speech *given = speech->given;
    int64_t *speaker = given->quote_speaker, near = 0;
    for (int64_t i = 0; i < given->quotes; i++) {
        int64_t told = told_before(speech, quotation[i].row, &near);
        if (speaker[i] != NOBODY || !quotation[i].fresh) continue;
        bool adjacent = i && quotation[i - 1].last >= quotation[i].row - 1;
        speaker[i] = adjacent ? speaker[i - 1] : told;
    }
    /* An open quotation continues in the next paragraph, where its speaker can be named. */
    for (int64_t i = 0; i + 1 < given->quotes; i++) {
        if (speaker[i] == NOBODY && !given->quote_closed[i] && quotation[i + 1].fresh &&
            given->quote_paragraph[i + 1] == given->quote_paragraph[i] + 1 &&
            given->document[quotation[i + 1].row] == given->document[quotation[i].row]) {
            speaker[i] = speaker[i + 1];
        }
    }
}

static void give_quotes(struct speech *speech, struct nearest *nearest, struct quotation *quotation) {
    struct reading *reading = &speech->reading;
    const struct framing_speech *given = speech->given;
    for (int64_t i = 0; i < given->quotes; i++) {
        int64_t start = given->quote_start[i];
        int64_t row = row_of(reading, start);
        if (row < 0) {
            reading->failed = true;
            return;
        }
        quotation[i].row = row;
        quotation[i].last = row_of(reading, larger(given->quote_end[i] - 1, start));
        quotation[i].fresh = row > 0 && start <= row_first(reading, row) + 1 &&
                             given->document[row] == given->document[row - 1];
        given->quote_speaker[i] = quote_speaker(speech, nearest, i, &quotation[i]);
    }
    continue_quotes(speech, quotation);
}

/* Fill in who speaks in each hit, its quotation apart, and in each quotation. Return false without
 * memory. */
bool give_speakers(struct speech *speech) {
    const struct framing_speech *given = speech->given;
    enum { LISTS = 5 };
    int64_t *room = malloc(LISTS * ((size_t)speech->events + 1) * sizeof *room);
    struct quotation *quotation = malloc(((size_t)given->quotes + 1) * sizeof *quotation);
    bool fits = room && quotation;
    if (fits) {
        struct nearest nearest = find_nearest(speech, room);
        for (int64_t i = 0; i < given->text->hits; i++) {
            int64_t start = given->text->start[i], place = rank_before(&nearest.start, start);
            given->speaker[i] =
                speaker_at(speech, nearest.closing[place], nearest.opening[place], start, given->row[i]);
        }
        give_quotes(speech, &nearest, quotation);
    }
    free(room);
    free(quotation);
    return fits;
}
