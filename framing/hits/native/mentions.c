/* Mentions: where actors are named, and where they own something (Putin’s words). The reference is
 * find_mentions in framing/hits/context/mentions.py.
 */
#include <stdlib.h>

#include "speech.h"

/* First names with a capital, sorted by end; family names of actors; full names. */
struct persons {
    struct cues first, family, full;
    struct ranked first_end, family_end, full_start;
    int64_t longest;                 /* of the full names */
};

/* What another name takes up: an aide to X. */
static bool is_inside(struct reading *reading, int64_t start) {
    int64_t before = larger(rank_before(&reading->token, start) - 1, 0);
    int64_t word = token_place(reading, before);
    uint32_t kinds = word_at(reading, word);
    bool near = is_joined_before(reading, start);
    if (near && is_kind(kinds, IS_ARTICLE)) {
        near = is_joined_before(reading, word);
        word = token_place(reading, larger(before - 1, 0));
        kinds = word_at(reading, word);
    }
    /* What a heading ends with is in another sentence. */
    return near && is_kind(kinds, IS_INSIDE) &&
           word >= row_first(reading, larger(row_of(reading, start), 0));
}

/* A statement by Trump is his: what it says, he says. */
static bool spares_statement(struct reading *reading, int64_t start) {
    int64_t token = rank_before(&reading->token, start);
    for (int64_t at = token - 1; at > larger(token - 5, 0); at--) {
        int64_t word = token_place(reading, at);
        if (!is_kind(word_at(reading, word), IS_INSIDE)) continue;
        uint32_t letter = code_at(reading, word);
        return (letter == 'b' || letter == 'f') &&
               is_kind(word_at(reading, token_place(reading, at - 1)), IS_SPEECH);
    }
    return false;
}

/* Whether a full name of the table begins at a position or before, and ends at another or behind. */
static bool is_in_full_name(struct persons *persons, int64_t begin, int64_t past) {
    for (int64_t i = rank_up_to(&persons->full_start, begin) - 1; i >= 0; i--) {
        struct cue name = persons->full.item[i];
        if (name.start + persons->longest < past) return false;
        if (name.end >= past) return true;
    }
    return false;
}

/* Trump Jr, Trump Junior, but not: Trump just. */
static bool is_junior(struct reading *reading, int64_t end) {
    if (code_at(reading, end) != ' ') return false;
    if (reads(reading, end, " junior")) return true;
    if (!reads(reading, end, " jr")) return false;
    uint32_t next = code_at(reading, end + 3);
    /* Python knows which of the other characters are letters. */
    if (next >= ASCII) reading->failed = true;
    return (next | 0x20) - 'a' > 'z' - 'a';
}

/* Say whom a name means. Another first name before the family name of an actor is another person:
 * Melania Trump. So is a son with the same name: Trump Jr. */
static void tell_person(struct reading *reading, struct persons *persons, struct cue name,
                        int64_t *actor, int64_t *pronoun) {
    *actor = name.kind - CUE_KINDS + NAMED;
    *pronoun = 0;
    int64_t families = persons->family.count;
    if (!families) return;
    int64_t place = smaller(rank_before(&persons->family_end, name.end), families - 1);
    struct cue family = persons->family.item[place];
    if (family.end != name.end || family.start < name.start) return;
    *pronoun = family.kind == CUE_MEN ? 'h' : 's';
    bool younger = code_at(reading, name.end) == ' ' && code_at(reading, name.end + 1) == 'J';
    /* Only a name without a first name of its own, or one of a son. */
    if (family.start != name.start && !younger) return;
    int64_t before = rank_before(&persons->first_end, family.start - 1);
    bool given = before < persons->first.count &&
                 persons->first_end.place[before] == family.start - 1 &&
                 is_joined_before(reading, name.start);
    bool junior = is_junior(reading, name.end);
    if (!given && !junior) return;
    int64_t begin = given ? persons->first.item[before].start : family.start;
    if (is_in_full_name(persons, begin, name.end + junior)) return;
    *actor = OTHER;
    if (given && !junior) *pronoun = persons->first.item[before].kind == CUE_MALE ? 'h' : 's';
}

