"""The same call gives the same bits, whatever the hash seed, the threads and the settings.

A fresh process takes seconds to start, so two of them do all rooms' calls, one after the other.
"""

import json
import os
import subprocess
import sys

import pytest

RUN = """
import hashlib, json, pathlib, sys
import numpy as np, pandas as pd
import framing as fr
from framing.topics.intrusion import write_intrusion_sheet
from framing.topics.packages import find_packages

folder = pathlib.Path(sys.argv[1])
lexicon = fr.load_lexicon("peace-initiative")

def digest(*paths):
    return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in sorted(paths)]

# Entries with wildcards, gaps and conditions, and speakers of a list of actors.
entries = {
    "peace": ["peace*", "truce", "rul* out ~4 truce", "*fire"],
    "doubt": [{"pattern": "doubt*", "if": "truce"}, "not"],
}
texts = [
    "The truce held. “No peace without us,” Putin said. Many doubt it.\\nHe ruled out any truce.",
    "A cease-fire? Not now, Zelenskyy said.\\n\\n“There is no truce.”",
    "Rain fell on the town.",
    "Peace talks, peace hopes: officials doubt it.",
] * 5
hits = fr.find_hits(
    fr.make_corpus(texts, furniture=False), fr.make_lexicon(entries),
    actors=fr.load_actors("ukraine-peace"),
)
done = {"hits": [len(hits), hits.table.to_csv()]}

texts = ["The truce and the armistice are near town. Rain fell near town. A mayor slept near town."]
company = fr.suggest(
    fr.make_corpus(texts * 20), fr.make_lexicon({"peace": ["truce"]}), n=3, seed=1
).table
done["suggestions"] = [len(company), company[["frame", "term"]].to_csv(), company.round(6).to_csv()]

news = fr.count_terms(fr.load_testbed("newswire").corpus, unit="paragraph", min_units=3)
for model in ("nmf", "lda", "hdp", "seeded-lda"):
    seeds = {"peace": ["talks"], "doubt": ["doubt*"]} if model == "seeded-lda" else None
    topics = fr.fit_topics(news, model=model, n_topics=4, seed=7, seeds=seeds)
    bits = topics.weights.tobytes() + topics.unit_shares.tobytes()
    done[model] = [len(bits), hashlib.sha256(bits).hexdigest()]
# Forty topics that belong to no package: another seed gives another table.
rows = np.random.default_rng(5).dirichlet(np.full(40, 0.3), 60)
shares = pd.DataFrame(rows, columns=[f"t{n}" for n in range(40)])
for method in ("louvain", "leiden", "greedy"):
    found = find_packages(
        shares, alpha=None, method=method, runs=5, permutations=9, seed=1
    )
    parts = [found.table.to_csv(), found.edges.to_csv(), str(found.p), str(found.tested)]
    done[method] = [len(found.table), parts]
sheets = write_intrusion_sheet(topics, folder / "sheet.csv", top=2, seed=1)
done["intrusion sheets"] = [len(sheets), digest(*sheets)]

study = fr.load_study("articles")
pictures = folder / "pictures"
pictures.mkdir()
fr.write_figure(fr.plot_scores(fr.score(study.hits).interval(seed=1)), pictures / "scores")
fr.write_figure(fr.plot_corpus(study), pictures / "corpus")
written = digest(*pictures.iterdir())
done["figures"] = [len(written), written]

corpus = fr.load_testbed("briefings").corpus
hits = fr.find_hits(corpus, lexicon)
pages = fr.write_evidence(
    hits, corpus, folder / "page.html", scores=fr.score(hits).interval(seed=1, draws=100)
)
done["evidence"] = [len(pages), digest(*pages)]
print(json.dumps(done))
"""
# What each call gives at least: rows, bytes, or files.
LEAST = {
    "hits": 30, "suggestions": 1, "nmf": 1000, "lda": 1000, "hdp": 1000, "seeded-lda": 1000,
    "louvain": 40, "leiden": 40, "greedy": 40, "intrusion sheets": 2, "figures": 4, "evidence": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What two processes gave; the second has other settings of all that ought not to matter."""
    settings = tmp_path_factory.mktemp("settings")
    (settings / "matplotlibrc").write_text("font.size: 20\nsvg.fonttype: none\n")
    given = []
    for seed, threads, backend, rc in (("1", "1", "agg", ""), ("77", "4", "svg", str(settings))):
        environment = os.environ | {
            "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads,
            "MPLBACKEND": backend, "MATPLOTLIBRC": rc,
        }  # fmt: skip
        folder = tmp_path_factory.mktemp(f"seed{seed}")
        done = subprocess.run(
            [sys.executable, "-c", RUN, str(folder)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        given.append(json.loads(done.stdout))
    return given


@pytest.mark.parametrize("name", LEAST)
def test_a_second_process_gives_the_same_bits(runs, name):
    one, other = (given[name] for given in runs)
    assert one == other
    assert one[0] >= LEAST[name]


def test_a_word_that_keeps_company_with_the_entries_is_suggested_first(runs):
    first, *others = runs[0]["suggestions"][1].splitlines()[1:]
    assert first.split(",")[1:] == ["peace", "armistice"]
    assert "truce" not in [line.split(",")[2] for line in others]
