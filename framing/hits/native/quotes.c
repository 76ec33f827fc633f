/* Quotes: the stretches of a text between quotation marks.
 *
 * framing/hits/context/quotes.py is the reference, and says why each rule is as it is: a function
 * here has the name of its rule there. What a sign can be comes from Python, as one byte a sign.
 */
#include <stdlib.h>

#include "context.h"

/* What a sign can be: its role in the lowest bits; whether it is a mark, and of which family; and
 * whether it may stand before a mark that opens, or after one that closes. */
enum role { NO_ROLE, OPENS, CLOSES, EITHER, ROLE = 3 };
enum { FAMILY = 4, FAMILIES = 3, SINGLE = 3, IS_MARK = 16, IS_BEFORE = 32, IS_AFTER = 64 };

/* The largest sign in the table: it stands for all that are larger. */
enum { LARGEST = 0xFFFF };

enum {
    GRAVE = '`', STRAIGHT = '\'', STRAIGHT_DOUBLE = '"', OPENING_DOUBLE = 0x201C,
    CLOSING_DOUBLE = 0x201D, LOW_DOUBLE = 0x201E, CURLY = 0x2019, LOW = 0x201A
};

/* Signs of a text, its paragraphs, and what signs can be. Filled are the quotations, for which there
 * is room for as many as signs. */
struct framing_quotes {
    struct framing_kinds *words;
    int64_t signs, paragraphs;
    const int64_t *sign, *sign_code, *first, *past;
    const uint8_t *role;
    int64_t count, *start, *end, *paragraph;
    uint8_t *closed;
};

/* A mark, with the positions beside the run of marks that it belongs to. */
struct mark {
    int64_t position, paragraph, left, right;
    uint16_t code;
    bool opens, closes;
    int8_t step;                 /* 1 where a quotation opens, -1 where one closes */
};

struct quote {
    int64_t start, end, paragraph;
    bool closed;
};

/* All arrays have room for as many items as there are signs. */
struct quoting {
    const struct framing_quotes *given;
    int64_t near;                /* as in rank_of */
    uint16_t *known;
    struct mark *mark, *some;
    struct quote *quote;
    int64_t *pair, *waiting;
    int64_t marks, quotes;
};

EXPORTED int32_t framing_quotes(struct framing_quotes *given);

static bool holds(const struct quoting *q, int64_t position, uint8_t flag) {
    int64_t at = flag_place(q->given->words, position);
    return at >= 0 && q->given->words->flags[at] & flag;
}

static uint32_t sign_beside(struct quoting *q, int64_t position) {
    return code_in(q->given->words, position, &q->near);
}

static uint8_t role_of(const struct quoting *q, uint32_t code) {
    return q->given->role[code < LARGEST ? code : LARGEST];
}

/* Whether a sign is directly before one that is the same. */
static bool is_twice(const struct framing_quotes *given, int64_t i, int64_t code) {
    return i + 1 < given->signs && given->sign[i + 1] == given->sign[i] + 1 &&
           given->sign_code[i] == code && given->sign_code[i + 1] == code;
}

/* List the signs, with ``marks of old wires'' and ''marks of archives'' as one mark each. */
static void with_double_marks(struct quoting *q) {
    const struct framing_quotes *given = q->given;
    bool wires = false;
    for (int64_t i = 0; i < given->signs; i++) {
        int64_t code = given->sign_code[i];
        q->known[i] = (uint16_t)(code < 0 || code > LARGEST ? LARGEST : code);
        wires |= is_twice(given, i, GRAVE);
    }
    for (int64_t i = 0; i < given->signs; i++) {
        if (is_twice(given, i, GRAVE)) {
            q->known[i] = OPENING_DOUBLE;
        } else if (is_twice(given, i, STRAIGHT) && !(i && is_twice(given, i - 1, STRAIGHT))) {
            q->known[i] = wires ? CLOSING_DOUBLE : STRAIGHT_DOUBLE;
            q->known[i + 1] = GRAVE;
        }
    }
}

/* Say of each mark whether it can open or close by what stands beside its run. */
static void look_beside(struct quoting *q) {
    const struct framing_quotes *given = q->given;
    for (int64_t low = 0, past; low < q->marks; low = past) {
        /* The right side of a mark is for now the position after it. */
        past = low + 1;
        while (past < q->marks && q->mark[past].position == q->mark[past - 1].right) past++;
        int64_t left = q->mark[low].position - 1, right = q->mark[past - 1].right;
        uint8_t before = role_of(q, sign_beside(q, left < 0 ? 0 : left));
        uint8_t after = role_of(q, sign_beside(q, right));
        bool free_left = holds(q, left, SPACE) || before & IS_BEFORE;
        bool free_right = holds(q, right, SPACE) || after & IS_AFTER;
        for (struct mark *mark = q->mark + low; mark < q->mark + past; mark++) {
            mark->left = left;
            mark->right = right;
            mark->opens = free_left || left < given->first[mark->paragraph];
            mark->closes = free_right || right >= given->past[mark->paragraph];
        }
    }
}

