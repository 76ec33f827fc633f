/* Anchors: what a sentence must have at the least for an entry to match there.
 *
 * Each way in which an entry can match is a branch. A branch has one part by which it is found, the
 * rarest (its anchor), and others that it needs as well. A sentence without any whole branch has no
 * hit, so that it is not searched for anything else. Exceptions have branches too, or each hit would
 * ask about each of them. Which anchors are chosen changes the time that a search takes, and no hit.
 */
#include <stdlib.h>

#include "core.h"

/* A sentence of the text that is learned from weighs as much as this in the guess of Python. */
enum { SEEN = 64 };
/* A part that is more frequent is not asked for: by the guess, and in one of so many sentences. */
enum { GUESSED_LIMIT = 200, LEARNED_SHARE = 4 };

/* A growing list of pairs: an atom, and the branch or need that it stands for. */
struct pair {
    uint32_t atom, item;
};

struct numbers {
    uint32_t *item;
    size_t count, room;
};

/* What is needed to choose anchors. */
struct choice {
    const struct framing_tables *t;
    struct anchors *anchors;
    uint64_t *cost;              /* of a node: in how many sentences it may stand, at the most */
    uint64_t limit;
    uint32_t *visit;             /* the last walk, counted from 1, that came to a node */
    uint32_t walk;
    uint32_t *need_of;           /* 1 + the need that a node is, 0 for none */
    struct numbers parts;        /* the parts of the branch that is being made */
    struct numbers rule, need_from, need, need_node;
    struct pair *pair;           /* items are branches, or needs + NEED */
    size_t pairs, pair_room;
    bool failed;
};

static void push(struct choice *choice, struct numbers *numbers, uint32_t item) {
    if (!grown((void **)&numbers->item, &numbers->room, numbers->count + 1, sizeof item)) {
        choice->failed = true;
        return;
    }
    numbers->item[numbers->count++] = item;
}

static void push_pair(struct choice *choice, uint32_t atom, uint32_t item) {
    if (!grown((void **)&choice->pair, &choice->pair_room, choice->pairs + 1,
               sizeof *choice->pair)) {
        choice->failed = true;
        return;
    }
    choice->pair[choice->pairs++] = (struct pair){atom, item};
}

static uint32_t rarest_part(const struct choice *choice, uint32_t node) {
    const struct framing_tables *t = choice->t;
    uint32_t best = t->part_from[node];
    for (uint32_t part = best + 1; part < t->part_from[node + 1]; part++) {
        if (t->part_joint[part] == JOINT_LOOKED_UP) continue;
        if (choice->cost[t->part_node[part]] < choice->cost[t->part_node[best]]) best = part;
    }
    return t->part_node[best];
}

/* Parts stand before the node that they are part of, so one pass is enough. */
static void find_costs(const struct choice *choice, const uint32_t *seen) {
    const struct framing_tables *t = choice->t;
    for (uint32_t node = 0; node < t->nodes; node++) {
        uint64_t cost = 0;
        if (t->node_kind[node] == NODE_ATOM) {
            uint32_t atom = t->node_atom[node];
            cost = 1 + (uint64_t)t->atom_frequency[atom] + (seen ? (uint64_t)SEEN * seen[atom] : 0);
        } else if (t->node_kind[node] == NODE_ROW) {
            cost = choice->cost[rarest_part(choice, node)];
        } else {
            for (uint32_t part = t->part_from[node]; part < t->part_from[node + 1]; part++) {
                uint64_t more = choice->cost[t->part_node[part]];
                cost = more > UINT64_MAX - cost ? UINT64_MAX : cost + more;
            }
        }
        choice->cost[node] = cost;
    }
}

static bool visited(struct choice *choice, uint32_t node) {
    bool before = choice->visit[node] == choice->walk;
    choice->visit[node] = choice->walk;
    return before;
}

/* Note for an item the atoms of which one must be there for a node to match. */
static void add_atoms(struct choice *choice, uint32_t node, uint32_t item) {
    const struct framing_tables *t = choice->t;
    if (visited(choice, node)) return;
    if (t->node_kind[node] == NODE_ATOM) {
        push_pair(choice, t->node_atom[node], item);
    } else if (t->node_kind[node] == NODE_ROW) {
        add_atoms(choice, rarest_part(choice, node), item);
    } else {
        for (uint32_t part = t->part_from[node]; part < t->part_from[node + 1]; part++) {
            add_atoms(choice, t->part_node[part], item);
        }
    }
}

