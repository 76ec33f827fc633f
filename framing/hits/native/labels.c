/* Labels: what the first characters of sentences and paragraphs say of a speaker label there.
 *
 * The reference is framing/text/turns.py, which says why; it reads the few that may be a label.
 */
#include "core.h"

/* What a beginning is. A sentence, not a label; such as "Mr. GRAHAM."; that at the beginning of a line;
 * a label before a colon or a dash, or before a colon inside a paragraph; the name of who speaks alone
 * in its line, or in brackets and before a bar; a question after Q and two spaces, or after one. Of the
 * labels and names, and of "Mr. GRAHAM.", only a closer look shows that they are one. */
enum {
    PROSE = 1, POINT_LABEL = 2, LINE = 4, LABEL = 8, INNER = 16, NAME_LINE = 32, SIDE = 64,
    TITLED = 128, SINGLE = 256
};

/* So many beginnings ahead are loaded into the cache, of which a line has so many characters. */
enum { AHEAD = 6, CACHE_LINE = 16 };

/* So many words in capitals are looked at, and so many blanks before a line. */
enum { CAPITALS = 3, LONGEST_LINE = 70, CURLY = 0x2019, ASCII = 0x80 };

/* The most characters of a label, of a name in brackets, of the marks before a label, and its words. */
enum { LONGEST = 90, SHORT = 45, MOST_MARKS = 6, MOST_NAMES = 8 };

enum { EN_DASH = 0x2013, LONG_DASH = 0x2014, OPEN_MARK = 0x201C, CLOSE_MARK = 0x201D };
enum { BULLET = 0x2022, POINTS = 0x2026 };

EXPORTED void framing_openings(struct framing_openings *given);

static bool is_capital(uint32_t code) { return code - 'A' < 26; }

static bool is_small(uint32_t code) { return code - 'a' < 26; }

/* A character, or the last of the text where it ends before. */
static uint32_t at(const uint32_t *code, int64_t n, int64_t i) { return code[i < n ? i : n - 1]; }

/* Whether a character ends a word of a name: _ENDS_WORD. */
static bool ends_word(uint32_t code) {
    if (code >= ASCII) return code != CURLY;
    /* Most are small letters. */
    return !(is_small(code) || is_capital(code) || code - '0' < 10 || code == '.' || code == '\'' ||
             code == '_');
}

/* Whether a word in small letters is one that names have: _is_particle. */
static bool is_particle(const uint32_t *code, int64_t n, int64_t i) {
    static const char *const words[] = {"of", "de", "al", "the", "von", "van", "der", "bin"};
    for (size_t nth = 0; nth < sizeof words / sizeof *words; nth++) {
        int64_t length = 0;
        while (words[nth][length] && at(code, n, i + length) == (uint32_t)words[nth][length]) length++;
        if (!words[nth][length] && !is_small(at(code, n, i + length))) return true;
    }
    return false;
}

/* Whether a word in small letters follows the first words: _is_prose. */
static bool is_prose(const uint32_t *code, int64_t n, int64_t start) {
    uint32_t first = code[start];
    if (!is_capital(first)) return false;
    if ((first == 'Q' || first == 'A') && at(code, n, start + 1) == '.') return false;
    for (int word = 0; word < CAPITALS; word++) {
        int64_t past = start;
        while (past < n - 1 && !ends_word(code[past])) past++;
        if (past >= n - 1 || code[past] != ' ') return false;
        start = past + 1;
        if (is_small(code[start]) && !is_particle(code, n, start)) return true;
        if (!is_capital(code[start])) return false;
    }
    return false;
}

/* The words with which a label such as "Mr. GRAHAM." may begin, of which three letters are known: their
 * numbers, and for each first letter which letters may be the second one, as bits. */
struct titles {
    int64_t words;
    const uint64_t *word;
    uint32_t second[26];
};

static struct titles titles_of(const struct framing_openings *given) {
    struct titles titles = {.words = given->words, .word = given->word};
    for (int64_t i = 0; i < given->words; i++) {
        uint32_t first = (uint32_t)(given->word[i] >> 42), second = given->word[i] >> 21 & 0x1FFFFF;
        if (is_capital(first)) titles.second[first - 'A'] |= UINT32_C(1) << (second & 31);
    }
    return titles;
}

