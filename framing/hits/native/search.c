/* Search: the interface for Python, and the steps of a search, sentence by sentence.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

EXPORTED int32_t framing_interface(void);
EXPORTED struct lexicon *framing_lexicon_new(const struct framing_tables *given);
EXPORTED int32_t framing_lexicon_learn(struct lexicon *lexicon, const struct framing_text *given);
EXPORTED void framing_lexicon_free(struct lexicon *lexicon);
EXPORTED int32_t framing_search(struct lexicon *lexicon, const struct framing_text *given,
                                int32_t nested, framing_case in_case,
                                struct framing_found *found);
EXPORTED int32_t framing_count(struct lexicon *lexicon, const struct framing_text *given,
                               int32_t nested, framing_case in_case,
                               const struct framing_passages *passages,
                               struct framing_found *found);
EXPORTED int32_t framing_matches(struct lexicon *lexicon, const struct framing_text *given,
                                 struct framing_found *found);
EXPORTED void framing_found_free(struct framing_found *found);

int32_t framing_interface(void) { return FRAMING_INTERFACE; }

/* Return a lexicon; NULL without memory, or if a table is damaged. */
struct lexicon *framing_lexicon_new(const struct framing_tables *given) {
    if (!lexicon_is_sound(given)) return NULL;
    struct lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (!lexicon) return NULL;
    lexicon->t = *given;
    lexicon->atom_order = calloc((size_t)given->atoms + 1, 1);
    lexicon->meaning = calloc((size_t)given->strings + 1, sizeof *lexicon->meaning);
    lexicon->guessed = anchors_choose(&lexicon->t, NULL, 0);
    atomic_init(&lexicon->learned, NULL);
    for (int i = 0; i < SPARE; i++) atomic_init(&lexicon->spare[i], NULL);
    if (!lexicon->atom_order || !lexicon->meaning || !lexicon->guessed ||
        !trie_build(&lexicon->trie, given) ||
        !gate_build(&lexicon->gate, given, &lexicon->trie) ||
        !options_build(&lexicon->options, given)) {
        framing_lexicon_free(lexicon);
        return NULL;
    }
    for (uint32_t i = 0; i < given->strings; i++) {
        lexicon->meaning[i] = (struct meaning){given->closed[i], given->opened[i], given->literal[i]};
        if (given->opened[i] >= 0) lexicon->atom_order[given->opened[i]] = ATOM_OPENED;
    }
    for (uint32_t i = 0; i < given->glob_from[given->literals]; i++) {
        lexicon->atom_order[given->glob_atom[i]] = ATOM_GLOB;
    }
    return lexicon;
}

void framing_lexicon_free(struct lexicon *lexicon) {
    if (!lexicon) return;
    trie_free(&lexicon->trie);
    gate_free(&lexicon->gate);
    options_free(&lexicon->options);
    anchors_free(lexicon->guessed);
    anchors_free(atomic_load(&lexicon->learned));
    for (int i = 0; i < SPARE; i++) words_free(atomic_load(&lexicon->spare[i]));
    free(lexicon->atom_order);
    free(lexicon->meaning);
    free(lexicon);
}

void framing_found_free(struct framing_found *found) {
    free(found->row);
    free(found->start);
    free(found->end);
    free(found->rule);
    memset(found, 0, sizeof *found);
}

static bool found_push(struct framing_found *found, size_t *room, int64_t row, uint32_t start,
                       uint32_t end, uint32_t rule) {
    uint32_t **column[] = {&found->row, &found->start, &found->end, &found->rule};
    uint32_t value[] = {(uint32_t)row, start, end, rule};
    size_t wanted = (size_t)found->count + 1, larger = *room;
    for (int i = 0; i < 4; i++) {
        larger = *room;
        if (!grown((void **)column[i], &larger, wanted, sizeof(uint32_t))) return false;
        (*column[i])[found->count] = value[i];
    }
    *room = larger;
    found->count++;
    return true;
}

/* What a search needs beside the text. */
struct search {
    struct words *words;
    struct sentence here, before;
    struct scout scout;
    struct hits hits;
};

/* Take over what an earlier search learned of words; threads that find nothing begin anew. */
static struct words *words_taken(struct lexicon *lexicon, const struct anchors *anchors) {
    struct words *words = NULL;
    for (int i = 0; i < SPARE && !words; i++) words = atomic_exchange(&lexicon->spare[i], NULL);
    if (!words) words = words_new(lexicon);
    if (words && words_note(words, anchors)) return words;
    words_free(words);
    return NULL;
}

static void words_given_back(struct lexicon *lexicon, struct words *words) {
    for (int i = 0; i < SPARE; i++) {
        struct words *none = NULL;
        if (atomic_compare_exchange_strong(&lexicon->spare[i], &none, words)) return;
    }
    words_free(words);
}

