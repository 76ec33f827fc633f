/* Paragraphs: the lines of texts that were joined, and which of them belong together.
 *
 * The reference is paragraphs in framing/text/segments.py, which says why the rules are as they
 * are; the names and numbers are those of that file.
 */
#include <stdlib.h>

#include "core.h"

enum { WRAP_WIDTH = 100, WRAP_LEAST = 40, NARROW_LEAST = 25, NARROW_LINES = 4, FEW_LINES = 3 };
enum { EDGE_BLANKS = 4 };
static const double WRAP_SHARE = 0.95, WRAP_STOPS = 0.5, WRAP_ON = 0.5, NARROW_ON = 0.6;
static const double SHORT_LINE = 0.6;

/* What a character is, by code point. */
enum { WHITE = 1, SMALL = 2, LETTER = 4 };

/* A line without white space at its edges, which is from bare to past; a blank one has neither. */
struct line {
    int64_t start, end, bare, past;
    bool kept, linked, runs, joined, goes_on;
};

/* The lines of one text that are not blank, and what is known of all of them. */
struct page {
    const struct framing_lines *given;
    struct line *line;
    int64_t count, kept;
    int64_t *length;             /* of the lines that stay */
    int64_t parts;               /* blank lines between others */
};

EXPORTED int64_t framing_line_ends(int64_t n, const uint32_t *code, struct framing_places *ends,
                                   struct framing_places *hyphens);
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

/* List all line ends, and the hyphens before them at which a word may be cut. Return 0, or 1 where
 * a list had not enough room. */
int64_t framing_line_ends(int64_t n, const uint32_t *code, struct framing_places *ends,
                          struct framing_places *hyphens) {
    for (int64_t i = 0; i < n; i++) {
        if (!is_line_end(code[i])) continue;
        push_place(ends, i);
        int64_t hyphen = hyphen_before(code, i);
        if (hyphen > 0) push_place(hyphens, hyphen);
    }
    return ends->count > ends->room || hyphens->count > hyphens->room;
}

static bool begins_with_capital(const struct framing_lines *given, const struct line *line) {
    unsigned kind = kind_of(given, line->bare);
    return kind & LETTER && !(kind & SMALL);
}

/* Note whether a line goes on the line before: after a comma, or with a small letter. */
static void note_going_on(const struct framing_lines *given, struct line *line,
                          const struct line *before) {
    if (!(kind_of(given, line->bare) & SMALL)) return;
    int64_t width = before->past - before->start;
    line->runs = !ends_with_stop(given->code, before->start, before->past);
    bool comma = is_comma(given->code[before->past - 1]);
    line->joined = (comma && width <= WRAP_WIDTH) ||
                   (line->runs && width >= WRAP_LEAST && width <= WRAP_WIDTH);
}

/* Whether a text is wrapped at a fixed width. */
static bool is_wrapped(const struct page *page) {
    int64_t kept = page->kept, narrow = 0, on = 0, stops = 0, characters = 0, last = 0;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        on += line->runs;
        if (!line->kept) continue;
        last = line->end - line->start;
        narrow += last <= WRAP_WIDTH;
        characters += last;
        stops += ends_with_stop(page->given->code, line->start, line->past);
    }
    characters -= last;
    bool even = (double)on >= WRAP_ON * (double)(kept - 1) && characters >= WRAP_LEAST * (kept - 1);
    even |= kept >= NARROW_LINES && (double)on >= NARROW_ON * (double)(kept - 1) &&
            characters >= NARROW_LEAST * (kept - 1);
    return (double)narrow >= WRAP_SHARE * (double)kept && (page->parts || (kept > 1 && even)) &&
           (double)stops < WRAP_STOPS * (double)kept;
}

/* Whether a line begins a paragraph because the line before, such as a heading, was not full. */
static bool is_set_apart(const struct page *page, const struct line *line,
                         const struct line *before, int64_t width) {
    const struct framing_lines *given = page->given;
    if ((double)(before->end - before->start) > SHORT_LINE * (double)width + EDGE_BLANKS) {
        return false;
    }
    if (!begins_with_capital(given, line)) return false;
    int64_t past = line->bare;
    while (past < line->end && !(kind_of(given, past) & WHITE)) past++;
    int64_t together = before->past - before->start + 1 + past - line->bare;
    return (double)together <= SHORT_LINE * (double)width &&
           !ends_with_stop(given->code, before->start, before->past) &&
           !is_comma(given->code[before->past - 1]);
}

/* Whether a text of two or three lines is one sentence. */
static bool is_one_sentence(const struct page *page) {
    if (page->kept < 2 || page->kept > FEW_LINES) return false;
    const struct line *head = NULL, *last = NULL;
    int64_t on = 0;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (!line->kept) continue;
        head = head ? head : line;
        last = line;
        on += line->runs;
    }
    return on == page->kept - 1 && begins_with_capital(page->given, head) &&
           ends_with_stop(page->given->code, last->start, last->past);
}

static int by_size(const void *one, const void *other) {
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

/* The width that three in four lines keep to. */
static int64_t common_width(const struct page *page) {
    int64_t count = 0;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (line->kept) page->length[count++] = line->end - line->start;
    }
    qsort(page->length, (size_t)count, sizeof *page->length, by_size);
    return count ? page->length[3 * (count - 1) / 4] : 0;
}

/* Write the paragraphs of a text. */
static void write_paragraphs(const struct page *page, struct framing_lines *given, int64_t text) {
    bool wrapped = is_wrapped(page), whole = is_one_sentence(page);
    int64_t width = wrapped ? common_width(page) : 0;
    bool begins = true;
    for (int64_t i = 0; i < page->count; i++) {
        const struct line *line = &page->line[i];
        if (!line->kept) continue;
        bool on = line->linked && (whole || line->joined);
        if (!on && line->linked && wrapped) on = !is_set_apart(page, line, line - 1, width);
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
            struct line line = {.start = start, .end = given->end[i], .bare = start};
            while (removed < given->removed && given->removed_start[removed] < start) removed++;
            bool gone = removed < given->removed && given->removed_start[removed] == start;
            bool goes_on = false;
            /* Where a word goes on that a line end cuts. */
            for (; cut < given->cuts && given->cut[cut] <= line.end; cut++) {
                goes_on |= given->cut[cut] >= start;
            }
            while (line.bare < line.end && kind_of(given, line.bare) & WHITE) line.bare++;
            if (line.bare == line.end) {
                bool in_pair = start == line.end && start && given->code[start - 1] == '\r' &&
                               given->code[line.end] == '\n';
                bool part = !in_pair && start > given->begin[text] && line.end < past - 1;
                page.parts += part;
                parted |= part;
                continue;
            }
            line.past = line.end;
            while (kind_of(given, line.past - 1) & WHITE) line.past--;
            line.kept = !gone;
            const struct line *before = page.count ? &page.line[page.count - 1] : NULL;
            line.linked = before && before->kept && line.kept && !parted;
            if (line.linked) note_going_on(given, &line, before);
            line.joined |= goes_on;
            parted = false;
            page.kept += line.kept;
            page.line[page.count++] = line;
        }
        write_paragraphs(&page, given, text);
    }
    free(page.line);
    free(page.length);
    return fits ? 0 : NO_MEMORY;
}
