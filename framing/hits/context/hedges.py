"""Hedges: which hits are uncertain within their clause: modal verbs, doubts and conditions."""

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.clauses import Clauses, Pairs, ends_in_ed, last_letter, words_between
from framing.hits.context.cues import KINDS, Cues, Reader, is_kind
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, WORD, Offsets


def hedged(
    reader: Reader, cues: Cues, clauses: Clauses, start: Offsets, end: Offsets, clause: Offsets
) -> Mask:
    """Return which hits are in a hedged clause; a word of doubt does not hedge itself."""
    kinds = ("hedge", "adjective", "doubt", "condition", "inverted", "pseudo_hedge")
    found = cues.of(*kinds).longest()
    found = found.take(~(_is_may(reader, found) | _is_claimed(reader, found)))
    found = found.take(_is_condition(reader, found, clauses))
    marked = np.zeros(len(clauses.bounds) + 3, dtype=bool)
    condition = found.of("condition", "inverted")
    own = clauses.of(condition.start)
    marked[own] = True
    # If the talks fail, the war goes on; the war goes on if the talks fail.
    before = np.searchsorted(clauses.bounds, condition.start) - 1
    bound = clauses.bounds[np.maximum(before, 0)]
    opens = condition.start - bound <= 2
    within = reader.row(condition.start)
    opens |= condition.start - reader.text.first[within] <= 1
    # And if the talks fail, the war goes on.
    opens |= reader.token(condition.start) - reader.token(np.maximum(bound, 0)) <= 1
    # If they do, then the war goes on.
    bounds = np.append(clauses.bounds, np.full(2, np.iinfo(np.int64).max))
    then = own + 1 + (bounds[np.minimum(own + 1, len(bounds) - 1)] - bounds[own] <= len(", "))
    behind = np.zeros(len(marked), dtype=bool)
    for other, which, what in ((then, opens, marked), (own - 1, ~opens, behind)):
        there = which & (other > 0) & (other <= len(clauses.bounds))
        bound = clauses.bounds[other[there] - 1]
        there[there] = reader.row(bound) == within[there]
        what[other[there]] = True
    _mark_beside(reader, clauses, found.of("hedge"), marked)
    answer: Mask = marked[clause]
    some = np.flatnonzero(behind[clause] & ~answer)
    answer[some] = _before_condition(reader, clauses, end[some], clause[some])
    parted = _parted_subjects(reader, clauses, found.of("hedge"))
    some = np.flatnonzero(parted[clause] & ~answer)
    rows = np.arange(len(some))
    past = clauses.bounds[np.minimum(clause[some], len(clauses.bounds) - 1)]
    edges = np.searchsorted(reader.text.tokens, [end[some], past])
    inner, _, bits = words_between(reader, Pairs(rows, rows, edges[0], edges[1], past))
    stated = is_kind(bits, "finite") | is_kind(bits, "auxiliary")
    answer[some] = True
    answer[some[inner[stated]]] = False
    answer |= _hedged_by(reader, found.of("hedge", "adjective"), clauses, start, end, clause)
    return answer | _doubted(reader, found.of("doubt"), clauses, start, end, clause)


def _mark_beside(reader: Reader, clauses: Clauses, hedges: Cues, marked: Mask) -> None:
    """Mark what a hedge that stands alone between commas, dashes or brackets is about.

    Perhaps, the truce holds; it was signed, perhaps; it will, in all likelihood, hold.
    """
    many = len(clauses.bounds)
    own = clauses.of(hedges.start)
    bounds = np.append(clauses.bounds, np.iinfo(np.int64).max)
    begin, past = clauses.bounds[np.maximum(own - 1, 0)], bounds[own]
    row = reader.row(hedges.start)
    token = reader.token(begin)
    # Or so it seems; quite possibly.
    alone = (own > 0) & (reader.token(hedges.start) - token <= 1)
    alone &= reader.token(hedges.end) >= reader.token(past)
    # Trade may, in turn, grow; but: maybe, it grows.
    alone &= ~_is_modal(reader, hedges.start) | (reader.code(hedges.start + 3) | 0x20 == ord("b"))
    sign = reader.code(begin)
    aside = np.isin(sign, _ASIDE)
    before = alone & aside & (own > 1) & (reader.row(clauses.bounds[np.maximum(own - 2, 0)]) == row)
    follows = alone & (own < many)
    place = np.minimum(own, many - 1)
    past = clauses.bounds[place]
    follows &= reader.row(past) == row
    # A new clause is its own: it was signed, perhaps, and the war ended.
    first = reader.text.tokens[np.minimum(reader.token(past), len(reader.text.tokens) - 1)]
    closing = reader.code(past)
    follows &= np.isin(closing, _ASIDE) | (closing == ord(")"))
    # A place or an aim that follows is what it is about: signed, perhaps, in Oslo.
    before &= ~(follows & (closing == sign) & reader.word(first, "inside"))
    marked[own[before] - 1] = True
    follows &= ~before | ~reader.word(first, "and")
    marked[own[follows] + 1] = True


