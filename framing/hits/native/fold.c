/* Fold: the classes and flags of the characters of a text, and the starts of its tokens.
 *
 * The reference is framing/text/alphabet.py and token_starts in framing/text/chunks.py. What
 * is rare (entities, letters with separate accents, words cut at a line end) Python reads: scan
 * lists where that may be, and squeeze puts in what Python read there.
 */
#include <stdlib.h>
#include <string.h>

#include "core.h"

/* How many characters ahead of those that are looked at classes are loaded into the cache. */
enum { SOON = 4 * AT_ONCE };

/* How far back a blank may stand before a line end: see line_cuts. */
enum { BLANKS = 3, LOWER = 0x20, SOFT_HYPHEN = 0xAD, NOT_SIGN = 0xAC, NO_BREAK = 0xA0 };

EXPORTED int64_t framing_scan(struct framing_scan *scan);
EXPORTED int64_t framing_squeeze(struct framing_squeeze *squeeze);
EXPORTED void framing_squeeze_free(struct framing_squeeze *squeeze);
EXPORTED int32_t framing_close_up(int64_t n, int64_t width, void *column, int64_t count,
                                 const int64_t *gone);
EXPORTED int32_t framing_slices(int64_t n, const uint16_t *classes, const uint8_t *flags,
                               int64_t count, const int64_t *low, const int64_t *high,
                               uint16_t *sliced, uint8_t *sliced_flags);
EXPORTED int64_t framing_tokens(int64_t n, const uint16_t *classes, const uint8_t *flags,
                                int64_t kinds, const uint16_t *kind_of, uint64_t *token_bit);
EXPORTED int64_t framing_bit_places(int64_t words, const uint64_t *bit, int64_t *place);
EXPORTED void framing_bits_before(int64_t words, const uint64_t *bit, int64_t wanted,
                                  const int64_t *position, int64_t *before);

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
                  code[last] == SOFT_HYPHEN || code[last] == NOT_SIGN;
    return hyphen ? last : 0;
}

/* What a character is: its class, its flags, whether it is a sign, and whether to look closer. The
 * first alphabets are looked up once for each text, all others (FAR) where they stand. All at which
 * to look closer are signs. */
enum { NEAR = 0x250, FAR = NEAR, FLAG_SHIFT = 16, KIND_SHIFT = 24 };
enum { A_SIGN = 1, CLOSER = 2, LOOK = 4 };

static inline uint32_t place_of(uint32_t code) { return code < NEAR ? code : FAR; }

static uint32_t look_up(const struct framing_scan *scan, uint32_t code) {
    uint32_t last = (uint32_t)scan->points - 1;
    uint16_t number = scan->class_of[code < last ? code : last];
    uint32_t flag = scan->flags_of[number], kind = is_sign(code) ? A_SIGN : 0;
    if (flag & (DROP | EDIT) || is_line_end(code) || code == '.' || code == ':' || code == '@') {
        kind |= CLOSER;
    }
    if (is_worth_a_look(code)) kind |= LOOK;
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
    uint32_t found[AT_ONCE];
    uint8_t sign[AT_ONCE] = {0};
    /* One by one they are only looked up; compilers do the rest with several at once. */
    for (int64_t k = 0; k < size; k++) found[k] = near[place_of(code[k])];
    for (int64_t k = 0; k < size; k++) classes[k] = (uint16_t)found[k];
    for (int64_t k = 0; k < size; k++) flags[k] = (uint8_t)(found[k] >> FLAG_SHIFT);
    for (int64_t k = 0; k < size; k++) sign[k] = found[k] >> KIND_SHIFT & A_SIGN;
    return as_bits(sign);
}

/* Look up classes and flags, and list the signs and what needs a closer look. Return 0, or 1 where a
 * list had not enough room: its count says how much it needs. */
int64_t framing_scan(struct framing_scan *scan) {
    uint32_t near[FAR + 1];
    for (uint32_t code = 0; code < NEAR; code++) near[code] = look_up(scan, code);
    near[FAR] = (uint32_t)(A_SIGN | CLOSER | LOOK) << KIND_SHIFT;
    /* A copy, since compilers read what a pointer leads to anew after each write. */
    struct framing_places signs = scan->signs;
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
            push_place(&signs, sign);
            uint32_t kind = near[place_of(scan->code[sign])] >> KIND_SHIFT;
            if (kind & CLOSER) look_closer(scan, sign);
            if (kind & LOOK && is_worth_a_look(scan->code[sign])) push_place(&scan->looks, sign);
        }
        i += size;
    }
    scan->signs = signs;
    return scan->special.count > scan->special.room || scan->hints.count > scan->hints.room ||
           scan->cuts.count > scan->cuts.room || scan->signs.count > scan->signs.room ||
           scan->looks.count > scan->looks.room;
}

/* Note where offsets in the text and positions in the folded text move apart. Of several breaks at one
 * position the last counts. */
