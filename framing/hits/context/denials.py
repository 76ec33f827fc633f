"""Denials: which hits are denied within their clause.

The rules for cues and their scope are those of NegEx (Chapman et al. 2001): a cue stands before
or after the hit, and no word between them ends its scope.
"""

import numpy as np

from framing._core.typing import Mask
from framing.hits.context.clauses import CHAIN, REACH, Clauses, Pairs, ends_in_ed, words_between
from framing.hits.context.cues import KINDS, Cues, Reader, is_kind
from framing.hits.native.library import ranks
from framing.text.characters import SPACE, WORD, Offsets

# How far a negation reaches after "and", and how far a denial at the end of a clause reaches back
# to its subject, in tokens.
REACH_AND = 3
REACH_BACK = 9
# The most characters of a compound between "no-" and a hit: a no-peace-deal outcome.
COMPOUND = 16
# Between a negation and what it denies with a preposition: not at peace, not under a full truce.
BESIDE = 3
# The most characters between the commas of "would not, he said, be".
PARENTHESIS = 60


def rejected(
    reader: Reader,
    cues: Cues,
    clauses: Clauses,
    start: Offsets,
    end: Offsets,
    clause: Offsets,
    negative: Mask,
    waits: Mask,
) -> Mask:
    """Return which hits are denied within their clause.

    ``negative`` says which are of an entry that writes a negation: it is what they mean. A
    negation in a gap of another entry denies it. ``waits`` becomes True where a hit waits for
    something else: no truce until they leave.
    """
    group = ("no", "not", "reject", "after", "pseudo_negation", "bounded")
    found = cues.of(*group).longest()
    forward = found.of("no", "not", "reject")
    forward = forward.take(~(_asks(reader, forward) | _names(reader, forward, start)))
    parity = _cancelled(reader, forward, clauses)
    forward, parity = _past_parentheses(reader, forward, parity)
    harm, says = cues.of("harm"), cues.of("reporting").start
    answer = _denied_before(
        reader, forward, parity, clauses, start, end, clause, harm, says, waits
    )  # fmt: skip
    answer |= _denied_after(reader, found, forward, parity, cues, clauses, end, clause, waits)
    answer |= _inside(found.of("bounded"), start, end, strict=False)
    # "Not just" denies nothing, also where it is a part of the hit.
    inner = cues.of("no", "not", "pseudo_negation").longest().of("no", "not")
    return answer | (_inside(inner, start, end, strict=True) & ~negative)


def _asks(reader: Reader, forward: Cues) -> Mask:
    """Return which cues ask for a yes: don't they want a truce? Who would not want it?

    Also after a verb that begins the question, and in "why can't they", but not in "why won't
    they", which says that they will not.
    """
    asks: Mask = forward.kind == KINDS.index("not")
    some = np.flatnonzero(asks)
    row = reader.row(forward.start[some])
    past = np.maximum(reader.text.last[row] - 1, 0)
    mark = (reader.code(past) == ord("?")) | (reader.code(np.maximum(past - 1, 0)) == ord("?"))
    asks[some[~mark]] = False
    some, row = some[mark], row[mark]
    if not len(some):
        return asks
    start = forward.start[some]
    token = np.minimum(reader.token(reader.text.first[row]), len(reader.text.tokens) - 1)
    first, ahead = reader.text.tokens[token], reader.token(start) - token
    short = reader.is_apostrophe(forward.end[some] - 2)
    letter = reader.code(start) | 0x20
    suggests = (letter == ord("c")) | ((letter == ord("s")) & short)
    asks[some] = (short & (start - reader.text.first[row] <= 1)) | (
        (ahead > 0)
        & (
            (reader.reads(first, "who ") & (ahead <= 2))
            | (reader.reads(first, "why ") & (ahead == 1) & suggests)
            | (reader.word(first, "auxiliary") & (ahead <= _ASKED))
        )
    )
    return asks


# The most words before "not" in a question: Could there ever not be a truce?
_ASKED = 4


def _names(reader: Reader, forward: Cues, start: Offsets) -> Mask:
    """Return which "no" begins a name: "no-frills" (but not "no-deal"), No 10 (not: 10-day).

    Also "not" and "never" in an adjective: never-ending, not-so-secret.
    """
    end = forward.end
    size = end - forward.start
    names: Mask = (forward.kind == KINDS.index("no")) & (size == len("no"))
    adverb = (forward.kind == KINDS.index("not")) & ((size == len("not")) | (size == len("never")))
    sign = reader.code(end)
    hyphen = np.flatnonzero((names | adverb) & (sign == ord("-")) & reader.has(end + 1, WORD))
    digit = _is_digit(reader, end + 1)
    number = np.flatnonzero(names & (sign == ord(" ")) & digit)
    names[:] = False
    if len(hyphen):
        past = end[hyphen]
        hit = np.append(start, np.iinfo(np.int64).max)[np.searchsorted(start, past)]
        near = hit - past <= COMPOUND
        joined = near & (reader.code(np.where(near, hit, 1) - 1) == ord("-"))
        names[hyphen] = ~joined & ~reader.word(past + 1, "anyone")
    if len(number):
        past = end[number] + 2
        past += _is_digit(reader, past)
        sign = reader.code(past)
        names[number] = ~reader.has(past, WORD) & ~np.isin(sign, GOES_ON)
    return names | _are_people(reader, forward)


