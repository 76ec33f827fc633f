/* Reading: the signs, words, tokens and sentences at any position of a text.
 *
 * The reference is Reader in framing/hits/context/cues.py. Numbers of tokens and rows count from the
 * end where they are negative, as in numpy; what would be outside a list there is a failure here,
 * after which the reference decides.
 */
#include "context.h"

bool is_sorted(const int64_t *place, int64_t count) {
    for (int64_t i = 1; i < count; i++) {
        if (place[i - 1] > place[i]) return false;
    }
    return true;
}

void reading_open(struct reading *reading, const struct framing_context *given) {
    *reading = (struct reading){
        .given = given,
        .token = {given->token, given->tokens, 0},
        .row = {given->first, given->sentences, 0},
        .sign = {given->sign, given->signs, 0},
    };
}

/* An item of a list, which negative numbers count from its end. */
static int64_t item_at(struct reading *reading, const int64_t *item, int64_t count, int64_t place) {
    if (place < 0) place += count;
    if (place >= 0 && place < count) return item[place];
    reading->failed = true;
    return 0;
}

/* A place among the characters, also for a position outside the text. */
static int64_t character(struct reading *reading, int64_t position) {
    int64_t at = flag_place(reading->given->words, position);
    if (at >= 0) return at;
    reading->failed = true;
    return 0;
}

bool has_flag(struct reading *reading, int64_t position, uint8_t flag) {
    return reading->given->words->flags[character(reading, position)] & flag;
}

bool is_apostrophe(struct reading *reading, int64_t position) {
    const struct framing_context *given = reading->given;
    return given->class_flags[given->classes[character(reading, position)]] & APOSTROPHE;
}

/* The kinds of the word that starts at a position. */
uint32_t word_at(struct reading *reading, int64_t position) {
    uint32_t kinds = 0;
    if (!kinds_at(reading->given->words, position, &reading->break_at.near, &kinds)) {
        reading->failed = true;
    }
    return kinds;
}

/* Whether letters without case, and spaces, stand at a position. */
bool reads(struct reading *reading, int64_t position, const char *letters) {
    for (int64_t i = 0; letters[i]; i++) {
        if ((code_at(reading, position + i) | 0x20) != (uint32_t)letters[i]) return false;
    }
    return true;
}

/* Where a token starts. */
int64_t token_place(struct reading *reading, int64_t token) {
    return item_at(reading, reading->given->token, reading->given->tokens, token);
}

/* The sentence of a position, -1 before the first. */
int64_t row_of(struct reading *reading, int64_t position) {
    return rank_up_to(&reading->row, position) - 1;
}

int64_t row_first(struct reading *reading, int64_t row) {
    return item_at(reading, reading->given->first, reading->given->sentences, row);
}

int64_t row_last(struct reading *reading, int64_t row) {
    return item_at(reading, reading->given->last, reading->given->sentences, row);
}

/* Whether only a space parts what ends there from the next word. */
bool is_joined_after(struct reading *reading, int64_t end) {
    return has_flag(reading, end, SPACE) && has_flag(reading, end + 1, WORD);
}

/* Whether only a space parts what starts there from the word before. */
bool is_joined_before(struct reading *reading, int64_t start) {
    return has_flag(reading, start - 1, SPACE) && has_flag(reading, start - 2, WORD);
}

/* Where the word that starts at a position has its last letter. */
int64_t last_letter(struct reading *reading, int64_t position) {
    int64_t next = rank_before(&reading->token, position) + 1;
    int64_t tokens = reading->given->tokens;
    int64_t past = next == tokens ? reading->given->words->length : token_place(reading, next);
    int64_t last = larger(past - 1, 1);
    for (int step = 0; step < APART; step++) {
        if (last > position && !has_flag(reading, last, WORD)) last--;
    }
    return last;
}

bool ends_in_ed(struct reading *reading, int64_t position) {
    int64_t last = last_letter(reading, position);
    return last - position > 2 && code_at(reading, last) == 'd' && code_at(reading, last - 1) == 'e';
}

/* Whether one of some words, which are known by three letters, starts at a position. */
bool is_modal(struct reading *reading, int64_t position) {
    int64_t letters = 0;
    for (int step = 0; step < 3; step++) {
        letters = letters << 8 | smaller(code_at(reading, position + step), 0x7F) | 0x20;
    }
    for (int64_t i = 0; i < reading->given->modals; i++) {
        if (reading->given->modal[i] == letters) return true;
    }
    return false;
}

int64_t clause_of(struct reading *reading, int64_t position) {
    return rank_up_to(&reading->bound, position);
}

/* Where a clause begins; the first one has no bound of its own. */
int64_t clause_begin(struct reading *reading, int64_t clause) {
    return item_at(reading, reading->bound.place, reading->bound.count, larger(clause - 1, 0));
}

/* Where a clause ends: at the next bound, or never. */
int64_t clause_past(struct reading *reading, int64_t clause) {
    if (clause == reading->bound.count) return INT64_MAX;
    return item_at(reading, reading->bound.place, reading->bound.count, clause);
}
