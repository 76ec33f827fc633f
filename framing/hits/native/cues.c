/* Cues: words and phrases that deny or hedge, and what ends them. The reference is class Cues in
 * framing/hits/context/cues.py.
 */
#include "context.h"

/* The cues of some kinds, which are bits; there is room for all of them and one more. */
struct cues cues_of(const struct framing_context *given, uint64_t kinds, struct cue *room) {
    struct cues found = {room, 0};
    for (int64_t i = 0; i < given->cues; i++) {
        int64_t kind = given->cue_kind[i];
        /* Without a branch: a processor cannot guess which cue is next. */
        room[found.count] = (struct cue){kind, given->cue_start[i], given->cue_end[i]};
        found.count += ((uint64_t)kind < CUE_KINDS) & (kinds >> (kind & 63));
    }
    return found;
}

/* Those of some kinds among a few cues. */
struct cues cues_among(struct cues cues, uint64_t kinds, struct cue *room) {
    struct cues found = {room, 0};
    for (int64_t i = 0; i < cues.count; i++) {
        if (kinds >> cues.item[i].kind & 1) room[found.count++] = cues.item[i];
    }
    return found;
}

/* Leave out cues that overlap a longer one; of two of equal length the earlier stays. Each round
 * compares neighbours, of which both can be lost, as the reference does. */
struct cues longest_cues(struct cues cues) {
    for (bool clash = true; clash;) {
        clash = false;
        int64_t kept = 0;
        bool lost = false;       /* to the cue before */
        for (int64_t i = 0; i < cues.count; i++) {
            struct cue cue = cues.item[i];
            bool drop = lost;
            lost = false;
            if (i + 1 < cues.count && cues.item[i + 1].start < cue.end) {
                struct cue next = cues.item[i + 1];
                clash = true;
                if (next.end - next.start <= cue.end - cue.start) {
                    lost = true;
                } else {
                    drop = true;
                }
            }
            if (!drop) cues.item[kept++] = cue;
        }
        cues.count = kept;
    }
    return cues;
}
