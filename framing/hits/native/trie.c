/* Trie: all strings that are looked for, merged where they begin alike.
 *
 * It is walked from each position of a sentence. Strings hold the marks of word edges, so nearly
 * all walks end with the first letter of a word that begins no string.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* A node with more children is a table over all symbols, unless there are very many symbols. */
enum { MANY_CHILDREN = 6, TABLED_SYMBOLS = 1024 };

/* The strings from low to past share the symbols up to depth. */
struct range {
    uint32_t low, past, depth;
};

void trie_free(struct trie *trie) {
    free(trie->root);
    free(trie->child_from);
    free(trie->child_symbol);
    free(trie->child_node);
    free(trie->dense);
    free(trie->dense_node);
    free(trie->string);
    memset(trie, 0, sizeof *trie);
}

static uint32_t length_of(const struct framing_tables *t, uint32_t string) {
    return t->string_from[string + 1] - t->string_from[string];
}

static uint16_t symbol_at(const struct framing_tables *t, uint32_t string, uint32_t depth) {
    return t->string_symbols[t->string_from[string] + depth];
}

/* The past of the strings after low that have the same symbol at a depth. */
static uint32_t same_until(const struct framing_tables *t, struct range range, uint32_t low) {
    uint16_t symbol = symbol_at(t, low, range.depth);
    uint32_t past = low + 1;
    while (past < range.past && symbol_at(t, past, range.depth) == symbol) past++;
    return past;
}

static bool make_dense(struct trie *trie) {
    if (trie->symbols > TABLED_SYMBOLS) return true;
    uint32_t count = 0;
    for (uint32_t node = 1; node < trie->nodes; node++) {
        if (trie->child_from[node + 1] - trie->child_from[node] > MANY_CHILDREN) {
            trie->dense[node] = ++count;
        }
    }
    trie->dense_node = calloc((size_t)count * trie->symbols + 1, sizeof *trie->dense_node);
    if (!trie->dense_node) return false;
    for (uint32_t node = 1; node < trie->nodes; node++) {
        if (!trie->dense[node]) continue;
        uint32_t *row = trie->dense_node + (size_t)(trie->dense[node] - 1) * trie->symbols;
        for (uint32_t child = trie->child_from[node]; child < trie->child_from[node + 1]; child++) {
            row[trie->child_symbol[child]] = trie->child_node[child];
        }
    }
    return true;
}

/* Build the trie breadth first, so that the children of a node stand side by side. Node 0 is no
 * node: it is what a step leads to that no string takes. Node 1 is the root. */
bool trie_build(struct trie *trie, const struct framing_tables *t) {
    size_t most = (size_t)t->string_from[t->strings] + 2;
    struct range *range = calloc(most, sizeof *range);
    trie->symbols = 4 * t->classes;
    trie->root = calloc(trie->symbols, sizeof *trie->root);
    trie->child_from = calloc(most + 1, sizeof *trie->child_from);
    trie->child_symbol = calloc(most, sizeof *trie->child_symbol);
    trie->child_node = calloc(most, sizeof *trie->child_node);
    trie->dense = calloc(most, sizeof *trie->dense);
    trie->string = malloc(most * sizeof *trie->string);
    bool fits = range && trie->root && trie->child_from && trie->child_symbol &&
                trie->child_node && trie->dense && trie->string;
    if (fits) {
        uint32_t nodes = 2, children = 0;
        trie->string[0] = -1;
        range[1] = (struct range){0, t->strings, 0};
        for (uint32_t node = 1; node < nodes; node++) {
            struct range here = range[node];
            trie->string[node] = -1;
            trie->child_from[node] = children;
            uint32_t low = here.low;
            /* In order, the string that ends here is the first of those that pass here. */
            if (here.depth && low < here.past && length_of(t, low) == here.depth) {
                trie->string[node] = (int32_t)low++;
            }
            while (low < here.past) {
                uint32_t past = same_until(t, here, low);
                trie->child_symbol[children] = symbol_at(t, low, here.depth);
                trie->child_node[children++] = nodes;
                range[nodes++] = (struct range){low, past, here.depth + 1};
                low = past;
            }
        }
        trie->nodes = nodes;
        trie->child_from[nodes] = children;
        for (uint32_t child = 0; child < trie->child_from[2]; child++) {
            trie->root[trie->child_symbol[child]] = trie->child_node[child];
        }
        fits = make_dense(trie);
    }
    free(range);
    if (!fits) trie_free(trie);
    return fits;
}

/* The node that a symbol leads to, 0 for none. */
uint32_t trie_step(const struct trie *trie, uint32_t node, uint16_t symbol) {
    if (trie->dense[node]) {
        return trie->dense_node[(size_t)(trie->dense[node] - 1) * trie->symbols + symbol];
    }
    uint32_t low = trie->child_from[node], past = trie->child_from[node + 1];
    while (past - low > MANY_CHILDREN) {
        uint32_t middle = low + (past - low) / 2;
        if (trie->child_symbol[middle] <= symbol) {
            low = middle;
        } else {
            past = middle;
        }
    }
    for (; low < past; low++) {
        if (trie->child_symbol[low] == symbol) return trie->child_node[low];
    }
    return 0;
}
