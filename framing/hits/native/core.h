/* The native engine: what its files share.
 *
 * It finds the entries of a lexicon in a text that framing/text/alphabet.py has folded, sentence
 * by sentence. framing/hits/automaton.py and matcher.py are the reference: the functions here
 * have the same results, and the tests compare the two.
 *
 * Positions count characters of the folded text. All numbers that come from Python are checked
 * once, when a lexicon is made or a text is opened; after that, all indices are valid.
 */
#ifndef FRAMING_CORE_H
#define FRAMING_CORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

/* The number of this interface: library.py refuses a library with another one. */
#define FRAMING_INTERFACE 20

/* Flags of characters, as in framing/text/characters.py. In a folded text nothing is left to drop
 * or to edit, so that two flags have another meaning there. */
enum { SPACE = 1, WORD = 2, ADDRESS = 4, MARK = 8, SIGN = 16, DIGIT = 32, STOP = 64, ALONE = 128 };
enum { DROP = ADDRESS, EDIT = MARK };

/* Flags of classes that are too large for the flags of a text. */
enum { APOSTROPHE = 256, POINT = 512, COMMA = 1024 };

/* Signs in a word with wildcards: any letters, one letter. No class has these numbers. */
enum { ANY_LETTERS = 0xFFFF, ONE_LETTER = 0xFFFE };

enum node_kind { NODE_ATOM, NODE_CHOICE, NODE_ROW };
enum joint_kind { JOINT_TOUCH, JOINT_SPACE, JOINT_GAP, JOINT_LOOKED_UP };
enum scope_kind { SCOPE_ENTRY, SCOPE_FRAME, SCOPE_ALL };
enum failure { NO_MEMORY = -1, BAD_TEXT = -2, TOO_LONG = -3 };

/* A lexicon in columns, as it comes from Python. Rules 0 to entries - 1 are entries; then come the
 * exceptions, and from first_condition the patterns of conditions. */
struct framing_tables {
    uint32_t classes;      /* size of the alphabet; a symbol is a class + its mark * classes */
    const uint16_t *class_flags;

    /* The strings to search, as symbols, sorted, each once. */
    uint32_t strings;
    const uint32_t *string_from;
    const uint16_t *string_symbols;
    const int32_t *closed, *opened, *literal;    /* the meaning of each, -1 for none */

    /* Words with wildcards, by the literal that is searched for them. */
    uint32_t literals;
    const uint32_t *glob_from;
    const uint32_t *glob_atom;
    const uint32_t *glob_text_from;
    const uint16_t *glob_text;

    /* Trees: the parts of node n are part_from[n] to part_from[n + 1]. The parts of a node stand
     * before it in the table, so that no tree holds itself. */
    uint32_t atoms;
    uint32_t nodes;
    const uint8_t *node_kind;
    const uint32_t *node_atom;
    const uint32_t *part_from;
    const uint32_t *part_node;
    const uint8_t *part_joint;
    const uint8_t *part_ordered;
    const uint32_t *part_words;
    const uint32_t *part_word_from;    /* letters of a word that is looked up */
    const uint16_t *part_word;

    uint32_t rules, entries, first_condition;
    const uint32_t *rule_node;
    const uint8_t *rule_gapped;
    const uint8_t *rule_single;    /* whether all its options are atoms */
    const uint8_t *rule_cased;
    uint32_t frames;
    const uint32_t *frame_of;
    const uint32_t *condition_from;
    const uint32_t *condition_rule;
    const uint8_t *condition_wanted;
    const int32_t *condition_within;
    const uint32_t *condition_before;
    const uint8_t *exception_scope;
    const uint32_t *exception_owner;

    /* Of an atom, about how frequent it is: a guess that decides nothing but the speed. */
    const uint32_t *atom_frequency;
};

/* A folded text, as it comes from Python. The bits say at which characters a token starts: there
 * are length / 64 + 1 words of them, of which the last has none after the text. */
struct framing_text {
    int64_t length;
    const uint16_t *classes;
    const uint8_t *flags;
    const uint64_t *token_bit;
    int64_t sentences;
    const int64_t *first, *last, *document;
};

