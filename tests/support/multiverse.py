"""A study in which one source holds more of one frame than another."""

import numpy as np

import framing as fr

FAST = {"seed": 1, "draws": 200, "permutations": 200}
TWO = {"by": "source", "groups": ["A", "B"], **FAST}
SMALL = {"kind": ["rate", "share"], "rejected": ["include", "exclude"], "entry": 2}
LEXICON = {"peace": ["truce", "talks", "accord"], "war": ["attack*", "shelling"]}


def sentence(rng, rate, words=("truce", "talks", "accord")):
    found = [str(word) for word in rng.choice(words, rng.poisson(rate))]
    filler = [f"w{n}" for n in rng.integers(0, 50, 8)]
    return "The " + " ".join(rng.permutation(filler + found)) + "."


def document(rng, rate, n=6):
    war = sentence(rng, 0.4, ("attacks", "shelling"))
    cut = [sentence(rng, rate) + (" No accord." * int(rng.random() < 0.2)) for _ in range(n)]
    return "\n\n".join([" ".join(cut[:3]), " ".join([*cut[3:], war])])


def planted(seed, rates=(0.7, 0.25), n=25):
    rng = np.random.default_rng(seed)
    texts = [document(rng, rates[number % 2] * rng.gamma(4, 0.25)) for number in range(2 * n)]
    return fr.make_corpus(texts, source=["A", "B"] * n)
