/* Subjects: who is named before a verb of saying, before its relative clause, or after it. The
 * reference is with_subjects in framing/hits/context/subjects.py.
 */
#include "speech.h"

/* Make a name the subject of an attribution. */
static void take_name(struct speech *speech, struct event *event, int64_t name, bool spared) {
    const struct framing_names *mentions = &speech->given->mentions;
    event->speaker = mentions->inside[name] && !spared ? OTHER : mentions->actor[name];
    event->begin = mentions->start[name];
}

/* The subject is the word before the verb, a name there, or one before "who". */
static void take_near(struct speech *speech, struct event *event, struct led led) {
    if (is_kind(led.kinds, IS_PRONOUN)) {
        event->speaker = UNRESOLVED;
        event->begin = led.before;
    }
    int64_t name = name_ending(&speech->mention, led.at - 1);
    if (code_at(&speech->reading, larger(led.at - 2, 0)) == '.') {
        /* Joseph R. Biden Jr. said. */
        name = larger(name, larger(name_ending(&speech->mention, led.at - 2),
                                   name_ending(&speech->mention, led.at - 5)));
    }
    if (name >= 0) take_name(speech, event, name, false);
    if (event->speaker != UNKNOWN || !is_kind(led.kinds, IS_RELATIVE)) return;
    name = larger(name_ending(&speech->mention, led.before - 2),
                  name_ending(&speech->mention, led.before - 1));
    if (name < 0) return;
    event->speaker = speech->given->mentions.actor[name];
    event->begin = led.before;
}

/* Putin (73) said: the name before the bracket. */
static void take_bracketed(struct speech *speech, struct event *event, int64_t at) {
    struct reading *reading = &speech->reading;
    const struct framing_context *given = reading->given;
    if (code_at(reading, larger(at - 2, 0)) != ')') return;
    int64_t sign = sign_after(reading, at - 2) - 1;
    for (;; sign--) {
        if (sign < 0 || at - given->sign[sign] > TITLE) return;
        if (given->sign_code[sign] == '(' || given->sign_code[sign] == ')') break;
    }
    int64_t name = name_ending(&speech->mention, given->sign[sign] - 1);
    if (name >= 0) take_name(speech, event, name, false);
}

static bool is_stray(struct reading *reading, uint32_t kinds, int64_t token, int64_t past) {
    return is_kind(kinds, IS_FINITE) || is_kind(kinds, IS_THAT) || is_kind(kinds, IS_RELATIVE) ||
           is_kind(kinds, IS_AND) || is_kind(kinds, IS_UNNAMED) || is_kind(kinds, IS_PRONOUN) ||
           is_past_in(reading, token, past);
}

/* Whether words only say where and when: in a post on Monday. */
static bool is_adjunct(struct reading *reading, int64_t token, int64_t past) {
    /* "Trump had earlier said" begins with what may stand there in any case. */
    int64_t head = token;
    while (head < past && is_kind(word_at(reading, token_place(reading, head)), IS_FILLER)) head++;
    bool opens = head > token;
    for (int64_t at = head; at < past; at++) {
        uint32_t kinds = word_at(reading, token_place(reading, at));
        opens = opens || (at == head && is_kind(kinds, IS_ADJUNCT));
        if (!opens || is_stray(reading, kinds, at, past)) return false;
    }
    return opens;
}

/* Trump in a post on Monday said: the name before what says where and when. */
static void take_far(struct speech *speech, struct event *event, int64_t verb) {
    struct reading *reading = &speech->reading;
    const struct framing_names *mentions = &speech->given->mentions;
    int64_t first = row_first(reading, event->row);
    int64_t name = rank_before(&speech->mention.start, larger(first, verb - ADJUNCT - GIVEN));
    if (name == mentions->count || mentions->end[name] >= verb || mentions->inside[name]) return;
    int64_t end = mentions->end[name];
    if (verb - end > ADJUNCT || sign_after(reading, end) != sign_after(reading, verb)) return;
    int64_t token = rank_before(&reading->token, end), past = rank_before(&reading->token, verb);
    if (token < past && is_adjunct(reading, token, past)) take_name(speech, event, name, true);
}

