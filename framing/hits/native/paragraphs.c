/* Paragraphs: the lines of texts that were joined, and which of them belong together.
 *
 * The reference is paragraphs in framing/text/wrapped_lines.py, which says why the rules are as they
 * are; the names and numbers are those of that file.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { WRAP_WIDTH = 100, WRAP_LEAST = 40, NARROW_LEAST = 25, NARROW_LINES = 4 };
enum { FULL_LEAST = 20, FULL_PAIRS = 2, FULL_ON = 3, EDGE_BLANKS = 4, TABLE = 3 };
static const double WRAP_SHARE = 0.95, WRAP_STOPS = 0.5, WRAP_ON = 0.5, NARROW_ON = 0.6;
static const double SHORT_LINE = 0.6, FULL = 0.9, FULL_SHARE = 0.9;

/* What a character is, by code point. */
enum { WHITE = 1, SMALL = 2, LETTER = 4, UPPER = 8 };

/* What ends no line of its own, and what does not before a digit: the words by their length. */
enum { LONGEST_END = 9 };
static const char *const LEADING[LONGEST_END + 1] = {
    "", "a", "anofortomybyinonatasMrMsDr", "theandbutnorviaperitsourforMr.Ms.Dr.Mrs",
    "thanwithfromintoontouponyouramidthatMrs.Gen.Sen.Rep.Gov.", "whoseamongtheirProf.PrimeWhiteSaudi",
    "duringtowardUnitedDonaldwithin", "betweentowardsagainstwithout", "Vladimir",
    "includingVolodymyr",
};
static const char *const NUMBERED[LONGEST_END + 1] = {
    "", "", "", "No.", "Jan.Feb.Mar.Apr.Aug.Oct.Nov.Dec.Nos.Art.Vol.", "Sept.", "", "", "", "",
};
enum { PARAGRAPH_END = 0x2029 };

/* So many line ends ahead are loaded into the cache. */
enum { LINES_AHEAD = 6 };

/* A line without white space and quote marks at its edges, which is from bare to past; a blank one
 * has neither. It is near a line of its text before it that stays, and linked where no blank line is
 * between. Then opened says that the one before ends without a stop, comma that it ends with a comma;
 * length is its length, and together with the first word of this one, which is hanging if it is
 * indented more, and an item if it begins one of a list. */
struct line {
    int64_t start, end, bare, past, marks, length, together;
    unsigned kind;               /* of the first character */
    bool kept, near, linked, stopped, opened, comma, cut, hanging, led, item;
};

/* The lines of one text that are not blank, and what is known of all of them. */
struct page {
    const struct framing_lines *given;
    struct line *line;
    int64_t count, kept;
    int64_t *length;             /* of the lines that stay */
    int64_t parts;               /* blank lines between others */
    int64_t width;               /* that three in four lines keep to */
    bool wrapped, uncased;
};

EXPORTED int64_t framing_line_ends(const uint32_t *code, int64_t signs, const int64_t *sign,
                                   struct framing_places *ends, struct framing_places *hyphens);
EXPORTED int64_t framing_paragraphs(struct framing_lines *given);

static unsigned kind_of(const struct framing_lines *given, int64_t place) {
    uint32_t code = given->code[place];
    return code < (uint32_t)given->points ? given->kind_of[code] : 0;
}

static bool is_one_of(uint32_t code, const uint32_t *some, int count) {
    for (int i = 0; i < count; i++) {
        if (code == some[i]) return true;
    }
    return false;
}

static bool is_comma(uint32_t code) {
    static const uint32_t commas[] = {',', 0x60C, 0x3001};
    return is_one_of(code, commas, 3);
}

static bool ends_with_stop(const uint32_t *code, int64_t start, int64_t end) {
    static const uint32_t closers[] = {'"', '\'', 0x201D, 0x2019, 0xBB, ')'};
    static const uint32_t stops[] = {'.', '!', '?', ':', ';', 0x2026};
    while (end > start && is_one_of(code[end - 1], closers, 6)) end--;
    return end > start && is_one_of(code[end - 1], stops, 6);
}

/* List the line ends among some signs, and the hyphens before them at which a word may be cut. Return
 * 0, or 1 where a list had not enough room. */
int64_t framing_line_ends(const uint32_t *code, int64_t signs, const int64_t *sign,
                          struct framing_places *ends, struct framing_places *hyphens) {
    for (int64_t nth = 0; nth < signs; nth++) {
        expect_code(code, sign, nth, signs);
        if (!is_line_end(code[sign[nth]])) continue;
        push_place(ends, sign[nth]);
        int64_t hyphen = hyphen_before(code, sign[nth]);
        if (hyphen > 0) push_place(hyphens, hyphen);
    }
    return ends->count > ends->room || hyphens->count > hyphens->room;
}

