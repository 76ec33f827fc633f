/* Authors: whose words "they think" and "I hope" are, where no actor is meant. The references are
 * _repeated and _by_author in framing/hits/context/attributions.py.
 */
#include "speech.h"

/* Whether the subject of an attribution follows the verb of another: analysts say (that) they think. */
static bool follows_verb(struct reading *reading, const struct event *before, const struct event *event) {
    enum { THAT = 6 };          /* " that " */
    int64_t gap = event->begin - before->end;
    return gap == 1 || (gap == THAT && is_kind(word_at(reading, before->end + 1), IS_THAT));
}

/* Give "analysts say they think" the subject of the verb before it: they are the same. */
void repeat_subjects(struct speech *speech) {
    struct reading *reading = &speech->reading;
    int64_t last = speech->events ? speech->event[0].speaker : UNKNOWN;
    for (int64_t i = 1; i < speech->events; i++) {
        struct event *event = &speech->event[i];
        int64_t before = last;
        last = event->speaker;
        if (last == UNRESOLVED && before == OTHER && event[-1].opening &&
            follows_verb(reading, &event[-1], event) &&
            !is_kind(word_at(reading, event->begin), IS_FIRST_PERSON)) {
            event->speaker = OTHER;
        }
    }
}

/* Leave what "I hope" says outside quotations and turns to the author of the text. */
void leave_to_author(struct speech *speech) {
    for (int64_t i = 0; i < speech->events; i++) {
        struct event *event = &speech->event[i];
        if (event->speaker == UNRESOLVED && event->opening && !event->closing &&
            speech->given->label[larger(event->row, 0)] < 0 &&
            is_kind(word_at(&speech->reading, event->begin), IS_FIRST_PERSON)) {
            event->speaker = NOBODY;
        }
    }
}