/* List the parts of a row that are no rows themselves. */
static void list_parts(struct choice *choice, uint32_t node) {
    const struct framing_tables *t = choice->t;
    if (visited(choice, node)) return;
    if (t->node_kind[node] != NODE_ROW) {
        push(choice, &choice->parts, node);
        return;
    }
    for (uint32_t part = t->part_from[node]; part < t->part_from[node + 1]; part++) {
        if (t->part_joint[part] != JOINT_LOOKED_UP) list_parts(choice, t->part_node[part]);
    }
}

static void add_need(struct choice *choice, uint32_t node) {
    if (!choice->need_of[node]) {
        push(choice, &choice->need_node, node);
        choice->need_of[node] = (uint32_t)choice->need_node.count;
    }
    push(choice, &choice->need, choice->need_of[node] - 1);
}

/* Begin a branch; its needs follow. Return its number. */
static uint32_t add_branch(struct choice *choice, uint32_t rule) {
    push(choice, &choice->rule, rule);
    push(choice, &choice->need_from, (uint32_t)choice->need.count);
    return (uint32_t)choice->rule.count - 1;
}

static void add_row(struct choice *choice, uint32_t node, uint32_t rule) {
    choice->parts.count = 0;
    choice->walk++;
    list_parts(choice, node);
    if (choice->failed) return;
    size_t best = 0;
    for (size_t i = 1; i < choice->parts.count; i++) {
        uint32_t part = choice->parts.item[i];
        if (choice->cost[part] < choice->cost[choice->parts.item[best]]) best = i;
    }
    uint32_t branch = add_branch(choice, rule);
    for (size_t i = 0; i < choice->parts.count && !choice->failed; i++) {
        uint32_t part = choice->parts.item[i];
        if (i != best && choice->cost[part] <= choice->limit) add_need(choice, part);
    }
    choice->walk++;
    add_atoms(choice, choice->parts.item[best], branch);
}

/* Add the branches of a node: one of each option that is a row, one of all that are atoms. */
static void add_branches(struct choice *choice, uint32_t node, uint32_t rule, uint32_t *seen) {
    const struct framing_tables *t = choice->t;
    if (t->node_kind[node] == NODE_ROW) {
        add_row(choice, node, rule);
        return;
    }
    if (t->node_kind[node] == NODE_ATOM) {
        push_pair(choice, t->node_atom[node], add_branch(choice, rule));
        return;
    }
    uint32_t atoms = UINT32_MAX;
    for (uint32_t part = t->part_from[node]; part < t->part_from[node + 1]; part++) {
        uint32_t option = t->part_node[part];
        if (seen[option] == rule + 1 || choice->failed) continue;
        seen[option] = rule + 1;
        if (t->node_kind[option] == NODE_ATOM) {
            if (atoms == UINT32_MAX) atoms = add_branch(choice, rule);
            push_pair(choice, t->node_atom[option], atoms);
        } else {
            add_branches(choice, option, rule, seen);
        }
    }
}

/* The bit of a branch or of a need in the row of bits. */
static uint32_t bit_of(const struct anchors *anchors, uint32_t item) {
    return item < NEED ? item : 64 * anchors->need_word + (item - NEED);
}