def _are_people(reader: Reader, forward: Cues) -> Mask:
    """Return which verbs are names: Ban said, Ban’s call, Bar-David; but: ban the talks."""
    people: Mask = forward.kind == KINDS.index("reject")
    code = reader.code(forward.start)
    people &= (code >= ord("A")) & (code <= ord("Z"))
    second = reader.code(forward.start + 1)
    some = np.flatnonzero(people & (second >= ord("a")) & (second <= ord("z")))
    people[:] = False
    if not len(some):
        return people
    end = forward.end[some]
    behind = reader.code(end + 1)
    capital = (behind >= ord("A")) & (behind <= ord("Z"))
    owns = reader.is_apostrophe(end) & (behind == ord("s"))
    follows = np.where(reader.has(end, SPACE) & reader.has(end + 1, WORD), end + 1, 0)
    acts = (follows > 0) & (reader.word(follows, "finite") | ends_in_ed(reader, follows))
    acts &= (behind >= ord("a")) & (behind <= ord("z"))
    people[some] = ((reader.code(end) == ord("-")) & capital) | owns | acts
    return people


def _is_digit(reader: Reader, positions: Offsets) -> Mask:
    code = reader.code(positions)
    found: Mask = (code >= ord("0")) & (code <= ord("9"))
    return found


# Signs after a number that is an amount: a 10-day truce, 10,000 men, 10%.
GOES_ON = [ord(sign) for sign in "-‐‑–,%"]


def _past_parentheses(reader: Reader, forward: Cues, parity: Mask) -> tuple[Cues, Mask]:
    """Move the scope of "would not, if the rumours are right, be" after its second comma.

    "Few, if any, want" has the first one inside the cue.
    """
    verbs = np.flatnonzero(forward.kind == KINDS.index("not"))
    cut = verbs[reader.code(forward.end[verbs]) == ord(",")]
    if not len(cut):
        return forward, parity
    commas = reader.sign_at[reader.sign == ord(",")]
    place = np.searchsorted(commas, forward.end[cut])
    place += place == np.searchsorted(commas, forward.start[cut])
    cut, place = cut[place < len(commas)], place[place < len(commas)]
    near = (commas[place] - forward.end[cut] <= PARENTHESIS) & (
        reader.row(commas[place]) == reader.row(forward.start[cut])
    )
    cut, place = cut[near], place[near]
    start, end = forward.start.copy(), forward.end.copy()
    start[cut] = end[cut] = commas[place] + 1
    order = np.argsort(end, kind="stable")
    return Cues(forward.kind[order], start[order], end[order]), parity[order]


def _pair(reader: Reader, cues: Cues, clauses: Clauses, start: Offsets, clause: Offsets) -> Pairs:
    """Return each hit with the nearest cue before it in its clause."""
    place = ranks(cues.end, start, right=True) - 1
    hit = np.flatnonzero(place >= 0)
    cue = place[hit]
    same = cues.start[cue] >= clauses.bounds[np.maximum(clause[hit] - 1, 0)]
    hit, cue = hit[same], cue[same]
    return Pairs(
        hit, cue, reader.token(cues.end[cue]), reader.token(start[hit]),
        cues.start[cue],
    )  # fmt: skip