/* Places in a text, with room for so many; there may be more than have room. */
struct framing_places {
    int64_t count, room, *place;
};

static inline void push_place(struct framing_places *places, int64_t place) {
    if (places->count < places->room) places->place[places->count] = place;
    places->count++;
}

/* Signs are looked at in order, each about a line of the cache behind the one before: a processor that
 * is told of the one so many signs ahead does not wait for it. */
enum { SIGNS_AHEAD = 32 };

static inline void expect_code(const uint32_t *code, const int64_t *sign, int64_t nth, int64_t signs) {
    if (nth + SIGNS_AHEAD < signs) __builtin_prefetch(&code[sign[nth + SIGNS_AHEAD]]);
}

static inline bool is_line_end(uint32_t code) {
    return code - '\n' < 4 || code == 0x85 || (code & ~UINT32_C(1)) == 0x2028;
}

/* Whether a character is no letter a to z, no digit and no space. */
static inline bool is_sign(uint32_t code) {
    return !(((code | 0x20) - 'a' < 26) | (code - '0' < 10) | (code == ' '));
}

/* How many characters are looked at in one go: compilers compare several of them at once. */
enum { AT_ONCE = 64 };

/* Eight bytes as one number, the first in its lowest byte. */
static inline uint64_t eight_bytes(const uint8_t *byte) {
    uint64_t eight;
    memcpy(&eight, byte, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

/* Which of eight bytes have a flag, as bits. */
static inline uint64_t bits_of_eight(uint64_t eight, unsigned flag) {
    uint64_t lowest = eight >> __builtin_ctz(flag) & UINT64_C(0x0101010101010101);
    /* The lowest bits of eight bytes become the highest byte. */
    return lowest * UINT64_C(0x0102040810204080) >> 56;
}

/* Sixty-four answers, each 0 or 1, as bits. */
static inline uint64_t as_bits(const uint8_t *answer) {
    uint64_t bits = 0;
    for (int k = 0; k < AT_ONCE; k += 8) bits |= bits_of_eight(eight_bytes(answer + k), 1) << k;
    return bits;
}

/* List the characters of a kind that is rare. */
static inline void list_places(int64_t n, const uint32_t *code, bool (*wanted)(uint32_t code),
                               struct framing_places *places) {
    int64_t i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE) {
        uint8_t found[AT_ONCE];
        for (int k = 0; k < AT_ONCE; k++) found[k] = wanted(code[i + k]);
        for (uint64_t bits = as_bits(found); bits; bits &= bits - 1) {
            push_place(places, i + __builtin_ctzll(bits));
        }
    }
    for (; i < n; i++) {
        if (wanted(code[i])) push_place(places, i);
    }
}

/* The signs of a text, and those beside which something may be that nobody sees: see class Signs
 * in framing/text/characters.py. All signs and those that are worth a look may be given. */
struct framing_signs {
    int64_t n;
    const uint32_t *code;
    struct framing_places looks;    /* no column where they are not given */
    struct framing_places every, hidden, ends, arrows, bars, underscores, tags;
};

/* A text to look up in an alphabet: classes and flags are filled, and lists of what needs a closer
 * look (letters that are no single letter, signs of addresses, words cut at line ends), of signs, and
 * of those at which framing_signs looks. */
struct framing_scan {
    int64_t n, points;
    const uint32_t *code;
    const uint16_t *class_of;    /* by code point */
    const uint8_t *flags_of;     /* by class */
    uint16_t *classes;
    uint8_t *flags;
    struct framing_places special, hints, cuts, signs, looks;
};

/* From a position in a folded text on, up to the next break, offsets in the text move on as positions
 * do. */
struct framing_break {
    int64_t position, offset;
};

/* A text to fold: what each character becomes, and what is filled. The breaks are made here: free them
 * with framing_squeeze_free. */
struct framing_squeeze {
    int64_t n;
    const uint16_t *classes;
    const uint8_t *flags;
    const uint8_t *lengths;      /* how many characters each becomes; NULL for one each */
    const uint8_t *flags_of;
    int64_t pieces;
    const int64_t *piece_at, *piece_from;
    const uint16_t *piece;
    uint16_t *folded;
    uint8_t *folded_flags;
    size_t break_count, break_room;
    struct framing_break *breaks;
};

/* Texts that were joined, to be cut into paragraphs: what a character is by code point (white space,
 * small letter, letter), where texts begin, lines that were removed, line ends, and where words go
 * on that a line end cuts. Filled are the text, the start and the end of each paragraph. */
struct framing_lines {
    int64_t n, points;
    const uint32_t *code;
    const uint8_t *kind_of;
    int64_t texts, removed, ends, cuts;
    const int64_t *begin, *removed_start, *end, *cut;
    int64_t count, *document, *first, *last;
};

/* Words to ask sentencex about, with room for so many: from start to end, and the key of each. */
struct framing_asked {
    int64_t count, room, *start, *end;
    uint64_t *key;
};

/* Paragraphs to be cut into sentences, and what is known of words before a stop, in a table of a
 * power of two: see sentences.c. Filled are the verdict on each paragraph, and the sentences of the
 * plain ones: start, end and the row of their paragraph. */
struct framing_split {
    int64_t n, paragraphs;
    const uint32_t *code;
    const int64_t *first, *past;
    int64_t slots;
    const uint64_t *key;
    const uint8_t *known;
    uint8_t *verdict;
    int64_t count, room, *start, *end, *row;
    struct framing_asked *asked;
};

/* Sentences of which some may go on in the next one, the row of the paragraph of each, and the numbers
 * of words after which they may, and of names that end with ! or ?. Filled are the places of those
 * that may. */
struct framing_joints {
    int64_t n, sentences;
    const uint32_t *code;
    const int64_t *start, *end, *row;
    int64_t words, names;
    const uint64_t *word, *name;
    int64_t count, *place;
};

/* Signs of a text with sentences, and the numbers of words that end one: see framing_marks. Filled
 * are the places of those that may be an end, or the rows of sentences, and what each is. */
struct framing_marks {
    int64_t n, signs, sentences;
    const uint32_t *code;
    const int64_t *sign, *start, *end;
    int64_t words;
    const uint64_t *word;
    int64_t count, room, *place;
    uint8_t *what;
};

/* Beginnings of sentences or paragraphs, to be looked at for labels of speakers, and the numbers of
 * some words: see labels.c. Filled are what each is, a colon that is near, and the end of its line,
 * unless past is NULL. */
struct framing_openings {
    int64_t n, signs, count;
    const uint32_t *code;
    const int64_t *sign, *start, *end;
    int64_t words;
    const uint64_t *word;
    uint16_t *opening;
    int64_t *colon, *past;
};

/* Paragraphs of which some are wanted: the signs of the text, its marks of quotations and what begins
 * an item of a list, and how the text was folded. Filled are those that are shown with them. */
struct framing_neighbours {
    int64_t n, signs, paragraphs;
    const uint32_t *code;
    const int64_t *sign, *first, *past, *document;
    int64_t marks, points;
    const uint32_t *mark, *point;
    int64_t length, breaks;
    const uint8_t *flags;
    const int64_t *break_at, *offset;
    const uint8_t *wanted;
    uint8_t *shown;
};

/* Words to look up in a list: the table of the list (keys, 0 for none, in the slots of their highest
 * bits, and the kinds of each word), the text, the positions, and the kinds to be filled in. Where
 * there are no breaks, positions are offsets. ``at`` has the code points of the first ``known``
 * positions, ``flags`` the flags of all; filled in are code points, or whether a flag is there. */
struct framing_kinds {
    int64_t n;
    const uint32_t *code;
    int64_t breaks;
    const int64_t *break_at, *offset;
    int64_t slots, shift;
    const uint64_t *key;
    const uint32_t *kind;
    int64_t count;
    const int64_t *position;
    uint32_t *found;
    int64_t length, known;
    const uint8_t *flags;
    const uint32_t *at;
    int64_t *code_found;
    uint8_t *holds;
    uint8_t flag;
};

/* Asks Python whether a match has the same upper and lower case as its entry. */
typedef int32_t (*framing_case)(uint32_t rule, int64_t start, int64_t end);

/* What is known of passages that may have several sentences: the class of a hyphen, and, to be
 * filled, whether the hits of each depend on where its sentences end. */
struct framing_passages {
    uint32_t hyphen;
    uint8_t *open;
};

/* The matches, in columns; free them with framing_found_free. */
struct framing_found {
    int64_t count;
    uint32_t *row, *start, *end, *rule;
};

/* A node of the trie. It fills a quarter of a cache line, since searches jump between nodes. */
struct trie_node {
    int32_t string;           /* the string that ends there, -1 for none */
    uint32_t first_child;     /* children are neighbours, sorted by their symbols */
    uint32_t dense;           /* 0, or 1 + the number of a table over all symbols */
    uint16_t children;
    uint16_t symbol;          /* that leads to the node */
};

struct trie {
    uint32_t symbols, nodes;
    uint32_t *root;           /* by symbol: the node of the strings that begin with it, 0 for none */
    struct trie_node *node;
    uint32_t *dense_node;
};

/* Up to so many children are compared one by one. */
enum { MANY_CHILDREN = 6 };

/* The node that a symbol leads to, 0 for none. */
static inline uint32_t trie_step(const struct trie *trie, uint32_t place, uint16_t symbol) {
    const struct trie_node *node = &trie->node[place];
    if (node->dense) {
        return trie->dense_node[(size_t)(node->dense - 1) * trie->symbols + symbol];
    }
    uint32_t low = node->first_child, past = low + node->children;
    while (past - low > MANY_CHILDREN) {
        uint32_t middle = low + (past - low) / 2;
        if (trie->node[middle].symbol <= symbol) {
            low = middle;
        } else {
            past = middle;
        }
    }
    for (; low < past; low++) {
        if (trie->node[low].symbol == symbol) return low;
    }
    return 0;
}

/* Bits that a gate has, as a power of two: 32 KB each of its tables. */
enum { GATE_POWER = 18, GATE_BITS = 1 << GATE_POWER };

/* What a symbol is to a gate: a string by itself, the first of a longer one. */
enum { GATE_WHOLE = 1, GATE_FIRST = 2 };

/* By how many symbols a gate knows the strings of two or three, of four to seven, and of more. */
enum { GATE_TWO = 2, GATE_FOUR = 4, GATE_EIGHT = 8 };

/* How many symbols after a word a gate knows of the strings that go on there: three, or one where a
 * string goes on by fewer than three. And its bits for them, as a power of two: 16 KB. */
enum { GATE_ONWARD = 3, GATE_BRIEF = 1, ONWARD_POWER = 17 };
enum onward_by { ONWARD_THREE, ONWARD_BRIEF, ONWARD_UNKNOWN };

struct gate {
    bool inside;                 /* whether a string can begin inside a word */
    uint8_t *first;
    uint64_t *two, *four, *eight;
    uint8_t *onward_by;          /* by node: see enum onward_by */
    uint64_t *onward;
};

/* Up to four symbols as one number, of which those after the length are left out. It has no branch:
 * a processor cannot guess how long a word is. */
static inline uint64_t four_symbols(const uint16_t *symbol, int32_t length) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    static const uint64_t kept[] = {0, UINT64_MAX << 48, UINT64_MAX << 32, UINT64_MAX << 16,
                                    UINT64_MAX};
#else
    static const uint64_t kept[] = {0, UINT64_MAX >> 48, UINT64_MAX >> 32, UINT64_MAX >> 16,
                                    UINT64_MAX};
#endif
    uint64_t key;
    memcpy(&key, symbol, sizeof key);
    return key & kept[length < 0 ? 0 : length > 4 ? 4 : length];
}

