/* Fold: the classes and flags of the characters of a text, and the starts of its tokens.
 *
 * The reference is framing/text/alphabet.py and token_starts in framing/text/segments.py. What
 * is rare (entities, letters with separate accents, words cut at a line end) Python reads: scan
 * lists where that may be, and squeeze puts in what Python read there.
 */
#include "core.h"

/* How far back a blank may stand before a line end: see line_cuts. */
enum { BLANKS = 3, LOWER = 0x20, SOFT_HYPHEN = 0xAD, NO_BREAK = 0xA0 };

EXPORTED int64_t framing_scan(struct framing_scan *scan);
EXPORTED int64_t framing_squeeze(struct framing_squeeze *squeeze);
EXPORTED int64_t framing_tokens(int64_t n, const uint16_t *classes, const uint8_t *flags,
                                int64_t kinds, const uint16_t *kind_of, int64_t *token);

/* Whether a sign may be inside an address: see _hints in links.py. */
static bool hints_at_address(const uint32_t *code, int64_t n, int64_t i) {
    if (code[i] == '@') return true;
    uint32_t before = code[i ? i - 1 : 0] | LOWER;
    uint32_t after = code[i + 1 < n ? i + 1 : n - 1], second = code[i + 2 < n ? i + 2 : n - 1];
    if (code[i] == ':') return after == '/';
    return ((after | LOWER) >= 'a' && (second | LOWER) >= 'a') || before == 'w' || second == '/';
}

/* The hyphen before a line end, with blanks between them, at which a word may be cut; 0 for none. */
int64_t hyphen_before(const uint32_t *code, int64_t line_end) {
    int64_t last = line_end - 1;
    for (int i = 0; i < BLANKS && last > 0; i++) {
        if (code[last] != ' ' && code[last] != '\t' && code[last] != '\r' &&
            code[last] != NO_BREAK) {
            break;
        }
        last--;
    }
    if (last <= 0) return 0;
    bool hyphen = code[last] == '-' || code[last] == 0x2010 || code[last] == 0x2011 ||
                  code[last] == SOFT_HYPHEN;
    return hyphen ? last : 0;
}

/* What a character is: its class, its flags, whether it is a sign, and whether to look closer. The
 * first alphabets are looked up once for each text, all others (FAR) where they stand. All at which
 * to look closer are signs. */
enum { NEAR = 0x250, FAR = NEAR, FLAG_SHIFT = 16, KIND_SHIFT = 24 };
enum { A_SIGN = 1, CLOSER = 2 };

static inline uint32_t place_of(uint32_t code) { return code < NEAR ? code : FAR; }

static uint32_t look_up(const struct framing_scan *scan, uint32_t code) {
    uint32_t last = (uint32_t)scan->points - 1;
    uint16_t number = scan->class_of[code < last ? code : last];
    uint32_t flag = scan->flags_of[number], kind = is_sign(code) ? A_SIGN : 0;
    if (flag & (DROP | EDIT) || is_line_end(code) || code == '.' || code == ':' || code == '@') {
        kind |= CLOSER;
    }
    return number | flag << FLAG_SHIFT | kind << KIND_SHIFT;
}

static void look_closer(struct framing_scan *scan, int64_t i) {
    uint32_t code = scan->code[i];
    if (code >= NEAR) {
        uint32_t found = look_up(scan, code);
        scan->classes[i] = (uint16_t)found;
        scan->flags[i] = (uint8_t)(found >> FLAG_SHIFT);
    }
    if (scan->flags[i] & (DROP | EDIT)) push_place(&scan->special, i);
    if (is_line_end(code)) {
        int64_t hyphen = hyphen_before(scan->code, i);
        if (hyphen) push_place(&scan->cuts, hyphen);
    } else if (code == '.' || code == ':' || code == '@') {
        if (hints_at_address(scan->code, scan->n, i)) push_place(&scan->hints, i);
    }
}

/* Look up some characters, at most AT_ONCE; return which are signs, as bits. */
static inline uint64_t scan_some(const uint32_t *near, const uint32_t *restrict code, int64_t size,
                                 uint16_t *restrict classes, uint8_t *restrict flags) {
    uint8_t sign[AT_ONCE] = {0};
    for (int64_t k = 0; k < size; k++) {
        uint32_t found = near[place_of(code[k])];
        classes[k] = (uint16_t)found;
        flags[k] = (uint8_t)(found >> FLAG_SHIFT);
        sign[k] = found >> KIND_SHIFT & A_SIGN;
    }
    return as_bits(sign);
}