def _denied_before(
    reader: Reader,
    forward: Cues,
    parity: Mask,
    clauses: Clauses,
    start: Offsets,
    end: Offsets,
    clause: Offsets,
    harm: Cues,
    says: Offsets,
    waits: Mask,
) -> Mask:
    answer = np.zeros(len(start), dtype=bool)
    if not len(forward):
        return answer
    pairs = _pair(reader, forward, clauses, start, clause)
    pairs = pairs.take(~parity[pairs.cue] & (pairs.last - pairs.first <= REACH))
    kind = forward.kind[pairs.cue]
    after = reader.text.tokens[np.minimum(pairs.last + 1, len(reader.text.tokens) - 1)]
    # Nobody wants peace more than they do.
    ended = reader.word(after, "more")
    is_noun = kind == KINDS.index("no")
    pair, token, bits = words_between(reader, pairs)
    far = token - pairs.first[pair] >= CHAIN
    # He denied that a deal was near; but: no soldier that fought for peace.
    that = is_kind(bits, "that") & ((kind[pair] != KINDS.index("reject")) | far)
    noun = is_kind(bits, "noun_end") & is_noun[pair]
    # No one in Kyiv wants a deal; none of them does.
    cued = reader.word(reader.text.tokens[np.maximum(pairs.first - 1, 0)], "anyone")
    noun &= ~(cued[pair] & (token == pairs.first[pair]))
    noun &= ~_in_subject(reader, clauses, pairs, pair, token)
    verb = is_kind(bits, "verb_end") & ~is_noun[pair]
    # They are not at peace, nor under a truce; but: they did not fight under a truce.
    near = (token == pairs.first[pair]) & (pairs.last[pair] - token <= BESIDE)
    near &= kind[pair] == KINDS.index("not")
    verb &= ~(near & ~_is_meanwhile(reader, reader.text.tokens[token]))
    # Nobody was invited to the talks; but: he refused to be invited to talks.
    spared = is_kind(bits, "spared")
    spared &= ((kind != KINDS.index("reject")) | _denies(reader, pairs.start))[pair]
    # They oppose attempts to undermine the truce.
    harmed = np.searchsorted(harm.start, np.stack([forward.end[pairs.cue], start[pairs.hit]]))
    ended |= harmed[0] < harmed[1]
    joint = is_kind(bits, "and")
    ended |= is_noun & _past_with(reader, pairs)
    ended[pair[that | noun | verb | spared | (joint & (pairs.last[pair] - token > REACH_AND))]] = (
        True
    )
    place, token = pair[joint], token[joint]
    follows = reader.text.tokens[np.minimum(token + 1, len(reader.text.tokens) - 1)]
    predicate = reader.word(follows, "predicate") | ends_in_ed(reader, follows)
    # Refused to cede land and called for a truce; but: no trusted and lasting peace.
    # They oppose war and support a truce; but: they refuse to withdraw and accept a truce.
    finite = (kind[place] == KINDS.index("reject")) & ~_infinitive(reader, pairs)[place]
    predicate |= finite & reader.word(follows, "affirm")
    inner = token + 1 < pairs.last[place]
    # They rule out a truce and insist on a deal.
    verb = (
        says[np.minimum(np.searchsorted(says, follows), max(len(says) - 1, 0))] if len(says) else 0
    )
    inner |= (token + 1 == pairs.last[place]) & (verb == follows)
    ended[place[(predicate & inner) | (inner & (verb == follows))]] = True
    ended |= _in_clause_after_and(reader, pairs, is_noun, place, clauses, forward, end)
    ended |= _past_relative(reader, pairs)
    came, waiting = _until(reader, pairs, clauses, clause, kind, subject=False)
    answer[pairs.hit[~ended & ~came]] = True
    waits[pairs.hit[~ended & waiting]] = True
    return answer


def _in_subject(
    reader: Reader, clauses: Clauses, pairs: Pairs, pair: Offsets, token: Offsets
) -> Mask:
    """Return which prepositions stand in a denied subject: no minister in Kyiv wants a deal.

    The negation begins its clause, and a verb follows the preposition, but none stands before it.
    """
    found = np.zeros(len(pair), dtype=bool)
    cue = reader.token(pairs.start)
    bound = clauses.bounds[np.maximum(clauses.of(pairs.start) - 1, 0)]
    opens = reader.token(bound) >= cue
    places = reader.text.tokens[token]
    first, second = reader.code(places) | 0x20, reader.code(places + 1)
    # "As" begins a clause.
    some = opens[pair] & (token > pairs.first[pair]) & ~((first == ord("a")) & (second == ord("s")))
    for place in np.flatnonzero(some).tolist():
        number = pair[place]
        low, high = int(pairs.first[number]), int(pairs.last[number])
        words = np.arange(low, high)
        verb = _is_verb(reader, words)
        found[place] = verb[words > token[place]].any() and not verb[words < token[place]].any()
    return found


def _past_with(reader: Reader, pairs: Pairs) -> Mask:
    """Return which hits follow the verb behind "with no": men with no guns kept the truce."""
    ended = np.zeros(len(pairs.hit), dtype=bool)
    tokens = reader.text.tokens
    before = tokens[np.maximum(reader.token(pairs.start) - 1, 0)]
    led = before == pairs.start - len("with ")
    for step, letter in enumerate("with "):
        led &= (reader.code(pairs.start - len("with ") + step) | 0x20) == ord(letter)
    for place in np.flatnonzero(led).tolist():
        words = np.arange(int(pairs.first[place]) + 1, int(pairs.last[place]))
        ended[place] = _is_verb(reader, words).any()
    return ended