static inline uint32_t gate_bit(const uint16_t *symbol, uint32_t length) {
    uint64_t key = 0, more = 0;
    memcpy(&key, symbol, length == GATE_TWO ? 4 : 8);
    if (length == GATE_EIGHT) memcpy(&more, symbol + 4, 8);
    key = (key ^ more * UINT64_C(0xC2B2AE3D27D4EB4F)) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(key >> (64 - GATE_POWER));
}

static inline bool gate_has(const uint64_t *table, uint32_t bit) {
    return table[bit >> 6] >> (bit & 63) & 1;
}

static inline uint32_t onward_bit(uint32_t node, const uint16_t *symbol, enum onward_by by) {
    int32_t known = by == ONWARD_BRIEF ? GATE_BRIEF : GATE_ONWARD;
    uint64_t key = four_symbols(symbol, known) ^ node * UINT64_C(0xC2B2AE3D27D4EB4F);
    return (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - ONWARD_POWER));
}

/* Whether a string may begin with these symbols, of which eight can be read. */
static inline bool gate_lets(const struct gate *gate, const uint16_t *symbol) {
    /* All are read: a branch that the processor guesses wrong takes longer than a small table. */
    return (gate->first[symbol[0]] & GATE_WHOLE) | gate_has(gate->two, gate_bit(symbol, GATE_TWO)) |
           gate_has(gate->four, gate_bit(symbol, GATE_FOUR)) |
           gate_has(gate->eight, gate_bit(symbol, GATE_EIGHT));
}

