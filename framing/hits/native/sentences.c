/* Sentences: the paragraphs that sentencex cuts by its plain rules alone.
 *
 * The reference is `cut_sentences` in framing/text/sentences.py, which asks sentencex. Most paragraphs
 * have nothing that its finer rules are about: no list, no address, no stops in a row, quotations
 * and brackets that close. What sentencex knows of words is learned from it: each word before a stop
 * is asked about once, alone and, where it may be an abbreviation, with the word that follows. All
 * other paragraphs are left to sentencex.
 */
#include "core.h"

/* The most letters of a word with a number. */
enum { LONGEST_KNOWN = 8 };

/* The letters before a place as one number: _last_letters in framing/text/sentences.py. */
static uint64_t last_letters(const uint32_t *code, int64_t past) {
    uint64_t letters = 0;
    for (int step = 1; step <= LONGEST_KNOWN + 1; step++) {
        uint32_t before = code[past > step ? past - step : 0];
        if (before == '.' || before > 127 || before - '0' < 10) return 0;
        if (past < step || (before | 0x20) - 'a' >= 26) return letters;
        if (step <= LONGEST_KNOWN) letters |= (uint64_t)(before | 0x20) << 8 * (step - 1);
    }
    return 1;
}

/* Whether one of some words stands before a place; their numbers are sorted. */
static bool ends_with_one(const uint32_t *code, int64_t past, int64_t words, const uint64_t *word) {
    uint64_t wanted = last_letters(code, past);
    int64_t low = 0, high = words;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (word[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < words && word[low] == wanted;
}

/* What a character is to sentences. Of OTHER nothing is known; from INERT on they say nothing. */
enum kind {
    OTHER, LINE_END, FULL_STOP, ELLIPSIS, APOSTROPHES, OPENS, CLOSES, DOUBLE, BRACKET, BRACKET_END,
    INERT, LETTER, FIGURE, BLANK
};

enum { LOW = 0x80, OPEN_MARK = 0x201C, CLOSE_MARK = 0x201D, OPEN_SINGLE = 0x2018, CURLY = 0x2019 };
enum { EN_DASH = 0x2013, EM_DASH = 0x2014, POINTS = 0x2026, POUND = 0xA3, EURO = 0x20AC };

/* Letters of the Latin alphabet beyond ASCII, without the two signs among them. */
enum { LATIN = 0xC0, LATIN_END = 0x250, TIMES = 0xD7, DIVIDED = 0xF7 };

/* Longer words, and more blanks after a stop, are left to sentencex, as are marks in such number
 * that they are masked for it: see MOST_MARKS there. */
enum { LONGEST_TOKEN = 32, MOST_BLANKS = 8, MOST_MARKS = 200 };

/* Whether a paragraph is left to sentencex; UNKNOWN is for a word of which it was not asked yet. */
enum verdict { PLAIN, UNKNOWN, DOUBTFUL };

/* What is known of a word before a stop: nothing, that it ends a sentence, that it depends on more;
 * and, together with the word after it, that it never ends one. */
enum { NOT_KNOWN, ENDS, DEPENDS, GOES_ON };

/* Marks of keys: of one word, not two; of two words with which a paragraph begins. */
enum { ONE_WORD = 1, AT_START = 2, KEY_MARKS = ONE_WORD | AT_START };

EXPORTED int64_t framing_split(struct framing_split *split);
EXPORTED void framing_remember(int64_t slots, uint64_t *key, uint8_t *known, int64_t count,
                               const uint64_t *new_key, const uint8_t *new_known);

/* The slot of a word, or the free one where it would be. */
static uint64_t slot_of(int64_t slots, const uint64_t *key, uint64_t wanted) {
    uint64_t last = (uint64_t)slots - 1, slot = wanted >> 20 & last;
    while (key[slot] && key[slot] != wanted) slot = (slot + 1) & last;
    return slot;
}

/* Note what sentencex said of some words. There are more slots than words. */
void framing_remember(int64_t slots, uint64_t *key, uint8_t *known, int64_t count,
                      const uint64_t *new_key, const uint8_t *new_known) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t slot = slot_of(slots, key, new_key[i]);
        key[slot] = new_key[i];
        known[slot] = new_known[i];
    }
}