def _is_verb(reader: Reader, words: Offsets) -> Mask:
    """Return which tokens are verbs in a finite form, or end in -ed before an article."""
    tokens = reader.text.tokens
    bits = reader.words(tokens[words])
    verb = is_kind(bits, "predicate") & ~is_kind(bits, "pronoun") & ~is_kind(bits, "filler")
    follows = tokens[np.minimum(words + 1, len(tokens) - 1)]
    verb |= ends_in_ed(reader, tokens[words]) & reader.word(follows, "article")
    found: Mask = verb | is_kind(bits, "finite")
    return found


def _is_meanwhile(reader: Reader, positions: Offsets) -> Mask:
    """Return which prepositions are about time or rivalry: during, amid, against."""
    first, second = reader.code(positions) | 0x20, reader.code(positions + 1)
    found: Mask = (first == ord("d")) | ((first == ord("a")) & np.isin(second, _MEANWHILE))
    return found


# The second letter of "amid", "against" and "around".
_MEANWHILE = [ord(letter) for letter in "mgr"]


def _denies(reader: Reader, positions: Offsets) -> Mask:
    """Return which cues are a form of "deny"."""
    letters = [reader.code(positions + step) | 0x20 for step in range(3)]
    found: Mask = (letters[0] == ord("d")) & (letters[1] == ord("e")) & (letters[2] == ord("n"))
    return found


def _infinitive(reader: Reader, pairs: Pairs) -> Mask:
    """Return after which cues "to" follows, or which end with it."""
    tokens = reader.text.tokens
    first = tokens[np.minimum(pairs.first, len(tokens) - 1)]
    last = tokens[np.maximum(pairs.first - 1, 0)]
    found: Mask = np.zeros(len(pairs.first), dtype=bool)
    for word in (first, last):
        letters = [np.minimum(reader.code(word + step), 0x7F) | 0x20 for step in range(3)]
        found |= (letters[0] == ord("t")) & (letters[1] == ord("o")) & (letters[2] == ord(" "))
    return found


def _in_clause_after_and(
    reader: Reader,
    pairs: Pairs,
    is_noun: Mask,
    joint: Offsets,
    clauses: Clauses,
    forward: Cues,
    end: Offsets,
) -> Mask:
    """Return which hits are the subject of a clause after "and": "no shots, and the truce held".

    A verb follows the hit, and another verb stands before "and" or before the negation.
    """
    ended = np.zeros(len(pairs.hit), dtype=bool)
    joint = np.unique(joint)
    if not len(joint):
        return ended
    tokens = reader.text.tokens
    last = len(tokens) - 1
    past = reader.token(end[pairs.hit[joint]])
    follows = np.minimum(past, last)
    behind = reader.has(tokens[follows] - 1, SPACE) & reader.has(tokens[follows] - 2, WORD)
    verb = reader.word(tokens[follows], "finite") | ends_in_ed(reader, tokens[follows])
    verb &= behind & (past <= last)
    # "No truce and no deal was signed" begins with a subject of two parts.
    cue = forward.start[pairs.cue[joint]]
    bound = clauses.bounds[np.maximum(clauses.of(cue) - 1, 0)]
    first = reader.token(bound) >= reader.token(cue)
    inner, _, bits = words_between(reader, pairs.take(joint))
    stated = np.zeros(len(joint), dtype=bool)
    stated[inner[is_kind(bits, "finite")]] = True
    # Nobody died and the truce held; but: no agreed and lasting truce held.
    named = reader.word(tokens[np.maximum(pairs.first[joint] - 1, 0)], "anyone")
    stated |= named & ends_in_ed(reader, tokens[np.minimum(pairs.first[joint], last)])
    ended[joint] = verb & (~is_noun[joint] | ~first | stated)
    return ended


def _past_relative(reader: Reader, pairs: Pairs) -> Mask:
    """Return which hits follow the main verb: "the man who did not speak signed a deal"."""
    ended = np.zeros(len(pairs.hit), dtype=bool)
    tokens = reader.text.tokens
    # "first" is the word after the cue; the cue can have several words.
    cue = reader.token(pairs.start)
    one, two = tokens[np.maximum(cue - 1, 0)], tokens[np.maximum(cue - 2, 0)]
    near = reader.has(pairs.start - 1, SPACE) & reader.has(pairs.start - 2, WORD)
    # In "he said that no agreement may be signed", "that" begins no relative clause.
    inside = reader.word(one, "relative") & ~reader.word(one, "that")
    inside |= reader.word(one, "auxiliary") & reader.word(two, "relative")
    # A man whose son did not return signed the truce.
    inside |= _is_whose(reader, two) | _is_whose(reader, tokens[np.maximum(cue - 3, 0)])
    some = np.flatnonzero(near & inside & (pairs.last - pairs.first > 1))
    if not len(some):
        return ended
    count = np.maximum(pairs.last[some] - pairs.first[some] - 1, 0)
    pair = np.repeat(some, count)
    nth = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    at = tokens[pairs.first[pair] + 1 + nth]
    before = tokens[pairs.first[pair] + nth]
    verb = reader.word(at, "finite") | _is_past(reader, at, tokens[pairs.first[pair] + 2 + nth])
    bits = reader.words(at)
    present = is_kind(bits, "predicate") & ~is_kind(bits, "pronoun") & ~is_kind(bits, "filler")
    # Those who never wanted war back the truce; but: who do not want to back it.
    present |= is_kind(bits, "affirm") & ~_is_adverb_or_to(reader, before, at)
    verb |= present
    verb &= ~reader.word(before, "article") & ~reader.word(before, "subject")
    ended[pair[verb]] = True
    return ended