/* Look up classes and flags, and list the signs and what needs a closer look. Return 0, or 1 where a
 * list had not enough room: its count says how much it needs. */
int64_t framing_scan(struct framing_scan *scan) {
    uint32_t near[FAR + 1];
    for (uint32_t code = 0; code < NEAR; code++) near[code] = look_up(scan, code);
    near[FAR] = (uint32_t)(A_SIGN | CLOSER) << KIND_SHIFT;
    for (int64_t i = 0; i < scan->n;) {
        int64_t size = scan->n - i < AT_ONCE ? scan->n - i : AT_ONCE;
        const uint32_t *code = scan->code + i;
        uint16_t *classes = scan->classes + i;
        uint8_t *flags = scan->flags + i;
        /* Twice the same, since a compiler makes more of a size that it knows. */
        uint64_t bits = size == AT_ONCE ? scan_some(near, code, AT_ONCE, classes, flags)
                                        : scan_some(near, code, size, classes, flags);
        for (; bits; bits &= bits - 1) {
            int64_t sign = i + __builtin_ctzll(bits);
            push_place(&scan->signs, sign);
            if (near[place_of(scan->code[sign])] >> KIND_SHIFT & CLOSER) look_closer(scan, sign);
        }
        i += size;
    }
    return scan->special.count > scan->special.room || scan->hints.count > scan->hints.room ||
           scan->cuts.count > scan->cuts.room || scan->signs.count > scan->signs.room;
}

/* Where offsets in the text and positions in the folded text move apart. */
struct breaks {
    int64_t *position, *offset;
    int64_t count;
};

/* Of several breaks at one position the last counts. */
static void note_break(struct breaks *breaks, int64_t position, int64_t offset) {
    if (breaks->position[breaks->count - 1] != position) breaks->count++;
    breaks->position[breaks->count - 1] = position;
    breaks->offset[breaks->count - 1] = offset;
}

/* Write the classes of a character; return the position after them. */
static int64_t put(const struct framing_squeeze *s, struct breaks *breaks, int64_t i, int64_t at,
                   int64_t piece) {
    int64_t length = s->lengths ? s->lengths[i] : 1;
    for (int64_t k = 0; k < length; k++) {
        s->folded[at] = piece < 0 ? s->classes[i] : s->piece[s->piece_from[piece] + k];
        s->folded_flags[at] = s->flags_of[s->folded[at]];
        if (k) note_break(breaks, at, i);
        at++;
    }
    return at;
}

/* Which of the next characters, at most AT_ONCE, need a look, as bits: those that do not become one
 * character, and spaces after another. */
static uint64_t to_look_at(const struct framing_squeeze *s, int64_t i, int64_t size,
                           unsigned white_before) {
    uint8_t found[AT_ONCE] = {0};
    const uint8_t *flags = s->flags + i;
    found[0] = flags[0] & white_before & SPACE;
    if (size == AT_ONCE) {
        for (int k = 1; k < AT_ONCE; k++) found[k] = flags[k] & flags[k - 1] & SPACE;
    } else {
        for (int64_t k = 1; k < size; k++) found[k] = flags[k] & flags[k - 1] & SPACE;
    }
    for (int64_t k = 0; s->lengths && k < size; k++) found[k] |= s->lengths[i + k] != 1;
    return as_bits(found);
}

/* Remove and put in characters, and make one space of each run of white space. Return the number of
 * positions. Where nothing is put in, what is filled may be what is read. */