static bool note_break(struct framing_squeeze *s, int64_t position, int64_t offset) {
    if (!s->break_count || s->breaks[s->break_count - 1].position != position) {
        if (!grown((void **)&s->breaks, &s->break_room, s->break_count + 1, sizeof *s->breaks)) {
            return false;
        }
        s->break_count++;
    }
    s->breaks[s->break_count - 1] = (struct framing_break){position, offset};
    return true;
}

/* Write the classes of a character; return the position after them, or a failure. */
static int64_t put(struct framing_squeeze *s, int64_t i, int64_t at, int64_t piece) {
    int64_t length = s->lengths ? s->lengths[i] : 1;
    for (int64_t k = 0; k < length; k++) {
        s->folded[at] = piece < 0 ? s->classes[i] : s->piece[s->piece_from[piece] + k];
        s->folded_flags[at] = s->flags_of[s->folded[at]];
        if (k && !note_break(s, at, i)) return NO_MEMORY;
        at++;
    }
    return at;
}

/* Which of the next characters, at most AT_ONCE of those up to n, have a flag, as bits. */
static inline uint64_t bits_from(const uint8_t *flags, int64_t n, int64_t from, unsigned flag) {
    uint64_t bits = 0;
    if (n - from >= AT_ONCE) {
        for (int k = 0; k < AT_ONCE; k += 8) {
            bits |= bits_of_eight(eight_bytes(flags + from + k), flag) << k;
        }
        return bits;
    }
    for (int64_t i = from; i < n; i++) bits |= (uint64_t)((flags[i] & flag) != 0) << (i - from);
    return bits;
}

/* Which of the next characters, at most AT_ONCE, need a look, as bits: those that do not become one
 * character, and spaces after another. */
static uint64_t to_look_at(const struct framing_squeeze *s, int64_t i, int64_t size,
                           bool white_before) {
    uint64_t space = bits_from(s->flags, i + size, i, SPACE), other = 0;
    for (int64_t k = 0; s->lengths && k < size; k += 8) {
        const uint8_t *length = s->lengths + i + k;
        if (size - k >= 8 && eight_bytes(length) == UINT64_C(0x0101010101010101)) continue;
        for (int64_t nth = 0; nth < 8 && k + nth < size; nth++) {
            other |= (uint64_t)(length[nth] != 1) << (k + nth);
        }
    }
    return (space & (space << 1 | white_before)) | other;
}

/* Remove and put in characters, and make one space of each run of white space. Return the number of
 * positions, or a failure. Where nothing is put in, what is filled may be what is read. */
int64_t framing_squeeze(struct framing_squeeze *s) {
    int64_t at = 0, piece = 0, next = s->pieces ? s->piece_at[0] : -1;
    unsigned white_before = 0;
    s->break_count = s->break_room = 0;
    s->breaks = NULL;
    if (!note_break(s, 0, 0)) return NO_MEMORY;
    for (int64_t i = 0; i < s->n;) {
        int64_t size = s->n - i < AT_ONCE ? s->n - i : AT_ONCE;
        uint64_t bits = to_look_at(s, i, size, white_before != 0);
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
            if (!note_break(s, at, i + 1)) return NO_MEMORY;
            /* An accent that was joined to its letter ends a run of white space. */
            if (flag & EDIT) white_before = 0;
        } else if (white & white_before) {
            if (!note_break(s, at, i + 1)) return NO_MEMORY;
        } else {
            at = put(s, i, at, i == next ? piece : -1);
            if (at < 0) return at;
            white_before = white;
        }
        if (i == next) next = ++piece < s->pieces ? s->piece_at[piece] : -1;
        i++;
    }
    /* What was removed at the end of the text leaves no break, unless only spaces were removed. */
    while (s->lengths && s->break_count && s->breaks[s->break_count - 1].position >= at) {
        s->break_count--;
    }
    /* A new one, also where one of this position stays. */
    if (!grown((void **)&s->breaks, &s->break_room, s->break_count + 1, sizeof *s->breaks)) {
        return NO_MEMORY;
    }
    s->breaks[s->break_count++] = (struct framing_break){at, s->n};
    return at;
}

void framing_squeeze_free(struct framing_squeeze *s) { free(s->breaks); }

/* Take some items, in order, out of a column of items of so many bytes. Return 0, or BAD_TEXT where
 * one is not inside the column. */
int32_t framing_close_up(int64_t n, int64_t width, void *column, int64_t count, const int64_t *gone) {
    for (int64_t k = 0; k < count; k++) {
        if (gone[k] <= (k ? gone[k - 1] : -1) || gone[k] >= n) return BAD_TEXT;
    }
    char *to = (char *)column + (count ? gone[0] * width : 0);
    for (int64_t k = 0; k < count; k++) {
        int64_t from = gone[k] + 1, past = k + 1 < count ? gone[k + 1] : n;
        size_t size = (size_t)((past - from) * width);
        memmove(to, (char *)column + from * width, size);
        to += size;
    }
    return 0;
}