/* The spokesman, Dmitry Peskov, told reporters: the name between the commas. */
static void take_given_name(struct speech *speech, struct event *event, int64_t at) {
    struct reading *reading = &speech->reading;
    const struct framing_context *given = reading->given;
    int64_t name = name_ending(&speech->mention, before_signs(reading, at));
    if (name < 0) return;
    int64_t begun = speech->given->mentions.start[name];
    int64_t sign = sign_after(reading, begun) - 1;
    if (sign < 0 || !is_pause((uint32_t)given->sign_code[sign])) return;
    if (!gives_name(reading, given->sign[sign], begun)) return;
    int64_t comma = given->sign[sign--];
    bool owned = false;
    /* The president’s envoy, Doe, said. */
    for (; sign >= 0 && is_joining((uint32_t)given->sign_code[sign]); sign--) {
        owned = owned || is_apostrophe(reading, given->sign[sign]);
    }
    int64_t low = larger(sign >= 0 ? given->sign[sign] : 0, row_first(reading, event->row));
    int64_t token = rank_before(&reading->token, low);
    if (token >= rank_before(&reading->token, comma)) return;
    if (has_kind(reading, low, comma, IS_RELATIVE)) return;
    uint32_t kinds = word_at(reading, token_place(reading, token));
    if (owned || is_kind(kinds, IS_ARTICLE) || is_kind(kinds, IS_SUBJECT)) {
        take_name(speech, event, name, true);
    }
}

/* Whether a description of somebody follows a name: Macron, who had spoken to Putin, warned. */
static bool heads_apposition(struct speech *speech, int64_t name) {
    struct reading *reading = &speech->reading;
    const struct framing_names *mentions = &speech->given->mentions;
    if (mentions->inside[name]) return false;
    uint32_t sign = code_at(reading, mentions->end[name]);
    return is_pause(sign) || (sign == ' ' && is_apart(code_at(reading, mentions->end[name] + 1)));
}

/* The first name of the sentence before a description; later names are people in it. */
static void take_apposed(struct speech *speech, struct event *event, int64_t at) {
    const struct framing_names *mentions = &speech->given->mentions;
    int64_t first = row_first(&speech->reading, event->row);
    int64_t name = rank_before(&speech->mention.start, first);
    while (name < mentions->count && mentions->start[name] < at && !heads_apposition(speech, name)) {
        name++;
    }
    if (name == mentions->count || mentions->end[name] >= before_signs(&speech->reading, at)) return;
    if (at - mentions->end[name] < RELATIVE) take_name(speech, event, name, true);
}

/* Said a man who met Trump: a name in a relative clause. */
static bool is_in_relative(struct reading *reading, int64_t end, int64_t name) {
    enum { SHORTEST = 7 };      /* " a who " */
    return name - end > SHORTEST && has_kind(reading, end, name, IS_RELATIVE);
}

/* Whether only a title parts a name from what stands before it: according to President Putin. */
static bool is_titled(struct reading *reading, int64_t end, int64_t start) {
    int64_t past = rank_before(&reading->token, start);
    bool capital = false;
    for (int64_t token = rank_before(&reading->token, end); token < past; token++) {
        int64_t word = token_place(reading, token);
        uint32_t kinds = word_at(reading, word);
        bool large = is_capital_code(code_at(reading, word));
        if ((!large && !is_kind(kinds, IS_ARTICLE)) || is_kind(kinds, IS_PRONOUN)) return false;
        capital = capital || large;
    }
    return capital && row_of(reading, start) == row_of(reading, end);
}

/* Who speaks where a name may be part of a role: White House secretary John Smith, a Putin aide.
 * ``name`` becomes the name of the speaker where it is known. */
static int64_t office_holder(struct speech *speech, int64_t *name) {
    struct reading *reading = &speech->reading;
    const struct framing_names *mentions = &speech->given->mentions;
    int64_t speaker = mentions->actor[*name], end = mentions->end[*name];
    int64_t token = rank_before(&reading->token, end);
    int64_t past = smaller(token + ROLE + 1, reading->given->tokens), at = token;
    if (past - token < 2 || token_place(reading, token) != end + 1) return speaker;
    while (at < past && !is_capital_code(code_at(reading, token_place(reading, at)))) at++;
    /* A role has at least one word, and no sign. */
    if (at == past || at == token) return speaker;
    for (int64_t word = token; word <= at; word++) {
        if (!is_joined_before(reading, token_place(reading, word))) return speaker;
    }
    if (!is_kind(word_at(reading, token_place(reading, at - 1)), IS_ROLE)) return speaker;
    int64_t begin = token_place(reading, at);
    int64_t next = rank_before(&speech->mention.start, begin);
    if (next == mentions->count || mentions->start[next] - begin > GIVEN ||
        !is_title(reading, begin, mentions->start[next])) {
        return OTHER;
    }
    *name = next;
    return mentions->actor[next];
}

