/* Neighbours: the paragraphs beside those with hits on which the context of the hits depends.
 *
 * The reference is _with_neighbours and _with_leads in framing/text/chunks.py, which say why.
 */
#include <stdlib.h>

#include "core.h"

/* How many paragraphs after a quotation may go on with it or say whose it is. */
enum { ONWARD_PARAGRAPHS = 2 };

EXPORTED int32_t framing_neighbours(struct framing_neighbours *given);

static bool is_one_of(uint32_t code, const uint32_t *some, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        if (code == some[i]) return true;
    }
    return false;
}

/* Whether a letter stands before a sign in the folded text; ``near`` as in rank_of. */
static bool follows_letter(const struct framing_neighbours *given, int64_t sign, int64_t *near) {
    int64_t next = rank_near(given->offset, given->breaks, sign, false, *near);
    *near = next;
    if (next >= given->breaks) next = given->breaks - 1;
    int64_t before = next ? next - 1 : 0, on = sign - given->offset[before];
    int64_t position = given->break_at[before] + (on > 0 ? on : 0);
    if (position > given->break_at[next]) position = given->break_at[next];
    return position > 0 && position <= given->length && given->flags[position - 1] & WORD;
}

/* Note which paragraphs have a mark that may open a quotation. */
static void note_marks(const struct framing_neighbours *given, bool *marked) {
    int64_t row = 0, near = 0;
    for (int64_t i = 0; i < given->signs; i++) {
        int64_t sign = given->sign[i];
        uint32_t code = given->code[sign];
        if (code > 0x7F ? !is_one_of(code, given->mark, given->marks) : code != '"' && code != '\'') {
            continue;
        }
        if (code == '\'' && sign && follows_letter(given, sign, &near)) continue;
        while (row + 1 < given->paragraphs && given->first[row + 1] <= sign) row++;
        if (given->first[row] <= sign) marked[row] = true;
    }
}

/* Whether a paragraph does not follow the one before it in the same text. */
static bool is_fresh(const struct framing_neighbours *given, int64_t row) {
    return !row || given->document[row] != given->document[row - 1];
}

/* Whether a paragraph begins with "He " or "She ". */
static bool begins_with_person(const struct framing_neighbours *given, int64_t row) {
    uint32_t letter[4];
    for (int64_t k = 0; k < 4; k++) {
        int64_t place = given->first[row] + k;
        letter[k] = given->code[place < given->n ? place : given->n - 1];
    }
    if (letter[0] == 'H') return letter[1] == 'e' && letter[2] == ' ';
    return letter[0] == 'S' && letter[1] == 'h' && letter[2] == 'e' && letter[3] == ' ';
}

/* Show what a quotation in a wanted paragraph needs: the paragraph before the run of paragraphs with
 * quotations, the run, and some after it. */
static void show_quoted(const struct framing_neighbours *given, const bool *marked) {
    /* From where on to show a run is known at its first paragraph, and moves on with what is shown. */
    int64_t from = 0;
    for (int64_t row = 0; row < given->paragraphs; row++) {
        bool fresh = is_fresh(given, row);
        if (fresh || !marked[row - 1]) from = fresh ? row : row - 1;
        if (!given->wanted[row]) continue;
        /* "He added" may go on with who spoke in the paragraph before. */
        if (!fresh && begins_with_person(given, row)) given->shown[row - 1] = 1;
        given->shown[row] = 1;
        if (!marked[row]) continue;
        for (; from <= row; from++) given->shown[from] = 1;
        int64_t last = row;
        for (int step = 0; step < ONWARD_PARAGRAPHS && marked[last]; step++) {
            if (last + 1 == given->paragraphs || is_fresh(given, last + 1)) break;
            given->shown[++last] = 1;
        }
    }
}

/* Show the paragraph that leads to a wanted one with a colon, and what stands between. */
static void show_leads(const struct framing_neighbours *given) {
    /* The first item of the list, and from where on to show what leads to an item. */
    int64_t list = 0, lead = -1, from = 0;
    bool item_before = false;
    for (int64_t row = 0; row < given->paragraphs; row++) {
        bool item = is_one_of(given->code[given->first[row]], given->point, given->points);
        if (item && (is_fresh(given, row) || !item_before)) list = row;
        item_before = item;
        int64_t head = item ? list : row, leading = is_fresh(given, head) ? -1 : head - 1;
        if (!given->wanted[row] || leading < 0) continue;
        int64_t past = given->past[leading];
        if (given->code[past > 0 ? past - 1 : 0] != ':') continue;
        if (leading != lead) from = lead = leading;
        for (; from < row; from++) given->shown[from] = 1;
    }
}

/* Fill in which paragraphs are shown, those that are wanted among them. Return 0, or a failure. */
int32_t framing_neighbours(struct framing_neighbours *given) {
    if (!given->n || !given->breaks) return BAD_TEXT;
    bool *marked = calloc((size_t)given->paragraphs + 1, sizeof *marked);
    if (!marked) return NO_MEMORY;
    if (given->paragraphs) {
        note_marks(given, marked);
        show_quoted(given, marked);
        show_leads(given);
    }
    free(marked);
    return 0;
}
