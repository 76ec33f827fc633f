/* Context: the interface for Python, which asks twice: for the commas between adjectives (clauses.c),
 * of which it reads the few that are left, and then for what is denied and hedged.
 */
#include <stdlib.h>

#include "context.h"

EXPORTED int32_t framing_negation(struct framing_context *given);

/* Find the clauses, with lists that have room for all sentences, signs and cues. */
static bool find_clauses(struct reading *reading, int64_t *bound, int64_t *sure) {
    const struct framing_context *given = reading->given;
    const uint32_t holding = 1 << CUE_NO | 1 << CUE_NOT | 1 << CUE_REJECT | 1 << CUE_AFTER |
                             1 << CUE_PSEUDO_NEGATION | 1 << CUE_BOUNDED | 1 << CUE_HEDGE |
                             1 << CUE_DOUBT | 1 << CUE_CONDITION | 1 << CUE_PSEUDO_HEDGE;
    size_t room = (size_t)given->cues + 1;
    struct cue *cue = malloc(3 * room * sizeof *cue);
    if (!cue) return false;
    struct cues boundary = cues_of(given, 1 << CUE_BOUNDARY, cue);
    struct cues held = cues_of(given, holding, cue + room);
    struct cues ors = cues_of(given, 1 << CUE_OR, cue + 2 * room);
    int64_t count = find_bounds(reading, boundary, held, ors, bound, sure);
    reading->bound = (struct ranked){bound, count, 0};
    free(cue);
    return true;
}

/* Fill in which hits are denied, and which are hedged. Return 0, or a failure. */
int32_t framing_negation(struct framing_context *given) {
    if (!given->words->length || !given->words->n || !given->sentences || !given->tokens) return BAD_TEXT;
    if (!is_sorted(given->start, given->hits) || !is_sorted(given->cue_start, given->cues) ||
        !is_sorted(given->first, given->sentences)) {
        return BAD_TEXT;
    }
    struct reading reading;
    reading_open(&reading, given);
    size_t room = (size_t)(given->sentences + given->signs + given->cues) + 1;
    int64_t *bound = malloc(2 * room * sizeof *bound);
    struct marked_hit *hit = malloc(((size_t)given->hits + 1) * sizeof *hit);
    bool fits = bound && hit && find_clauses(&reading, bound, bound + room);
    for (int64_t i = 0; i < given->hits && fits; i++) {
        hit[i] = (struct marked_hit){given->start[i], given->end[i], 0, false};
        hit[i].clause = clause_of(&reading, given->start[i]);
    }
    fits = fits && mark_denied(&reading, hit) && (!given->hedged || mark_hedged(&reading, hit));
    free(bound);
    free(hit);
    return reading.failed ? BAD_TEXT : fits ? 0 : NO_MEMORY;
}