static bool search_open(struct search *search, struct lexicon *lexicon,
                        const struct text *text) {
    memset(search, 0, sizeof *search);
    const struct anchors *anchors = atomic_load(&lexicon->learned);
    if (!anchors) anchors = lexicon->guessed;
    search->words = words_taken(lexicon, anchors);
    return search->words && scout_open(&search->scout, lexicon, anchors) &&
           sentence_new(&search->here, lexicon, text, search->words) &&
           sentence_new(&search->before, lexicon, text, search->words);
}

static void search_close(struct search *search, struct lexicon *lexicon) {
    words_given_back(lexicon, search->words);
    sentence_free(&search->here);
    sentence_free(&search->before);
    free(search->hits.item);
    scout_close(&search->scout);
}

/* Add the matches of an entry that have its case and meet its conditions. */
static bool add_hits(struct search *search, uint32_t rule, framing_case in_case) {
    struct sentence *s = &search->here;
    const struct framing_tables *t = &s->lexicon->t;
    struct spans spans = rule_spans(s, rule);
    for (size_t i = 0; i < spans.count && !s->failed; i++) {
        struct span span = s->pool[spans.from + i];
        struct hit hit = {span.start, span.end, rule, t->frame_of[rule], span.order, 0, 0};
        if (t->rule_cased[rule] && !(in_case && in_case(rule, span.start, span.end))) continue;
        if (!conditions_hold(s, &search->before, &hit)) continue;
        if (!grown((void **)&search->hits.item, &search->hits.room, search->hits.count + 1,
                   sizeof hit)) {
            return false;
        }
        search->hits.item[search->hits.count++] = hit;
    }
    return !s->failed;
}

/* Add the hits of the entries that may match, and settle exceptions and claims. */
static bool settle_hits(struct search *search, bool nested, framing_case in_case) {
    struct sentence *s = &search->here;
    for (size_t i = 0; i < search->scout.rules; i++) {
        if (!add_hits(search, search->scout.rule[i], in_case)) return false;
    }
    if (search->hits.count) drop_covered(s, &search->scout, &search->hits);
    return !s->failed && claim(s->text, s->lexicon, &search->hits, nested);
}

static bool search_sentence(struct search *search, int64_t row, bool nested, framing_case in_case) {
    search->hits.count = 0;
    sentence_open(&search->here, row);
    scout_sentence(&search->scout, &search->here);
    if (!search->scout.rules) return true;
    find_atoms(&search->here);
    return settle_hits(search, nested, in_case);
}

/* Choose anchors by how many sentences of a text have each atom; the first text counts. Return 0,
 * or a failure, after which the search goes on with the anchors that it has. */
int32_t framing_lexicon_learn(struct lexicon *lexicon, const struct framing_text *given) {
    struct text text;
    struct sentence sentence;
    int32_t result = text_open(&text, lexicon, given);
    if (result) return result;
    uint32_t *seen = calloc((size_t)lexicon->t.atoms + 1, sizeof *seen);
    struct words *words = words_taken(lexicon, lexicon->guessed);
    bool fits = seen && words && sentence_new(&sentence, lexicon, &text, words);
    if (fits) {
        for (int64_t row = 0; row < text.sentences && !sentence.failed; row++) {
            sentence_open(&sentence, row);
            find_atoms(&sentence);
            for (size_t i = 0; i < sentence.seen_count; i++) seen[sentence.seen[i]]++;
        }
        struct anchors *none = NULL, *learned = anchors_choose(&lexicon->t, seen, text.sentences);
        if (!atomic_compare_exchange_strong(&lexicon->learned, &none, learned)) {
            anchors_free(learned);
        }
        fits = !sentence.failed && learned;
        sentence_free(&sentence);
    }
    free(seen);
    words_given_back(lexicon, words);
    text_close(&text);
    return fits ? 0 : NO_MEMORY;
}

/* Find the hits of the entries: with conditions, exceptions, and one claim per token. Return 0, or
 * a failure. */
int32_t framing_search(struct lexicon *lexicon, const struct framing_text *given,
                       int32_t nested, framing_case in_case, struct framing_found *found) {
    struct text text;
    struct search search;
    size_t room = 0;
    memset(found, 0, sizeof *found);
    int32_t result = text_open(&text, lexicon, given);
    if (result) return result;
    if (!search_open(&search, lexicon, &text)) result = NO_MEMORY;
    for (int64_t row = 0; row < text.sentences && !result; row++) {
        if (!search_sentence(&search, row, nested != 0, in_case)) result = NO_MEMORY;
        for (size_t i = 0; i < search.hits.count && !result; i++) {
            const struct hit *hit = &search.hits.item[i];
            if (!found_push(found, &room, row, hit->start, hit->end, hit->rule)) result = NO_MEMORY;
        }
    }
    search_close(&search, lexicon);
    text_close(&text);
    if (result) framing_found_free(found);
    return result;
}

/* Whether a sentence may end inside a span: at a sign, but not at a hyphen between two letters. Of
 * apostrophes it may end behind one that begins the span and follows no word: Not now. 'Ll go. */
