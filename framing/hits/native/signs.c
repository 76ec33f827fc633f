/* Signs: the characters that are no letter a to z, no digit and no space, and those of them beside
 * which something may be that nobody sees.
 *
 * The reference is framing/text/broken_pages.py, which says what that may be.
 */
#include "core.h"

/* The most characters of a line that is a page number, and of a Roman one. */
enum { SHORT = 24, ROMAN = 6 };

/* The first invisible character, and after it two ranges without one. */
enum { HIDDEN = 0xAD, LATIN = 0xC0, LATIN_LAST = 0x2FF, MARKS = 0x2010, MARKS_LAST = 0x2027 };

enum { EN_DASH = 0x2013, EM_DASH = 0x2014 };

EXPORTED int32_t framing_signs(struct framing_signs *signs);

static bool may_be_hidden(uint32_t code) {
    return code >= HIDDEN && !(code >= LATIN && code <= LATIN_LAST) &&
           !(code >= MARKS && code <= MARKS_LAST);
}

/* Whether something may be at a sign, or beside it, that nobody sees. Most are points, commas and
 * quotation marks, of which one look says that nothing is. */
bool is_worth_a_look(uint32_t code) {
    static const bool asked[HIDDEN] = {['\n'] = true, ['\v'] = true, ['\f'] = true, ['\r'] = true,
                                       ['<'] = true, ['>'] = true, ['_'] = true, ['|'] = true};
    return code < HIDDEN ? asked[code] : may_be_hidden(code);
}

/* Whether a line of so many characters may be a page number. */
static bool may_be_number(const uint32_t *code, int64_t size) {
    if (size <= 0 || size > SHORT) return false;
    switch (*code) {
        case ' ': case '\t':
            return size > 1;
        case '-': case '|': case 'P': case 'p': case EN_DASH: case EM_DASH:
            return true;
        case 'i': case 'v': case 'x': case 'l':
            return size <= ROMAN;
        default:
            return *code - '0' < 10;
    }
}

/* Look at the signs, or at those of them that are worth it. */
static void look_beside(struct framing_signs *signs) {
    const uint32_t *code = signs->code;
    struct framing_places some = signs->looks.place ? signs->looks : signs->every;
    int64_t before = -1;         /* the line end before */
    bool closes = false;         /* whether a tag may close somewhere */
    for (int64_t nth = 0; nth <= some.count; nth++) {
        expect_code(code, some.place, nth, some.count);
        bool past = nth == some.count;
        int64_t i = past ? signs->n : some.place[nth];
        uint32_t sign = past ? '\n' : code[i];
        if (!is_worth_a_look(sign)) continue;
        if (sign - '\n' < 4) {
            bool page = before >= 0 && code[before] == '\f';
            if (before >= 0 && (page || may_be_number(code + before + 1, i - before - 1))) {
                push_place(&signs->ends, before);
            }
            before = i;
        } else if (may_be_hidden(sign)) {
            push_place(&signs->hidden, i);
        } else if (sign == '>') {
            if (i > 1 && code[i - 1] == '-' && code[i - 2] == '-') push_place(&signs->arrows, i - 2);
        } else if (sign == '|') {
            if (i > 0 && code[i - 1] == '\n') push_place(&signs->bars, i - 1);
        } else if (sign == '_') {
            push_place(&signs->underscores, i);
        } else if (sign == '<') {
            push_place(&signs->tags, i);
            closes |= i + 1 < signs->n && code[i + 1] == '/';
        }
    }
    if (!closes) signs->tags.count = 0;
}

/* List the signs, unless they are given, and those of them. Return 0, or 1 where a list had not enough
 * room: its count says how much it needs, but the other lists are only made where all signs had
 * room. */
int32_t framing_signs(struct framing_signs *signs) {
    if (!signs->every.count) list_places(signs->n, signs->code, is_sign, &signs->every);
    if (signs->every.count > signs->every.room) return 1;
    look_beside(signs);
    return signs->hidden.count > signs->hidden.room || signs->ends.count > signs->ends.room ||
           signs->arrows.count > signs->arrows.room || signs->bars.count > signs->bars.room ||
           signs->underscores.count > signs->underscores.room ||
           signs->tags.count > signs->tags.room;
}
