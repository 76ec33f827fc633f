"""Speed of counting and of topic models, beside scikit-learn and gensim: prints Markdown.

    python benchmarks/topics.py [--rounds 5] [--choose] > benchmarks/topics.md

Without the briefings of ../shared/public it uses 20 MB of constructed text, and says so.
"""

import argparse
import gc
import os
import resource
import threading
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np
from gensim.models import LdaModel
from scipy import sparse
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from threadpoolctl import threadpool_limits

import framing as fr
from _texts import load_texts
from framing.topics.measures import npmi, top_columns

TOPICS = 20
PASSAGES = 20_000
GRID = (5, 10, 15, 20, 25, 30, 40, 50)
SEEDS = 10


def timed(call):
    """Return the seconds of a call, and its result."""
    gc.collect()
    begun = time.perf_counter()
    result = call()
    return time.perf_counter() - begun, result


def race(calls, rounds):
    """Return the seconds of each call in interleaved rounds, after a warm-up round."""
    took = {name: [] for name in calls}
    results = {}
    for number in range(rounds + 1):
        for name in list(calls)[:: -1 if number % 2 else 1]:
            seconds, results[name] = timed(calls[name])
            if number:
                took[name].append(seconds)
    return took, results


def row(name, took, base):
    """Return a row of a table: median and range of the seconds, and of the ratio to the base."""
    ratio = [one / other for one, other in zip(took, base, strict=True)]
    return (
        f"| {name} | {median(took):.2f} ({min(took):.2f} to {max(took):.2f}) | "
        f"{median(ratio):.2f} ({min(ratio):.2f} to {max(ratio):.2f}) |"
    )


def bags(matrix):
    """Return counts as gensim takes them."""
    edges = zip(matrix.indptr[:-1].tolist(), matrix.indptr[1:].tolist(), strict=True)
    columns, counts = matrix.indices.tolist(), matrix.data.tolist()
    return [list(zip(columns[a:b], counts[a:b], strict=True)) for a, b in edges]


def counting(texts, rounds):
    """Time count_terms and CountVectorizer, each with its defaults and with those of the other."""
    corpus = fr.make_corpus(texts, furniture=False)
    every = {"stop_words": None, "min_units": 1, "numbers": True}
    # CountVectorizer splits contractions before it removes stop words.
    stop = [word for word in fr.load_stop_words("en") if "'" not in word]
    settings = {
        "all words": (CountVectorizer, {}, every),
        "stop words, 10 documents or more": (
            CountVectorizer, {"stop_words": stop, "min_df": 10},
            {"stop_words": stop, "min_units": 10, "numbers": True},
        ),
    }  # fmt: skip
    print("| counts of words by document | seconds | times ours |\n| --- | --- | --- |")
    for name, (other, theirs, ours) in settings.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            took, results = race(
                {
                    "ours": lambda o=ours: fr.count_terms(corpus, tokens="plain", **o),
                    "other": lambda c=other, t=theirs: c(**t).fit_transform(texts),
                },
                rounds,
            )
        print(row(f"{name}: count_terms", took["ours"], took["ours"]))
        print(row(f"{name}: CountVectorizer", took["other"], took["ours"]))
        same = abs(int(results["ours"].matrix.sum()) - int(results["other"].sum()))
        print(f"| {name}: occurrences that differ | {same:,} | |")
    return corpus


def cut(corpus):
    """Return at least 20,000 passages of the corpus."""
    # Passages are whole sentences, so they are longer than requested.
    words = int(0.92 * corpus.describe("corpus")["tokens"].iloc[0] / PASSAGES)
    return fr.count_terms(corpus, words=max(words, 20), min_units=10, max_units=0.3)