/* Whether such a label may begin here: _may_have_point. */
static bool may_have_point(const uint32_t *code, int64_t n, int64_t start,
                           const struct titles *titles) {
    uint64_t first = code[start], second = at(code, n, start + 1), third = at(code, n, start + 2);
    if (!is_capital((uint32_t)first) || second < 'a') return false;
    if (!(titles->second[first - 'A'] >> (second & 31) & 1)) return false;
    uint64_t key = first << 42 | second << 21 | third;
    bool known = false;
    for (int64_t nth = 0; nth < titles->words && !known; nth++) known = titles->word[nth] == key;
    if (!known || first != 'T' || second != 'h' || third != 'e') return known;
    return is_capital(at(code, n, start + 4)) && is_capital(at(code, n, start + 5));
}

static bool begins_line(const uint32_t *code, int64_t start) {
    int64_t before = start - 1;
    for (int i = 0; i < LONGEST_LINE && before >= 0; i++) {
        if (code[before] != ' ' && code[before] != '\t') break;
        before--;
    }
    return before < 0 || code[before] == '\n' || code[before] == '\r';
}

static bool is_digit(uint32_t code) { return code - '0' < 10; }

/* White space of ASCII. */
static bool is_white(uint32_t code) {
    return code == ' ' || code - '\t' < 5 || code - 0x1C < 4;
}

static bool is_mark(uint32_t code) {
    switch (code) {
        case '>': case '*': case '_': case '#': case '-': case '[': case '(':
        case EN_DASH: case LONG_DASH: case BULLET:
            return true;
        default:
            return false;
    }
}

/* Whether a character beyond ASCII may be part of a name, or white space. */
static bool may_be_in_name(uint32_t code) {
    switch (code) {
        case EN_DASH: case LONG_DASH: case OPEN_MARK: case CLOSE_MARK: case POINTS: return false;
        default: return code >= ASCII;
    }
}

/* What a walk along the words of a name comes to. */
enum found { NO_NAME, MAY_BE_NAME, GOES_ON };

/* What stands at the end of a word of a name: _LABEL. ``caps`` says that all words are in capitals. */
static enum found at_word_end(const uint32_t *code, int64_t n, int64_t *i, bool *caps) {
    uint32_t next = at(code, n, *i + 1);
    switch (code[*i]) {
        case ':': case '(': case '[': case ')': case ']': case '*': case '_': return MAY_BE_NAME;
        case LONG_DASH: return *caps ? MAY_BE_NAME : NO_NAME;
        case ',':
            if (!is_white(next) && next < ASCII) return NO_NAME;
            return *caps || is_capital(at(code, n, *i + 2)) ? MAY_BE_NAME : NO_NAME;
        default: break;
    }
    if (!is_white(code[*i])) return NO_NAME;
    while (*i < n && is_white(code[*i])) ++*i;
    if (*i == n) return NO_NAME;
    uint32_t first = code[*i];
    if (first == ':' || first == '(' || first == '[' || may_be_in_name(first)) return MAY_BE_NAME;
    if (first == LONG_DASH || first == '-') return *caps ? MAY_BE_NAME : NO_NAME;
    if (is_small(first)) {
        *caps = false;
        return is_particle(code, n, *i) ? GOES_ON : NO_NAME;
    }
    return is_capital(first) || is_digit(first) ? GOES_ON : NO_NAME;
}

/* Whether a label may begin here, after the marks that stand before it: what _match_label needs at
 * least. */
static bool may_be_label(const uint32_t *code, int64_t n, int64_t start) {
    int64_t i = start;
    for (int k = 0; k < MOST_MARKS && i < n && (is_mark(code[i]) || is_white(code[i])); k++) i++;
    if (i == n) return false;
    /* A time may stand before a label, and a wide blank is no mark here. */
    if (is_digit(code[i]) || (code[i] >= ASCII && i > start) || i - start == MOST_MARKS) return true;
    if (!is_capital(code[i])) return code[i] >= ASCII;
    uint32_t second = at(code, n, i + 1);
    if (code[i] == 'Q' || code[i] == 'A') {
        uint32_t third = at(code, n, i + 2);
        if (second == '.' || ((second == ' ' || second == '\t') && (third == ' ' || third == '\t'))) {
            return true;
        }
    }
    bool caps = true;
    for (int word = 0; word < MOST_NAMES; word++) {
        int64_t from = i;
        while (i < n && !(code[i] < ASCII && ends_word(code[i])) && !(code[i] == '_')) {
            if (code[i] >= ASCII && code[i] != CURLY) {
                if (may_be_in_name(code[i])) return true;
                break;
            }
            /* McCoy and MacArthur are in capitals. */
            bool mac = code[from] == 'M' && (i - from == 1 || i - from == 2);
            caps &= !is_small(code[i]) || mac;
            i++;
        }
        if (i < n && code[i] == '-') {
            if (at(code, n, i + 1) == '-') return true;
            i++;
            word--;
            continue;
        }
        if (i >= n || i - start > LONGEST + 1) return false;
        enum found found = at_word_end(code, n, &i, &caps);
        if (found != GOES_ON) return found == MAY_BE_NAME;
    }
    return false;
}