/* Some numbers as bits: those from 64 * word on. In a list without a count, which has two or more, the
 * last one is marked in its word. */
struct mask {
    uint32_t word;
    uint64_t bits;
};

#define LAST_MASK (UINT32_C(1) << 31)

/* What a sentence must have for the entries and the exceptions to match, by branches: see anchors.c. What strings stand
 * for is a row of bits: a bit of each branch, then, from need_word on, one of each need. */
struct anchors {
    uint32_t branches, needs, need_word, words;
    uint32_t *rule;              /* of a branch: the entry or the exception */
    uint32_t *need_from, *need;  /* of a branch: what it needs beside its anchor */
    uint32_t *mask_from;         /* of a string: the branches that it anchors, and needs */
    struct mask *mask;
};

enum { NEED = 1 << 30 };

/* The options of each choice: atoms as bits, since a choice of hundreds is then asked for with few
 * steps, and other nodes as a list. An atom is a choice of itself. */
struct options {
    uint32_t *mask_from, *other_from, *other;
    struct mask *mask;
};

/* The reference lists closed atoms first, then open-ended ones, then those with wildcards: where two
 * matches are equal in every other way, the first one is kept. */
enum atom_order { ATOM_CLOSED, ATOM_OPENED, ATOM_GLOB };

/* The atoms and the literal that a string stands for, -1 for none: closed, opened and literal of the
 * tables in one place, since they are asked for together. */
