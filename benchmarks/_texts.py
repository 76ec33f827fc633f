"""Texts and lexicons to search: the briefings if present, otherwise constructed text."""

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import framing as fr

BRIEFINGS = Path(__file__).parents[2] / "shared" / "public" / "whitehouse_talks.jsonl"
# What stands on stderr and in a report where they are missing.
MISSING = (
    "../shared/public/whitehouse_talks.jsonl is missing, so that the text is constructed, from few "
    "words. Figures of it say little about real text: spaCy is four times as fast on it."
)
SEED = 1
CONSTRUCTED_MEGABYTES = 20.0
# Hits per 1,000 words in articles on the topic of the lexicon.
ON_TOPIC = 60
WORDS = """the of and to a in that is was for it with as his on be at by had not are but from or
have an they which one you were her all she there would their we him been has when who will more
no if out so said what up its about into than them can only other new some could time these two
may then do first any my now such like our over man me even most made after also did many before
must through back years where much your way well down should because each just those people how
too little state good very make world still own see men work long get here between both life
being under never day same another know while last might us great old year off come since against
go came right used take three war russia ukraine government president country minister officials
europe nato army border city week leaders meeting statement report support plan question"""


@dataclass(frozen=True)
class Texts:
    """The documents, their origin, and a remark where they are not the briefings."""

    texts: list[str]
    origin: str
    remark: str = ""

    @property
    def megabytes(self) -> float:
        """Millions of bytes of UTF-8."""
        return megabytes(self.texts)


@dataclass(frozen=True)
class Setting:
    """A lexicon, its hits per 1,000 words, the texts, and what other programs search for.

    ``builds`` says whether the building of the matcher counts: not in texts that are so short that
    it would be most of the time.
    """

    name: str
    lexicon: fr.Lexicon
    density: float
    texts: list[str]
    others: fr.Lexicon | None = None
    builds: bool = True


def megabytes(texts: list[str]) -> float:
    """Return the size of the texts in UTF-8, in millions of bytes."""
    return sum(len(text.encode()) for text in texts) / 1e6


def constructed_texts(size: float, lexicon: fr.Lexicon, seed: int = SEED) -> list[str]:
    """Draw ``size`` megabytes of sentences from the word list; one word in 150 is an entry."""
    rng = np.random.default_rng(seed)
    entries = [pattern.replace("*", "") for pattern in lexicon.table["pattern"]]
    words = WORDS.split()
    vocabulary = np.array([*words, *entries], dtype=object)
    common = 1 / np.arange(2, len(words) + 2)
    rare = np.full(len(entries), 1 / len(entries))
    chance = np.concatenate([common / common.sum() * 149 / 150, rare / 150])
    texts: list[str] = []
    drawn_size = 0.0
    while drawn_size < size:
        sentences = []
        for length in rng.integers(6, 30, size=int(rng.integers(20, 60))):
            sentence = " ".join(rng.choice(vocabulary, size=length, p=chance))
            sentences.append(f"{sentence[0].upper()}{sentence[1:]}.")
        paragraphs = [
            " ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4)
        ]
        texts.append("\n".join(paragraphs))
        drawn_size += megabytes(texts[-1:])
    return texts


def load_texts(size: float | None, lexicon: fr.Lexicon) -> Texts:
    """Return the briefings, or constructed text, of at most ``size`` megabytes.

    Constructed text says so on stderr, and its remark belongs into the report.
    """
    if not BRIEFINGS.is_file():
        print(MISSING, file=sys.stderr)
        texts = constructed_texts(size or CONSTRUCTED_MEGABYTES, lexicon)
        return Texts(texts, f"constructed: drawn from a word list, seed {SEED}", MISSING)
    with BRIEFINGS.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    return Texts(sample(texts, size), "White House briefings, 2021 to 2025")


def sample(texts: list[str], size: float | None) -> list[str]:
    """Return texts from all parts of the list: at least one, at most ``size`` megabytes."""
    if size is None or megabytes(texts) <= size:
        return texts
    order = np.random.default_rng(SEED).permutation(len(texts))
    reach = np.cumsum([megabytes([texts[position]]) for position in order])
    chosen = order[: max(1, int(np.searchsorted(reach, size)))]
    return [texts[position] for position in sorted(chosen)]