static bool may_hold_end(const struct text *text, const struct framing_passages *passages,
                         struct span span) {
    const uint8_t *flags = text->flags;
    for (uint32_t i = span.start; i < span.end; i++) {
        bool sign = !(flags[i] & (WORD | SPACE | SIGN));
        if (i == span.start && flags[i] & SIGN) sign = !i || !(flags[i - 1] & WORD);
        if (sign && text->classes[i] == passages->hyphen && i > span.start && i + 1 < span.end) {
            sign = !(flags[i - 1] & flags[i + 1] & WORD);
        }
        if (sign || flags[i] & STOP) return true;
    }
    return false;
}

/* Whether a match of a rule may hold the end of a sentence. Of a pattern with a gap all matches
 * count, also those that a shorter one removes: it may be the one across an end. */
static bool any_holds_end(struct sentence *s, const struct framing_passages *passages, uint32_t rule) {
    struct spans spans = rule_spans(s, rule);
    if (s->lexicon->t.rule_gapped[rule]) spans = node_spans(s, s->lexicon->t.rule_node[rule]);
    for (size_t i = 0; i < spans.count; i++) {
        if (may_hold_end(s->text, passages, s->pool[spans.from + i])) return true;
    }
    return false;
}

/* Whether a match of an exception that concerns an entry may hold the end of a sentence. */
static bool any_excepted_holds_end(struct search *search, const struct framing_passages *passages,
                                   uint32_t entry) {
    const struct scout *scout = &search->scout;
    for (size_t i = 0; i < scout->exceptions; i++) {
        uint32_t rule = scout->exception[i];
        if (!concerns(&search->here.lexicon->t, rule, entry)) continue;
        if (any_holds_end(&search->here, passages, rule)) return true;
    }
    return false;
}

/* Whether the hits of a passage depend on where its sentences end. */
static bool needs_sentences(struct search *search, const struct framing_passages *passages) {
    struct sentence *s = &search->here;
    const struct framing_tables *t = &s->lexicon->t;
    for (size_t i = 0; i < search->scout.rules; i++) {
        uint32_t rule = search->scout.rule[i];
        if (!rule_spans(s, rule).count) continue;
        if (t->condition_from[rule] < t->condition_from[rule + 1]) return true;
        if (any_holds_end(s, passages, rule)) return true;
        if (any_excepted_holds_end(search, passages, rule)) return true;
    }
    return false;
}

/* Find the hits of passages that do not depend on their sentences; the others are marked as open
 * and have none. Return 0, or a failure. */
int32_t framing_count(struct lexicon *lexicon, const struct framing_text *given, int32_t nested,
                      framing_case in_case, const struct framing_passages *passages,
                      struct framing_found *found) {
    struct text text;
    struct search search;
    size_t room = 0;
    memset(found, 0, sizeof *found);
    int32_t result = text_open(&text, lexicon, given);
    if (result) return result;
    if (!search_open(&search, lexicon, &text)) result = NO_MEMORY;
    for (int64_t row = 0; row < text.sentences && !result; row++) {
        sentence_open(&search.here, row);
        scout_sentence(&search.scout, &search.here);
        search.hits.count = 0;
        if (search.scout.rules) {
            find_atoms(&search.here);
            passages->open[row] = needs_sentences(&search, passages);
            if (!passages->open[row] && !settle_hits(&search, nested != 0, in_case)) {
                result = NO_MEMORY;
            }
        }
        if (search.here.failed) result = NO_MEMORY;
        for (size_t i = 0; i < search.hits.count && !result; i++) {
            const struct hit *hit = &search.hits.item[i];
            if (!found_push(found, &room, row, hit->start, hit->end, hit->rule)) result = NO_MEMORY;
        }
    }
    search_close(&search, lexicon);
    text_close(&text);
    if (result) framing_found_free(found);
    return result;
}

/* Find all matches of all entries, also those that overlap. Return 0, or a failure. */
int32_t framing_matches(struct lexicon *lexicon, const struct framing_text *given,
                        struct framing_found *found) {
    struct text text;
    struct search search;
    size_t room = 0;
    memset(found, 0, sizeof *found);
    int32_t result = text_open(&text, lexicon, given);
    if (result) return result;
    if (!search_open(&search, lexicon, &text)) result = NO_MEMORY;
    for (int64_t row = 0; row < text.sentences && !result; row++) {
        sentence_open(&search.here, row);
        scout_sentence(&search.scout, &search.here);
        if (search.scout.rules) find_atoms(&search.here);
        for (size_t i = 0; i < search.scout.rules && !result; i++) {
            uint32_t rule = search.scout.rule[i];
            struct spans spans = rule_spans(&search.here, rule);
            for (size_t k = 0; k < spans.count && !result; k++) {
                struct span span = search.here.pool[spans.from + k];
                if (!found_push(found, &room, row, span.start, span.end, rule)) result = NO_MEMORY;
            }
        }
        if (search.here.failed) result = NO_MEMORY;
    }
    search_close(&search, lexicon);
    text_close(&text);
    if (result) framing_found_free(found);
    return result;
}