struct meaning {
    int32_t closed, opened, literal;
};

/* What so many searches at the same time learned of words is kept. */
enum { SPARE = 8 };

/* The columns belong to Python, which keeps them as long as the lexicon. Searches in several
 * threads read it at once. Anchors that were learned from a text take the place of those that were
 * guessed, which stay for the searches that go on with them. */
struct lexicon {
    struct framing_tables t;
    struct trie trie;
    uint8_t *atom_order;        /* see enum atom_order */
    struct meaning *meaning;    /* of each string */
    struct gate gate;
    struct options options;
    _Atomic(struct words *) spare[SPARE]; /* what searches before learned of words, for the next */
    struct anchors *guessed;
    _Atomic(struct anchors *) learned;
};

/* Whether an exception concerns the hits of an entry: it is of the entry, of its frame, or of all. */
static inline bool concerns(const struct framing_tables *t, uint32_t exception, uint32_t entry) {
    uint32_t place = exception - t->entries, owner = t->exception_owner[place];
    enum scope_kind scope = t->exception_scope[place];
    return scope == SCOPE_ALL || owner == (scope == SCOPE_ENTRY ? entry : t->frame_of[entry]);
}

/* A text with facts that are looked up often. Arrays have one more element than the text, and
 * symbol, letter and shape have ROOM more. A letter is the lowest byte of a class. */
enum { ROOM = 16 };

struct text {
    int64_t n;
    const uint16_t *classes;
    const uint8_t *flags;
    uint16_t *symbol;
    uint8_t *letter, *shape;
    const uint64_t *token_bit;
    uint32_t *token_count;       /* of each word of bits, the tokens before it */
    int64_t sentences;
    const int64_t *first, *last, *document;
};

/* Bits of shape: part of a word, continues the word before it. */
enum { IN_WORD = 1, ONWARD = 2 };