static enum kind kind_of_low(uint32_t code) {
    if ((code | 0x20) - 'a' < 26) return LETTER;
    if (code - '0' < 10) return FIGURE;
    switch (code) {
        case ' ': return BLANK;
        case '\n': return LINE_END;
        case '.': case '!': case '?': return FULL_STOP;
        case '\'': return APOSTROPHES;
        case '"': return DOUBLE;
        case '(': case '[': return BRACKET;
        case ')': case ']': return BRACKET_END;
        case ',': case ';': case ':': case '-': case '$': case '%': case '&': case '#':
        case '/': case '*': case '+': case '=': case '_': case '\\': return INERT;
        default: return OTHER;
    }
}

static enum kind kind_of_high(uint32_t code) {
    switch (code) {
        case OPEN_MARK: case OPEN_SINGLE: return OPENS;
        case CLOSE_MARK: return CLOSES;
        case CURLY: return APOSTROPHES;
        case POINTS: return ELLIPSIS;
        case EN_DASH: case EM_DASH: case POUND: case EURO: return INERT;
        case TIMES: case DIVIDED: return OTHER;
        default: return code >= LATIN && code < LATIN_END ? LETTER : OTHER;
    }
}

/* A paragraph without the blanks at its edges, and the quotation and the bracket that began last:
 * they count up to their end, which is behind the closing sign. */
struct passage {
    const struct framing_split *split;
    const uint32_t *code;
    const uint8_t *low;          /* the kinds of ASCII */
    int64_t row, start, end;
    int64_t quote, quote_end, bracket, bracket_end;
    bool unknown, unclosed;      /* no bracket closes in what is left */
};

static enum kind kind_at(const struct passage *p, int64_t i) {
    return p->code[i] < LOW ? (enum kind)p->low[p->code[i]] : kind_of_high(p->code[i]);
}

static bool is_blank(uint32_t code) { return code == ' ' || code == '\n'; }

static bool is_small(uint32_t code) { return code - 'a' < 26; }

static bool is_capital(uint32_t code) { return code - 'A' < 26; }

static bool is_figure(uint32_t code) { return code - '0' < 10; }

/* Whether an ASCII letter or a figure. */
static bool is_plain(uint32_t code) { return (code | 0x20) - 'a' < 26 || is_figure(code); }

static bool is_roman(uint32_t code) {
    code |= 0x20;
    return code == 'i' || code == 'v' || code == 'x' || code == 'l' || code == 'c' || code == 'd' ||
           code == 'm';
}

/* Whether letters and figures before a point or a bracket may be those of an item in a list. */
static bool is_item(const uint32_t *code, int64_t from, int64_t past) {
    bool figures = true, roman = true;
    for (int64_t i = from; i < past; i++) {
        figures &= is_figure(code[i]);
        roman &= is_roman(code[i]);
    }
    return past - from == 1 || (past > from && (figures || roman));
}

/* Whether a line may begin with the sign, the number or the letter of an item in a list. One such
 * line is no list yet. */
static bool may_open_item(const struct passage *p, int64_t i) {
    while (i < p->end && p->code[i] == ' ') i++;
    if (i == p->end) return false;
    uint32_t first = p->code[i];
    if (first == '*' || first == '+' || first == '-') return i + 1 == p->end || is_blank(p->code[i + 1]);
    int64_t from = i;
    while (i < p->end && is_plain(p->code[i])) i++;
    if (i == p->end || (p->code[i] != '.' && p->code[i] != ')')) return false;
    return is_item(p->code, from, i);
}