_ASIDE = [ord(sign) for sign in ",-–—("]


# The most clauses between a subject and its verb: a truce, once signed, could last.
_PARTED = 4


def _parted_subjects(reader: Reader, clauses: Clauses, hedges: Cues) -> Mask:
    """Return which clauses end with a subject whose verb may hedge it behind two commas or dashes.

    A truce, signed in Oslo, could last; a truce -- a short one -- may be near.
    """
    parted = np.zeros(len(clauses.bounds) + 3, dtype=bool)
    own = clauses.of(hedges.start) - 1
    bound = clauses.bounds[np.maximum(own, 0)]
    near = (own > 0) & (hedges.start - bound <= len("-- ")) & _is_modal(reader, hedges.start)
    # Would be, in a report, is what somebody said will be.
    near &= (reader.code(hedges.start) | 0x20) != ord("w")
    near &= np.isin(reader.code(bound), _PARTING)
    for place in own[near].tolist():
        sign = reader.code(clauses.bounds[place : place + 1])[0]
        row = reader.row(clauses.bounds[place : place + 1])[0]
        for before in range(place - 1, max(place - 1 - _PARTED, 0), -1):
            other = clauses.bounds[before : before + 1]
            if reader.row(other)[0] != row:
                break
            if reader.code(other)[0] == sign:
                parted[before] = True
                break
    return parted


_PARTING = [ord(sign) for sign in ",-–—"]


# An adjective makes uncertain what follows it so closely: a possible lasting truce.
ADJECTIVE = 4


def _hedged_by(
    reader: Reader, hedges: Cues, clauses: Clauses, start: Offsets, end: Offsets, clause: Offsets
) -> Mask:
    """Return which hits a hedge in their clause is about.

    It is not about another predicate behind "and", nor about what stands before the "that" of its
    own clause; an adjective is about its noun. No word hedges itself.
    """
    answer = np.zeros(len(start), dtype=bool)
    number = clauses.of(hedges.start)
    low = np.searchsorted(number, clause)
    count = np.searchsorted(number, clause, side="right") - low
    hit = np.repeat(np.arange(len(start)), count)
    cue = np.arange(len(hit)) - np.repeat(np.cumsum(count) - count, count) + low[hit]
    if not len(hit):
        return answer
    tokens = reader.text.tokens
    last = len(tokens) - 1
    first, past = hedges.start[cue], hedges.end[cue]
    ended = (first == start[hit]) & (past == end[hit])
    ahead, after = past <= start[hit], first >= end[hit]
    pairs = Pairs(
        hit, cue, np.searchsorted(tokens, np.where(ahead, past, end[hit])),
        np.searchsorted(tokens, np.where(ahead, start[hit], first)), first,
    )  # fmt: skip
    pairs = pairs.take(ahead | after)
    ahead, after = ahead[ahead | after], ~ahead[ahead | after]
    close = np.flatnonzero(~_is_attributive(reader, hedges)[pairs.cue])
    about = np.ones(len(pairs.hit), dtype=bool)
    about[after] = False
    about[pairs.last - pairs.first > ADJECTIVE] = False
    about[_parted_nouns(reader, pairs)] = False
    about[close] = True
    pair, token, bits = words_between(reader, pairs)
    joint = np.flatnonzero(is_kind(bits, "and"))
    follows = tokens[np.minimum(token[joint] + 1, last)]
    other = reader.word(follows, "predicate") | reader.word(follows, "finite")
    # They signed a truce and may extend it.
    other &= (token[joint] + 1 < pairs.last[pair[joint]]) | ahead[pair[joint]]
    other |= after[pair[joint]] & (token[joint] + 1 == pairs.last[pair[joint]])
    other &= ~(ahead[pair[joint]] & _is_modal(reader, follows))
    about[pair[joint[other]]] = False
    # Guarantees that the deal could hold; but: a deal that ends the war is possible.
    that = after[pair] & is_kind(bits, "that")
    verb = is_kind(bits, "finite") | ends_in_ed(reader, tokens[token])
    # One case that could possibly fail.
    led = reader.word(tokens[np.maximum(token - 1, 0)], "that") & (token > pairs.first[pair])
    verb &= ~(led & (token + 1 == pairs.last[pair]))
    # He hopes he might win; the truce he could sign.
    own = after[pair] & is_kind(bits, "pronoun") & (token + 1 == pairs.last[pair])
    about[pair[own]] = False
    latest = np.full(len(pairs.hit), -1)
    np.maximum.at(latest, pair[that], token[that])
    stated = np.full(len(pairs.hit), -1)
    np.maximum.at(stated, pair[verb], token[verb])
    about[(latest >= 0) & (stated < latest)] = False
    answer[pairs.hit[about]] = True
    answer[hit[~ended & (first < end[hit]) & (past > start[hit])]] = True
    return answer