int64_t framing_squeeze(struct framing_squeeze *s) {
    struct breaks breaks = {s->breaks, s->offsets, 1};
    breaks.position[0] = breaks.offset[0] = 0;
    int64_t at = 0, piece = 0, next = s->pieces ? s->piece_at[0] : -1;
    unsigned white_before = 0;
    for (int64_t i = 0; i < s->n;) {
        int64_t size = s->n - i < AT_ONCE ? s->n - i : AT_ONCE;
        uint64_t bits = to_look_at(s, i, size, white_before);
        if (next >= i && next < i + AT_ONCE) bits |= UINT64_C(1) << (next - i);
        int64_t same = bits ? __builtin_ctzll(bits) : size;
        if (same) {
            /* Nothing is removed or put in: so it is for most of a text. */
            white_before = s->flags[i + same - 1] & SPACE;
            if (s->folded + at != s->classes + i) {
                memmove(s->folded + at, s->classes + i, (size_t)same * sizeof *s->folded);
                memmove(s->folded_flags + at, s->flags + i, (size_t)same);
            }
            at += same;
            i += same;
        }
        if (!bits) continue;
        unsigned flag = s->flags[i], white = flag & SPACE, length = s->lengths ? s->lengths[i] : 1;
        if (!length) {
            note_break(&breaks, at, i + 1);
            /* An accent that was joined to its letter ends a run of white space. */
            if (flag & EDIT) white_before = 0;
        } else if (white & white_before) {
            note_break(&breaks, at, i + 1);
        } else {
            at = put(s, &breaks, i, at, i == next ? piece : -1);
            white_before = white;
        }
        if (i == next) next = ++piece < s->pieces ? s->piece_at[piece] : -1;
        i++;
    }
    /* What was removed at the end of the text leaves no break, unless only spaces were removed. */
    while (s->lengths && breaks.count && breaks.position[breaks.count - 1] >= at) breaks.count--;
    breaks.position[breaks.count] = at;
    breaks.offset[breaks.count++] = s->n;
    s->break_count = breaks.count;
    return at;
}

/* Whether a sign between two parts of a word belongs to the word: don't, 1,000.5, U.S. */
static bool joins(const uint8_t *flags, int64_t n, int64_t i, uint16_t kind) {
    if (kind & APOSTROPHE) return true;
    if (kind & (POINT | COMMA) && flags[i - 1] & flags[i + 1] & DIGIT) return true;
    return kind & POINT && !(i > 1 && flags[i - 2] & WORD) && !(i + 2 < n && flags[i + 2] & WORD);
}

/* Whether a token starts at a character, but for the signs that join two parts of a word. */
static bool starts_at(const uint8_t *flags, int64_t i) {
    if (!i) return flags[0] & WORD;
    unsigned here = flags[i], before = flags[i - 1];
    unsigned parted = (before | here) / ALONE & ~here / MARK;
    return here / WORD & (~before / WORD | parted) & 1;
}

/* Whether a sign stands between two parts of a word. */
static bool is_inside(const uint8_t *flags, int64_t n, int64_t i) {
    return flags[i] & SIGN && i && i + 1 < n && flags[i - 1] & flags[i + 1] & WORD;
}

/* List the positions at which a token starts; return their number, or -1 for a bad class. */
int64_t framing_tokens(int64_t n, const uint16_t *classes, const uint8_t *flags, int64_t kinds,
                       const uint16_t *kind_of, int64_t *token) {
    int64_t count = 0, joined = -1;
    for (int64_t from = 0; from < n;) {
        uint64_t begin = 0, sign = 0;
        int64_t size = 1;
        if (from && n - from > AT_ONCE) {
            const uint8_t *flag = flags + from;
            uint8_t found[AT_ONCE];
            /* Without branches, so that compilers look at several characters at once. */
            for (int k = 0; k < AT_ONCE; k++) {
                unsigned here = flag[k], before = flag[k - 1];
                unsigned parted = (before | here) / ALONE & ~here / MARK;
                found[k] = (uint8_t)(here / WORD & (~before / WORD | parted) & 1);
            }
            begin = as_bits(found);
            for (int k = 0; k < AT_ONCE; k++) {
                found[k] = flag[k] / SIGN & (flag[k - 1] & flag[k + 1]) / WORD & 1;
            }
            sign = as_bits(found);
            size = AT_ONCE;
        } else {
            begin = starts_at(flags, from);
            sign = is_inside(flags, n, from);
        }
        if (joined == from) begin &= ~UINT64_C(1);
        for (; sign; sign &= sign - 1) {
            int64_t i = from + __builtin_ctzll(sign);
            if (classes[i] >= kinds) return -1;
            if (!joins(flags, n, i, kind_of[classes[i]])) continue;
            /* What follows a sign is a letter, so that no other sign comes before its start. */
            if (i + 1 < from + size) {
                begin &= ~(UINT64_C(1) << (i + 1 - from));
            } else {
                joined = i + 1;
            }
        }
        for (; begin; begin &= begin - 1) token[count++] = from + __builtin_ctzll(begin);
        from += size;
    }
    return count;
}
