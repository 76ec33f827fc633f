/* Words: the strings that stand in a sentence, each word being looked up once and remembered.
 *
 * A text has a tenth as many different words as words, and most of them begin no string. What was
 * found for a word is kept with its symbols, which hold the marks of its edges, so that the same
 * symbols always give the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* Words that are longer are walked through each time. Of more words the memory begins anew. */
enum { LONGEST_WORD = 24, MOST_WORDS = 1 << 16, FIRST_SLOTS = 1 << 10 };

/* A gate that lets through one word in so many is of no use: to look words up is then faster. It is
 * judged by so many words. */
enum { MOST_LET = 4, JUDGED = 4096 };

/* How many positions are looked at in one go for strings that may begin there. */
enum { BLOCK = 256 };

/* What begins in a word: a string, from start to end; or a walk that leaves the word at a node of
 * the trie, and by what the gate knows how it goes on. First come the strings, then the walks. */
struct beginning {
    uint32_t start, end_or_by, what;
};

/* A walk that goes on: from a node, behind which the symbol at ``end`` stands. */
struct walk {
    uint32_t node, start, end;
};

/* How many walks wait until those words have been looked up that are read together. */
enum { WAITING = 4 * LONGEST_WORD };

/* A word, in one line of the cache: looking up words takes most of the time of a search. */
struct word {
    uint32_t hash;               /* its lowest bits, of which a slot needs fewer */
    uint32_t first;              /* of the beginnings */
    uint32_t noted;              /* the first mask of what the anchors have of its strings */
    uint16_t strings;
    uint8_t walks;
    uint8_t length;              /* 0 where there is no word */
    uint16_t symbol[LONGEST_WORD];
};

_Static_assert(sizeof(struct word) == 64, "a word fills one line of the cache");

struct words {
    const struct lexicon *lexicon;
    struct word *slot;           /* a word is in the slot of its hash, or in one behind it */
    size_t slots, count;
    struct beginning *beginning;
    size_t beginnings, beginning_room;
    const struct anchors *anchors;
    struct mask *mask;           /* the first stands for words of which the anchors have nothing */
    size_t masks, mask_room;
    size_t asked, let;           /* words that a gate was asked about, and those that it let through */
};

void words_free(struct words *words) {
    if (!words) return;
    free(words->slot);
    free(words->beginning);
    free(words->mask);
    free(words);
}

struct words *words_new(const struct lexicon *lexicon) {
    struct words *words = calloc(1, sizeof *words);
    if (!words) return NULL;
    words->lexicon = lexicon;
    words->slots = FIRST_SLOTS;
    words->slot = calloc(words->slots, sizeof *words->slot);
    if (words->slot) return words;
    words_free(words);
    return NULL;
}

static bool note(struct words *words, uint32_t start, uint32_t end, uint32_t what) {
    if (!grown((void **)&words->beginning, &words->beginning_room, words->beginnings + 1,
               sizeof *words->beginning)) {
        return false;
    }
    words->beginning[words->beginnings++] = (struct beginning){start, end, what};
    return true;
}

const struct mask *words_noted(const struct words *words) { return words->mask; }

/* Put what a string stands for to what the strings before it in a word do. */
static bool add_noted(struct words *words, size_t from, uint32_t string) {
    const struct anchors *anchors = words->anchors;
    for (uint32_t i = anchors->mask_from[string]; i < anchors->mask_from[string + 1]; i++) {
        struct mask mask = anchors->mask[i];
        size_t place = from;
        while (place < words->masks && words->mask[place].word != mask.word) place++;
        if (place < words->masks) {
            words->mask[place].bits |= mask.bits;
            continue;
        }
        if (!grown((void **)&words->mask, &words->mask_room, words->masks + 1, sizeof mask)) {
            return false;
        }
        words->mask[words->masks++] = mask;
    }
    return true;
}

/* Note what the strings of a word stand for. */
static bool note_word(struct words *words, struct word *word) {
    size_t from = words->masks;
    for (uint32_t i = 0; i < word->strings; i++) {
        if (!add_noted(words, from, words->beginning[word->first + i].what)) return false;
    }
    word->noted = words->masks > from ? (uint32_t)from : 0;
    if (word->noted) words->mask[words->masks - 1].word |= LAST_MASK;
    return true;
}