/* Find the first letter of a line, after white space and quote marks, and its end. */
static void strip(const struct framing_lines *given, struct line *line) {
    line->bare = line->start;
    line->marks = 0;
    while (line->bare < line->end) {
        bool mark = given->code[line->bare] == '>' && line->marks < WRAP_WIDTH;
        if (!mark && !(kind_of(given, line->bare) & WHITE)) break;
        line->marks += mark;
        line->bare++;
    }
    line->past = line->end;
    if (line->bare == line->end) return;
    while (kind_of(given, line->past - 1) & WHITE) line->past--;
    line->kind = kind_of(given, line->bare);
    line->stopped = ends_with_stop(given->code, line->start, line->past);
}

/* Whether a line ends with one of some words, after white space. */
static bool ends_with(const struct framing_lines *given, const struct line *line,
                      const char *const *words) {
    char word[LONGEST_END];
    int length = 0;
    int64_t first = line->past;
    while (first > line->start && !(kind_of(given, first - 1) & WHITE)) {
        uint32_t code = given->code[--first];
        if (code >= 0x80 || length == LONGEST_END) return false;
        word[LONGEST_END - ++length] = (char)code;
    }
    if (first == line->start) return false;
    const char *given_word = word + LONGEST_END - length;
    for (const char *own = words[length]; *own; own += length) {
        /* Nearly all others differ in their first letter. */
        if (*own == *given_word && !memcmp(own, given_word, (size_t)length)) return true;
    }
    return false;
}

/* Whether a line ends with a word that leads to the line that follows. */
static bool leads_on(const struct framing_lines *given, const struct line *line,
                     const struct line *next) {
    if (ends_with(given, line, LEADING)) return true;
    uint32_t first = given->code[next->bare];
    if (first - '0' < 10 && ends_with(given, line, NUMBERED)) return true;
    const uint32_t *past = given->code + line->past;
    if (past[-1] == 0x2013 && line->past - line->start > 1) {
        return kind_of(given, line->past - 2) & next->kind & LETTER;
    }
    return next->kind & SMALL && line->past - line->start > 3 && past[-1] == '.' && past[-3] == '.' &&
           kind_of(given, line->past - 2) & UPPER;
}

/* Whether a line begins an item of a list: with a bullet, a mark or a number. */
static bool is_item(const struct framing_lines *given, const struct line *line, bool stopped) {
    static const uint32_t bullets[] = {0x2022, 0x25AA, 0x25E6, 0x2023, 0xB7, 0x25CF, 0x25A0, 0x25A1,
                                       0x25CB, 0x27A4, 0x25B8, 0x25BA, 0x25C6};
    static const uint32_t marks[] = {'-', '*', '+'};
    uint32_t sign = given->code[line->bare];
    if (line->kind & LETTER) return false;
    int64_t last = given->n - 1, past = line->bare + 1;
#define AT(place) ((place) < last ? (place) : last)
    if (sign - '0' < 10) {
        if (!stopped) return false;
        past += given->code[AT(past)] - '0' < 10;
        past += given->code[AT(past)] == '\\';
        uint32_t after = given->code[AT(past)];
        return (after == '.' || after == ')') && kind_of(given, AT(past + 1)) & WHITE &&
               !(kind_of(given, AT(past + 2)) & SMALL);
    }
    if (!(kind_of(given, AT(past)) & WHITE)) return false;
    if (is_one_of(sign, bullets, 13)) return true;
    if (sign == 0x2013) return stopped;
    return is_one_of(sign, marks, 3) && (stopped || !(kind_of(given, AT(past + 1)) & SMALL));
#undef AT
}

/* Note how a line follows the one before. */
static void compare_with(const struct framing_lines *given, struct line *line,
                         const struct line *before) {
    line->opened = !before->stopped;
    /* Only of lines without a blank one between them it is asked. */
    line->item = line->linked && is_item(given, line, before->stopped);
    line->led = line->linked && !line->item && leads_on(given, before, line);
    line->comma = is_comma(given->code[before->past - 1]);
    line->length = before->past - before->bare;
    line->hanging = line->bare - line->start > before->bare - before->start;
    int64_t past = line->bare;
    while (past < line->end && past - line->bare < WRAP_WIDTH && !(kind_of(given, past) & WHITE)) {
        past++;
    }
    line->together = line->length + 1 + past - line->bare;
}