static void find_marks(struct quoting *q) {
    const struct framing_quotes *given = q->given;
    int64_t near = 0;
    with_double_marks(q);
    for (int64_t i = 0; i < given->signs; i++) {
        uint16_t code = q->known[i];
        uint8_t role = given->role[code];
        if (!(role & IS_MARK)) continue;
        int64_t position = given->sign[i];
        /* Most of them are the apostrophe of words such as don't. */
        if (role / FAMILY % FAMILY == SINGLE && holds(q, position - 1, WORD) &&
            holds(q, position + 1, WORD)) {
            continue;
        }
        near = rank_of(given->first, given->paragraphs, position, true, near);
        if (!near || position >= given->past[near - 1]) continue;
        /* The second sign of a mark of two is no mark by itself. */
        bool second = i + 1 < given->signs && q->known[i + 1] == GRAVE &&
                      given->sign[i + 1] == position + 1;
        q->mark[q->marks++] = (struct mark){
            .position = position, .paragraph = near - 1, .right = position + 1 + second, .code = code
        };
    }
    look_beside(q);
}

static void add_quote(struct quoting *q, const struct mark *mark, int64_t end, bool closed) {
    q->quote[q->quotes++] = (struct quote){mark->position, end, mark->paragraph, closed};
}

/* End quotations that no mark closes where the next one of their paragraph opens. */
static void part(struct quoting *q, const struct mark *mark, int64_t count, int64_t end) {
    int64_t waiting = 0, past = -1;
    for (int64_t i = 0; i < count; i++) {
        q->pair[i] = -1;
        if (mark[i].step > 0) {
            q->waiting[waiting++] = i;
        } else if (waiting) {
            q->pair[q->waiting[--waiting]] = i;
        }
    }
    for (int64_t i = 0; i < count; i++) {
        if (mark[i].step <= 0) continue;
        int64_t next = i + 1;
        while (next < count && mark[next].step <= 0) next++;
        if (q->pair[i] >= 0 && i > past) {
            past = q->pair[i];
            add_quote(q, &mark[i], mark[past].position, true);
        } else if (q->pair[i] < 0) {
            add_quote(q, &mark[i], next < count ? mark[next].position : end, false);
        }
    }
}

/* Add the outermost quotations of a paragraph; a mark that closes nothing is ignored. */
static void nest_in(struct quoting *q, const struct mark *mark, int64_t count) {
    int64_t before = q->quotes, depth = 0, end = q->given->past[mark->paragraph];
    const struct mark *open = NULL;
    bool joined = false;
    for (int64_t i = 0; i < count; i++) {
        int64_t now = larger(depth + mark[i].step, 0);
        if (!depth && now) {
            open = &mark[i];
            joined = false;
        } else if (mark[i].step > 0) {
            joined = true;
        }
        if (depth && !now) {
            add_quote(q, open, mark[i].position, true);
            open = NULL;
        }
        depth = now;
    }
    if (!open) return;
    if (joined) {
        q->quotes = before;
        part(q, mark, count, end);
    } else {
        add_quote(q, open, end, false);
    }
}

static int64_t same_paragraph(const struct mark *mark, int64_t low, int64_t count) {
    int64_t past = low + 1;
    while (past < count && mark[past].paragraph == mark[low].paragraph) past++;
    return past;
}

static void nest(struct quoting *q, const struct mark *mark, int64_t count) {
    for (int64_t low = 0, past; low < count; low = past) {
        past = same_paragraph(mark, low, count);
        nest_in(q, mark + low, past - low);
    }
}

/* Let a mark that could open or close do the opposite of the mark before it. */
static void decide(struct mark *mark, int64_t count) {
    int64_t depth = 0;
    for (int64_t i = 0; i < count; i++) {
        if (i && mark[i].paragraph != mark[i - 1].paragraph) depth = 0;
        if (!mark[i].step) mark[i].step = depth ? -1 : 1;
        depth = larger(depth + mark[i].step, 0);
    }
}

static void find_runs(struct quoting *q, unsigned family) {
    int64_t count = 0;
    for (int64_t i = 0; i < q->marks; i++) {
        struct mark mark = q->mark[i];
        uint8_t kind = q->given->role[mark.code];
        if (kind / FAMILY % FAMILY != family) continue;
        enum role role = kind & ROLE;
        if (mark.opens != mark.closes) role = mark.opens ? OPENS : CLOSES;
        /* A low mark always opens, and the high mark after it closes. */
        if (mark.code == LOW_DOUBLE) role = OPENS;
        mark.step = role == OPENS ? 1 : role == CLOSES ? -1 : 0;
        q->some[count++] = mark;
    }
    decide(q->some, count);
    nest(q, q->some, count);
}

/* Whether a year without its century follows: '90s, '25. */
static bool is_year(struct quoting *q, int64_t position) {
    if (!holds(q, position, DIGIT) || !holds(q, position + 1, DIGIT)) return false;
    int64_t past = smaller(position + 2, q->given->words->length);
    return !holds(q, past + (sign_beside(q, past) == 's'), WORD);
}