def _is_whose(reader: Reader, positions: Offsets) -> Mask:
    """Return where the word "whose" begins."""
    found: Mask = np.ones(len(positions), dtype=bool)
    for step, letter in enumerate("whose"):
        found &= reader.code(positions + step) | 0x20 == ord(letter)
    return found


def _is_adverb_or_to(reader: Reader, positions: Offsets, following: Offsets) -> Mask:
    """Return which words are "to", "and", "or", or an adverb: to back, fully back."""
    found: Mask = reader.word(positions, "filler") | reader.word(positions, "and")
    found |= (following - positions) <= len("to ")
    found |= reader.code(np.maximum(following - 2, 0)) == ord("y")
    return found


def _is_past(reader: Reader, positions: Offsets, following: Offsets) -> Mask:
    """Return which words end in -ed; ``following`` is where the next word begins."""
    last = np.maximum(following - 2, 1)
    found: Mask = (reader.code(last) == ord("d")) & (reader.code(last - 1) == ord("e"))
    return found & (last - positions > 2)


def _until(
    reader: Reader, pairs: Pairs, clauses: Clauses, clause: Offsets, kind: Offsets, *, subject: bool
) -> tuple[Mask, Mask]:
    """Return which hits are not denied although "until" follows, and which wait for something.

    What was so in the end is not denied: "no truce was signed until Friday". What will be so later
    is not denied either where the negation can put something off, and waits unless it is for a
    date: "they will not sign a truce until Russia leaves". What is not so now is denied, and
    waits: "there is no truce until Russia leaves".
    """
    came, waits = np.zeros(len(pairs.hit), dtype=bool), np.zeros(len(pairs.hit), dtype=bool)
    number = np.minimum(clause[pairs.hit], len(clauses.bounds) - 1)
    bound = clauses.bounds[number]
    some = np.flatnonzero(
        (clause[pairs.hit] < len(clauses.bounds)) & reader.word(bound, "until")
        & (reader.row(bound) == reader.row(pairs.start))
    )  # fmt: skip
    if not len(some):
        return came, waits
    tokens = reader.text.tokens
    low = reader.token(clauses.bounds[np.maximum(clause[pairs.hit[some]] - 1, 0)])
    high = reader.token(bound[some])
    rows = np.arange(len(some))
    inner, token, bits = words_between(reader, Pairs(rows, rows, low, high, bound[some]))
    pending, future, stated = (np.zeros(len(some), dtype=bool) for _ in range(3))
    open_ended = is_kind(bits, "pending")
    pending[inner[open_ended]] = True
    first, second, third = (reader.code(tokens[token] + step) | 0x20 for step in range(3))
    # Will, won't, would, going to, shall; but not: should.
    later = (first == ord("w")) | (first == ord("g"))
    later |= (first == ord("s")) & (second == ord("h")) & (third == ord("a"))
    future[inner[open_ended & later]] = True
    stated[inner[is_kind(bits, "finite") | is_kind(bits, "auxiliary")]] = True
    every = np.repeat(rows, np.maximum(high - low, 0))
    place = np.arange(len(every)) - np.searchsorted(every, every) + low[every]
    stated[every[ends_in_ed(reader, tokens[place])]] = True
    follows = tokens[np.minimum(high + 1, len(tokens) - 1)]
    code = reader.code(np.stack([follows, tokens[np.minimum(high + 2, len(tokens) - 1)]]))
    digit = (code >= ord("0")) & (code <= ord("9"))
    # Until May 9.
    dated = digit[0] | (digit[1] & (code[0] == ord("M"))) | reader.word(follows, "date")
    # "Before" is about time only in front of a date.
    before = reader.code(bound[some]) | 0x20 == ord("b")
    future &= kind[some] != KINDS.index("reject")
    # "Didn't" and the like state something; "no" and "refuses" may stand without a past.
    stated |= kind[some] == KINDS.index("not")
    known = dated & (subject | future | ~(pending | stated))
    came[some[known | future | (~pending & stated & ~before)]] = True
    waits[some[(pending | ~stated) & ~dated]] = True
    return came, waits