/* Forget all that the anchors have of words. */
static bool note_nothing(struct words *words) {
    if (!grown((void **)&words->mask, &words->mask_room, 1, sizeof *words->mask)) return false;
    words->mask[0] = (struct mask){LAST_MASK, 0};
    words->masks = 1;
    return true;
}

/* Note of all words what their strings stand for, unless these are the anchors that are known. */
bool words_note(struct words *words, const struct anchors *anchors) {
    if (words->anchors == anchors) return true;
    words->anchors = anchors;
    if (!note_nothing(words)) return false;
    for (size_t i = 0; i < words->slots; i++) {
        if (words->slot[i].length && !note_word(words, &words->slot[i])) return false;
    }
    return true;
}

/* Walk along a word from each of its letters, and note the strings, or the walks that leave it. */
static bool look_into(struct words *words, const uint16_t *symbol, uint32_t length, bool walks) {
    const struct lexicon *lexicon = words->lexicon;
    const struct trie *trie = &lexicon->trie;
    for (uint32_t start = 0; start < length; start++) {
        uint32_t node = trie->root[symbol[start]], end = start + 1;
        while (node) {
            int32_t string = trie->node[node].string;
            if (string >= 0 && !walks && !note(words, start, end, (uint32_t)string)) return false;
            if (end == length) break;
            node = trie_step(trie, node, symbol[end++]);
        }
        if (!walks || !node || !trie->node[node].children) continue;
        if (!note(words, start, lexicon->gate.onward_by[node], node)) return false;
    }
    return true;
}

/* The symbols of a word from the ninth on: few words have so many. */
enum { HEAD = 8 };

