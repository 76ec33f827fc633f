/* Clauses: where they begin. The references are find_clauses in framing/hits/context/clauses.py and,
 * for commas between two adjectives, framing/hits/context/adjectives.py, of which only the look at
 * the last letters is here: it rules out most commas.
 */
#include "context.h"

EXPORTED int32_t framing_commas(struct framing_context *given);

static bool is_letter(uint32_t code) { return (code | 0x20) - 'a' < 26; }

/* The last letters of the word that ends before a place, the last one in the lowest byte. */
static uint32_t tail_before(struct reading *reading, int64_t past) {
    uint32_t tail = 0;
    for (int nth = 0; nth < TAIL; nth++) {
        uint32_t code = code_at(reading, past - 1 - nth);
        if (!is_letter(code)) break;
        tail |= (code | 0x20) << 8 * nth;
    }
    return tail;
}

static bool in_table(const uint8_t *table, uint32_t tail) {
    return table[tail * UINT32_C(0x9E3779B1) >> (32 - TAIL_SLOTS)];
}

static bool may_be_adjective(const struct framing_context *given, uint32_t tail) {
    return in_table(given->tail_end, tail) || in_table(given->tail_end, tail & 0xFFFF) ||
           in_table(given->tail_end, tail & 0xFFFFFF);
}

/* Whether a word may stand before a comma that opens a phrase with adjectives. */
static bool may_open(struct reading *reading, int64_t comma) {
    const struct framing_context *given = reading->given;
    int64_t row = larger(row_of(reading, comma), 0);
    int64_t first = token_place(reading, larger(rank_before(&reading->token, comma) - 1, 0));
    if (first - row_first(reading, row) <= TAIL + 1 || comma >= row_last(reading, row)) return true;
    uint32_t before = code_at(reading, larger(first - 1, 0));
    if (before > ' ') return before >= 0x7F || is_letter(before);
    uint32_t tail = tail_before(reading, first - 1);
    return !tail || (tail & 0xFFFF) == given->tail_ly || in_table(given->tail_open, tail);
}

/* Whether a comma may stand between two adjectives, or an adjective and an adverb. */
static bool may_join(struct reading *reading, int64_t comma) {
    const struct framing_context *given = reading->given;
    if (!may_be_adjective(given, tail_before(reading, comma))) return false;
    int64_t token = rank_before(&reading->token, comma) + 1;
    if (token >= given->tokens) return false;
    int64_t past = token_place(reading, token) - 1;
    if (code_at(reading, past - 1) == ',') past--;
    uint32_t tail = tail_before(reading, past);
    if (!may_be_adjective(given, tail) && (tail & 0xFFFF) != given->tail_ly) return false;
    return may_open(reading, comma);
}

/* Whether a sign is a comma that no word follows directly, as one does in 1,000. */
static bool is_comma(struct reading *reading, int64_t sign) {
    const struct framing_context *given = reading->given;
    return given->sign_code[sign] == ',' && !has_flag(reading, given->sign[sign] + 1, WORD);
}

/* List the commas that may stand between two adjectives, of which there
 * is room for as many as there are signs. Return 0, or BAD_TEXT. */
int32_t framing_commas(struct framing_context *given) {
    if (!given->words->length || !given->words->n || !given->sentences || !given->tokens) return BAD_TEXT;
    struct reading reading;
    reading_open(&reading, given);
    given->maybe_count = 0;
    for (int64_t i = 0; i < given->signs; i++) {
        if (!is_comma(&reading, i) || !may_join(&reading, given->sign[i])) continue;
        given->maybe[given->maybe_count++] = given->sign[i];
    }
    return reading.failed ? BAD_TEXT : 0;
}