def _cancelled(reader: Reader, forward: Cues, clauses: Clauses) -> Mask:
    """Return which negations are denied themselves: "did not rule out", "not without"."""
    answer = np.zeros(len(forward), dtype=bool)
    if len(forward) < 2:
        return answer
    near = (forward.start[1:] - forward.end[:-1] < 40) & (
        clauses.of(forward.start[1:]) == clauses.of(forward.start[:-1])
    )
    later = np.flatnonzero(near) + 1
    first = reader.token(forward.end[later - 1])
    last = reader.token(forward.start[later])
    reject = KINDS.index("reject")
    without = reader.word(forward.start[later], "without")
    lexical = (forward.kind[later] == reject) | without | (forward.kind[later - 1] == reject)
    both = (forward.kind[later - 1] == reject) & (forward.kind[later] == reject)
    # Refuses to rule out, denied that it had rejected; but: rejected the plan that denies Kyiv a
    # say.
    both &= ~_denies(reader, forward.start[later - 1])
    reach = np.where(without, REACH, np.where(both, 1, CHAIN))
    joined, _, bits = words_between(reader, Pairs(later, later, first, last, first))
    # You cannot not want it; nobody does not want it.
    verbs = (forward.kind[later] == KINDS.index("not")) & (
        np.where(forward.kind[later - 1] == KINDS.index("no"), 1, 0) >= last - first
    )
    lexical |= verbs
    lexical[joined[is_kind(bits, "and")]] = False
    answer[later[lexical & (last - first <= reach)]] = True
    # They do not deny that there is no truce: of three negations the first two cancel out.
    place = np.arange(len(answer))
    odd: Mask = (place - np.maximum.accumulate(np.where(answer, -1, place))) % 2 == 1
    return answer & odd


def _denied_after(
    reader: Reader,
    found: Cues,
    forward: Cues,
    parity: Mask,
    cues: Cues,
    clauses: Clauses,
    end: Offsets,
    clause: Offsets,
    waits: Mask,
) -> Mask:
    """Return which hits are the subject of a denial: "talks are out of the question"."""
    direct = found.of("after")
    if len(direct) and len(found) > 1:
        place = ranks(found.start, direct.start) - 1
        prior = np.maximum(place, 0)
        gap = reader.token(direct.start) - reader.token(found.end[prior])
        negated = (place >= 0) & (gap <= 1) & (found.kind[prior] <= KINDS.index("not"))
        direct = direct.take(~negated)
    verbs = forward.of("not")
    happens = _without_object(reader, cues.of("occurrence", "standing"))
    if len(happens) and len(verbs):
        place = np.minimum(ranks(happens.start, verbs.end), len(happens) - 1)
        gap = reader.token(happens.start[place]) - reader.token(verbs.end)
        verbs = verbs.take((gap >= 0) & (gap <= CHAIN - 2) & (happens.start[place] >= verbs.end))
    else:
        verbs = verbs.take(np.zeros(len(verbs), dtype=bool))
    passive, nobody = _objectless(reader, forward.take(~parity))
    at = np.concatenate([direct.start, verbs.start, passive, nobody])
    sort = np.zeros(len(at), dtype=np.int64)
    sort[len(direct) + len(verbs) :] = _PASSIVE
    sort[len(at) - len(nobody) :] = _NOBODY
    order = np.argsort(at, kind="stable")
    at, sort = at[order], sort[order]
    answer = np.zeros(len(end), dtype=bool)
    if not len(at):
        return answer
    place = ranks(at, end)
    hit = np.flatnonzero(place < len(at))
    denial, sort = at[place[hit]], sort[place[hit]]
    past = np.append(clauses.bounds, np.iinfo(np.int64).max)[clause[hit]]
    first, last = reader.token(end[hit]), reader.token(denial)
    near = last - first <= np.where(sort == _NOBODY, _BESIDE_NOBODY, REACH_BACK)
    parted = np.flatnonzero(near & (denial >= past))
    near &= denial < past
    near[parted] = _goes_on(
        reader, clauses, end[hit[parted]], denial[parted], first[parted], last[parted]
    )
    near[parted] &= sort[parted] == 0
    near[parted] |= _follows_closely(
        reader, clauses, end[hit[parted]], denial[parted], first[parted], sort[parted]
    )
    near[parted] |= _is_relative(
        reader, clauses, end[hit[parted]], denial[parted], first[parted], last[parted]
    )
    bare = np.flatnonzero(near & (sort > 0))
    near[bare] = ~_states(reader, end[hit[bare]], first[bare], last[bare])
    pairs = Pairs(hit[near], hit[near], first[near], last[near], denial[near])
    ended = np.zeros(len(pairs.hit), dtype=bool)
    joined, token, bits = words_between(reader, pairs)
    ended[joined[is_kind(bits, "and") & (token > pairs.first[joined])]] = True
    verbal = np.full(len(pairs.hit), KINDS.index("not"))
    came, waiting = _until(reader, pairs, clauses, clause, verbal, subject=True)
    inner = pairs.start < past[near]
    answer[pairs.hit[~ended & ~(came & inner)]] = True
    waits[pairs.hit[~ended & waiting & inner]] = True
    return answer