static bool is_capital(unsigned kind) { return kind & LETTER && !(kind & SMALL); }

static bool runs(const struct line *line) { return line->kind & SMALL && line->opened; }

/* Whether a sentence ends inside a line and the next begins. */
static bool has_end_inside(const struct framing_lines *given, const struct line *line) {
    for (int64_t i = line->start; i + 2 < line->end; i++) {
        uint32_t code = given->code[i];
        if (code != '.' && code != '!' && code != '?') continue;
        if (given->code[i + 1] == ' ' && kind_of(given, i + 2) & UPPER) return true;
    }
    return false;
}

/* Whether a text is wrapped at a fixed width. */
static bool is_wrapped(const struct page *page) {
    int64_t kept = page->kept, narrow = 0, on = 0, stops = 0, characters = 0, last = 0;
    int64_t pairs = 0, cased = 0, letters = 0, full = 0, signs = 0;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (!line->kept) continue;
        last = line->end - line->start;
        narrow += last <= WRAP_WIDTH;
        characters += last;
        if (!line->linked) continue;
        pairs++;
        on += runs(line);
        stops += !line->opened;
        cased += line->opened && line->kind & (SMALL | UPPER);
        letters += line->opened && line->kind & LETTER;
        full += (double)line->together >= FULL * (double)page->width;
    }
    if ((double)narrow < WRAP_SHARE * (double)kept) return false;
    if (!((double)stops < WRAP_STOPS * (double)pairs)) return false;
    characters -= last;
    bool even = (double)on >= WRAP_ON * (double)(kept - 1) && characters >= WRAP_LEAST * (kept - 1);
    even |= kept >= NARROW_LINES && (double)on >= NARROW_ON * (double)(kept - 1) &&
            characters >= NARROW_LEAST * (kept - 1);
    if (kept > 1 && even) return true;
    if (page->parts && letters && FULL_ON * on >= cased) return true;
    if (pairs < FULL_PAIRS || page->width < FULL_LEAST) return false;
    if ((double)full < FULL_SHARE * (double)pairs) return false;
    for (int64_t i = 1; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (!line->linked || !line->opened) continue;
        signs += runs(line) || line->led || has_end_inside(page->given, line - 1);
    }
    return FULL_ON * signs >= pairs;
}

/* Whether a line begins a paragraph because the line before, such as a heading, was not full. */
static bool is_set_apart(const struct page *page, const struct line *line) {
    return is_capital(line->kind) && (double)line->together <= SHORT_LINE * (double)page->width &&
           line->opened && !line->comma;
}

/* Whether a text begins with a small letter and has no stop at the end of a line. */
static bool is_uncased(const struct page *page) {
    bool first = true;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (!line->kept) continue;
        if (line->stopped) return false;
        if (!first) continue;
        int64_t letter = line->bare;
        int64_t past = line->past < letter + WRAP_WIDTH ? line->past : letter + WRAP_WIDTH;
        while (letter < past && !(kind_of(page->given, letter) & LETTER)) letter++;
        if (letter == past || !(kind_of(page->given, letter) & SMALL)) return false;
        first = false;
    }
    return true;
}

/* Whether lines without another between them are one sentence. */
static bool is_one_sentence(const struct framing_lines *given, const struct line *line,
                            int64_t count) {
    static const uint32_t opening[] = {'"', '\'', 0x201C, 0x2018, 0xAB, '(', '['};
    if (count < 2 || !line[count - 1].stopped) return false;
    int64_t first = line->bare + is_one_of(given->code[line->bare], opening, 7);
    if (!is_capital(kind_of(given, first))) return false;
    for (int64_t i = 1; i < count; i++) {
        if (!runs(&line[i]) && !line[i].led) return false;
    }
    return true;
}

/* Whether they are a table or a list, of which none is a part of a sentence. */
static bool is_table(const struct line *line, int64_t count) {
    if (count < TABLE) return false;
    for (int64_t i = 0; i < count; i++) {
        if (line[i].stopped || (line[i].kind & LETTER && !(line[i].kind & UPPER))) return false;
    }
    return true;
}