/* Whether an apostrophe as in "talks' fate" may be no mark. */
static bool is_weak(struct quoting *q, const struct mark *mark) {
    if (mark->step >= 0) return false;
    uint32_t left = sign_beside(q, larger(mark->left, 0));
    return (left == 's' || left == 'S') && holds(q, mark->right, SPACE) &&
           holds(q, mark->right + 1, WORD);
}

/* Ignore such an apostrophe where a surer closing mark comes after it. */
static void spare_possessives(struct quoting *q, struct mark *mark, int64_t count) {
    const struct mark *surer = NULL;
    for (int64_t i = count; i-- > 0;) {
        if (!is_weak(q, &mark[i])) {
            surer = &mark[i];
        } else if (surer && surer->step < 0 && surer->paragraph == mark[i].paragraph) {
            mark[i].step = 0;
        }
    }
}

/* Find quotations in single marks outside of others. Return false where the reference must look. */
static bool find_single_runs(struct quoting *q, const struct quote *outer, int64_t outers) {
    int64_t count = 0, near = 0, at = 0;
    for (int64_t i = 0; i < q->marks; i++) {
        struct mark mark = q->mark[i];
        if (q->given->role[mark.code] / FAMILY % FAMILY != SINGLE) continue;
        while (at < outers && outer[at].start <= mark.position) at++;
        if (at && mark.position < outer[at - 1].end) continue;
        /* The curly apostrophe of ’90s never opens; the marks of ,'Peace and :‘Peace do. */
        bool curly = mark.code == CURLY;
        bool opens = (!mark.closes && !curly) || mark.code == LOW;
        bool closes = !mark.opens && (mark.closes || curly);
        uint32_t kinds = 0;
        if (opens) {
            if (!kinds_at(q->given->words, mark.right, &near, &kinds)) return false;
            opens = !is_kind(kinds, IS_ELISION) && !is_year(q, mark.right);
        }
        if (!opens && !closes) continue;
        mark.step = opens ? 1 : -1;
        q->some[count++] = mark;
    }
    spare_possessives(q, q->some, count);
    nest(q, q->some, count);
    return true;
}

static int by_start(const void *one, const void *other) {
    int64_t a = ((const struct quote *)one)->start, b = ((const struct quote *)other)->start;
    return (a > b) - (a < b);
}

/* Sort the quotations, and make one of those that overlap. No two begin at the same mark. */
static void merge(struct quoting *q) {
    if (!q->quotes) return;
    qsort(q->quote, (size_t)q->quotes, sizeof *q->quote, by_start);
    int64_t kept = 0;
    for (int64_t i = 1; i < q->quotes; i++) {
        struct quote *last = &q->quote[kept];
        if (q->quote[i].start >= last->end) {
            q->quote[++kept] = q->quote[i];
            continue;
        }
        last->end = larger(last->end, q->quote[i].end);
        last->closed |= q->quote[i].closed;
    }
    q->quotes = kept + 1;
}

static bool find_quotes(struct quoting *q, struct quote *outer) {
    find_marks(q);
    for (unsigned family = 0; family < FAMILIES; family++) find_runs(q, family);
    merge(q);
    int64_t outers = q->quotes;
    for (int64_t i = 0; i < outers; i++) outer[i] = q->quote[i];
    if (!find_single_runs(q, outer, outers)) return false;
    merge(q);
    return true;
}

/* Find the quotations of a text. Return 0, or a failure, where the reference must look. */
int32_t framing_quotes(struct framing_quotes *given) {
    if (!given->words->n || !given->words->length || !is_sorted(given->sign, given->signs) ||
        !is_sorted(given->first, given->paragraphs)) {
        return BAD_TEXT;
    }
    size_t room = (size_t)given->signs + 1;
    struct quoting q = {
        .given = given,
        .known = malloc(room * sizeof *q.known),
        .mark = malloc(room * sizeof *q.mark),
        .some = malloc(room * sizeof *q.some),
        .quote = malloc(room * sizeof *q.quote),
        .pair = malloc(room * sizeof *q.pair),
        .waiting = malloc(room * sizeof *q.waiting),
    };
    struct quote *outer = malloc(room * sizeof *outer);
    int32_t result = NO_MEMORY;
    if (q.known && q.mark && q.some && q.quote && q.pair && q.waiting && outer) {
        result = find_quotes(&q, outer) ? 0 : BAD_TEXT;
    }
    given->count = result ? 0 : q.quotes;
    for (int64_t i = 0; i < given->count; i++) {
        given->start[i] = q.quote[i].start;
        given->end[i] = q.quote[i].end;
        given->paragraph[i] = q.quote[i].paragraph;
        given->closed[i] = q.quote[i].closed;
    }
    free(q.known);
    free(q.mark);
    free(q.some);
    free(q.quote);
    free(q.pair);
    free(q.waiting);
    free(outer);
    return result;
}