# Kinds of denials behind their subject: a plan rejected by Kyiv; a plan that nobody wants.
_PASSIVE, _NOBODY = 1, 2
# The most words between a hit and "nobody": a truce plan that nobody wants.
_BESIDE_NOBODY = 2
# What is rejected, and what nobody does with it, by three letters.
_REJECTED = np.array(
    [
        int.from_bytes(word, "big")
        for word in (
            b"aba axe ban blo cal can dis dit exc nix opp qua reb rej rul scr she shu snu spu tor "
            b"tur vet"
        ).split()
    ]
)
_WANTED = np.array(
    [
        int.from_bytes(word, "big")
        for word in b"acc bac bel end exp hon kee kep nee sig sou sup tru wan".split()
    ]
)


def _three_letters(reader: Reader, positions: Offsets) -> Offsets:
    """Return the first three letters at some positions as one number, without case."""
    first, second, third = (
        np.minimum(reader.code(positions + step), 0x7F) | 0x20 for step in range(3)
    )
    letters: Offsets = (first << 16) | (second << 8) | third
    return letters


def _objectless(reader: Reader, forward: Cues) -> tuple[Offsets, Offsets]:
    """Return where refusals without an object begin: truce rejected by Moscow; truce ruled out.

    The second ones have nobody as their subject: a truce that no one wants.
    """
    refusals = forward.of("reject")
    known = np.isin(_three_letters(reader, refusals.start), _REJECTED)
    refusals = refusals.take(known & ends_in_ed(reader, refusals.start))
    last = reader.text.last[reader.row(refusals.start)]
    ends = ~reader.has(refusals.end, SPACE) & ~reader.has(refusals.end, WORD)
    ends |= refusals.end >= last
    ends |= reader.reads(refusals.end, " by ")
    none = forward.of("no")
    tokens = reader.text.tokens
    token = reader.token(none.end)
    none = none.take(reader.word(tokens[np.maximum(token - 1, 0)], "anyone"))
    verb = np.minimum(reader.token(none.end), len(tokens) - 1)
    last = reader.text.last[reader.row(none.start)]
    signs = np.append(reader.sign_at, np.iinfo(np.int64).max)
    stop = np.minimum(signs[np.searchsorted(signs, none.end)], last)
    wanted = np.isin(_three_letters(reader, tokens[verb]), _WANTED)
    wanted &= (reader.token(stop) - verb == 1) & reader.joined(tokens[verb])
    return refusals.start[ends], none.start[wanted]


def _follows_closely(
    reader: Reader, clauses: Clauses, end: Offsets, denial: Offsets, first: Offsets, sort: Offsets
) -> Mask:
    """Return which refusals are in a clause that begins behind the hit: a truce, rejected by it.

    Also "which it rejected" and "which no one wants".
    """
    tokens = reader.text.tokens
    word = tokens[np.minimum(first, len(tokens) - 1)]
    bound = clauses.bounds[np.maximum(np.searchsorted(clauses.bounds, denial, "right") - 1, 0)]
    found: Mask = (sort > 0) & (bound - end <= len(", ")) & (reader.row(end) == reader.row(denial))
    found &= (word == denial) | reader.word(word, "relative")
    return found


def _is_relative(
    reader: Reader, clauses: Clauses, end: Offsets, denial: Offsets, first: Offsets, last: Offsets
) -> Mask:
    """Return which denials are of a relative clause behind the hit: a truce, which never came.

    Before the denial stands no more than "which" and an auxiliary, which did not come; what begins
    with an adjective can be about all that was said: they broke the truce, which is unacceptable.
    """
    tokens = reader.text.tokens
    word = tokens[np.minimum(first, len(tokens) - 1)]
    second = tokens[np.minimum(first + 1, len(tokens) - 1)]
    bound = clauses.bounds[np.maximum(np.searchsorted(clauses.bounds, denial, "right") - 1, 0)]
    found: Mask = (bound - end <= len(", ")) & (reader.row(end) == reader.row(denial))
    found &= (reader.code(end) == ord(",")) & reader.has(denial, WORD)
    found &= reader.word(word, "relative")
    verbal = reader.code(denial) | 0x20 == ord("n")
    helped = verbal & (last - first == 2) & reader.word(second, "auxiliary")
    found &= helped | ((last - first == 1) & (verbal | reader.word(denial, "auxiliary")))
    return found