/* Put the items of all atoms as bits in the order of the strings in which the atoms stand. */
static bool sort_items(const struct choice *choice) {
    const struct framing_tables *t = choice->t;
    struct anchors *anchors = choice->anchors;
    uint32_t *from = calloc((size_t)t->atoms + 2, sizeof *from);
    uint32_t *item = calloc(choice->pairs + 1, sizeof *item);
    struct numbers here = {0};
    size_t masks = 0, room = 0;
    anchors->mask_from = calloc((size_t)t->strings + 1, sizeof(uint32_t));
    bool fits = from && item && anchors->mask_from;
    if (fits) {
        for (size_t i = 0; i < choice->pairs; i++) from[choice->pair[i].atom + 2]++;
        for (uint32_t i = 0; i < t->atoms; i++) from[i + 2] += from[i + 1];
        for (size_t i = 0; i < choice->pairs; i++) {
            item[from[choice->pair[i].atom + 1]++] = bit_of(anchors, choice->pair[i].item);
        }
    }
    for (uint32_t i = 0; i < t->strings && fits; i++) {
        int32_t literal = t->literal[i];
        uint32_t low = literal < 0 ? 0 : t->glob_from[literal];
        uint32_t past = literal < 0 ? 0 : t->glob_from[literal + 1];
        here.count = 0;
        /* Two atoms stand for the string as it is, then come those with wildcards around it. */
        for (uint32_t k = 0; k < 2 + past - low && fits; k++) {
            int32_t atom = k == 0 ? t->closed[i] : k == 1 ? t->opened[i]
                                                          : (int32_t)t->glob_atom[low + k - 2];
            if (atom < 0) continue;
            size_t count = from[atom + 1] - from[atom];
            fits = grown((void **)&here.item, &here.room, here.count + count, sizeof *item);
            for (size_t n = 0; n < count && fits; n++) {
                here.item[here.count++] = item[from[atom] + n];
            }
        }
        fits = fits && grown((void **)&anchors->mask, &room, masks + here.count,
                             sizeof *anchors->mask);
        if (fits) masks = add_masks(anchors->mask, (uint32_t)masks, here.item, here.count);
        anchors->mask_from[i + 1] = (uint32_t)masks;
    }
    free(here.item);
    free(from);
    free(item);
    return fits;
}

void anchors_free(struct anchors *anchors) {
    if (!anchors) return;
    free(anchors->rule);
    free(anchors->need_from);
    free(anchors->need);
    free(anchors->mask_from);
    free(anchors->mask);
    free(anchors);
}

/* Make the branches of all entries and exceptions. */
static bool fill(struct choice *choice) {
    const struct framing_tables *t = choice->t;
    uint32_t *seen = calloc((size_t)t->nodes + 1, sizeof *seen);
    bool fits = seen != NULL;
    if (fits) {
        for (uint32_t rule = 0; rule < t->first_condition && !choice->failed; rule++) {
            add_branches(choice, t->rule_node[rule], rule, seen);
        }
        for (size_t need = 0; need < choice->need_node.count && !choice->failed; need++) {
            choice->walk++;
            add_atoms(choice, choice->need_node.item[need], (uint32_t)need + NEED);
        }
        push(choice, &choice->need_from, (uint32_t)choice->need.count);
        struct anchors *anchors = choice->anchors;
        anchors->branches = (uint32_t)choice->rule.count;
        anchors->needs = (uint32_t)choice->need_node.count;
        anchors->need_word = (anchors->branches + 63) / 64;
        anchors->words = anchors->need_word + (anchors->needs + 63) / 64;
        fits = !choice->failed && choice->rule.count < NEED && sort_items(choice);
    }
    free(seen);
    return fits;
}

/* Choose the anchors of all entries. ``seen`` has in how many of some sentences each atom stood,
 * NULL where no text was read. Return NULL where there is no memory. */
struct anchors *anchors_choose(const struct framing_tables *t, const uint32_t *seen,
                               int64_t sentences) {
    struct choice choice = {
        .t = t,
        .anchors = calloc(1, sizeof(struct anchors)),
        .cost = calloc((size_t)t->nodes + 1, sizeof(uint64_t)),
        .limit = seen ? (uint64_t)SEEN * (uint64_t)sentences / LEARNED_SHARE : GUESSED_LIMIT,
        .visit = calloc((size_t)t->nodes + 1, sizeof(uint32_t)),
        .need_of = calloc((size_t)t->nodes + 1, sizeof(uint32_t)),
    };
    bool fits = choice.anchors && choice.cost && choice.visit && choice.need_of;
    if (fits) {
        find_costs(&choice, seen);
        fits = fill(&choice);
        choice.anchors->rule = choice.rule.item;
        choice.anchors->need_from = choice.need_from.item;
        choice.anchors->need = choice.need.item;
    }
    free(choice.cost);
    free(choice.visit);
    free(choice.need_of);
    free(choice.parts.item);
    free(choice.need_node.item);
    free(choice.pair);
    if (fits) return choice.anchors;
    anchors_free(choice.anchors);
    return NULL;
}

void scout_close(struct scout *scout) {
    free(scout->seen);
    free(scout->rule_stamp);
    free(scout->rule);
    free(scout->exception);
    memset(scout, 0, sizeof *scout);
}

