/* Lexicon: checks of the tables that come from Python.
 *
 * After these checks, no index of a table is checked again.
 */
#include "core.h"

/* Whether numbers rise from 0 to at most the last, which is the size of another column. */
static bool rises(const uint32_t *from, uint32_t count) {
    if (from[0]) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (from[i] > from[i + 1]) return false;
    }
    return from[count] < INT32_MAX;
}

static bool all_below(const uint32_t *numbers, size_t count, uint32_t past) {
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] >= past) return false;
    }
    return true;
}

static bool meanings_sound(const struct framing_tables *t) {
    for (uint32_t i = 0; i < t->strings; i++) {
        if (t->closed[i] >= (int32_t)t->atoms || t->opened[i] >= (int32_t)t->atoms) return false;
        if (t->literal[i] >= (int32_t)t->literals) return false;
        if (t->string_from[i] == t->string_from[i + 1]) return false;
    }
    for (uint32_t i = 0; i < t->string_from[t->strings]; i++) {
        if (t->string_symbols[i] >= 4 * t->classes) return false;
    }
    return true;
}

static bool trees_sound(const struct framing_tables *t) {
    for (uint32_t node = 0; node < t->nodes; node++) {
        uint32_t low = t->part_from[node], past = t->part_from[node + 1];
        if (t->node_kind[node] > NODE_ROW) return false;
        if (t->node_kind[node] == NODE_ATOM) {
            if (t->node_atom[node] >= t->atoms) return false;
            continue;
        }
        if (low == past || t->part_joint[low] == JOINT_LOOKED_UP) return false;
        for (uint32_t part = low; part < past; part++) {
            if (t->part_joint[part] > JOINT_LOOKED_UP) return false;
            bool word = t->part_joint[part] == JOINT_LOOKED_UP;
            if (word && t->part_word_from[part] == t->part_word_from[part + 1]) return false;
            if (!word && t->part_node[part] >= node) return false;
        }
    }
    for (uint32_t rule = 0; rule < t->rules; rule++) {
        uint32_t node = t->rule_node[rule];
        if (node >= t->nodes) return false;
        if (!t->rule_single[rule] || t->node_kind[node] == NODE_ATOM) continue;
        if (t->node_kind[node] != NODE_CHOICE) return false;
        for (uint32_t part = t->part_from[node]; part < t->part_from[node + 1]; part++) {
            if (t->node_kind[t->part_node[part]] != NODE_ATOM) return false;
        }
    }
    return true;
}

static bool rules_sound(const struct framing_tables *t) {
    uint32_t conditions = t->condition_from[t->entries];
    uint32_t exceptions = t->first_condition - t->entries;
    for (uint32_t i = 0; i < exceptions; i++) {
        uint32_t past = t->exception_scope[i] == SCOPE_ENTRY ? t->entries : t->frames;
        if (t->exception_scope[i] > SCOPE_ALL) return false;
        if (t->exception_scope[i] != SCOPE_ALL && t->exception_owner[i] >= past) return false;
    }
    return all_below(t->frame_of, t->entries, t->frames) &&
           all_below(t->condition_rule, conditions, t->rules);
}

/* Whether each number in the tables is a valid index of its table. */
bool lexicon_is_sound(const struct framing_tables *t) {
    if (!t->classes || t->classes > 0x3FFF || t->strings >= INT32_MAX || t->atoms >= INT32_MAX ||
        t->literals >= INT32_MAX || t->nodes >= INT32_MAX || t->rules >= INT32_MAX ||
        t->entries > t->first_condition || t->first_condition > t->rules ||
        t->frames >= INT32_MAX) {
        return false;
    }
    return rises(t->string_from, t->strings) && rises(t->glob_from, t->literals) &&
           rises(t->glob_text_from, t->glob_from[t->literals]) &&
           rises(t->part_from, t->nodes) && rises(t->part_word_from, t->part_from[t->nodes]) &&
           rises(t->condition_from, t->entries) &&
           all_below(t->glob_atom, t->glob_from[t->literals], t->atoms) && meanings_sound(t) &&
           trees_sound(t) && rules_sound(t);
}
