/* Atoms: the words, phrases and words with wildcards of a lexicon in a sentence.
 *
 * The reference is Automaton.find. It searches the whole text for each kind of atom; this
 * file reads each sentence once. First it only notes where the strings of atoms stand. Few of them
 * are asked for, so that it looks closer at those: whether the string is inside a number or an
 * address, and where a word with an open end ends.
 */
#include "core.h"

/* The last runs of letters that were read, backwards and forwards: literals come in reading order,
 * and words may be very long, so that a run is not read again. */
struct walks {
    uint32_t back_from, back_to, on_from, on_to;
};

static void add(struct sentence *s, uint32_t atom, uint32_t start, uint32_t end) {
    if (!grown((void **)&s->occurrence, &s->occurrence_room, s->occurrences + 1,
               sizeof *s->occurrence)) {
        s->failed = true;
        return;
    }
    s->occurrence[s->occurrences++] = (struct occurrence){start, end, 0};
    uint32_t number = (uint32_t)s->occurrences;
    struct chain *chain = &s->chain[atom];
    if (is_seen(s, atom)) {
        s->occurrence[chain->tail - 1].next = number;
    } else {
        s->seen_bit[atom >> 6] |= UINT64_C(1) << (atom & 63);
        chain->head = number;
        s->seen[s->seen_count++] = atom;
    }
    chain->tail = number;
}

/* Whether a match may begin or end at a position: numbers and addresses are matched as a whole. */
static bool is_edge(const struct sentence *s, uint32_t position) {
    const uint8_t *flags = s->text->flags;
    uint8_t here = position < s->text->n ? flags[position] : 0;
    uint8_t before = position ? flags[position - 1] : 0;
    /* Nearly all positions are next to no sign of a number, and in no address. */
    if (!((before | here) & SIGN) && !(before & here & ADDRESS)) return true;
    return !inside_address(s->text, position) && !inside_number(s->text, s->lexicon, position);
}

static uint32_t run_on(const struct text *text, uint32_t position, uint32_t limit) {
    while (position < limit && text->shape[position] & ONWARD) position++;
    return position;
}

/* The start and the end of the word at a position. */
static uint32_t word_start(const struct text *text, struct walks *walks, uint32_t position) {
    uint32_t start = position;
    while (start && text->shape[start - 1] & IN_WORD) {
        /* Between two letters of a script without spaces a word ends without a sign. */
        if (text->shape[start] & IN_WORD && !(text->shape[start] & ONWARD)) break;
        if (start == walks->back_from) {
            start = walks->back_to;
            break;
        }
        start--;
    }
    walks->back_from = position;
    walks->back_to = start;
    return start;
}

static uint32_t word_end(const struct text *text, struct walks *walks, uint32_t position,
                         uint32_t limit) {
    if (walks->on_from <= position && position <= walks->on_to) return walks->on_to;
    walks->on_from = position;
    walks->on_to = run_on(text, position, limit);
    return walks->on_to;
}

/* Whether a part of a word has no sign of an address inside. */
static bool only_letters(const struct sentence *s, uint32_t start, uint32_t end) {
    const uint16_t *flags = s->lexicon->t.class_flags;
    for (uint32_t i = start; i < end; i++) {
        if (s->text->flags[i] & WORD && !(flags[s->text->classes[i]] & WORD)) return false;
    }
    return true;
}

/* Whether a word matches a pattern with wildcards. After a failure the search goes back to the last
 * star, which then takes one more letter. */
static bool fits(const uint16_t *pattern, uint32_t size, const uint16_t *word, uint32_t length) {
    uint32_t p = 0, w = 0, star = UINT32_MAX, resume = 0;
    while (w < length) {
        if (p < size && pattern[p] == ANY_LETTERS) {
            star = p++;
            resume = w;
        } else if (p < size && (pattern[p] == ONE_LETTER || pattern[p] == word[w])) {
            p++;
            w++;
        } else if (star != UINT32_MAX) {
            p = star + 1;
            w = ++resume;
        } else {
            return false;
        }
    }
    while (p < size && pattern[p] == ANY_LETTERS) p++;
    return p == size;
}

/* Add the words with wildcards around a literal, each word once. */
static void add_globs(struct sentence *s, struct walks *walks, uint32_t literal, uint32_t start,
                      uint32_t end) {
    const struct framing_tables *t = &s->lexicon->t;
    uint32_t low = word_start(s->text, walks, start);
    uint32_t past = word_end(s->text, walks, end, s->last + 1);
    if (low < s->first || past > s->last) return;
    if (s->literal_stamp[literal] == s->stamp && s->literal_start[literal] == low &&
        s->literal_end[literal] == past) {
        return;
    }
    s->literal_stamp[literal] = s->stamp;
    s->literal_start[literal] = low;
    s->literal_end[literal] = past;
    if (!only_letters(s, low, past)) return;
    for (uint32_t glob = t->glob_from[literal]; glob < t->glob_from[literal + 1]; glob++) {
        uint32_t from = t->glob_text_from[glob], size = t->glob_text_from[glob + 1] - from;
        if (fits(t->glob_text + from, size, s->text->classes + low, past - low)) {
            add(s, t->glob_atom[glob], low, past);
        }
    }
}

/* Note the atoms of a sentence, whose strings are known. */
void find_atoms(struct sentence *s) {
    const struct meaning *meanings = s->lexicon->meaning;
    struct walks walks = {0, 0, 1, 0};
    if (!list_strings(s)) {
        s->failed = true;
        return;
    }
    for (size_t i = 0; i < s->found_count; i++) {
        uint32_t start = s->found[i].start, end = s->found[i].end;
        const struct meaning *meaning = &meanings[s->found[i].string];
        if (meaning->closed >= 0) add(s, (uint32_t)meaning->closed, start, end);
        if (meaning->opened >= 0) add(s, (uint32_t)meaning->opened, start, end);
        if (meaning->literal >= 0) add_globs(s, &walks, (uint32_t)meaning->literal, start, end);
    }
}

/* Push the matches of an atom that was noted into the pool. */
void push_atom(struct sentence *s, uint32_t atom) {
    uint32_t order = s->lexicon->atom_order[atom];
    for (uint32_t i = s->chain[atom].head; i; i = s->occurrence[i - 1].next) {
        uint32_t start = s->occurrence[i - 1].start, end = s->occurrence[i - 1].end;
        if (order == ATOM_OPENED) {
            uint32_t stop = run_on(s->text, end, s->last + 1);
            /* A word that continues after the sentence is not part of it. */
            if (stop > s->last || !only_letters(s, end, stop)) continue;
            end = stop;
        }
        if (is_edge(s, start) && is_edge(s, end) && !pool_push(s, start, end, order)) return;
    }
}
