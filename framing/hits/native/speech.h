/* Speech: what the files share that say who speaks.
 *
 * The files of framing/hits/context are the reference, and say why each rule is as it is: a function
 * here has the name of its rule there. Where a rule asks for a word that is in no list of the
 * language, the reference asks for its letters, and so does the engine.
 */
#ifndef FRAMING_SPEECH_H
#define FRAMING_SPEECH_H

#include "context.h"

/* Who speaks: numbers above are actors. UNKNOWN is nobody yet. */
enum { UNKNOWN = -1, NOBODY, UNRESOLVED, OTHER, NAMED };

/* How many words, and characters, a rule looks at: see the reference. */
enum {
    FILLERS = 5, OPENING = 70, CLOSING = 45, RELATIVE = 250, GIVEN = 16, TITLE = 50, CLAUSE_WORDS = 5,
    TO_COLON = 40, TO_THAT = 5, ADJUNCT = 60, ROLE = 3, INVERTED = 70, BETWEEN = 3, LETTERS = 8,
    FAR = 140
};

/* The first code point of which Python must say what it is. */
enum { ASCII = 0x80 };

/* Names in a text, in its order: whose, where, whether inside another phrase (an aide to X), and the
 * first letter of "he" or "she" where the name tells it, or 0. */
struct framing_names {
    int64_t count;
    int64_t *actor, *start, *end, *pronoun;
    uint8_t *inside;
};

/* A text as it comes from Python, with its quotations and hits, and what is filled in: names, for
 * which there is room for all cues, and who speaks. ``label`` is the number of the label of each
 * sentence in a transcript, or negative, and ``turn`` who speaks there, NULL without labels. */
struct framing_speech {
    struct framing_context *text;
    const int64_t *paragraph, *document;             /* of each sentence */
    int64_t quotes;
    const int64_t *quote_start, *quote_end, *quote_paragraph;
    const uint8_t *quote_closed;
    int64_t objects;
    const int64_t *object;                           /* words that are no subject: said nothing */
    const int64_t *label, *turn;
    struct framing_names mentions, owners;
    const int64_t *row;                              /* of each hit */
    int64_t *speaker, *quote_speaker;
};

/* Names that are looked up by where they start and end. */
struct names {
    const struct framing_names *given;
    struct ranked start, end;
};

/* An attribution: ``begin`` is the subject, ``start`` to ``end`` the verb, which ended at ``cue_end``
 * before its subject was found behind it, and has a number among the tokens. ``closing`` ones belong
 * to the text before ``ahead``, where the phrase of their subject begins, ``opening`` ones to the text
 * after them, from ``since`` to ``until``. */
struct event {
    int64_t kind, begin, start, end, cue_end, row, token, speaker, ahead, since, until;
    bool closing, opening;
};

/* A text in which attributions are looked for. ``stop`` are the signs that part phrases, and
 * ``loose`` those without brackets. */
struct speech {
    struct reading reading;
    const struct framing_speech *given;
    struct names mention, owner;
    struct ranked stop, loose, quote_start, quote_end;
    struct event *event;
    int64_t events;
};

/* What stands before the adverbs and auxiliaries of a verb: where those begin, and the word before
 * them with its kinds. */
struct led {
    int64_t at, before;
    uint32_t kinds;
};

static inline uint64_t cue_bit(enum cue_kind kind) { return UINT64_C(1) << kind; }

/* Whether a name, a place or an attribution is one of the actors of the table. */
static inline bool is_named(int64_t speaker) { return speaker >= NAMED; }

static inline bool is_source(int64_t kind) {
    return kind == CUE_ATTRIBUTION || kind == CUE_CITING || kind == CUE_JUDGING;
}

static inline bool is_reporting(int64_t kind) {
    return kind == CUE_REPORTING || kind == CUE_WEAK_REPORTING;
}

/* Signs around a description of somebody, before a clause, inside words. */
static inline bool is_long_dash(uint32_t code) {
    return code == EN_DASH_SIGN || code == EM_DASH_SIGN;
}
static inline bool is_apart(uint32_t code) { return code == ',' || code == '-' || is_long_dash(code); }
static inline bool is_pause(uint32_t code) { return code == ',' || is_long_dash(code); }
bool is_joining(uint32_t code);
bool is_cut(uint32_t code);

static inline bool ends_question(uint32_t code) {
    return code == '?' || code == '!' || code == ELLIPSIS_SIGN;
}

/* mentions.c */
bool find_names(struct speech *speech, struct framing_names *mentions, struct framing_names *owners);

/* phrases.c */
int64_t name_ending(struct names *names, int64_t position);
int64_t holding_quote(struct speech *speech, int64_t position);
uint32_t next_word(struct reading *reading, int64_t end);
bool is_past_in(struct reading *reading, int64_t token, int64_t past);
struct led skip_fillers(struct reading *reading, int64_t start, int64_t token);
bool has_kind(struct reading *reading, int64_t from, int64_t to, enum word_kind kind);
bool is_title(struct reading *reading, int64_t first, int64_t start);
bool gives_name(struct reading *reading, int64_t comma, int64_t name);
bool is_last(struct reading *reading, int64_t end);
int64_t before_signs(struct reading *reading, int64_t at);
bool has_apostrophe(struct reading *reading, int64_t from, int64_t to);
int64_t reach_behind(struct reading *reading, int64_t quote);
int64_t sign_after(struct reading *reading, int64_t position);
int64_t comma_in(struct reading *reading, int64_t from, int64_t to, const char *letters);

/* verbs.c */
int64_t find_verbs(struct speech *speech, struct cues verbs, struct cues naming);

/* subjects.c */
bool is_so(struct reading *reading, const struct event *event);
bool follows_subject(struct reading *reading, int64_t start);
void find_subject(struct speech *speech, struct event *event);

/* owned.c */
bool find_owned(struct speech *speech, int64_t owner, struct event *found);
void give_statement(struct speech *speech, struct event *event);

/* directions.c */
bool is_attribution(struct speech *speech, struct event *event);

/* extents.c */
void find_extents(struct speech *speech, struct event *event);
bool is_deed(struct speech *speech, const struct event *event);

/* subordinate.c */
void end_in_clause(struct speech *speech, struct event *event, struct ranked *subordinate);
void end_before_but(struct speech *speech, struct event *event);
void end_at_semicolon(struct speech *speech, int64_t number);

/* pronouns.c */
bool resolve_pronouns(struct speech *speech);

/* inherited.c */
void inherit_subjects(struct speech *speech);

/* authors.c */
void repeat_subjects(struct speech *speech);
void leave_to_author(struct speech *speech);

/* attributed.c */
bool give_speakers(struct speech *speech);

#endif