/* Whether a bracket may close the number or the letter of an item: (a), ii.), 1). */
static bool may_close_item(const struct passage *p, int64_t bracket) {
    if (p->code[bracket] == ']') return false;
    int64_t past = bracket;
    if (past > p->start && p->code[past - 1] == '.') past--;
    int64_t from = past;
    while (from > p->start && is_plain(p->code[from - 1])) from--;
    /* A year in brackets is none. */
    bool year = past == bracket && past - from > 2 && from > p->start && p->code[from - 1] == '(' &&
                is_figure(p->code[from]) && !is_roman(p->code[past - 1]);
    return !year && is_item(p->code, from, past);
}

static bool in_quote(const struct passage *p, int64_t i) { return i > p->quote && i < p->quote_end; }

static bool in_bracket(const struct passage *p, int64_t i) {
    return i > p->bracket && i < p->bracket_end;
}

static uint64_t mixed(uint64_t key, uint32_t code) {
    key = (key ^ code) * UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

/* What is known of a key; where that is nothing, the words from start to end are listed. */
static unsigned known_key(struct passage *p, uint64_t key, int64_t start, int64_t end) {
    const struct framing_split *split = p->split;
    uint64_t slot = slot_of(split->slots, split->key, key);
    if (split->key[slot]) return split->known[slot];
    p->unknown = true;
    struct framing_asked *asked = split->asked;
    if (asked->count < asked->room) {
        asked->start[asked->count] = start;
        asked->end[asked->count] = end;
        asked->key[asked->count] = key;
    }
    asked->count++;
    return NOT_KNOWN;
}

/* What is known of a word, from start to stop, before the word that begins at next. */
static unsigned known_pair(struct passage *p, uint64_t key, int64_t start, int64_t next) {
    uint32_t first = p->code[next];
    int64_t end = next;
    while (end < p->end && !is_blank(p->code[end]) && p->code[end] != ',' &&
           kind_at(p, end) != FULL_STOP) {
        enum kind kind = kind_at(p, end);
        if (kind != LETTER && kind != FIGURE && kind != APOSTROPHES && kind != INERT) return DEPENDS;
        if (end - next > LONGEST_TOKEN) return DEPENDS;
        /* No word but one with a capital letter is known to begin sentences. */
        if (is_capital(first) || end == next) key = mixed(key, is_small(first) ? 'a' : is_figure(first) ? '0' : p->code[end]);
        end++;
    }
    if (!is_plain(first)) return DEPENDS;
    /* 0 is the key of a free slot. */
    key = mixed(key, ' ') & ~(uint64_t)KEY_MARKS;
    key = key ? key : KEY_MARKS + 1;
    return known_key(p, start == p->start ? key | AT_START : key, start, end);
}

/* Where the word before a place begins if that has a capital letter, -1 if not. */
static int64_t capital_before(const struct passage *p, int64_t i) {
    while (i > p->start && (is_blank(p->code[i - 1]) || p->code[i - 1] == '.' || p->code[i - 1] == '/')) i--;
    int64_t past = i;
    while (i > p->start && !is_blank(p->code[i - 1]) && p->code[i - 1] != '.' && p->code[i - 1] != '/') {
        if (kind_at(p, --i) != LETTER) return -1;
    }
    return i < past && is_capital(p->code[i]) ? i : -1;
}

/* What is known of the word before a stop, and of the word that begins at next, if there is one. */
static unsigned known_word(struct passage *p, int64_t stop, int64_t next) {
    int64_t start = stop;
    uint64_t key = 0;
    while (start > p->start && !is_blank(p->code[start - 1])) {
        uint32_t code = p->code[--start];
        if (code == '/' || code == '!' || code == '?') return DEPENDS;
        /* No sentence ends at the points of 4.5% and 9 a.m.; at others it may. */
        if (code == '.' && !is_small(p->code[start + 1]) && !is_figure(p->code[start + 1])) return DEPENDS;
        if (stop - start > LONGEST_TOKEN) return DEPENDS;
        key = mixed(key, code);
    }
    if (stop - start < 2) {
        /* A middle initial: what it does depends on the words around it. */
        int64_t before = next && is_capital(p->code[start]) && is_capital(p->code[next]) ? capital_before(p, start) : -1;
        if (before < 0 || p->code[stop] != '.') return DEPENDS;
        return known_pair(p, mixed(key, '.'), before, next);
    }
    unsigned known = known_key(p, (key | KEY_MARKS) - AT_START, start, stop);
    if (known != DEPENDS || !next || p->code[stop] != '.') return known;
    return known_pair(p, key, start, next);
}

/* The first character after blanks, of which no more than one ends a line; -1 where they are more. */
static int64_t past_blanks(const struct passage *p, int64_t i) {
    int lines = 0;
    int64_t from = i;
    for (; i < p->end && is_blank(p->code[i]); i++) lines += p->code[i] == '\n';
    return lines > 1 || i - from > MOST_BLANKS ? -1 : i;
}

static void push_sentence(struct framing_split *split, int64_t start, int64_t end, int64_t row) {
    if (split->count < split->room) {
        split->start[split->count] = start;
        split->end[split->count] = end;
        split->row[split->count] = row;
    }
    split->count++;
}

/* Whether a sentence ends at a stop, and if so where, and where the next one begins. */
struct cut {
    enum { UNSURE, GOING_ON, CUT } what;
    int64_t end, next;
};

static const struct cut NOT_SURE = {UNSURE, 0, 0}, NO_CUT = {GOING_ON, 0, 0};

static struct cut cut_by(unsigned known, int64_t end, int64_t next) {
    if (known == DEPENDS) return NOT_SURE;
    return known == GOES_ON ? NO_CUT : (struct cut){CUT, end, next};
}

/* After a stop and the end of its quotation: the next sentence begins with a capital letter. */
static struct cut cut_after_quote(const struct passage *p, int64_t close) {
    if (close + 1 == p->end || p->code[close + 1] == ',') return NO_CUT;
    int64_t next = past_blanks(p, close + 1);
    if (next < 0 || next == close + 1) return NOT_SURE;
    uint32_t code = p->code[next];
    if (kind_at(p, next) == OPENS || kind_at(p, next) == DOUBLE) {
        if (next + 1 == p->end) return NOT_SURE;
        code = p->code[next + 1];
    }
    if (is_small(code) || is_figure(code)) return NO_CUT;
    return is_capital(code) ? (struct cut){CUT, close + 1, next} : NOT_SURE;
}

/* Whether a sign touches the two letters, so that no sentence ends at them: U.S.-led, the U.S., D.C.’s. */
static bool touches(uint32_t code) {
    switch (code) {
        case ',': case ';': case ':': case '-': case ')': case CURLY: case EN_DASH: case EM_DASH:
            return true;
        default:
            return false;
    }
}

/* Whether two letters with points stand here, of which this is the first point: U.S. */
static bool is_short_name(const struct passage *p, int64_t stop) {
    if (stop == p->start || (stop - 1 > p->start && !is_blank(p->code[stop - 2]))) return false;
    if (stop + 2 >= p->end || !is_capital(p->code[stop - 1]) || !is_capital(p->code[stop + 1])) return false;
    if (p->code[stop] != '.' || p->code[stop + 2] != '.') return false;
    return stop + 3 == p->end || is_blank(p->code[stop + 3]) || touches(p->code[stop + 3]);
}

static struct cut cut_at_short_name(struct passage *p, int64_t stop) {
    if (stop + 3 == p->end || touches(p->code[stop + 3])) return NO_CUT;
    int64_t next = past_blanks(p, stop + 3);
    if (next < 0 || !is_plain(p->code[next])) return NOT_SURE;
    if (is_small(p->code[next]) || in_quote(p, next) || in_bracket(p, next)) return NO_CUT;
    uint64_t key = mixed(mixed(mixed(1, p->code[stop - 1]), '.'), p->code[stop + 1]);
    return cut_by(known_pair(p, key, stop - 1, next), stop + 3, next);
}

static struct cut cut_at(struct passage *p, int64_t stop) {
    int64_t after = stop + 1;
    if (stop == p->start || is_blank(p->code[stop - 1])) return NOT_SURE;
    if (after == p->end) return NO_CUT;
    uint32_t code = p->code[after];
    if (is_small(code) || is_figure(code) || code == ',') return NO_CUT;
    if (is_blank(code)) {
        int64_t next = past_blanks(p, after);
        if (next < 0) return NOT_SURE;
        enum kind kind = kind_at(p, next);
        if (kind == FULL_STOP || kind == ELLIPSIS || p->code[next] == ',') return NOT_SURE;
        if (in_quote(p, next) && next == p->quote_end - 1) return NOT_SURE;
        if (in_bracket(p, next) || in_quote(p, next)) return NO_CUT;
        if (kind == LETTER || kind == FIGURE) return cut_by(known_word(p, stop, next), after, next);
        bool opens = kind == OPENS || kind == DOUBLE || p->code[next] == '(' || p->code[next] == '$' ||
                     p->code[next] == EM_DASH;
        return opens ? cut_by(known_word(p, stop, 0), after, next) : NOT_SURE;
    }
    bool bracketed = in_bracket(p, after);
    if (kind_at(p, after) == BRACKET_END) return bracketed ? NO_CUT : NOT_SURE;
    if (!in_quote(p, after) || after != p->quote_end - 1) return NOT_SURE;
    if (bracketed && p->bracket < p->quote) return NO_CUT;
    return known_word(p, stop, 0) == DEPENDS ? NOT_SURE : cut_after_quote(p, after);
}

/* Note where a bracket ends that begins here. Return whether no straight quotation crosses it. */
static bool note_bracket(struct passage *p, int64_t i) {
    if (i < p->bracket_end || p->unclosed) return true;
    int64_t end = i + 1;
    while (end < p->end && p->code[end] != ')' && p->code[end] != ']') end++;
    /* To look again from each of many open brackets would take hours. */
    p->unclosed = end == p->end;
    if (p->unclosed) return true;
    p->bracket = i;
    p->bracket_end = end + 1;
    return !in_quote(p, i) || p->code[p->quote] != '"' || p->bracket_end < p->quote_end;
}

/* Note where a quotation ends that begins here. Return whether that is sure. */
static bool note_quote(struct passage *p, int64_t i) {
    if (i < p->quote_end) return true;
    uint32_t mark = p->code[i], closing = mark == '"' ? mark : mark + 1;
    int64_t end = i + 1;
    while (end < p->end && p->code[end] != closing) end++;
    /* A quotation may go on in the next paragraph. */
    if (end == p->end) return mark == OPEN_SINGLE || (mark == OPEN_MARK && i == p->start);
    p->quote = i;
    p->quote_end = end + 1;
    return mark != '"' || !in_bracket(p, i) || p->quote_end < p->bracket_end;
}

/* Whether a straight apostrophe stands after a letter or a figure, so that it opens no quotation. */
static bool follows_letter(const struct passage *p, int64_t i) {
    return i > p->start && is_plain(p->code[i - 1]);
}

/* Whether three points as one sign stand after a letter, and no stop follows them. */
static bool is_plain_ellipsis(const struct passage *p, int64_t i) {
    if (i == p->start || !is_plain(p->code[i - 1])) return false;
    int64_t next = past_blanks(p, i + 1);
    return next == p->end || (next > 0 && kind_at(p, next) != FULL_STOP && kind_at(p, next) != ELLIPSIS);
}

/* Cut a paragraph, or leave it to sentencex. */
static enum verdict split_paragraph(struct framing_split *split, struct passage *p) {
    if (p->start == p->end) return DOUBTFUL;
    int64_t begin = p->start, marks = 0, items = may_open_item(p, p->start);
    bool straight = false, curly = false;
    for (int64_t i = p->start; i < p->end; i++) {
        /* Most characters are letters and spaces, which say nothing. */
        while (i < p->end && p->code[i] < LOW && p->low[p->code[i]] >= INERT) i++;
        if (i == p->end) break;
        enum kind kind = kind_at(p, i);
        bool sure = true;
        struct cut cut = NO_CUT;
        switch (kind) {
            case LETTER: case FIGURE: case INERT: case BLANK: continue;
            case OTHER: return DOUBTFUL;
            case LINE_END:
                items += may_open_item(p, i + 1);
                sure = items < 2 && past_blanks(p, i) > 0;
                break;
            case APOSTROPHES:
                marks++;
                sure = p->code[i] != '\'' || follows_letter(p, i);
                break;
            case OPENS: case DOUBLE:
                marks++;
                straight |= kind == DOUBLE;
                curly |= kind == OPENS;
                sure = note_quote(p, i);
                break;
            case CLOSES:
                marks++;
                curly = true;
                break;
            case BRACKET: sure = note_bracket(p, i); break;
            case BRACKET_END: sure = !may_close_item(p, i); break;
            case ELLIPSIS: sure = is_plain_ellipsis(p, i); break;
            case FULL_STOP:
                if (is_short_name(p, i)) {
                    cut = cut_at_short_name(p, i);
                    i += 2;
                } else {
                    cut = cut_at(p, i);
                }
        }
        if (!sure || cut.what == UNSURE || marks > MOST_MARKS) return DOUBTFUL;
        if (cut.what == GOING_ON) continue;
        push_sentence(split, begin, cut.end, p->row);
        begin = cut.next;
    }
    /* A straight mark may close a curly one for a reader, not for sentencex. */
    if (straight && curly) return DOUBTFUL;
    push_sentence(split, begin, p->end, p->row);
    return p->unknown ? UNKNOWN : PLAIN;
}

/* Cut all paragraphs for which that is sure, and list the words to ask about. Return 0, or 1 where a
 * list had not enough room. */
int64_t framing_split(struct framing_split *split) {
    uint8_t low[LOW];
    for (uint32_t code = 0; code < LOW; code++) low[code] = (uint8_t)kind_of_low(code);
    for (int64_t row = 0; row < split->paragraphs; row++) {
        struct passage passage = {.split = split, .code = split->code, .low = low, .row = row,
                                  .start = split->first[row], .end = split->past[row]};
        struct passage *p = &passage;
        while (p->start < p->end && is_blank(p->code[p->start])) p->start++;
        while (p->start < p->end && is_blank(p->code[p->end - 1])) p->end--;
        p->quote = p->quote_end = p->bracket = p->bracket_end = p->start;
        int64_t before = split->count;
        enum verdict verdict = split_paragraph(split, p);
        split->verdict[row] = (uint8_t)verdict;
        if (verdict != PLAIN) split->count = before;
    }
    return split->count > split->room || split->asked->count > split->asked->room;
}

EXPORTED void framing_doubtful(struct framing_joints *given);
EXPORTED int64_t framing_marks(struct framing_marks *given);

/* So many ends ahead are loaded into the cache. */
enum { AHEAD = 8 };

/* The most characters of an item of a list that is a sentence by itself: _ITEM_LENGTH. */
enum { ITEM = 6, LOW_MARK = 0x201E, GUILLEMET = 0xAB, GUILLEMET_END = 0xBB };

/* Small letters with an accent: à to ÿ. */
enum { SMALL_LATIN = 0xE0, SMALL_LATIN_END = 0xFF, HYPHEN = 0x2010, FIXED_HYPHEN = 0x2011 };

/* The last character of the text where a place is outside, as in the reference. */
static uint32_t code_at(const uint32_t *code, int64_t n, int64_t i) {
    return code[i >= 0 && i < n ? i : n - 1];
}

static bool is_stop(uint32_t code) {
    return code == '.' || code == '!' || code == '?' || code == POINTS;
}

static bool closes_quote(uint32_t code) {
    return code == '"' || code == CLOSE_MARK || code == GUILLEMET_END;
}

static bool is_dash(uint32_t code) { return code == '-' || code == EN_DASH || code == EM_DASH; }

/* Whether a sentence that ends with ! or ? may go on: after a dash, within a name, before a small letter. */
static bool may_go_on_after_question(const struct framing_joints *given, int64_t high, int64_t next) {
    const uint32_t *code = given->code;
    if (is_small(code[next])) return true;
    if (is_dash(code[next])) {
        for (int64_t i = next + 1; i <= next + 3; i++) {
            uint32_t letter = code_at(code, given->n, i);
            if (is_small(letter) || (letter >= SMALL_LATIN && letter <= SMALL_LATIN_END)) return true;
        }
    }
    return ends_with_one(code, high - 1, given->names, given->name);
}

/* Whether a sentence is one word and a stop, such as Yes. or Right? No item of a list is: _is_word. */
static bool is_word(const uint32_t *code, int64_t start, int64_t high) {
    bool roman = true;
    int64_t i = start;
    for (; i < high && (code[i] | 0x20) - 'a' < 26; i++) {
        uint32_t letter = code[i] | 0x20;
        roman &= letter == 'i' || letter == 'v' || letter == 'x';
    }
    return !roman && i - start > 1 && i + 1 == high && is_stop(code[i]);
}

static bool is_hyphen(uint32_t code) { return code == '-' || code == HYPHEN || code == FIXED_HYPHEN; }

/* Whether a hyphen and a letter or two stand before a point: J.-L., Y.-Ch. */
static bool ends_with_joined(const uint32_t *code, int64_t high) {
    for (int64_t step = 3; step <= 4 && step < high; step++) {
        if (is_hyphen(code[high - step]) && code[high - step - 1] == '.') return true;
    }
    return false;
}

/* Whether a sentence may go on in the next one: _doubtful. */
static bool may_go_on(const struct framing_joints *given, int64_t start, int64_t high, int64_t next) {
    const uint32_t *code = given->code;
    uint32_t last = code_at(code, given->n, high - 1), after = code[next];
    if (high - start <= ITEM && !is_word(code, start, high)) return true;
    if (last == ']' || after == '-' || after == '&' || after == '/' || next == high) return true;
    /* MOSCOW, March 13. /TASS/. Talks began. */
    if (last == '.' && high > 1 && code[high - 2] == '/') return true;
    bool mark = after == OPEN_MARK || after == OPEN_SINGLE || after == EM_DASH || after == EN_DASH;
    if (after >= LOW && !mark) return true;
    if (last == '!' || last == '?') return may_go_on_after_question(given, high, next);
    if (closes_quote(last) || last == OPEN_MARK) {
        uint32_t stop = code_at(code, given->n, high - 2);
        return (after | 0x20) - 'a' < 26 && is_stop(stop) && stop != '.';
    }
    if (last != '.') return false;
    if (is_small(after) || ends_with_joined(code, high)) return true;
    if (!ends_with_one(code, high - 1, given->words, given->word)) return false;
    /* After a number of three digits, such as a year, no rule lets a sentence go on. */
    for (int64_t step = 2; step <= 4; step++) {
        if (!is_figure(code[high > step ? high - step : 0])) return true;
    }
    return false;
}

/* List the sentences that may go on in the next one of their paragraph. */
void framing_doubtful(struct framing_joints *given) {
    given->count = 0;
    for (int64_t i = 0; i + 1 < given->sentences; i++) {
        /* Ends are far from each other. */
        if (i + AHEAD < given->sentences) __builtin_prefetch(given->code + given->end[i + AHEAD] - 1);
        if (given->row[i] != given->row[i + 1]) continue;
        if (may_go_on(given, given->start[i], given->end[i], given->start[i + 1])) {
            given->place[given->count++] = i;
        }
    }
}

/* What a sign may be to the boundaries of sentences that sentencex misses. */
enum { NOTE = 1, BRACKET_STOP, WORD_STOP, COUNTRY, QUOTE_END, ELLIPSIS_END, HOLDS };

static void push_mark(struct framing_marks *given, int64_t place, uint8_t what) {
    if (given->count < given->room) {
        given->place[given->count] = place;
        given->what[given->count] = what;
    }
    given->count++;
}

/* The most characters of such a name from its first point on: U.S.A. */
enum { LONGEST_COUNTRY = 5 };

/* Whether letters with points stand here, of which this is the first point, and a capital follows. */
static bool may_be_country(const uint32_t *code, int64_t n, int64_t dot) {
    uint32_t before = code_at(code, n, dot - 1), after = code_at(code, n, dot + 1);
    if (dot < 2 || dot >= n - 1 || (before != 'U' && before != 'E' && before != 'D')) return false;
    if (!is_capital(after)) return false;
    int64_t i = dot;
    while (i < n && i - dot <= LONGEST_COUNTRY && (code[i] == '.' || is_capital(code[i]))) i++;
    /* Blanks of all kinds stand before the capital. */
    return i < n && i - dot <= LONGEST_COUNTRY && (code[i] <= ' ' || code[i] >= LOW);
}

/* What a point, a bracket or a mark may be. */
static void look_at_sign(struct framing_marks *given, int64_t i) {
    const uint32_t *code = given->code;
    int64_t n = given->n;
    uint32_t sign = code[i];
    if (sign == ')' || sign == ']') {
        if (i <= 2 || i >= n - 2) return;
        if (sign == ']' && is_figure(code[i - 1])) push_mark(given, i, NOTE);
        if (is_stop(code[i - 1]) || is_stop(code[i - 2])) push_mark(given, i, BRACKET_STOP);
    } else if (sign == '.') {
        if (ends_with_one(code, i, given->words, given->word)) push_mark(given, i, WORD_STOP);
        if (may_be_country(code, n, i)) push_mark(given, i, COUNTRY);
    } else if (sign == POINTS) {
        push_mark(given, i, ELLIPSIS_END);
    } else if (closes_quote(sign)) {
        if (i <= 3 || i >= n - 2) return;
        bool inner = (code[i - 1] == '\'' || code[i - 1] == CURLY) && is_stop(code[i - 2]);
        if (inner || (code[i - 1] == '.' && code[i - 3] == '.')) push_mark(given, i, QUOTE_END);
    }
}

static bool opens_enclosure(uint32_t code) {
    switch (code) {
        case '"': case '(': case '[': case OPEN_MARK: case LOW_MARK: case GUILLEMET: case GUILLEMET_END:
        case OPEN_SINGLE: case '\'':
            return true;
        default:
            return false;
    }
}

/* Whether a stop may end a sentence inside a quotation or a bracket: a blank and no small letter. */
static bool may_end_inside(const uint32_t *code, int64_t n, int64_t i) {
    if (!is_stop(code[i]) || i >= n - 2) return false;
    uint32_t blank = code[i + 1];
    bool white = blank == ' ' || blank == '\n' || blank == '\r' || blank == '\t' || blank == 0xA0;
    return white && !is_small(code[i + 2]);
}

/* List the signs at which a sentence may end that sentencex does not end, and, with what is HOLDS,
 * the sentences that may have several in a quotation or a bracket. Return 0, or 1 where the list had
 * not enough room. */
int64_t framing_marks(struct framing_marks *given) {
    int64_t row = -1, opening = -1;
    bool held = false;
    given->count = 0;
    for (int64_t nth = 0; nth < given->signs; nth++) {
        int64_t i = given->sign[nth];
        for (; row + 1 < given->sentences && given->start[row + 1] <= i; row++) held = false;
        if (may_end_inside(given->code, given->n, i) && row >= 0 && !held && opening >= given->start[row] &&
            i + 2 < given->end[row]) {
            push_mark(given, row, HOLDS);
            held = true;
        }
        if (opens_enclosure(given->code[i])) opening = i;
        look_at_sign(given, i);
    }
    return given->count > given->room;
}