static uint64_t mixed(uint64_t hash, uint64_t key) {
    hash = (hash ^ key) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint64_t hash_of(const uint16_t *symbol, uint32_t length) {
    int32_t left = (int32_t)length;
    uint64_t hash = mixed(length, four_symbols(symbol, left));
    hash = mixed(hash, four_symbols(symbol + 4, left - 4));
    for (left -= HEAD, symbol += HEAD; left > 0; left -= 4, symbol += 4) {
        hash = mixed(hash, four_symbols(symbol, left));
    }
    return hash;
}

/* Whether a word has these symbols; the symbols of a word in a slot end in zeros. */
static bool is_word(const struct word *word, const uint16_t *symbol, uint32_t length) {
    int32_t left = (int32_t)length;
    uint64_t others = four_symbols(word->symbol, 4) ^ four_symbols(symbol, left);
    others |= four_symbols(word->symbol + 4, 4) ^ four_symbols(symbol + 4, left - 4);
    others |= word->length ^ length;
    for (int32_t i = HEAD; i < left; i += 4) {
        others |= four_symbols(word->symbol + i, left - i) ^ four_symbols(symbol + i, left - i);
    }
    return !others;
}

/* The slot of a word, or the free one where it would be. */
static inline struct word *slot_of(struct word *slot, size_t slots, const uint16_t *symbol,
                            uint32_t length, uint64_t hash) {
    size_t place = (size_t)hash & (slots - 1);
    while (slot[place].length && !is_word(&slot[place], symbol, length)) {
        place = (place + 1) & (slots - 1);
    }
    return &slot[place];
}

/* Make room for one more word. */
static bool more_slots(struct words *words) {
    if (2 * words->count < words->slots) return true;
    size_t slots = 2 * words->slots;
    struct word *slot = calloc(slots, sizeof *slot);
    if (!slot) return false;
    for (size_t i = 0; i < words->slots; i++) {
        const struct word *word = &words->slot[i];
        if (!word->length) continue;
        *slot_of(slot, slots, word->symbol, word->length, word->hash) = *word;
    }
    free(words->slot);
    words->slot = slot;
    words->slots = slots;
    return true;
}

/* Forget all words, after the strings of those of this sentence have been listed. */
static bool forget(struct sentence *s) {
    struct words *words = s->words;
    memset(words->slot, 0, words->slots * sizeof *words->slot);
    bool listed = list_strings(s);
    words->count = words->beginnings = 0;
    return listed && note_nothing(words);
}

/* Learn a word, and return it with what begins in it, NULL where there is no memory. */
static const struct word *learn(struct sentence *s, const uint16_t *symbol, uint32_t length,
                                uint64_t hash) {
    struct words *words = s->words;
    if (words->count >= MOST_WORDS && !forget(s)) return NULL;
    if (!more_slots(words)) return NULL;
    size_t first = words->beginnings;
    if (!look_into(words, symbol, length, false)) return NULL;
    size_t middle = words->beginnings;
    if (!look_into(words, symbol, length, true)) return NULL;
    struct word *word = slot_of(words->slot, words->slots, symbol, length, hash);
    word->hash = (uint32_t)hash;
    word->first = (uint32_t)first;
    word->strings = (uint16_t)(middle - first);
    word->walks = (uint8_t)(words->beginnings - middle);
    word->length = (uint8_t)length;
    memcpy(word->symbol, symbol, length * sizeof *symbol);
    words->count++;
    return note_word(words, word) ? word : NULL;
}

static inline const struct word *look_up(struct sentence *s, const uint16_t *symbol,
                                         uint32_t length, uint64_t hash) {
    const struct word *word = slot_of(s->words->slot, s->words->slots, symbol, length, hash);
    return word->length ? word : learn(s, symbol, length, hash);
}

static void push_found(struct sentence *s, uint32_t start, uint32_t end, uint32_t string) {
    if (!grown((void **)&s->found, &s->found_room, s->found_count + 1, sizeof *s->found)) {
        s->failed = true;
        return;
    }
    s->found[s->found_count++] = (struct string_found){start, end, string};
}

/* Go on with a walk from a node, behind which the symbol at ``end`` stands. */
static void walk_on(struct sentence *s, uint32_t node, uint32_t start, uint32_t end) {
    const struct trie *trie = &s->lexicon->trie;
    const uint16_t *symbol = s->text->symbol;
    while (end < s->last && !s->failed) {
        node = trie_step(trie, node, symbol[end++]);
        if (!node) return;
        if (trie->node[node].string >= 0) {
            push_found(s, start, end, (uint32_t)trie->node[node].string);
        }
    }
}

/* Walk along the text from one position. */
static void walk_from(struct sentence *s, uint32_t start) {
    const struct trie *trie = &s->lexicon->trie;
    uint32_t node = trie->root[s->text->symbol[start]];
    if (!node) return;
    if (trie->node[node].string >= 0) {
        push_found(s, start, start + 1, (uint32_t)trie->node[node].string);
    }
    walk_on(s, node, start, start + 1);
}

/* The number of characters that go on a word, from a position. */
static uint32_t letters_onward(const uint8_t *shape) {
    const uint64_t onward = UINT64_C(0x0101010101010101) * (IN_WORD | ONWARD);
    uint64_t others;
    /* Eight at once: after the text stand as many shapes of no word. */
    memcpy(&others, shape, sizeof others);
    others ^= onward;
    uint32_t count = 0;
    while (!others) {
        count += 8;
        memcpy(&others, shape + count, sizeof others);
        others ^= onward;
    }
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return count + (uint32_t)__builtin_clzll(others) / 8;
#else
    return count + (uint32_t)__builtin_ctzll(others) / 8;
#endif
}

/* List the next words of a sentence, and the signs at which a string may begin, which have no end.
 * Return the position after them. */
static uint32_t list_runs(struct sentence *s, uint32_t start) {
    const struct text *text = s->text;
    const struct gate *gate = &s->lexicon->gate;
    s->run_count = 0;
    while (start < s->last && s->run_count < RUNS) {
        if (!(text->shape[start] & IN_WORD)) {
            /* Nearly all are spaces, at which no string begins: the first symbol alone says so. */
            if (gate->first[text->symbol[start]] && gate_lets(gate, text->symbol + start)) {
                s->run[s->run_count++] = (struct run){start, 0, 0};
            }
            start++;
            continue;
        }
        uint32_t end = start + 1 + letters_onward(text->shape + start + 1);
        if (end > s->last) end = s->last;
        uint64_t hash = hash_of(text->symbol + start, end - start);
        /* Where the word is looked up will be in the cache when its turn comes. */
        __builtin_prefetch(&s->words->slot[(size_t)hash & (s->words->slots - 1)]);
        s->run[s->run_count++] = (struct run){start, end, hash};
        start = end;
    }
    return start;
}

/* Whether a string may go on from a node at the end of a word with these symbols. */
static bool goes_on(const struct gate *gate, uint32_t node, const uint16_t *symbol,
                    enum onward_by by) {
    return (by == ONWARD_UNKNOWN) | gate_has(gate->onward, onward_bit(node, symbol, by));
}

/* List the strings of the words that were looked up. */
bool list_strings(struct sentence *s) {
    for (size_t k = 0; k < s->piece_count; k++) {
        struct piece piece = s->piece[k];
        const struct beginning *beginning = s->words->beginning + piece.first;
        if (!grown((void **)&s->found, &s->found_room, s->found_count + piece.strings,
                   sizeof *s->found)) {
            return false;
        }
        struct string_found *found = s->found + s->found_count;
        for (uint32_t i = 0; i < piece.strings; i++, beginning++) {
            found[i] = (struct string_found){piece.start + beginning->start,
                                             piece.start + beginning->end_or_by, beginning->what};
        }
        s->found_count += piece.strings;
    }
    s->piece_count = 0;
    return true;
}

/* Note a word in which strings are, for which there is room, and add the walks that may go on to those
 * that wait. */
static bool find_in_word(struct sentence *s, const struct run *run, struct walk *waiting,
                         size_t *count) {
    const struct word *word =
        look_up(s, s->text->symbol + run->start, run->end - run->start, run->hash);
    if (!word) return false;
    /* Without a branch, here and below: a processor cannot guess which words have strings, and which
     * walks go on. */
    s->piece[s->piece_count] = (struct piece){run->start, word->first, word->noted, word->strings};
    s->piece_count += word->strings != 0;
    const struct beginning *beginning = s->words->beginning + word->first + word->strings;
    const uint16_t *onward = s->text->symbol + run->end;
    for (uint32_t i = 0; i < word->walks; i++, beginning++) {
        waiting[*count] = (struct walk){beginning->what, run->start + beginning->start, run->end};
        *count += goes_on(&s->lexicon->gate, beginning->what, onward, beginning->end_or_by);
    }
    return true;
}

static void walk_all(struct sentence *s, const struct walk *waiting, size_t *count) {
    for (size_t i = 0; i < *count; i++) {
        walk_on(s, waiting[i].node, waiting[i].start, waiting[i].end);
    }
    *count = 0;
}

/* Find the strings of a lexicon of which none begins inside a word and few begin at one. Then it is
 * faster to look at each position than at each word: nearly all end at the first symbol, or at the
 * gate. */
static void find_from_starts(struct sentence *s) {
    const struct gate *gate = &s->lexicon->gate;
    const uint16_t *symbol = s->text->symbol;
    uint32_t begin[BLOCK];
    for (uint32_t next = s->first; next < s->last;) {
        uint32_t past = s->last - next < BLOCK ? s->last : next + BLOCK;
        size_t count = 0;
        /* Without a branch: a processor cannot guess where words begin. */
        for (; next < past; next++) {
            begin[count] = next;
            count += gate->first[symbol[next]] != 0;
        }
        s->words->asked += count;
        for (size_t i = 0; i < count && !s->failed; i++) {
            if (!gate_lets(gate, symbol + begin[i])) continue;
            s->words->let++;
            walk_from(s, begin[i]);
        }
    }
}

/* Whether strings begin at so few words that each position is looked at. */
static bool gate_is_useful(const struct sentence *s) {
    const struct words *words = s->words;
    if (s->lexicon->gate.inside) return false;
    return words->asked < JUDGED || words->let <= words->asked / MOST_LET;
}

/* Find all strings of the lexicon in a sentence, each in the order of its places. */
void find_strings(struct sentence *s) {
    struct walk waiting[WAITING + LONGEST_WORD];
    size_t count = 0;
    s->found_count = s->piece_count = 0;
    if (gate_is_useful(s)) {
        find_from_starts(s);
        return;
    }
    for (uint32_t next = s->first; next < s->last && !s->failed;) {
        next = list_runs(s, next);
        if (!grown((void **)&s->piece, &s->piece_room, s->piece_count + RUNS, sizeof *s->piece)) {
            s->failed = true;
            return;
        }
        for (size_t i = 0; i < s->run_count && !s->failed; i++) {
            const struct run *run = &s->run[i];
            if (!run->end) {
                walk_from(s, run->start);
            } else if (run->end - run->start > LONGEST_WORD) {
                walk_all(s, waiting, &count);
                /* The same string may be in a word before. */
                s->failed |= !list_strings(s);
                for (uint32_t start = run->start; start < run->end; start++) walk_from(s, start);
            } else {
                if (count > WAITING) walk_all(s, waiting, &count);
                s->failed |= !find_in_word(s, run, waiting, &count);
            }
        }
        walk_all(s, waiting, &count);
    }
}
