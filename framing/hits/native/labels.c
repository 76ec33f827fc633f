/* Labels: what the first characters of sentences and paragraphs say of a speaker label there.
 *
 * The reference is framing/text/turns.py, which says why; it reads the few that may be a label.
 */
#include "core.h"

/* What a beginning is: a sentence, not a label; such as "Mr. GRAHAM."; the beginning of a line. */
enum { PROSE = 1, POINT_LABEL = 2, LINE = 4 };

/* So many words in capitals are looked at, and so many blanks before a line. */
enum { CAPITALS = 3, LONGEST_LINE = 70, CURLY = 0x2019, ASCII = 0x80 };

EXPORTED void framing_openings(int64_t n, const uint32_t *code, int64_t count,
                               const int64_t *start, int64_t words, const uint64_t *word,
                               uint8_t *opening);

static bool is_capital(uint32_t code) { return code - 'A' < 26; }

static bool is_small(uint32_t code) { return code - 'a' < 26; }

/* A character, or the last of the text where it ends before. */
static uint32_t at(const uint32_t *code, int64_t n, int64_t i) { return code[i < n ? i : n - 1]; }

/* Whether a character ends a word of a name: _ENDS_WORD. */
static bool ends_word(uint32_t code) {
    if (code >= ASCII) return code != CURLY;
    return !(is_capital(code) || is_small(code) || code - '0' < 10 || code == '.' || code == '\'' ||
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

/* Whether a label such as "Mr. GRAHAM." may begin here: _may_have_point. */
static bool may_have_point(const uint32_t *code, int64_t n, int64_t start, int64_t words,
                           const uint64_t *word) {
    uint64_t first = code[start], second = at(code, n, start + 1), third = at(code, n, start + 2);
    if (!is_capital((uint32_t)first) || second < 'a') return false;
    uint64_t key = first << 42 | second << 21 | third;
    bool known = false;
    for (int64_t nth = 0; nth < words && !known; nth++) known = word[nth] == key;
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

/* Say what each beginning is. */
void framing_openings(int64_t n, const uint32_t *code, int64_t count, const int64_t *start,
                      int64_t words, const uint64_t *word, uint8_t *opening) {
    for (int64_t i = 0; i < count; i++) {
        int what = is_prose(code, n, start[i]) ? PROSE : 0;
        what |= may_have_point(code, n, start[i], words, word) ? POINT_LABEL : 0;
        what |= begins_line(code, start[i]) ? LINE : 0;
        opening[i] = (uint8_t)what;
    }
}
