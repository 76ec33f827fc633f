/* Phrases: what the rules for attributions ask of words, names and signs around a verb. The reference
 * is framing/hits/context/subjects.py and the files beside it.
 */
#include "speech.h"

/* Signs inside words and names: al-Assad, O’Neil, J. */
bool is_joining(uint32_t code) {
    switch (code) {
        case '-': case 0x2010: case 0x2011: case '\'': case 0x2019: case '.':
            return true;
        default:
            return false;
    }
}

/* Signs at the end of a quotation behind which somebody may be said to speak. */
bool is_cut(uint32_t code) {
    return code == ',' || code == '.' || code == '-' || ends_question(code) || is_long_dash(code);
}

/* How far the verb may stand behind the end of a quotation. Behind a comma or a question that ends
 * one the sentence goes on with who said it. */
int64_t reach_behind(struct reading *reading, int64_t quote) {
    uint32_t sign = code_at(reading, larger(quote - 1, 0));
    return is_cut(sign) && sign != '.' ? FAR : OPENING;
}

/* The number of the name that ends at a position, or -1. */
int64_t name_ending(struct names *names, int64_t position) {
    int64_t place = rank_before(&names->end, position);
    return place < names->end.count && names->end.place[place] == position ? place : -1;
}

/* The number of the quotation around a position, or -1. */
int64_t holding_quote(struct speech *speech, int64_t position) {
    int64_t place = rank_up_to(&speech->quote_start, position) - 1;
    return place >= 0 && position < speech->given->quote_end[place] ? place : -1;
}

/* Whether a sign stands behind an end, also a dash after a space: a truce – said Putin –. */
bool is_last(struct reading *reading, int64_t end) {
    return !is_joined_before(reading, end + 1) || is_apart(code_at(reading, end + 1));
}

/* The kinds of the word that follows after a space only. */
uint32_t next_word(struct reading *reading, int64_t end) {
    return is_joined_before(reading, end + 1) ? word_at(reading, end + 1) : 0;
}

/* Whether a token ends in -ed; of the last one before ``past`` that is not asked. */
bool is_past_in(struct reading *reading, int64_t token, int64_t past) {
    if (token + 1 >= past) return false;
    int64_t start = token_place(reading, token);
    int64_t last = token_place(reading, token + 1) - 1;
    for (int step = 0; step < APART && last > start && !has_flag(reading, last, WORD); step++) last--;
    return last - start > 2 && code_at(reading, last) == 'd' && code_at(reading, last - 1) == 'e';
}

struct led skip_fillers(struct reading *reading, int64_t start, int64_t token) {
    struct led led = {start, 0, 0};
    for (int step = 0; step <= FILLERS; step++) {
        if (token <= 0 || !is_joined_before(reading, led.at)) break;
        int64_t before = token_place(reading, token - 1);
        led.kinds = word_at(reading, before);
        if (!is_kind(led.kinds, IS_FILLER)) break;
        led.at = before;
        token--;
    }
    led.before = token_place(reading, larger(token - 1, 0));
    return led;
}

/* Whether a word of a kind starts between two positions. */
bool has_kind(struct reading *reading, int64_t from, int64_t to, enum word_kind kind) {
    int64_t past = rank_before(&reading->token, to);
    for (int64_t token = rank_before(&reading->token, from); token < past; token++) {
        if (is_kind(word_at(reading, token_place(reading, token)), kind)) return true;
    }
    return false;
}

/* Whether words with a capital are all that stands before a name. */
bool is_title(struct reading *reading, int64_t first, int64_t start) {
    int64_t past = rank_before(&reading->token, start);
    for (int64_t token = rank_before(&reading->token, first); token < past; token++) {
        if (!is_capital_code(code_at(reading, token_place(reading, token)))) return false;
    }
    return true;
}

/* Whether only given names stand between a sign and a name. */
bool gives_name(struct reading *reading, int64_t comma, int64_t name) {
    if (name - comma > GIVEN + 2) return false;
    for (int64_t at = comma; at + 1 < name; at++) {
        uint32_t first = code_at(reading, at + 1);
        if (code_at(reading, at) == ' ' && first >= 'a' && first <= 'z') return false;
    }
    return true;
}

/* Where the text ends before the commas, dashes and spaces in front of a word. */
int64_t before_signs(struct reading *reading, int64_t at) {
    for (int step = 0; step < APART && at > 0; step++) {
        uint32_t code = code_at(reading, at - 1);
        if (!is_apart(code) && code != ' ') break;
        at--;
    }
    return at;
}

bool has_apostrophe(struct reading *reading, int64_t from, int64_t to) {
    for (int64_t at = from; at < to; at++) {
        if (is_apostrophe(reading, at)) return true;
    }
    return false;
}

/* The number of the first sign at a position or behind it. */
int64_t sign_after(struct reading *reading, int64_t position) {
    return rank_before(&reading->sign, position);
}

/* The first comma before a space from a position to another, behind which some letters stand; -1
 * without one. */
int64_t comma_in(struct reading *reading, int64_t from, int64_t to, const char *letters) {
    const struct framing_context *given = reading->given;
    for (int64_t i = sign_after(reading, from); i < given->signs && given->sign[i] < to; i++) {
        if (given->sign_code[i] == ',' && has_flag(reading, given->sign[i] + 1, SPACE) &&
            reads(reading, given->sign[i] + 2, letters)) {
            return given->sign[i];
        }
    }
    return -1;
}