def make_corpus(texts: list[str]) -> fr.Corpus:
    """Return a corpus with its furniture, since the other programs search all text."""
    return fr.make_corpus(texts, furniture=False)


def settings(texts: list[str], shipped: fr.Lexicon) -> list[Setting]:
    """Return the shipped lexicon, and one with as many hits as in articles on its topic."""
    counts = Counter(word for text in texts for word in re.findall(r"[a-z]{4,}", text.lower()))
    corpus = make_corpus(texts)
    background = density(corpus, shipped)
    total = int(corpus.sentences["tokens"].sum())
    entries = set(shipped.table["pattern"])
    words, missing = [], ON_TOPIC - background
    for word, count in counts.most_common():
        rate = 1000 * count / total
        # No frame has words as frequent as more than 3 in 1,000.
        if word not in entries and rate <= min(3, missing):
            words.append(word)
            missing -= rate
    dense = _with_words(shipped, words)
    return [
        Setting("background", shipped, background, texts),
        Setting("on the topic", dense, density(corpus, dense), texts),
    ]


def shipped_settings(texts: list[str], plain: fr.Lexicon, size: float | None) -> list[Setting]:
    """Return the lexicon that ships on these texts, and on constructed news on its topic.

    The news has at most ``size`` megabytes.
    """
    lexicon = fr.load_lexicon("peace-initiative")
    news = [*fr.load_testbed().corpus.table["text"]]
    news.extend(fr.load_testbed("newswire").corpus.table["text"])
    news = sample(news, size)
    return [
        Setting(name, lexicon, density(make_corpus(some), lexicon), some, plain, builds)
        for name, some, builds in (
            ("the lexicon that ships, on its topic", news, False),
            ("the lexicon that ships, on other news", texts, True),
        )
    ]


def density(corpus: fr.Corpus, lexicon: fr.Lexicon) -> float:
    """Return hits per 1,000 words."""
    hits = fr.find_hits(corpus, lexicon)
    return 1000 * len(hits) / max(1, int(hits.sentences["tokens"].sum()))


def _with_words(lexicon: fr.Lexicon, words: list[str]) -> fr.Lexicon:
    """Return the lexicon with these words, divided among its frames in turn."""
    names = list(lexicon.frames["frame"])
    frames = {}
    for number, (name, exceptions) in enumerate(
        zip(names, lexicon.frames["exceptions"], strict=True)
    ):
        patterns = lexicon.table.loc[lexicon.table["frame"] == name, "pattern"]
        entries = [*patterns, *words[number :: len(names)]]
        frames[name] = {"entries": entries, "exceptions": list(exceptions)}
    return fr.make_lexicon(frames, name=f"{lexicon.name} and {len(words)} frequent words")


def plain_entries(lexicon: fr.Lexicon) -> tuple[list[str], list[str]]:
    """Return single words and phrases of a-z that share no word, so that hits never overlap."""
    plain = [item for item in lexicon.table["pattern"] if re.fullmatch(r"[a-z ]+", item)]
    phrases: list[str] = []
    used: set[str] = set()
    for phrase in plain:
        words_of_phrase = phrase.split()
        if (
            len(words_of_phrase) > 1
            and not used & set(words_of_phrase)
            and min(map(len, words_of_phrase)) > 1
        ):
            phrases.append(phrase)
            used.update(words_of_phrase)
    return [word for word in plain if " " not in word and word not in used], phrases


def constructed_lexicon(texts: list[str], size: int) -> fr.Lexicon:
    """Return constructed entries: phrases of three words, drawn from the words of the text."""
    counts = Counter(word for text in texts for word in re.findall(r"[a-z]{2,}", text.lower()))
    vocabulary = np.array([word for word, _ in counts.most_common(5000)], dtype=object)
    rng = np.random.default_rng(SEED)
    phrases: dict[str, None] = {}
    while len(phrases) < size:
        phrases[" ".join(rng.choice(vocabulary, size=3))] = None
    return fr.make_lexicon({"constructed": list(phrases)})
