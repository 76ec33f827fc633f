/* Options: the atoms of each choice as bits, made once for a lexicon. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

void options_free(struct options *options) {
    free(options->mask_from);
    free(options->other_from);
    free(options->other);
    free(options->mask);
    memset(options, 0, sizeof *options);
}

static int by_number(const void *one, const void *other) {
    uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    return (a > b) - (a < b);
}

/* Put some numbers, which it sorts, as bits behind the masks. Return how many masks there are. */
uint32_t add_masks(struct mask *mask, uint32_t first, uint32_t *number, size_t count) {
    uint32_t past = first;
    bool sorted = true;
    for (size_t i = 1; i < count; i++) sorted &= number[i - 1] <= number[i];
    if (!sorted) qsort(number, count, sizeof *number, by_number);
    for (size_t i = 0; i < count; i++) {
        uint32_t word = number[i] >> 6;
        if (past == first || mask[past - 1].word != word) mask[past++] = (struct mask){word, 0};
        mask[past - 1].bits |= UINT64_C(1) << (number[i] & 63);
    }
    return past;
}

bool options_build(struct options *options, const struct framing_tables *t) {
    /* No choice has more masks than options, and each atom has one. */
    size_t parts = t->part_from[t->nodes], most = parts + t->nodes + 1;
    memset(options, 0, sizeof *options);
    options->mask_from = calloc((size_t)t->nodes + 1, sizeof(uint32_t));
    options->other_from = calloc((size_t)t->nodes + 1, sizeof(uint32_t));
    options->other = calloc(parts + 1, sizeof(uint32_t));
    options->mask = calloc(most, sizeof(struct mask));
    uint32_t *atom = calloc(parts + 1, sizeof *atom);
    bool fits = options->mask_from && options->other_from && options->other && options->mask;
    fits &= atom != NULL;
    uint32_t masks = 0, others = 0;
    for (uint32_t node = 0; node < t->nodes && fits; node++) {
        size_t atoms = 0;
        if (t->node_kind[node] == NODE_ATOM) {
            atom[atoms++] = t->node_atom[node];
        } else if (t->node_kind[node] == NODE_CHOICE) {
            for (uint32_t part = t->part_from[node]; part < t->part_from[node + 1]; part++) {
                uint32_t option = t->part_node[part];
                if (t->node_kind[option] == NODE_ATOM) {
                    atom[atoms++] = t->node_atom[option];
                } else {
                    options->other[others++] = option;
                }
            }
        }
        masks = add_masks(options->mask, masks, atom, atoms);
        options->mask_from[node + 1] = masks;
        options->other_from[node + 1] = others;
    }
    free(atom);
    if (!fits) {
        options_free(options);
        return false;
    }
    /* Most choices are of neighbours, so that far fewer masks are needed. */
    struct mask *less = realloc(options->mask, (masks + 1) * sizeof *less);
    if (less) options->mask = less;
    return true;
}