struct span {
    uint32_t start, end, order;
};

/* Up to so many items are sorted by insertion: most lists are shorter, and sorted already. */
enum { FEW = 24 };

/* Some spans in the pool of a sentence; for rules, with the length of the longest. */
struct spans {
    size_t from, count;
    uint32_t longest;
};

/* A string of the lexicon where it stands in the text. */
struct string_found {
    uint32_t start, end, string;
};

/* A word in which strings begin and end: where it stands, and by what the memory of words knows its
 * strings and what the anchors have of them. */
struct piece {
    uint32_t start, first, noted, strings;
};

/* Where the string of an atom stands; or, of an atom with wildcards, its word. The next place is
 * counted from 1, 0 for none. */
struct occurrence {
    uint32_t start, end, next;
};

/* The first and the last occurrence of an atom, counted from 1. */
struct chain {
    uint32_t head, tail;
};

/* What a sentence has for a node, where the stamps are those of the sentence. */
struct node_state {
    uint32_t spans_stamp, may_stamp;
    bool may;
    struct spans spans;
};

/* A word of a sentence with its first letters and those after them, zeros after its end; or, with end 0,
 * a position at which a string may begin. */
struct run {
    uint32_t start, end;
    uint64_t head, tail;
};

enum { RUNS = 48 };

/* One sentence and what was found in it. A value is valid for this sentence if the number beside it
 * equals stamp. So nothing has to be cleared between sentences. */
struct sentence {
    const struct lexicon *lexicon;
    const struct text *text;
    int64_t row;
    uint32_t first, last;
    uint32_t stamp;
    struct words *words;         /* not its own */
    struct run run[RUNS];        /* the next ones, since all of them would not stay in the cache */
    size_t run_count;
    struct piece *piece;         /* the words whose strings are not listed yet */
    size_t piece_count, piece_room;
    struct string_found *found;
    size_t found_count, found_room;
    struct occurrence *occurrence;
    size_t occurrences, occurrence_room;
    uint64_t *seen_bit;          /* of each atom: whether it was found */
    struct chain *chain;         /* of each atom that was found */
    uint32_t *seen;              /* the atoms that were found, in the order of their first place */
    size_t seen_count;
    struct node_state *node;
    uint32_t *rule_stamp;
    struct spans *rule_spans;
    uint32_t *literal_stamp;
    uint32_t *literal_start, *literal_end;
    struct span *pool;
    size_t pool_count, pool_room;
    bool failed;                 /* there was no memory */
};

/* What of the anchors was seen in a sentence, and the entries and exceptions that may match there. The
 * words of the row are few, or neighbours share one of 64 bits: their numbers are shifted by so much. */
struct scout {
    const struct anchors *anchors;
    uint32_t entries;
    unsigned shift;
    uint64_t *seen;
    uint32_t *rule_stamp, *rule, *exception;
    size_t rules, exceptions;
};

/* The place of the lowest bit that is set. */
static inline uint32_t lowest_bit(uint64_t bits) { return (uint32_t)__builtin_ctzll(bits); }

static inline bool is_seen(const struct sentence *s, uint32_t atom) {
    return s->seen_bit[atom >> 6] >> (atom & 63) & 1;
}

struct hit {
    uint32_t start, end, rule, frame, order;
    uint32_t first_token, past_token;
};

struct hits {
    struct hit *item;
    size_t count, room;
};

/* memory.c */
bool grow(void **items, size_t *room, size_t wanted, size_t size);

/* Whether there is room for so many items, which is made where it is missing. */
static inline bool grown(void **items, size_t *room, size_t wanted, size_t size) {
    return wanted <= *room || grow(items, room, wanted, size);
}

/* trie.c */
bool trie_build(struct trie *trie, const struct framing_tables *tables);
void trie_free(struct trie *trie);

/* gate.c */
bool gate_build(struct gate *gate, const struct framing_tables *tables, const struct trie *trie);
void gate_free(struct gate *gate);

/* options.c */
uint32_t add_masks(struct mask *mask, uint32_t first, uint32_t *number, size_t count);
bool options_build(struct options *options, const struct framing_tables *tables);
void options_free(struct options *options);