/* The number that would be at a place if all were sorted, of which the order is changed. */
static int64_t nth_smallest(int64_t *number, int64_t count, int64_t nth) {
    int64_t low = 0, high = count - 1;
    while (low < high) {
        int64_t middle = number[low + (high - low) / 2], i = low, k = high;
        while (i <= k) {
            while (number[i] < middle) i++;
            while (number[k] > middle) k--;
            if (i > k) break;
            int64_t other = number[i];
            number[i++] = number[k];
            number[k--] = other;
        }
        /* Up to k none is larger than the middle one, from i on none is smaller. */
        if (nth <= k) {
            high = k;
        } else if (nth >= i) {
            low = i;
        } else {
            return number[nth];
        }
    }
    return number[nth];
}

/* The width that three in four lines keep to. */
static int64_t common_width(const struct page *page) {
    int64_t count = 0;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (line->kept) page->length[count++] = line->past - line->bare;
    }
    return count ? nth_smallest(page->length, count, 3 * (count - 1) / 4) : 0;
}

/* Whether a line goes on the one before, whatever the other lines are. */
static bool goes_on(const struct page *page, const struct line *line) {
    if (line->near && line->cut) return true;
    if (line->linked) {
        bool joined = line->kind & SMALL && line->comma;
        joined |= (runs(line) || line->led) && line->length >= WRAP_LEAST && !page->uncased;
        joined |= runs(line) && line->hanging;
        return joined && line->length <= WRAP_WIDTH;
    }
    /* Over the end of a page. */
    return line->near && page->wrapped && runs(line) &&
           (double)line->together >= FULL * (double)page->width;
}

/* Write the paragraphs of a text. */
static void write_paragraphs(struct page *page, struct framing_lines *given, int64_t text) {
    page->width = common_width(page);
    page->uncased = is_uncased(page);
    page->wrapped = !page->uncased && is_wrapped(page);
    bool begins = true, whole = false, table = false;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (!line->kept) continue;
        if (!line->linked) {
            int64_t count = 1;
            while (i + count < page->count && page->line[i + count].linked) count++;
            whole = is_one_sentence(given, line, count);
            table = is_table(line, count);
        }
        bool on = goes_on(page, line) || (line->linked && whole);
        if (!on && line->linked && page->wrapped) on = !table && !line->item && !is_set_apart(page, line);
        if (begins || !on) {
            given->document[given->count] = text;
            given->first[given->count++] = line->start;
        }
        given->last[given->count - 1] = line->end;
        begins = false;
    }
}

/* Find the paragraphs of all texts. Return 0, or a failure. */
int64_t framing_paragraphs(struct framing_lines *given) {
    size_t room = (size_t)given->ends + 1;
    struct page page = {.given = given, .line = malloc(room * sizeof *page.line),
                        .length = malloc(room * sizeof *page.length)};
    bool fits = page.line && page.length;
    int64_t start = 0, removed = 0, cut = 0, i = 0;
    for (int64_t text = 0; text < given->texts && fits; text++) {
        int64_t past = text + 1 < given->texts ? given->begin[text + 1] : given->n;
        page.count = page.kept = page.parts = 0;
        bool parted = false;
        for (; i < given->ends && start < past; start = given->end[i++] + 1) {
            /* Where a line ends the one after it begins, and little else is read of most lines. */
            if (i + LINES_AHEAD < given->ends) __builtin_prefetch(&given->code[given->end[i + LINES_AHEAD]]);
            /* In its place, since to copy what was just written keeps a processor waiting. */
            struct line *line = &page.line[page.count];
            *line = (struct line){.start = start, .end = given->end[i]};
            while (removed < given->removed && given->removed_start[removed] < start) removed++;
            parted |= start > given->begin[text] && given->code[start - 1] == PARAGRAPH_END;
            bool gone = removed < given->removed && given->removed_start[removed] == start;
            /* Where a word goes on that a line end cuts. */
            for (; cut < given->cuts && given->cut[cut] <= line->end; cut++) {
                line->cut |= given->cut[cut] >= start;
            }
            strip(given, line);
            if (line->bare == line->end) {
                bool in_pair = start == line->end && start && given->code[start - 1] == '\r' &&
                               given->code[line->end] == '\n';
                bool part = !in_pair && start > given->begin[text] && line->end < past - 1;
                page.parts += part;
                parted |= part;
                continue;
            }
            line->kept = !gone;
            const struct line *before = page.count ? line - 1 : NULL;
            line->near = before && before->kept && line->kept && before->marks == line->marks;
            line->linked = line->near && !parted;
            if (line->near) compare_with(given, line, before);
            parted = false;
            page.kept += line->kept;
            page.count++;
        }
        write_paragraphs(&page, given, text);
    }
    free(page.line);
    free(page.length);
    return fits ? 0 : NO_MEMORY;
}