bool scout_open(struct scout *scout, const struct lexicon *lexicon, const struct anchors *anchors) {
    const struct framing_tables *t = &lexicon->t;
    memset(scout, 0, sizeof *scout);
    scout->anchors = anchors;
    while (anchors->words >> scout->shift >= 64) scout->shift++;
    scout->seen = calloc((size_t)64 << scout->shift, sizeof(uint64_t));
    scout->entries = t->entries;
    scout->rule_stamp = calloc((size_t)t->first_condition + 1, sizeof(uint32_t));
    scout->rule = calloc((size_t)t->entries + 1, sizeof(uint32_t));
    scout->exception = calloc((size_t)(t->first_condition - t->entries) + 1, sizeof(uint32_t));
    return scout->seen && scout->rule_stamp && scout->rule && scout->exception;
}

/* Note what a string of the sentence stands for. It need not be a match: only its letters count. Return
 * which words of the row that changes, as bits. */
static uint64_t note_string(const struct scout *scout, uint32_t string) {
    const struct anchors *anchors = scout->anchors;
    uint64_t *seen = scout->seen, touched = 0;
    for (uint32_t i = anchors->mask_from[string]; i < anchors->mask_from[string + 1]; i++) {
        struct mask mask = anchors->mask[i];
        seen[mask.word] |= mask.bits;
        touched |= UINT64_C(1) << (mask.word >> scout->shift);
    }
    return touched;
}

/* Note what the strings of words stand for, of which the memory of words knows it together. */
static uint64_t note_pieces(const struct scout *scout, const struct sentence *s) {
    const struct mask *noted = words_noted(s->words);
    const struct piece *piece = s->piece, *past = piece + s->piece_count;
    uint64_t *seen = scout->seen, touched = 0;
    unsigned shift = scout->shift;
    for (; piece < past; piece++) {
        /* Most words have two or fewer, so that a processor rarely guesses wrong. */
        const struct mask *mask = noted + piece->noted;
        seen[mask->word] |= mask->bits;
        touched |= UINT64_C(1) << (mask->word >> shift);
        uint32_t word;
        do {
            mask++;
            word = mask->word & ~LAST_MASK;
            seen[word] |= mask->bits;
            touched |= UINT64_C(1) << (word >> shift);
        } while (!(mask->word & LAST_MASK));
    }
    return touched;
}

static bool is_whole(const struct scout *scout, uint32_t branch) {
    const struct anchors *anchors = scout->anchors;
    const uint64_t *seen = scout->seen + anchors->need_word;
    for (uint32_t i = anchors->need_from[branch]; i < anchors->need_from[branch + 1]; i++) {
        uint32_t need = anchors->need[i];
        if (!(seen[need >> 6] >> (need & 63) & 1)) return false;
    }
    return true;
}

/* List the entries and exceptions of the branches in one word of the row that are whole. */
static void list_rules(struct scout *scout, uint32_t word, uint32_t stamp) {
    for (uint64_t bits = scout->seen[word]; bits; bits &= bits - 1) {
        uint32_t branch = 64 * word + lowest_bit(bits), rule = scout->anchors->rule[branch];
        if (scout->rule_stamp[rule] == stamp || !is_whole(scout, branch)) continue;
        scout->rule_stamp[rule] = stamp;
        if (rule < scout->entries) {
            scout->rule[scout->rules++] = rule;
        } else {
            scout->exception[scout->exceptions++] = rule;
        }
    }
}

/* List the entries and exceptions that may match in a sentence; there may be more than do. */
void scout_sentence(struct scout *scout, const struct sentence *s) {
    const struct anchors *anchors = scout->anchors;
    uint32_t size = 1u << scout->shift;
    scout->rules = scout->exceptions = 0;
    uint64_t touched = note_pieces(scout, s);
    for (size_t i = 0; i < s->found_count; i++) touched |= note_string(scout, s->found[i].string);
    for (uint64_t bits = touched; bits; bits &= bits - 1) {
        uint32_t first = lowest_bit(bits) << scout->shift;
        for (uint32_t word = first; word < first + size && word < anchors->need_word; word++) {
            list_rules(scout, word, s->stamp);
        }
    }
    for (; touched; touched &= touched - 1) {
        uint64_t *first = scout->seen + (lowest_bit(touched) << scout->shift);
        for (uint32_t word = 0; word < size; word++) first[word] = 0;
    }
}
