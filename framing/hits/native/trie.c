/* Trie: all strings to search, which share nodes where they begin with the same symbols.
 *
 * A search starts at each position of a sentence. Strings contain the marks of word edges, so that
 * nearly all searches end at the first letter of a word.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* Up to so many symbols, nodes with many children have tables over all of them. */
enum { TABLED_SYMBOLS = 1024 };

/* The strings from low to past share the symbols up to depth. */
struct range {
    uint32_t low, past, depth;
};

void trie_free(struct trie *trie) {
    free(trie->root);
    free(trie->node);
    free(trie->dense_node);
    memset(trie, 0, sizeof *trie);
}

static uint32_t length_of(const struct framing_tables *t, uint32_t string) {
    return t->string_from[string + 1] - t->string_from[string];
}

static uint16_t symbol_at(const struct framing_tables *t, uint32_t string, uint32_t depth) {
    return t->string_symbols[t->string_from[string] + depth];
}

/* The end of the range of strings from low that have the same symbol at a depth. */
static uint32_t same_until(const struct framing_tables *t, struct range range, uint32_t low) {
    uint16_t symbol = symbol_at(t, low, range.depth);
    uint32_t past = low + 1;
    while (past < range.past && symbol_at(t, past, range.depth) == symbol) past++;
    return past;
}

/* Give the nodes with many children a table each. */
static bool make_dense(struct trie *trie) {
    uint32_t count = 0;
    for (uint32_t i = 2; i < trie->nodes && trie->symbols <= TABLED_SYMBOLS; i++) {
        if (trie->node[i].children > MANY_CHILDREN) trie->node[i].dense = ++count;
    }
    trie->dense_node = calloc((size_t)count * trie->symbols + 1, sizeof *trie->dense_node);
    if (!trie->dense_node) return false;
    for (uint32_t i = 2; i < trie->nodes; i++) {
        const struct trie_node *node = &trie->node[i];
        if (!node->dense) continue;
        uint32_t *row = trie->dense_node + (size_t)(node->dense - 1) * trie->symbols;
        for (uint32_t child = 0; child < node->children; child++) {
            row[trie->node[node->first_child + child].symbol] = node->first_child + child;
        }
    }
    return true;
}

/* Build the trie depth first: the children of a node are neighbours, and the nodes of a path without
 * a branch, which most walks follow to its end, stand one behind the other. Node 0 stands for "no
 * node": a step that no string has leads there. Node 1 is the root. */
bool trie_build(struct trie *trie, const struct framing_tables *t) {
    size_t most = (size_t)t->string_from[t->strings] + 2;
    struct range *range = calloc(most, sizeof *range);
    uint32_t *open = calloc(most, sizeof *open);
    trie->symbols = 4 * t->classes;
    trie->root = calloc(trie->symbols, sizeof *trie->root);
    trie->node = calloc(most, sizeof *trie->node);
    bool fits = range && open && trie->root && trie->node;
    if (fits) {
        uint32_t nodes = 2;
        size_t opened = 0;
        trie->node[0].string = -1;
        range[1] = (struct range){0, t->strings, 0};
        open[opened++] = 1;
        while (opened && fits) {
            uint32_t i = open[--opened];
            struct range here = range[i];
            struct trie_node *node = &trie->node[i];
            uint32_t low = here.low;
            node->string = -1;
            node->first_child = nodes;
            /* Strings are sorted, so that the string that ends here is the first that passes here. */
            if (here.depth && low < here.past && length_of(t, low) == here.depth) {
                node->string = (int32_t)low++;
            }
            while (low < here.past && fits) {
                /* A string that occurs twice has no symbol left here. */
                fits = length_of(t, low) > here.depth;
                if (!fits) break;
                uint32_t past = same_until(t, here, low);
                node->children++;
                trie->node[nodes].symbol = symbol_at(t, low, here.depth);
                range[nodes++] = (struct range){low, past, here.depth + 1};
                low = past;
            }
            for (uint32_t child = nodes; child-- > node->first_child;) open[opened++] = child;
        }
        trie->nodes = nodes;
        for (uint32_t child = 0; child < trie->node[1].children; child++) {
            trie->root[trie->node[2 + child].symbol] = 2 + child;
        }
        fits = fits && make_dense(trie);
    }
    free(range);
    free(open);
    if (!fits) trie_free(trie);
    return fits;
}