def _parted_nouns(reader: Reader, pairs: Pairs) -> Offsets:
    """Return the pairs whose adjective is about a noun of its own, and not about the hit.

    A verb stands between them, or "of the": the alleged attack broke the truce, the alleged
    violation of the truce; but: the possible signing of a truce.
    """
    count = np.maximum(pairs.last - pairs.first, 0)
    count[count > ADJECTIVE] = 0
    pair = np.repeat(np.arange(len(count)), count)
    token = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count) + pairs.first[pair]
    tokens = reader.text.tokens
    word, follows = tokens[token], tokens[np.minimum(token + 1, len(tokens) - 1)]
    parted = reader.word(word, "finite")
    parted |= ends_in_ed(reader, word) & reader.word(follows, "article")
    between = token + 1 < pairs.last[pair]
    parted |= between & reader.reads(word, "of ") & reader.reads(follows, "the ")
    return pair[parted]


def _is_attributive(reader: Reader, hedges: Cues) -> Mask:
    """Return which hedges are adjectives before a noun: the alleged breach, any possible truce."""
    tokens = reader.text.tokens
    found: Mask = hedges.kind == KINDS.index("adjective")
    some = np.flatnonzero(found)
    before = tokens[np.maximum(reader.token(hedges.start[some]) - 1, 0)]
    bits = reader.words(before)
    stated = is_kind(bits, "auxiliary") | is_kind(bits, "filler") | is_kind(bits, "predicate")
    joined = reader.has(hedges.end[some], SPACE) & reader.has(hedges.end[some] + 1, WORD)
    led = reader.has(hedges.start[some] - 1, SPACE) & reader.has(hedges.start[some] - 2, WORD)
    found[some] = joined & led & ~stated
    return found


def _before_condition(reader: Reader, clauses: Clauses, end: Offsets, clause: Offsets) -> Mask:
    """Return which hits a condition after their clause is about.

    It is about the last predicate: they seek a truce and have vowed to fight if it fails.
    """
    tokens = reader.text.tokens
    rows = np.arange(len(end))
    bound = clauses.bounds[np.minimum(clause, len(clauses.bounds) - 1)]
    pairs = Pairs(rows, rows, np.searchsorted(tokens, end), np.searchsorted(tokens, bound), end)
    pair, token, bits = words_between(reader, pairs)
    joint = np.flatnonzero(is_kind(bits, "and"))
    follows = tokens[np.minimum(token[joint] + 1, len(tokens) - 1)]
    other = reader.word(follows, "predicate") | reader.word(follows, "finite")
    other &= (token[joint] + 1 < pairs.last[pair[joint]]) & ~_is_modal(reader, follows)
    answer = np.ones(len(end), dtype=bool)
    answer[pair[joint[other]]] = False
    return answer


_MODAL_WORDS = (b"will would may might can could must should shall").split()
# Of a word the first three letters are looked at.
MODALS = np.array([int.from_bytes(word[:3], "big") for word in _MODAL_WORDS])


def _is_modal(reader: Reader, positions: Offsets) -> Mask:
    letters = [np.minimum(reader.code(positions + step), 0x7F) | 0x20 for step in range(3)]
    found: Mask = np.isin((letters[0] << 16) | (letters[1] << 8) | letters[2], MODALS)
    return found