def fitting(terms, rounds):
    """Time NMF and LDA against those of scikit-learn and gensim."""
    matrix = sparse.csr_array(terms.matrix)

    def their_nmf():
        weighted = TfidfTransformer(sublinear_tf=True).fit_transform(matrix)
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = NMF(TOPICS, init="nndsvd", random_state=1)
            return model.fit_transform(weighted), model.components_

    def their_lda(passes):
        words = bags(matrix)
        with threadpool_limits(1):
            model = LdaModel(
                words, num_topics=TOPICS, random_state=1, passes=passes, eval_every=None
            )
            return model.inference(words)[0], model.get_topics()

    def ours(model):
        return fr.fit_topics(terms, model=model, n_topics=TOPICS, seed=1)

    calls = {
        "ours, nmf": lambda: ours("nmf"), "scikit-learn, NMF": their_nmf,
        "ours, lda": lambda: ours("lda"), "gensim, LdaModel with 2 passes": lambda: their_lda(2),
        "gensim, LdaModel with 5 passes": lambda: their_lda(5),
    }  # fmt: skip
    took, results = race(calls, rounds)
    print(f"\n| {len(terms):,} passages, {TOPICS} topics | seconds | times ours |")
    print("| --- | --- | --- |")
    for name, seconds in took.items():
        print(row(name, seconds, took["ours, nmf" if "nmf" in name.lower() else "ours, lda"]))
    print("\n| coherence of the topics | NPMI |\n| --- | --- |")
    for name, result in results.items():
        weights = result.weights if name.startswith("ours") else result[1]
        print(f"| {name} | {npmi(terms.matrix, top_columns(weights, 10)).mean():.3f} |")


def resident():
    """Return the memory of this process and its children, in megabytes."""
    total, queue = 0, [os.getpid()]
    while queue:
        process = queue.pop()
        try:
            status = Path(f"/proc/{process}/status").read_text()
            children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        queue += map(int, children)
        total += next(
            (int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")), 0
        )
    return total / 1000


def choosing(terms):
    """Time choose_topics on two cores, and record its memory with that of the workers."""
    peak, stop = [resident()], threading.Event()

    def watch():
        while not stop.wait(0.2):
            peak.append(resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    seconds, choice = timed(lambda: fr.choose_topics(terms, GRID, starts=SEEDS, seed=1, workers=2))
    stop.set()
    watcher.join()
    print(
        f"\n`choose_topics` over {len(GRID)} sizes ({GRID[0]} to {GRID[-1]}), {SEEDS} seeds and "
        f"{SEEDS} samples, two processes: {seconds:.0f} s; peak memory of all processes "
        f"{max(peak):,.0f} MB, {peak[0]:,.0f} MB of it before."
    )
    wide = choice.table.pivot(index="n_topics", columns="measure", values="value").round(3)
    print(
        "\n| topics | " + " | ".join(map(str, wide)) + " |\n" + "| --- " * (len(wide.T) + 1) + "|"
    )
    for size, values in wide.iterrows():
        print(f"| {size} | " + " | ".join(f"{value:.3f}" for value in values) + " |")


def main():
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--choose", action="store_true", help="time choose_topics too (minutes)")
    options = parser.parse_args()
    found = load_texts(None, fr.load_lexicon("peace-initiative"))
    names = ("media-framing", "scikit-learn", "gensim", "numpy", "scipy")
    print("# Counts and topic models, side by side\n")
    print(f"{found.origin}, {found.megabytes:.1f} MB; one core unless it says otherwise; "
          f"{options.rounds} interleaved rounds: median (range). Load at the start "
          f"{os.getloadavg()[0]:.1f}. " + ", ".join(f"{name} {version(name)}" for name in names)
          + f".{' **' + found.remark + '**' if found.remark else ''}\n")  # fmt: skip
    corpus = counting(found.texts, options.rounds)
    terms = cut(corpus)
    fitting(terms, min(options.rounds, 3))
    if options.choose:
        choosing(terms)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"\nPeak memory of this process {peak:,.0f} MB.")


if __name__ == "__main__":
    np.seterr(all="warn")
    main()
