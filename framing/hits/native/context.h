/* Context: what the files share that say which hits are denied and which are uncertain.
 *
 * The files of framing/hits/context are the reference, and say why each rule is as it is: a function
 * here has the name of its rule there. The words of a language are in framing/data/cues: here they
 * are only kinds. Positions count characters of the folded text, as in core.h.
 */
#ifndef FRAMING_CONTEXT_H
#define FRAMING_CONTEXT_H

#include "core.h"

/* Kinds of cues, in the order of KINDS in framing/hits/context/cues.py. */
enum cue_kind {
    CUE_NO, CUE_NOT, CUE_REJECT, CUE_AFTER, CUE_OCCURRENCE, CUE_STANDING, CUE_PSEUDO_NEGATION,
    CUE_BOUNDED, CUE_HARM, CUE_HEDGE, CUE_ADJECTIVE, CUE_DOUBT, CUE_CONDITION, CUE_INVERTED,
    CUE_PSEUDO_HEDGE, CUE_BOUNDARY, CUE_OR, CUE_REPORTING, CUE_WEAK_REPORTING, CUE_PARTICIPLE,
    CUE_ATTRIBUTION, CUE_CITING, CUE_JUDGING, CUE_SPEAKING, CUE_MANNER, CUE_NAMING,
    CUE_PSEUDO_REPORTING, CUE_SUBORDINATE, CUE_STATING,
    CUE_MALE, CUE_FEMALE, CUE_FULL_NAME, CUE_MEN, CUE_WOMEN,
    CUE_KINDS
};


/* Kinds of words, in the order of WORDS there: the place of the bit of each. */
enum word_kind {
    IS_AND, IS_THAT, IS_NOUN_END, IS_VERB_END, IS_PREDICATE, IS_PRONOUN, IS_RELATIVE, IS_FILLER,
    IS_INSIDE, IS_UNNAMED, IS_ELISION, IS_WITHOUT, IS_ARTICLE, IS_ADJUNCT, IS_TOLD, IS_MORE,
    IS_FINITE, IS_SUBJECT, IS_PENDING, IS_UNTIL, IS_AUXILIARY, IS_FIRST_PERSON, IS_PERSON,
    IS_ANYONE, IS_DATE, IS_SPEECH, IS_VIEW, IS_BELIEF, IS_AFFIRM, IS_ROLE, IS_OBJECT, IS_SPARED
};

/* How many tokens a negation reaches, and characters that a rule looks at: see the reference. */
enum {
    REACH = 12, REACH_AND = 3, REACH_BACK = 9, COMPOUND = 16, CHAIN = 4, APART = 4,
    BESIDE = 3, PARENTHESIS = 60, LISTED = 60, ADJECTIVE = 4, DOUBLED = 40
};

enum { EN_DASH_SIGN = 0x2013, EM_DASH_SIGN = 0x2014, ELLIPSIS_SIGN = 0x2026 };

/* The letters of a word before a comma that are looked at, and its table: see adjectives.py. */
enum { TAIL = 4, TAIL_SLOTS = 14 };

/* A text with its hits and cues, as it comes from Python, and what is filled in: the commas that
 * may stand between two adjectives, and what is said of each hit.
 * ``joining`` are the commas that do stand between two. Cues are sorted by start, as hits are. */
struct framing_context {
    struct framing_kinds *words;       /* the text, and the list of words */
    const uint16_t *classes, *class_flags;
    int64_t tokens, sentences, signs, cues, hits;
    const int64_t *token, *first, *last, *sign, *sign_code;
    const int64_t *cue_kind, *cue_start, *cue_end;
    const int64_t *start, *end;
    const uint8_t *negative;           /* whether the entry of a hit writes a negation itself */
    int64_t modals, going_on;
    const int64_t *modal, *goes_on;    /* words by three letters; signs after an amount */
    const uint8_t *tail_end, *tail_open;
    uint32_t tail_ly;
    int64_t maybe_count, *maybe;
    int64_t joining_count;
    const int64_t *joining;
    uint8_t *rejected, *hedged;        /* hedged is NULL where nobody asks */
};