def _is_claimed(reader: Reader, found: Cues) -> Mask:
    """Return which cues are verbs: he alleged, has suspected; but: the alleged truce."""
    claimed: Mask = found.kind == KINDS.index("adjective")
    some = np.flatnonzero(claimed)
    end = found.end[some]
    some = some[
        (reader.code(end - 1) | 0x20 == ord("d")) & (reader.code(end - 2) | 0x20 == ord("e"))
    ]
    claimed[:] = False
    found = found.take(some)
    before = reader.text.tokens[np.maximum(reader.token(found.start) - 1, 0)]
    be = reader.word(before, "auxiliary") & (reader.code(before) | 0x20 != ord("h"))
    be |= (reader.code(before) | 0x20 == ord("b")) & (reader.code(before + 1) == ord("e"))
    joined = reader.joined(found.start)
    # Had alleged a breach; he suspected the envoys; those alleged “ties”.
    led = reader.word(before, "auxiliary") | reader.word(before, "pronoun")
    plain = reader.word(before, "article") | reader.word(before, "subject")
    verb = joined & ~be & (led | ~(plain | _is_attributive(reader, found)))
    # Alleged breaches; the complaint, which was filed in May, alleged that it broke.
    claimed[some] = verb | (~joined & reader.word(found.end + 1, "that"))
    return claimed


def _is_may(reader: Reader, found: Cues) -> Mask:
    """Return which cues are the month or a name: the May truce, James May signed, May 9."""
    may: Mask = (found.end - found.start == len("May")) & (reader.code(found.start) == ord("M"))
    some = np.flatnonzero(may)
    some = some[(reader.code(found.end[some] - 1) | 0x20) == ord("y")]
    may[:] = False
    if not len(some):
        return may
    start, end, tokens = found.start[some], found.end[some], reader.text.tokens
    token = reader.token(start)
    before = tokens[np.maximum(token - 1, 0)]
    code = reader.code(before)
    small = (code >= ord("a")) & (code <= ord("z"))
    small &= reader.has(start - 1, SPACE) & reader.has(start - 2, WORD)
    small &= reader.row(before) == reader.row(start)
    follows = tokens[np.minimum(token + 1, len(tokens) - 1)]
    joined = reader.has(end, SPACE) & reader.has(end + 1, WORD) & (follows == end + 1)
    # A verb after it has its own form: Brian May praised, but: Russia May Need It.
    verb = ends_in_ed(reader, follows) & (reader.code(last_letter(reader, follows) - 2) != ord("e"))
    # Theresa May and James May; Theresa May, once in office.
    verb |= reader.word(follows, "and")
    may[some] = (
        small | (reader.code(end) == ord(",")) | (joined & (verb | reader.word(follows, "finite")))
    )
    return may


def _doubted(
    reader: Reader, doubt: Cues, clauses: Clauses, start: Offsets, end: Offsets, clause: Offsets
) -> Mask:
    """Return which hits are doubted: "they doubt that it holds"; "whether it holds is doubtful"."""
    low = clauses.bounds[np.maximum(clause - 1, 0)]
    before = ranks(doubt.end, start, right=True)
    ahead: Mask = before > ranks(doubt.start, low)
    # An adjective with its verb is about what stands before it.
    stated = doubt.start[reader.word(doubt.start, "auxiliary")]
    high = np.append(clauses.bounds, np.iinfo(np.int64).max)[clause]
    return ahead | (ranks(stated, high) > ranks(stated, end))


def _is_condition(reader: Reader, found: Cues, clauses: Clauses) -> Mask:
    """Return which cues are valid: "had" and the like count only before a subject.

    "Had a truce been signed" and "were it to end" count; "had he slept?" and "they had a truce"
    do not.
    """
    holds = np.ones(len(found), dtype=bool)
    turned = np.flatnonzero(found.kind == KINDS.index("inverted"))
    if not len(turned):
        return holds
    start, end = found.start[turned], found.end[turned]
    text = reader.text
    row = reader.row(start)
    bound = clauses.bounds[np.maximum(clauses.of(start) - 1, 0)]
    fresh = start - text.first[row] <= 2
    sign = reader.code(bound)
    opens = fresh | ((start - bound <= 2) & ((sign == ord(",")) | (sign == ord("…"))))
    joined = reader.has(end, SPACE) & reader.has(end + 1, WORD)
    code = reader.code(end + 1)
    named = (code >= ord("A")) & (code <= ord("Z"))
    known = joined & (reader.word(np.where(joined, end + 1, 0), "subject") | (named & fresh))
    asks = reader.code(np.maximum(text.last[row] - 1, 0)) == ord("?")
    holds[turned] = opens & known & ~asks
    return holds
