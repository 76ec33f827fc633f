/* Subordinate: where what an attribution opens ends before its sentence does. The reference is
 * within_clauses in framing/hits/context/extents.py.
 */
#include "speech.h"

/* Hours after Putin said so, the truce broke: at the comma of a clause before the main one. */
void end_in_clause(struct speech *speech, struct event *event, struct ranked *subordinate) {
    struct reading *reading = &speech->reading;
    if (!event->opening) return;
    int64_t first = row_first(reading, event->row);
    int64_t word = rank_before(subordinate, event->begin) - 1;
    if (word < 0 || subordinate->place[word] < first) return;
    int64_t token = rank_before(&reading->token, first);
    if (rank_before(&reading->token, event->begin) - token > CLAUSE_WORDS) return;
    if (sign_after(reading, first + 1) != sign_after(reading, event->begin)) return;
    int64_t comma = comma_in(reading, event->end, event->until, "");
    if (comma >= 0) event->until = comma;
}

/* A truce is near, says Putin; it is dead, says Trump: what the first opens ends at the semicolon. */
void end_at_semicolon(struct speech *speech, int64_t number) {
    struct event *event = &speech->event[number];
    if (number + 1 >= speech->events || !event->opening || !event->closing) return;
    if (!event[1].closing || event[1].row != event->row) return;
    const struct framing_context *given = speech->reading.given;
    for (int64_t i = sign_after(&speech->reading, event->end); i < given->signs; i++) {
        if (given->sign[i] >= event[1].begin) return;
        if (given->sign_code[i] == ';') {
            event->until = smaller(event->until, given->sign[i]);
            return;
        }
    }
}

/* You said it holds, but it broke: behind the comma speaks who said so. */
void end_before_but(struct speech *speech, struct event *event) {
    struct reading *reading = &speech->reading;
    if (!event->opening || event->speaker != UNRESOLVED || !reads(reading, event->begin, "you")) return;
    int64_t comma = comma_in(reading, event->end, event->until, "but ");
    if (comma >= 0) event->until = comma;
}