/* Whether a sign and the next one are brackets around one small word: no (lasting) truce. */
static bool is_around_word(struct reading *reading, int64_t sign) {
    const struct framing_context *given = reading->given;
    if (sign < 0 || sign + 1 >= given->signs) return false;
    if (given->sign_code[sign] != '(' || given->sign_code[sign + 1] != ')') return false;
    int64_t first = given->sign[sign], past = given->sign[sign + 1];
    uint32_t small = code_at(reading, first + 1);
    if (small < 'a' || small > 'z') return false;
    if (!has_flag(reading, first - 1, SPACE) || !has_flag(reading, first - 2, WORD)) return false;
    if (!has_flag(reading, past + 1, SPACE) || !has_flag(reading, past + 2, WORD)) return false;
    int64_t before = rank_before(&reading->token, first);
    return rank_before(&reading->token, past) - before == 1;
}

/* Whether a sign ends a clause, whatever stands around it. */
static bool is_hard(struct reading *reading, int64_t sign) {
    int64_t position = reading->given->sign[sign];
    switch (reading->given->sign_code[sign]) {
        case ';': case ':': case EM_DASH_SIGN:
            return true;
        case '(':
            return !is_around_word(reading, sign);
        case ')':
            return !is_around_word(reading, sign - 1);
        case '.': case '!': case '?': case ELLIPSIS_SIGN:
            return has_flag(reading, position + 1, SPACE);
        case '-': case EN_DASH_SIGN:
            if (code_at(reading, position) == '-' && code_at(reading, position + 1) == '-') return true;
            return has_flag(reading, position + 1, SPACE) && has_flag(reading, position - 1, SPACE);
        default:
            return false;
    }
}


/* Merge sorted places into sorted places, which have room for them. */
static int64_t merge(int64_t *place, int64_t count, const int64_t *more, int64_t wanted) {
    int64_t i = count, j = wanted;
    while (j) {
        int64_t to = i + j - 1;
        place[to] = i && place[i - 1] > more[j - 1] ? place[--i] : more[--j];
    }
    return count + wanted;
}

/* Add the words that begin a clause: those that are not inside a cue after its first word. */
static int64_t add_words(struct cues boundary, struct cues holding, int64_t *place) {
    int64_t count = 0, furthest = 0, next = 0;
    for (int64_t i = 0; i < boundary.count; i++) {
        struct cue word = boundary.item[i];
        while (next < holding.count && holding.item[next].start < word.start) {
            furthest = larger(furthest, holding.item[next++].end);
        }
        if (!next || furthest < word.end) place[count++] = word.start;
    }
    return count;
}

/* Whether a comma separates the items of a list that ends with "or" or "nor". */
static bool in_list(struct reading *reading, int64_t comma, struct cues ors, int64_t *near,
                    struct ranked *sure) {
    while (*near < ors.count && ors.item[*near].start < comma) ++*near;
    if (*near == ors.count) return false;
    int64_t closing = ors.item[*near].start;
    if (closing - comma >= LISTED) return false;
    if (rank_before(sure, comma) != rank_up_to(sure, closing)) return false;
    int64_t token = rank_before(&reading->token, comma);
    return rank_before(&reading->token, closing) - token <= REACH - CHAIN;
}

/* Fill in where clauses begin; both lists have room for all sentences, signs and cues. The second is
 * left with other numbers. Return how many there are. */
int64_t find_bounds(struct reading *reading, struct cues boundary, struct cues holding,
                    struct cues ors, int64_t *bound, int64_t *sure) {
    const struct framing_context *given = reading->given;
    int64_t count = 0, words = add_words(boundary, holding, sure);
    for (int64_t i = 0; i < given->signs; i++) {
        if (is_hard(reading, i)) bound[count++] = given->sign[i];
    }
    count = merge(bound, count, sure, words);
    count = merge(bound, count, given->first, given->sentences);
    memcpy(sure, bound, (size_t)count * sizeof *sure);
    struct ranked places = {sure, count, 0};
    int64_t *comma = sure + count, commas = 0, near = 0, joining = 0;
    for (int64_t i = 0; i < given->signs; i++) {
        if (!is_comma(reading, i)) continue;
        int64_t at = given->sign[i];
        if (joining < given->joining_count && given->joining[joining] == at) {
            joining++;
        } else if (!in_list(reading, at, ors, &near, &places)) {
            comma[commas++] = at;
        }
    }
    return merge(bound, count, comma, commas);
}