/* Sorted places, and how many stood before the position that was asked for last. */
struct ranked {
    const int64_t *place;
    int64_t count, near;
};

struct cue {
    int64_t kind, start, end;
};

/* Some of the cues, sorted by start. */
struct cues {
    struct cue *item;
    int64_t count;
};

/* A text that is read word by word; it has failed where the reference would leave a list. */
struct reading {
    const struct framing_context *given;
    struct ranked token, row, sign, break_at, bound;
    bool failed;
};

/* A hit, the number of its clause (how many bounds are at or before it), and whether it waits for
 * something: no truce until they leave. */
struct marked_hit {
    int64_t start, end, clause;
    bool waits;
};

/* A cue and a hit: the token after the cue, that of the hit, and where the cue begins. */
struct pair {
    struct marked_hit hit;
    int64_t first, last, start;
    enum cue_kind kind;
};

/* How many places are before a position, and how many are before it or at it. */
static inline int64_t rank_before(struct ranked *ranked, int64_t position) {
    ranked->near = rank_near(ranked->place, ranked->count, position, false, ranked->near);
    return ranked->near;
}

static inline int64_t rank_up_to(struct ranked *ranked, int64_t position) {
    ranked->near = rank_near(ranked->place, ranked->count, position, true, ranked->near);
    return ranked->near;
}

static inline int64_t smaller(int64_t one, int64_t other) { return one < other ? one : other; }
static inline int64_t larger(int64_t one, int64_t other) { return one > other ? one : other; }

static inline bool is_kind(uint32_t bits, enum word_kind kind) { return bits >> kind & 1; }

static inline bool is_digit_code(uint32_t code) { return code >= '0' && code <= '9'; }
static inline bool is_capital_code(uint32_t code) { return code >= 'A' && code <= 'Z'; }

/* reading.c */
bool is_sorted(const int64_t *place, int64_t count);
void reading_open(struct reading *reading, const struct framing_context *given);
bool has_flag(struct reading *reading, int64_t position, uint8_t flag);
bool is_apostrophe(struct reading *reading, int64_t position);
uint32_t word_at(struct reading *reading, int64_t position);
bool reads(struct reading *reading, int64_t position, const char *letters);
int64_t token_place(struct reading *reading, int64_t token);
int64_t row_of(struct reading *reading, int64_t position);
int64_t row_first(struct reading *reading, int64_t row);
int64_t row_last(struct reading *reading, int64_t row);
bool is_joined_after(struct reading *reading, int64_t end);
bool is_joined_before(struct reading *reading, int64_t start);
int64_t last_letter(struct reading *reading, int64_t position);
bool ends_in_ed(struct reading *reading, int64_t position);
bool is_modal(struct reading *reading, int64_t position);
int64_t clause_of(struct reading *reading, int64_t position);
int64_t clause_begin(struct reading *reading, int64_t clause);
int64_t clause_past(struct reading *reading, int64_t clause);

/* The code point at a position; outside the text that of the first or the last character. */
static inline uint32_t code_at(struct reading *reading, int64_t position) {
    return code_in(reading->given->words, position, &reading->break_at.near);
}

/* clauses.c */
int64_t find_bounds(struct reading *reading, struct cues boundary, struct cues holding,
                    struct cues ors, int64_t *bound, int64_t *sure);

/* cues.c */
struct cues cues_of(const struct framing_context *given, uint64_t kinds, struct cue *room);
struct cues cues_among(struct cues cues, uint64_t kinds, struct cue *room);
struct cues longest_cues(struct cues cues);

/* denials.c */
bool mark_denied(struct reading *reading, struct marked_hit *hit);

/* hedges.c */
bool mark_hedged(struct reading *reading, const struct marked_hit *hit);

#endif
