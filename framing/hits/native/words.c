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
enum { LONGEST_WORD = 16, MOST_WORDS = 1 << 16, FIRST_SLOTS = 1 << 10 };

/* In an alphabet of more classes a letter is more than a byte, and each position is looked at. */
enum { MOST_CLASSES = 256 };

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

/* A word, two in one line of the cache: looking up words takes most of the time of a search. Its letters
 * are those of a run. Of its symbols only the first and the last have marks of edges, so that these and
 * the letters are all that there is to know. */
struct word {
    uint64_t head, tail;
    uint16_t first_symbol, last_symbol;
    uint8_t length, walks;       /* length is 0 where there is no word */
    uint16_t strings;
    uint32_t first;              /* of the beginnings */
    uint32_t noted;              /* the first mask of what the anchors have of its strings */
};

_Static_assert(sizeof(struct word) == 32, "two words fill one line of the cache");

struct words {
    const struct lexicon *lexicon;
    struct word *slot;           /* a word is in the slot of its hash, or in one behind it */
    size_t slots, count;
    struct beginning *beginning;
    size_t beginnings, beginning_room;
    const struct anchors *anchors;
    struct mask *mask;           /* the first two are of words of which the anchors have nothing */
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
    words->beginning_room = FIRST_SLOTS;
    words->beginning = calloc(words->beginning_room, sizeof *words->beginning);
    if (words->slot && words->beginning) return words;
    words_free(words);
    return NULL;
}

static bool note(struct words *words, uint32_t start, uint32_t end, uint32_t what) {
    /* There is always one more, which may be read though no word has it. */
    if (!grown((void **)&words->beginning, &words->beginning_room, words->beginnings + 2,
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
    if (!word->noted) return true;
    if (words->masks == from + 1) {
        struct mask nothing = {words->mask[from].word, 0};
        if (!grown((void **)&words->mask, &words->mask_room, from + 2, sizeof nothing)) return false;
        words->mask[words->masks++] = nothing;
    }
    words->mask[words->masks - 1].word |= LAST_MASK;
    return true;
}

/* Forget all that the anchors have of words. */
static bool note_nothing(struct words *words) {
    if (!grown((void **)&words->mask, &words->mask_room, 2, sizeof *words->mask)) return false;
    words->mask[0] = (struct mask){0, 0};
    words->mask[1] = (struct mask){LAST_MASK, 0};
    words->masks = 2;
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

/* Up to eight letters as one number, of which those after the length are left out. It has no branch:
 * a processor cannot guess how long a word is. */
static inline uint64_t eight_letters(const uint8_t *letter, int32_t length) {
    static const uint64_t kept[] = {
        0, UINT64_MAX >> 56, UINT64_MAX >> 48, UINT64_MAX >> 40, UINT64_MAX >> 32, UINT64_MAX >> 24,
        UINT64_MAX >> 16, UINT64_MAX >> 8, UINT64_MAX,
    };
    return eight_bytes(letter) & kept[length < 0 ? 0 : length > 8 ? 8 : length];
}

/* The length and the edges of a word do not count: words that differ in these alone are rare. */
static inline uint64_t hash_of(uint64_t head, uint64_t tail) {
    uint64_t hash = (head ^ tail * UINT64_C(0xC2B2AE3D27D4EB4F)) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static inline bool is_word(const struct word *word, const struct run *run, uint16_t first,
                           uint16_t last) {
    uint64_t others = (word->head ^ run->head) | (word->tail ^ run->tail);
    uint32_t edges = (word->first_symbol ^ first) | (word->last_symbol ^ last);
    return !(others | edges | (word->length ^ (run->end - run->start)));
}

/* The slot of a word of the text, or the free one where it would be. */
static inline struct word *slot_of(const struct words *words, const struct text *text,
                                   const struct run *run) {
    size_t mask = words->slots - 1, place = (size_t)hash_of(run->head, run->tail) & mask;
    uint16_t first = text->symbol[run->start], last = text->symbol[run->end - 1];
    struct word *slot = words->slot;
    while (slot[place].length && !is_word(&slot[place], run, first, last)) place = (place + 1) & mask;
    return &slot[place];
}

/* Make room for one more word. */
static bool more_slots(struct words *words) {
    if (4 * words->count < words->slots) return true;
    size_t slots = 2 * words->slots;
    struct word *slot = calloc(slots, sizeof *slot);
    if (!slot) return false;
    for (size_t i = 0; i < words->slots; i++) {
        const struct word *word = &words->slot[i];
        if (!word->length) continue;
        size_t place = (size_t)hash_of(word->head, word->tail) & (slots - 1);
        while (slot[place].length) place = (place + 1) & (slots - 1);
        slot[place] = *word;
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

/* Learn a word of the text, and return it with what begins in it, NULL where there is no memory. */
static const struct word *learn(struct sentence *s, const struct run *run) {
    struct words *words = s->words;
    const uint16_t *symbol = s->text->symbol + run->start;
    uint32_t length = run->end - run->start;
    if (words->count >= MOST_WORDS && !forget(s)) return NULL;
    if (!more_slots(words)) return NULL;
    size_t first = words->beginnings;
    if (!look_into(words, symbol, length, false)) return NULL;
    size_t middle = words->beginnings;
    if (!look_into(words, symbol, length, true)) return NULL;
    struct word word = {
        run->head, run->tail, symbol[0], symbol[length - 1], (uint8_t)length,
        (uint8_t)(words->beginnings - middle), (uint16_t)(middle - first), (uint32_t)first, 0,
    };
    if (!note_word(words, &word)) return NULL;
    struct word *slot = slot_of(words, s->text, run);
    *slot = word;
    words->count++;
    return slot;
}

static inline const struct word *look_up(struct sentence *s, const struct run *run) {
    const struct word *word = slot_of(s->words, s->text, run);
    return word->length ? word : learn(s, run);
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
                s->run[s->run_count++] = (struct run){start, 0, 0, 0};
            }
            start++;
            continue;
        }
        uint32_t end = start + 1 + letters_onward(text->shape + start + 1);
        if (end > s->last) end = s->last;
        int32_t length = (int32_t)(end - start);
        uint64_t head = eight_letters(text->letter + start, length);
        uint64_t tail = eight_letters(text->letter + start + 8, length - 8);
        /* Where the word is looked up will be in the cache when its turn comes. */
        __builtin_prefetch(&s->words->slot[(size_t)hash_of(head, tail) & (s->words->slots - 1)]);
        s->run[s->run_count++] = (struct run){start, end, head, tail};
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
    const struct word *word = look_up(s, run);
    if (!word) return false;
    /* Without a branch, here and below: a processor cannot guess which words have strings, and which
     * walks go on. */
    s->piece[s->piece_count] = (struct piece){run->start, word->first, word->noted, word->strings};
    s->piece_count += word->strings != 0;
    const struct beginning *beginning = s->words->beginning + word->first + word->strings;
    const uint16_t *onward = s->text->symbol + run->end;
    /* Most words have one walk or none. */
    const struct gate *gate = &s->lexicon->gate;
    for (uint32_t i = 0; i == 0 || i < word->walks; i++, beginning++) {
        waiting[*count] = (struct walk){beginning->what, run->start + beginning->start, run->end};
        *count += (word->walks != 0) & goes_on(gate, beginning->what, onward, beginning->end_or_by);
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
    if (s->lexicon->t.classes > MOST_CLASSES) return true;
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