static int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }

/* A beginning, and the first sign at or after it among all signs of the text: of the next ninety
 * characters, few are signs. */
struct beginning {
    const struct framing_openings *given;
    int64_t start, end, nth;
};

/* The place of the next sign after so many; the end of the text where there is none. */
static int64_t sign_at(const struct beginning *b, int64_t step) {
    return b->nth + step < b->given->signs ? b->given->sign[b->nth + step] : b->given->n;
}

/* Whether no label begins here, though a colon or a dash is near: _is_no_label. */
static bool is_no_label(const struct beginning *b, int64_t colon) {
    const uint32_t *code = b->given->code;
    int64_t n = b->given->n, sign = least(sign_at(b, 0), n - 1);
    uint32_t first = code[b->start];
    if (!is_capital(first) || first == 'M' || !is_small(at(code, n, b->start + 1))) return false;
    if (colon > b->start + LONGEST + 1) return true;
    return code[sign] == ',' && at(code, n, sign + 1) == ' ' && is_small(at(code, n, sign + 2));
}

/* The next colon, if it is near enough for a label; else the end of the text. */
static int64_t next_colon(const struct beginning *b) {
    int64_t past = least(b->given->n, b->start + LONGEST + 2);
    for (int64_t k = 0; sign_at(b, k) < past; k++) {
        if (b->given->code[sign_at(b, k)] == ':') return sign_at(b, k);
    }
    return b->given->n;
}

/* Whether a long dash, or two short ones, stand before a place: _near_dash. */
static bool has_dash(const struct beginning *b, int64_t past) {
    const uint32_t *code = b->given->code;
    for (int64_t k = 0; sign_at(b, k) < past; k++) {
        int64_t i = sign_at(b, k);
        if (code[i] == LONG_DASH) return true;
        if (code[i] == '-' && i + 1 < b->given->n && code[i + 1] == '-') return true;
    }
    return false;
}

/* Whether a time or the number of a list may begin here: _may_be_times. */
static bool may_be_time(uint32_t first, uint32_t second, uint32_t third) {
    if (!is_digit(first)) return false;
    uint32_t end = is_digit(second) ? third : second;
    return end == ':' || end == '.' || end == ')';
}

/* What the letters Q and A say with the blanks after them, and labels before a colon or a dash. */
static unsigned label_at(const struct beginning *b, bool prose, int64_t *colon) {
    const uint32_t *code = b->given->code;
    int64_t n = b->given->n, start = b->start;
    uint32_t first = code[start], second = at(code, n, start + 1), third = at(code, n, start + 2);
    unsigned what = 0;
    if (first == 'Q' && second == ' ' && (is_capital(third) || third == LONG_DASH)) what |= SINGLE;
    bool asked = (first == 'Q' || first == 'A') && (second == ' ' || second == '\t');
    bool spaced = asked && (third == ' ' || third == '\t');
    if (spaced && b->end > start + 3) what |= TITLED;
    bool timed = may_be_time(first, second, third);
    if (first == '(' || first == '[') timed = may_be_time(second, third, at(code, n, start + 3));
    bool opens = !prose && (is_capital(first) || is_mark(first) || timed);
    if (!(asked || opens) || !may_be_label(code, n, start)) return what;
    *colon = next_colon(b);
    int64_t past = least(b->end, start + LONGEST);
    bool near = opens && *colon < past;
    if (near && (is_capital(first) || first == '>' || timed)) what |= INNER;
    near = (near || (opens && has_dash(b, past))) && !is_no_label(b, *colon);
    asked = spaced || (asked && *colon < b->end && *colon <= start + LONGEST);
    bool is_label = near || asked || (first == 'Q' && second == '.');
    return is_label && !(what & TITLED) ? what | LABEL : what;
}

static bool is_time(uint32_t code) {
    return is_digit(code) || code == '(' || code == ')' || code == '[' || code == ']';
}

/* What ends no line that is a name. */
static bool ends_no_name(uint32_t code) {
    switch (code) {
        case '.': case '!': case '?': case ';': case ',': case '"': case '\'': case 0xBB:
        case CURLY: case CLOSE_MARK: case POINTS:
            return true;
        default:
            return false;
    }
}