/* Put slices of a folded text one behind the other, each followed by a character without a class.
 * Return 0, or BAD_TEXT where a slice is not inside the text. */
int32_t framing_slices(int64_t n, const uint16_t *classes, const uint8_t *flags, int64_t count,
                       const int64_t *low, const int64_t *high, uint16_t *sliced,
                       uint8_t *sliced_flags) {
    for (int64_t i = 0; i < count; i++) {
        if (low[i] < 0 || high[i] < low[i] || high[i] > n) return BAD_TEXT;
        size_t size = (size_t)(high[i] - low[i]);
        memcpy(sliced, classes + low[i], size * sizeof *sliced);
        memcpy(sliced_flags, flags + low[i], size);
        sliced[size] = 0;
        sliced_flags[size] = 0;
        sliced += size + 1;
        sliced_flags += size + 1;
    }
    return 0;
}

/* Whether a sign between two parts of a word belongs to the word: don't, 1,000.5, U.S., but not p.5 */
static bool joins(const uint8_t *flags, int64_t n, int64_t i, uint16_t kind) {
    if ((flags[i - 1] | flags[i + 1]) & ALONE) return false;
    if (kind & APOSTROPHE) return true;
    if ((flags[i - 1] | flags[i + 1]) & DIGIT) {
        return kind & (POINT | COMMA) && flags[i - 1] & flags[i + 1] & DIGIT;
    }
    return kind & POINT && !(i > 1 && flags[i - 2] & WORD) && !(i + 2 < n && flags[i + 2] & WORD);
}

/* Set the bits of the characters at which a token starts, in n / 64 + 1 words. Return 0, or BAD_TEXT
 * for a bad class. */
int64_t framing_tokens(int64_t n, const uint16_t *classes, const uint8_t *flags, int64_t kinds,
                       const uint16_t *kind_of, uint64_t *token_bit) {
    uint64_t word = bits_from(flags, n, 0, WORD), word_before = 0, alone_before = 0;
    uint64_t joined = 0;         /* whether the first character goes on a token over a sign */
    for (int64_t from = 0; from <= n; from += AT_ONCE) {
        uint64_t word_after = bits_from(flags, n, from + AT_ONCE, WORD);
        /* Few classes are read, of signs inside words; they are in the cache when their turn comes. */
        if (n - from > SOON + AT_ONCE) {
            __builtin_prefetch(&classes[from + SOON]);
            __builtin_prefetch(&classes[from + SOON + AT_ONCE / 2]);
        }
        uint64_t follows = word << 1 | word_before >> 63;
        uint64_t alone = bits_from(flags, n, from, ALONE);
        uint64_t parted = alone | alone << 1 | alone_before >> 63;
        if (parted) parted &= ~bits_from(flags, n, from, MARK);
        uint64_t begin = word & (~follows | parted) & ~joined;
        uint64_t inside = bits_from(flags, n, from, SIGN) & follows & (word >> 1 | word_after << 63);
        joined = 0;
        for (; inside; inside &= inside - 1) {
            int64_t i = from + __builtin_ctzll(inside);
            if (classes[i] >= kinds) return BAD_TEXT;
            if (!joins(flags, n, i, kind_of[classes[i]])) continue;
            /* What follows a sign is a letter, so that no other sign comes before its start. */
            if (i + 1 < from + AT_ONCE) {
                begin &= ~(UINT64_C(1) << (i + 1 - from));
            } else {
                joined = 1;
            }
        }
        token_bit[from / AT_ONCE] = begin;
        word_before = word;
        alone_before = alone;
        word = word_after;
    }
    return 0;
}

/* List the places of the bits that are set, and return their number. */
int64_t framing_bit_places(int64_t words, const uint64_t *bit, int64_t *place) {
    int64_t count = 0;
    for (int64_t word = 0; word < words; word++) {
        for (uint64_t bits = bit[word]; bits; bits &= bits - 1) {
            place[count++] = word * AT_ONCE + __builtin_ctzll(bits);
        }
    }
    return count;
}

/* Fill in how many bits are set before each position. Most positions rise, so that the next one is
 * not far. */
void framing_bits_before(int64_t words, const uint64_t *bit, int64_t wanted,
                         const int64_t *position, int64_t *before) {
    int64_t word = 0, count = 0;
    for (int64_t i = 0; i < wanted; i++) {
        int64_t last = words * AT_ONCE - 1;
        int64_t place = position[i] < 0 ? 0 : position[i] < last ? position[i] : last;
        for (; word < place / AT_ONCE; word++) count += __builtin_popcountll(bit[word]);
        while (word > place / AT_ONCE) count -= __builtin_popcountll(bit[--word]);
        uint64_t below = (UINT64_C(1) << place % AT_ONCE) - 1;
        before[i] = count + __builtin_popcountll(bit[word] & below);
    }
}