/* Keep the first names with a capital, sorted by end; of equal ends the earlier stays first. */
static struct cues capitals(struct reading *reading, struct cues first) {
    int64_t kept = 0;
    for (int64_t i = 0; i < first.count; i++) {
        struct cue name = first.item[i];
        if (!is_capital_code(code_at(reading, name.start))) continue;
        int64_t to = kept++;
        for (; to && first.item[to - 1].end > name.end; to--) first.item[to] = first.item[to - 1];
        first.item[to] = name;
    }
    first.count = kept;
    return first;
}

enum { CUE_LISTS = 4, PLACE_LISTS = 3 };

/* Look up the names of persons, with lists that have room for all cues. Return false where the
 * reference must decide. */
static bool find_persons(struct reading *reading, struct persons *persons, struct cue *cue,
                         int64_t *place, size_t room) {
    const struct framing_context *given = reading->given;
    *persons = (struct persons){
        .first = capitals(reading, cues_of(given, cue_bit(CUE_MALE) | cue_bit(CUE_FEMALE), cue)),
        .family = cues_of(given, cue_bit(CUE_MEN) | cue_bit(CUE_WOMEN), cue + room),
        .full = cues_of(given, cue_bit(CUE_FULL_NAME), cue + 2 * room),
    };
    int64_t *first_end = place, *family_end = place + room, *full_start = place + 2 * room;
    for (int64_t i = 0; i < persons->first.count; i++) first_end[i] = persons->first.item[i].end;
    for (int64_t i = 0; i < persons->family.count; i++) family_end[i] = persons->family.item[i].end;
    for (int64_t i = 0; i < persons->full.count; i++) {
        struct cue name = persons->full.item[i];
        full_start[i] = name.start;
        persons->longest = larger(persons->longest, name.end - name.start);
    }
    persons->first_end = (struct ranked){first_end, persons->first.count, 0};
    persons->family_end = (struct ranked){family_end, persons->family.count, 0};
    persons->full_start = (struct ranked){full_start, persons->full.count, 0};
    return is_sorted(family_end, persons->family.count);
}

/* Add a name that ends at a position to a list. */
static int64_t add_name(struct reading *reading, struct persons *persons, struct cue name,
                        int64_t end, struct framing_names *names) {
    int64_t to = names->count++;
    tell_person(reading, persons, name, &names->actor[to], &names->pronoun[to]);
    names->start[to] = name.start;
    names->end[to] = end;
    names->inside[to] = false;
    return to;
}

/* Keep a name where it stands alone, or as an owner: Putin’s words. */
static void keep_name(struct reading *reading, struct persons *persons, struct cue name,
                      struct framing_names *mentions, struct framing_names *owners) {
    bool apostrophe = is_apostrophe(reading, name.end);
    if (!apostrophe || !has_flag(reading, name.end + 1, WORD)) {
        int64_t to = add_name(reading, persons, name, name.end, mentions);
        mentions->inside[to] =
            is_inside(reading, name.start) && !spares_statement(reading, name.start);
    }
    if (apostrophe && (code_at(reading, name.end + 1) | 0x20) == 's' &&
        has_flag(reading, name.end + 2, SPACE)) {
        add_name(reading, persons, name, name.end + 2, owners);
    }
}

/* Fill in the mentions and the owners, for which there is room. Return false without memory, or where
 * the reading has failed. */
bool find_names(struct speech *speech, struct framing_names *mentions, struct framing_names *owners) {
    struct reading *reading = &speech->reading;
    const struct framing_context *given = reading->given;
    size_t room = (size_t)given->cues + 1;
    mentions->count = owners->count = 0;
    struct cue *cue = malloc(CUE_LISTS * room * sizeof *cue);
    int64_t *place = malloc(PLACE_LISTS * room * sizeof *place);
    bool fits = cue && place;
    if (fits) {
        struct cues named = {cue + 3 * room, 0};
        for (int64_t i = 0; i < given->cues; i++) {
            if (given->cue_kind[i] < CUE_KINDS) continue;
            named.item[named.count++] =
                (struct cue){given->cue_kind[i], given->cue_start[i], given->cue_end[i]};
        }
        named = longest_cues(named);
        struct persons persons;
        if (named.count && !find_persons(reading, &persons, cue, place, room)) reading->failed = true;
        for (int64_t i = 0; i < named.count && !reading->failed; i++) {
            keep_name(reading, &persons, named.item[i], mentions, owners);
        }
    }
    free(cue);
    free(place);
    return fits && !reading->failed;
}