/* Whether no sign parts a name from the verb, or only that of "said the spokesman, Dmitry Peskov". */
static bool is_bare(struct speech *speech, int64_t end, int64_t name) {
    struct reading *reading = &speech->reading;
    int64_t first = rank_before(&speech->stop, end), past = rank_before(&speech->stop, name);
    if (first == past) return true;
    if (past != first + 1) return false;
    int64_t stop = speech->stop.place[first];
    return code_at(reading, stop) == ',' && gives_name(reading, stop, name) &&
           (is_kind(word_at(reading, end + 1), IS_ARTICLE) || has_apostrophe(reading, end, stop));
}

/* The actor who is named directly after a position, which moves to where the name ends. */
static int64_t source_after(struct speech *speech, int64_t *end) {
    struct reading *reading = &speech->reading;
    const struct framing_names *mentions = &speech->given->mentions;
    enum { ARTICLE = 5 };       /* " the " */
    if (is_kind(next_word(reading, *end), IS_PRONOUN)) return UNRESOLVED;
    int64_t name = rank_before(&speech->mention.start, *end);
    if (name == mentions->count) return OTHER;
    int64_t gap = mentions->start[name] - *end;
    if (gap > TITLE) return OTHER;
    if (mentions->inside[name] && gap > ARTICLE &&
        !is_titled(reading, *end, mentions->start[name])) {
        return OTHER;
    }
    if (is_in_relative(reading, *end, mentions->start[name])) return OTHER;
    int64_t speaker = office_holder(speech, &name);
    if (!is_bare(speech, *end, mentions->start[name])) return OTHER;
    *end = mentions->end[name];
    /* "German Chancellor Friedrich Merz" names the same person twice. */
    int64_t again = smaller(name + 1, mentions->count - 1);
    int64_t apart = mentions->start[again] - *end;
    if (mentions->actor[again] == speaker && apart <= GIVEN && apart >= -GIVEN) {
        *end = larger(*end, mentions->end[again]);
    }
    return speaker;
}

/* Whether nothing follows that would have the order of "said Trump was": said Trump on Monday. */
static bool is_final(struct reading *reading, int64_t end, int64_t last) {
    return end + 1 >= last || is_last(reading, end) ||
           is_kind(next_word(reading, end), IS_ADJUNCT);
}

/* Whether what stands before a word is a word, or a sign that ends a subject as a word does: Doe
 * (R-Fla.) said he would; 45% said they would. */
bool follows_subject(struct reading *reading, int64_t start) {
    if (!has_flag(reading, start - 1, SPACE)) return false;
    if (has_flag(reading, start - 2, WORD)) return true;
    uint32_t sign = code_at(reading, larger(start - 2, 0));
    return sign == ')' || sign == ']' || sign == '%' || sign == '.';
}

/* Whether "so" stands before a word. */
static bool follows_so(struct reading *reading, int64_t at) {
    enum { SO = 3 };            /* "so " */
    return at >= SO && reads(reading, at - SO, "so ") && has_flag(reading, at - 1, SPACE) &&
           !has_flag(reading, at - SO - 1, WORD);
}

/* Whether "so" stands before a verb for what was said: or so said Putin. */
bool is_so(struct reading *reading, const struct event *event) {
    return event->kind == CUE_REPORTING && event->begin == event->start &&
           follows_so(reading, event->start);
}

/* Give a verb its subject. */
void find_subject(struct speech *speech, struct event *event) {
    struct reading *reading = &speech->reading;
    bool names = speech->given->mentions.count;
    struct led led = skip_fillers(reading, event->start, event->token);
    bool near = follows_subject(reading, led.at) && led.at > row_first(reading, event->row);
    event->begin = led.at;
    near = near && !is_so(reading, event);
    if (near) take_near(speech, event, led);
    if (names) take_bracketed(speech, event, led.at);
    if (names && near && event->speaker == UNKNOWN) take_far(speech, event, led.at);
    if (near && event->speaker == UNKNOWN) event->speaker = OTHER;
    bool comma = !near && (is_apart(code_at(reading, larger(led.at - 2, 0))) ||
                           is_long_dash(code_at(reading, larger(led.at - 1, 0))));
    if (names && comma) {
        take_given_name(speech, event, led.at);
        if (event->speaker == UNKNOWN) take_apposed(speech, event, led.at);
    }
    bool source = is_source(event->kind);
    if (source || (!near && event->speaker == UNKNOWN)) {
        int64_t end = event->end, speaker = source_after(speech, &end);
        if (source || !comma || is_final(reading, end, row_last(reading, event->row))) {
            event->speaker = speaker;
            event->begin = event->start;
            event->end = end;
        }
    }
    if (event->speaker == UNKNOWN) event->speaker = OTHER;
}