/* Signs that no name has. */
static bool is_no_name(uint32_t code) {
    switch (code) {
        case '(': case '[': case ':': case ',': case ';': case '?': case '!': case '"':
        case LONG_DASH: case POINTS: case OPEN_MARK: case CLOSE_MARK:
            return true;
        default:
            return false;
    }
}

/* Whether the first line may be the name of who speaks: _name_lines. Then ``past`` is its end. */
static bool may_be_line(const struct beginning *b, bool prose, int64_t *past) {
    const uint32_t *code = b->given->code;
    int64_t start = b->start, end = b->end, other = -1;
    if (!is_capital(code[start]) && !is_time(code[start])) return false;
    int64_t last = least(end, start + LONGEST_LINE + 1);
    for (int64_t k = 0; sign_at(b, k) < last; k++) {
        int64_t i = sign_at(b, k);
        if (code[i] == '\n' || code[i] == '\r') {
            end = i;
            break;
        }
        if (other < 0 && is_no_name(code[i])) other = i;
    }
    if (end - start > LONGEST_LINE || end == start || ends_no_name(code[end - 1])) return false;
    *past = end;
    if (is_time(code[start]) || is_time(code[end - 1])) return true;
    if (prose) return false;
    return other < 0 || other == end - 1 || code[other] == '(' || code[other] == '[';
}

/* Whether all that stands before a dash or a bar may be a name: no word in small letters and no sign
 * that names lack. What a bracket says of a name, and what is beyond ASCII, is not looked at. */
static bool may_be_named(const struct beginning *b, int64_t past) {
    const uint32_t *code = b->given->code;
    int64_t i = b->start;
    while (i < past && (is_mark(code[i]) || is_white(code[i]))) i++;
    while (i < past) {
        if (code[i] >= ASCII || code[i] == '(' || code[i] == '[') return true;
        if (is_small(code[i]) && !is_particle(code, b->given->n, i)) return false;
        while (i < past && (!ends_word(code[i]) || code[i] == '-')) i++;
        if (i < past && code[i] < ASCII && !is_white(code[i]) && code[i] != '(' && code[i] != '[' &&
            code[i] != '*' && code[i] != '_') {
            return false;
        }
        while (i < past && (is_white(code[i]) || code[i] == '*' || code[i] == '_')) i++;
    }
    return true;
}

/* Whether a name in brackets, or before a dash or a bar, may begin here: _side_labels. */
static bool may_be_side(const struct beginning *b) {
    const uint32_t *code = b->given->code;
    uint32_t first = code[b->start];
    if (!is_capital(first) && !is_mark(first) && first != '<') return false;
    int64_t past = least(b->end, b->start + SHORT);
    for (int64_t k = 0; sign_at(b, k) < past; k++) {
        int64_t i = sign_at(b, k);
        uint32_t sign = code[i];
        if (i == b->start) continue;
        if (sign == ']' || sign == '>') return true;
        if (sign != '-' && sign != '|' && sign != EN_DASH && sign != LONG_DASH) continue;
        if (code[i - 1] == ' ' && at(code, b->given->n, i + 1) == ' ') return may_be_named(b, i);
    }
    return false;
}

/* Say what each beginning is, where the next colon is if it may be that of a label, and where the
 * line ends if it may be a name. */
void framing_openings(struct framing_openings *given) {
    const uint32_t *code = given->code;
    int64_t n = given->n;
    const struct titles titles = titles_of(given);
    struct beginning b = {.given = given};
    for (int64_t k = 0; k < given->count; k++) {
        int64_t colon = n;
        /* Beginnings are far from each other: to wait for each would take half of the time. */
        if (k + AHEAD < given->count) {
            const uint32_t *ahead = code + given->start[k + AHEAD];
            __builtin_prefetch(ahead);
            __builtin_prefetch(ahead + CACHE_LINE);
        }
        b.start = given->start[k];
        b.end = given->end[k];
        while (b.nth && given->sign[b.nth - 1] >= b.start) b.nth--;
        while (sign_at(&b, 0) < b.start) b.nth++;
        int64_t past = b.start;
        bool prose = is_prose(code, n, b.start);
        unsigned what = prose ? PROSE : 0;
        if (may_have_point(code, n, b.start, &titles)) {
            what |= POINT_LABEL | (begins_line(code, b.start) ? LINE : 0);
        }
        what |= label_at(&b, prose, &colon);
        if (given->past) {
            what |= may_be_line(&b, prose, &past) ? NAME_LINE : 0;
            what |= may_be_side(&b) ? SIDE : 0;
            given->past[k] = past;
        }
        given->opening[k] = (uint16_t)what;
        given->colon[k] = colon;
    }
}