def _states(reader: Reader, end: Offsets, first: Offsets, last: Offsets) -> Mask:
    """Return where a verb stands between a hit and a refusal, and before "that" or "which"."""
    rows = np.arange(len(end))
    pair, token, bits = words_between(reader, Pairs(rows, rows, first, last, end))
    never = np.iinfo(np.int64).max
    verb, relative = np.full(len(end), never), np.full(len(end), never)
    stated = is_kind(bits, "finite") | is_kind(bits, "auxiliary")
    np.minimum.at(verb, pair[stated], token[stated])
    begins = is_kind(bits, "relative")
    np.minimum.at(relative, pair[begins], token[begins])
    found: Mask = verb < relative
    return found


def _goes_on(
    reader: Reader,
    clauses: Clauses,
    end: Offsets,
    denial: Offsets,
    first: Offsets,
    last: Offsets,
) -> Mask:
    """Return which denials follow their subject behind another phrase, without a verb of its own.

    The phrase is a time, "a truce before Christmas was ruled out", where no other verb is near; or
    it stands between two commas, "a truce, long sought by Kyiv, was ruled out".
    """
    found: Mask = reader.row(end) == reader.row(denial)
    if not len(end):
        return found
    comma = ord(",")
    apposed = (reader.code(end) == comma) & (reader.code(denial - 2) == comma) & (denial - end > 3)
    # Not, never: it is what stands between the commas that is denied.
    apposed &= reader.code(denial) | 0x20 != ord("n")
    edges = np.searchsorted(clauses.bounds, end), np.searchsorted(clauses.bounds, denial, "right")
    one = edges[1] - edges[0] == 1
    bound = clauses.bounds[np.minimum(edges[0], len(clauses.bounds) - 1)]
    token = np.minimum(np.searchsorted(reader.text.tokens, bound), len(reader.text.tokens) - 2)
    follows = reader.text.tokens[token + 1]
    timed = one & reader.has(bound, WORD)
    timed &= reader.word(follows, "date") | _is_digit(reader, follows)
    inner = np.searchsorted(reader.sign_at, [end, denial])
    timed &= inner[0] == inner[1]
    found &= timed | (apposed & (edges[1] - edges[0] == 2) & (inner[1] - inner[0] == 2))
    some = np.flatnonzero(found & timed)
    tokens = reader.text.tokens
    before = np.searchsorted(tokens, clauses.bounds[np.maximum(edges[0][some] - 1, 0)])
    low = np.append(before, first[some])
    rows = np.arange(len(low))
    high = np.append(first[some], last[some])
    pair, _, bits = words_between(reader, Pairs(rows, rows, low, high, low))
    stray = is_kind(bits, "finite") | is_kind(bits, "relative") | is_kind(bits, "pronoun")
    found[some[pair[stray] % max(len(some), 1)]] = False
    return found


def _without_object(reader: Reader, happens: Cues) -> Cues:
    """Leave out verbs with an object: "does not hold Russia back" denies nothing before it."""
    some = np.flatnonzero(happens.kind == KINDS.index("standing"))
    if not len(some):
        return happens
    end = happens.end[some]
    follows = reader.has(end, SPACE) & reader.has(end + 1, WORD)
    word = np.where(follows, end + 1, 0)
    code = reader.code(word)
    named = (code >= ord("A")) & (code <= ord("Z"))
    kept = np.ones(len(happens), dtype=bool)
    kept[some[follows & (named | reader.word(word, "object"))]] = False
    return happens.take(kept)


def _inside(cues: Cues, start: Offsets, end: Offsets, *, strict: bool) -> Mask:
    """Return which hits contain a cue (strict), or are inside one."""
    past = ranks(start, cues.start, right=True)
    if strict:
        meets = (past > 0) & (np.append(end, 0)[past - 1] >= cues.end)
    else:
        meets = past < ranks(start, cues.end)
    cues = cues.take(meets)
    if not len(cues):
        return np.zeros(len(start), dtype=bool)
    if strict:
        place = np.minimum(ranks(cues.start, start), len(cues) - 1)
        held = (cues.start[place] >= start) & (cues.end[place] <= end)
        return held & (cues.end[place] - cues.start[place] < end - start)
    place = np.maximum(ranks(cues.start, start, right=True) - 1, 0)
    found: Mask = (cues.start[place] <= start) & (cues.end[place] >= end)
    return found