/* anchors.c */
struct anchors *anchors_choose(const struct framing_tables *tables, const uint32_t *seen,
                               int64_t sentences);
void anchors_free(struct anchors *anchors);
bool scout_open(struct scout *scout, const struct lexicon *lexicon, const struct anchors *anchors);
void scout_close(struct scout *scout);
void scout_sentence(struct scout *scout, const struct sentence *sentence);

/* kinds.c */
int64_t rank_of(const int64_t *place, int64_t count, int64_t position, bool right, int64_t near);

/* Whether a place stands before a position; with ``right`` also at it. */
static inline bool is_before(int64_t place, int64_t position, bool right) {
    return right ? place <= position : place < position;
}

/* What rank_of returns, without a call where the answer is that for the position before. */
static inline int64_t rank_near(const int64_t *place, int64_t count, int64_t position, bool right,
                                int64_t near) {
    bool after = near == 0 || is_before(place[near - 1], position, right);
    if (after && (near == count || !is_before(place[near], position, right))) return near;
    return rank_of(place, count, position, right, near);
}

int64_t into_text(const struct framing_kinds *given, int64_t position, int64_t *near);
bool kinds_at(const struct framing_kinds *given, int64_t position, int64_t *near, uint32_t *kinds);
uint32_t code_before_or_after(const struct framing_kinds *given, int64_t position, int64_t *near);

/* The code point at a position of the folded text; ``near`` as in rank_of. */
static inline uint32_t code_in(const struct framing_kinds *given, int64_t position, int64_t *near) {
    if (position >= 0 && position < given->known) return given->at[position];
    return code_before_or_after(given, position, near);
}

/* A place among the characters: after the text it is the last one, which has no flags, and before it
 * one counted from there, as in numpy; -1 where there is none. */
static inline int64_t flag_place(const struct framing_kinds *given, int64_t position) {
    int64_t at = position < given->length ? position : given->length - 1;
    if (at < 0) at += given->length;
    return at < 0 ? -1 : at;
}

/* signs.c */
bool is_worth_a_look(uint32_t code);

/* fold.c */
int64_t hyphen_before(const uint32_t *code, int64_t line_end);

/* text.c */
int text_open(struct text *text, const struct lexicon *lexicon, const struct framing_text *given);
void text_close(struct text *text);
uint32_t first_token(const struct text *text, uint32_t start);
uint32_t past_token(const struct text *text, uint32_t end);
bool inside_address(const struct text *text, uint32_t position);
bool inside_number(const struct text *text, const struct lexicon *lexicon, uint32_t position);

/* words.c */
struct words *words_new(const struct lexicon *lexicon);
void words_free(struct words *words);
bool words_note(struct words *words, const struct anchors *anchors);
const struct mask *words_noted(const struct words *words);
void find_strings(struct sentence *sentence);
bool list_strings(struct sentence *sentence);

/* atoms.c */
void find_atoms(struct sentence *sentence);
void push_atom(struct sentence *sentence, uint32_t atom);

/* trees.c */
bool sentence_new(struct sentence *s, const struct lexicon *lexicon, const struct text *text,
                  struct words *words);
void sentence_free(struct sentence *sentence);
void sentence_open(struct sentence *sentence, int64_t row);
bool may_match(struct sentence *sentence, uint32_t node);
struct spans node_spans(struct sentence *sentence, uint32_t node);
void push_atoms(struct sentence *sentence, uint32_t node);
bool pool_push(struct sentence *sentence, uint32_t start, uint32_t end, uint32_t order);
void span_sort(struct span *span, size_t count);
size_t first_from(const struct span *span, size_t count, uint32_t start);

/* rules.c */
struct spans rule_spans(struct sentence *sentence, uint32_t rule);

/* conditions.c */
bool conditions_hold(struct sentence *s, struct sentence *before, const struct hit *hit);
void drop_covered(struct sentence *sentence, const struct scout *scout, struct hits *hits);

/* claims.c */
bool claim(const struct text *text, const struct lexicon *lexicon, struct hits *hits, bool nested);

/* lexicon.c */
bool lexicon_is_sound(const struct framing_tables *tables);

#endif
