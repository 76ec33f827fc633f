import ast
import contextlib
import dataclasses
import inspect
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing._core import checks

ROOT = Path(__file__).parents[1]

# The public names and their arguments. A change here is a change for every user: it needs a
# line in the changelog.
SIGNATURES = {
    "agreement": "(codes, *, measurement='nominal', draws=2000, seed, level=0.95)",
    "change_at": "(trend, date, *, window=None, lags=None, placebos=100)",
    "find_change_points": "(trend, *, seed, most=5, least=3, alpha=0.05, block=None, permutations=999, draws=500)",
    "plot_trend": "(trend, *, events=None, change=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "trend": "(scores, *, every='week', seed=None, by=None, timezone=None, cluster=None, df=None, bridge=2, draws=2000, level=0.95, correction=None)",
    "check_lexicon": "(lexicon, corpus=None)",
    "classify": "(corpus, classifier, *, lexicon=None)",
    "contrast": "(scores, *, by, frames=None, groups=None, reference=None, compare='pairs', cluster=None, "
    "weight=None, seed, draws=2000, permutations=2000, level=0.95, adjust='holm', correction=None)",
    "correct": "(hits, codes, sample, *, by=None, on=None, coder=None, cluster=None, also=(), level=0.95)",
    "dataset_status": "(out)",
    "open_dataset": "(source, *, text='text', doc_id='doc_id', title=None, outlet=None, date=None, "
    "keep=None, dates='ymd', language='en', furniture=True, rows=50000, longest=10000000)",
    "find_duplicates": "(source, *, out, threshold=0.5, seed, shingle=5, hashes=256, workers=1)",
    "write_shares": "(topics, terms, out, *, workers=1)",
    "open_hits": "(out)",
    "score_dataset": "(source, lexicon, out, *, text='text', doc_id='doc_id', title=None, "
    "outlet=None, date=None, keep=None, dates='ymd', language='en', furniture=True, "
    "nested='frame', actors=None, rows=50000, longest=10000000, workers=None, scheduler=None, "
    "progress=True)",
    "count_cooccurrences": "(hits, *, level=0.95)",
    "count_entries": "(hits)",
    "count_hits": "(corpus, lexicon, *, nested='frame', workers=1, progress=True)",
    "drop_one": "(hits, scores)",
    "pool": "(scores, *, by, groups=None, cluster=None, weight=None, level=0.95)",
    "plot_associations": "(found, *, top=12, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_courses": "(trend, *, frame=None, events=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_dispersion": "(positions, *, terms=None, top=4, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_pooled": "(pooled, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "describe_figure": "(figure)",
    "drop_entries": "(lexicon, patterns)",
    "fit_classifier": "(codes, corpus, *, features='tfidf', lexicon=None, context=0, weights=None, seed)",
    "fit_instrument": "(instruments, codes, corpus, *, weights=None, fresh=None, groups=None, also=None, seed)",
    "apply_instrument": "(corpus, instrument)",
    "read_instrument": "(path)",
    "write_instrument": "(instrument, path)",
    "load_instrument": "(name)",
    "plan_sample": "(hits, *, precision=None, missed=None, codes=None, width=0.1, level=0.95)",
    "find_furniture": "(text, *, rules=True)",
    "find_hits": "(corpus, lexicon, *, nested='frame', actors=None, workers=1, progress=True)",
    "hits_by_unit": "(hits, unit)",
    "hits_of_codes": "(codes, corpus, *, coder=None)",
    "kwic": "(corpus, pattern_or_frame, *, lexicon=None, window=5)",
    "load_actors": "(name)",
    "load_classifier": "(name)",
    "load_codebook": "(name)",
    "read_codebook": "(path)",
    "load_lexicon": "(name)",
    "list_errors": "(validation)",
    "write_errors": "(validation, corpus, path)",
    "explore": "(hits, corpus, *, only=None, scores=None, validation=None, contrast=None, title=None, labels=None, height=800)",
    "write_evidence": "(hits, corpus, path, *, only=None, scores=None, validation=None, contrast=None, title=None, labels=None, per_page=None)",
    "check_study": "(path='.')",
    "start_study": "(path, *, name=None, example=False)",
    "load_testbed": "(name='constructed', *, part='all')",
    "load_study": "(name, *, texts=None)",
    "locate_hits": "(hits)",
    "make_actors": "(actors, *, name='unnamed')",
    "make_codes": "(table, *, coder='coder', scale=(0, 1), unit=None)",
    "code_with_model": "(source, codebook, *, model, base_url, context=1, batch=1, replicate=1, occasion='', cache='model-codes.sqlite', again=(), dry_run=False, price=None, max_cost=None, allow_hosted=False, key_env=None, structured='auto', workers=4, timeout=120.0, retries=2, pause=1.0, max_tokens=None, temperature=0.0, seed=1)",
    "drift": "(before, after, *, level=0.95)",
    "extend_correction": "(correction, sentences)",
    "plan_coding": "(instruments, *, budget=None, coding_cost=None, sentences=None, "
    "precision=None, missed=None, codes=None, width=None, level=0.95)",
    "sample_by_codebook": "(corpus, codebook, n, *, seed)",
    "write_manifest": "(coded, path)",
    "read_model_codes": "(path, manifest)",
    "concat": "(corpora)",
    "make_corpus": "(texts, *, text='text', doc_id=None, dates=None, language='en', furniture=True, clean=False, **columns)",
    "make_lexicon": "(frames, *, name='unnamed', version='', language='en', source='', "
    "licence='', shared=False, groups=None)",
    "make_study": "(corpus, lexicon, *, name='study', actors=None)",
    "mean_codes": "(codes, *, coder=None)",
    "merge_entries": "(hits, lexicon)",
    "merge_frames": "(hits, *, depth=1)",
    "plot_contrast": "(contrast, *, effect='difference', ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_cooccurrences": "(cooccurrences, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_agreement": "(agreement, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_correction": "(correction, *, truth=None, truth_label='the true share', ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_drop_one": "(dropped, *, top=5, labels=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None)",
    "plot_entry_precision": "(validation, *, top=8, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_validation": "(validation, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_corpus": "(corpus, *, labels=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None)",
    "plot_entries": "(entries, *, top=8, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_positions": "(positions, *, labels=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None)",
    "plot_scores": "(scores, *, labels=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None)",
    "predict_frames": "(corpus, classifier, *, lexicon=None)",
    "FrameVectorizer": "(lexicon='peace-initiative', *, kind='rate', per=1000, rejected='include', nested='frame', language='en', furniture=False, empty=0.0, n_jobs=None)",
    "read_classifier": "(path)",
    "read_actors": "(path)",
    "read_codes": "(path, *, scale=(0, 1), corpus=None, encoding=None, unit=None)",
    "read_corpus": "(path, *, text=None, doc_id=None, title=None, source=None, date=None, dates=None, "
    "encoding=None, language='en', furniture=True, clean=True, repair=False, workers=None, progress=True)",
    "read_lexicon": "(path, *, format=None, encoding=None)",
    "read_study": "(path)",
    "read_sample": "(path)",
    "write_sample": "(sample, path)",
    "sample_for_coding": "(hits, corpus, n, *, strata='frame', allocate='proportional', first=None, codes=None, unit=None, seed)",
    "score": "(hits, *, unit='document', kind='rate', per=1000, rejected='include', "
    "validation=None)",
    "suggest": "(corpus, lexicon, *, top=20, min_count=5, seed)",
    "validate": "(hits, codes, *, sample=None, coder=None, level=0.95)",
    "write_classifier": "(classifier, path)",
    "write_coding_sheet": "(sample, path, *, coders=2, codebook=None, seed=0)",
    "make_results": "(source, key=None, *, kind=None, unit=None, value='value', low='low', high='high', n='n', of='', names=None, cell='', level=0.95)",
    "read_results": "(path, *, notebooks=None)",
    "describe_methods": "(*results)",
    "write_paper": "(source, path=None, *, notebooks, results=None, bibliography=None, formats=('html', 'docx', 'tex', 'pdf'))",
    "write_results": "(results, path, *, notebook, data=(), settings=None)",
    "write_data": "(result, path, *, of=None, descriptions=None, facts=None, covariates=True, digits=None)",
    "write_figure": "(figure, path, *, alt=None, formats=('svg', 'pdf'), dpi=300)",
    "write_lexicon": "(lexicon, path, *, format=None)",
    "write_study": "(study, path)",
    "write_table": "(table, path, *, digits=3)",
    "choose_topics": "(terms, grid, *, model='nmf', starts=10, samples=None, seed, top=10, c_v=False, passes=None, workers=1, progress=True)",
    "consensus_topics": "(terms, n_topics, *, model='nmf', starts=10, seed, alike=0.7, passes=None, workers=1, progress=True)",
    "count_terms": "(source, *, unit='document', words=None, tokens='words', stop_words='auto', min_units=2, max_units=1.0, min_length=2, numbers=False, phrases=None, stem=False, without=None, like=None, workers=1, out=None)",
    "find_packages": "(topics, *, alpha=0.05, method='louvain', runs=100, permutations=500, seed)",
    "find_phrases": "(corpus, *, measure='npmi', min_count=10, threshold=None, stop_words='auto', tokens='words')",
    "fit_topics": "(terms, *, model='nmf', n_topics=None, seed, seeds=None, covariates=(), passes=None)",
    "frames_by_topic": "(topics, hits, *, seed, draws=1000, permutations=1000, level=0.95)",
    "load_stop_words": "(language)",
    "plot_packages": "(packages, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_prevalence": "(prevalence, *, topics=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_regression": "(regression, *, effect='ratio', ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_topic_choice": "(choice, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_topic_frames": "(found, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_topics": "(topics, *, top=8, rank_by='weight', ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "prevalence": "(topics, terms, *, by, seed, method=None, draws=200, level=0.95, workers=1, progress=True)",
    "read_topics": "(path)",
    "regress": "(scores, formula, *, cluster=None, reference=None, adjust='holm', level=0.95, correction=None)",
    "score_intrusion": "(sheets, key, *, topics=None, level=0.95, floor=0.001, encoding='utf-8')",
    "write_intrusion_sheet": "(topics, path, *, test='words', corpus=None, coders=2, top=5, n_shown=3, n_passages=20, min_terms=10, seed)",
    "write_topics": "(topics, path)",
    "collocations": "(corpus, node=None, *, span=5, measure='g2', min_count=5, stop_words='auto', tokens='words', adjust='bh', level=0.95)",
    "keyness": "(terms, reference=None, *, by=None, target=None, measure='chi2', correction='none', min_count=1, total='terms', adjust='bh', level=0.95)",
    "plot_keyness": "(keyness, *, top=12, drop=(), ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "multiverse": "(source, lexicon, contrast, *, choices=None, frame=None, seed, limit=400, workers=1, cache=None, progress=True)",
    "plot_multiverse": "(result, *, frame=None, comparison=None, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_word_shift": "(shift, *, top=20, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "select_units": "(terms, where)",
    "plot_voice_context": "(found, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "plot_voices": "(found, *, ax=None, figsize=None, title=None, frames=None, order=None, palette=None, labels=None)",
    "voices": "(hits, *, actors=None, unit='speaker', by=None, min_hits=1, cluster=None, seed, draws=2000, permutations=2000, level=0.95)",
    "word_shift": "(source, reference=None, *, by=None, target=None, frame=None, kind=None, weights=None, seed, draws=1000, level=0.95)",
}
COLUMNS = {
    "Actors": ("table", "name", "hash"),
    "Agreement": ("settings", "left_out", "table", "level"),
    "ChangePoints": ("settings", "left_out", "table", "tests", "level"),
    "Classifier": ("table", "features", "columns", "weights", "intercepts", "idf", "strength",
        "lexicon_hash", "seed", "hash", "context", "trained_on", "learnt"),
    "SamplePlan": ("settings", "left_out", "table", "level"),
    "GroupErrors": ("settings", "left_out", "table", "tests", "by", "level"),
    "Instrument": ("table", "coefficients", "lexicons", "classifiers", "trained_on", "seed", "hash",
        "held_out", "learnt"),
    "Codebook": ("table", "name", "version", "language", "title", "unit", "description",
        "rulings", "reporting", "hash"),
    "Codes": ("table", "missing", "scale", "origin", "unit"),
    "CodingPlan": ("settings", "left_out", "table", "level"),
    "Collocations": ("settings", "left_out", "table", "nodes", "measure", "span", "level",
        "rare"),
    "Consensus": ("settings", "left_out", "topics", "table"),
    "Contrast": ("settings", "left_out", "table", "tests", "groups", "level", "scores",
        "members"),
    "Cooccurrences": ("settings", "left_out", "table", "level"),
    "Corpus": ("table", "exclusions", "language", "notes", "doubts"),
    "Correction": ("settings", "left_out", "table", "level"),
    "Drift": ("settings", "left_out", "table", "level"),
    "DataFiles": ("table", "paths", "rows", "facts"),
    "Duplicates": ("settings", "left_out", "table", "pairs", "corpus_fingerprint"),
    "EntryCounts": ("settings", "left_out", "table"),
    "ErrorList": ("settings", "left_out", "table"),
    "Furniture": ("settings", "left_out", "table"),
    "HitCounts": ("settings", "left_out", "table"),
    "HitPositions": ("settings", "left_out", "table"),
    "Hits": ("settings", "left_out", "table", "sentences", "documents", "entries", "lexicon",
        "lexicon_hash", "corpus_fingerprint", "nested", "unit"),
    "Interruption": ("settings", "left_out", "table", "date", "level"),
    "IntrusionScores": ("settings", "left_out", "table", "level"),
    "Keyness": ("settings", "left_out", "table", "sides", "measure", "level", "rare"),
    "Kwic": ("settings", "left_out", "table", "window"),
    "LeaveOneOut": ("settings", "left_out", "table"),
    "Pooled": ("settings", "left_out", "table", "population", "level", "kind", "measure"),
    "Lexicon": ("table", "frames", "name", "version", "language", "source", "licence",
        "description", "exceptions", "groups", "hash", "notes", "examples"),
    "StudyState": ("settings", "left_out", "table"),
    "LexiconCheck": ("settings", "left_out", "table", "counts", "lexicon"),
    "MeanCodes": ("settings", "left_out", "table"),
    "ModelCodes": ("settings", "left_out", "table", "problems", "manifest", "notes"),
    "ModelPlan": ("settings", "left_out", "table", "endpoint", "local"),
    "Multiverse": ("settings", "left_out", "table", "summary", "matters", "options", "level",
        "contrast"),
    "Packages": ("settings", "left_out", "table", "edges", "modularity", "tested", "p", "alpha",
        "method", "runs", "permutations", "seed", "units", "incomplete"),
    "Paper": ("table", "paths"),
    "Phrases": ("settings", "left_out", "table"),
    "Predictions": ("settings", "left_out", "table"),
    "Prevalence": ("settings", "left_out", "table", "draws", "by", "groups", "method", "level"),
    "Regression": ("settings", "left_out", "table", "fit", "formula", "cluster", "reference",
        "kind", "unit", "measure", "per", "level", "adjusted", "lexicon", "lexicon_hash",
        "standing"),
    "Results": ("table", "sources"),
    "Sample": ("table", "strata", "frames", "lexicon", "lexicon_hash", "corpus_fingerprint",
        "seed", "unit"),
    "Scores": ("settings", "left_out", "table", "units", "kind", "unit", "per", "empty",
        "lexicon", "lexicon_hash", "parts", "level", "validation", "hits", "documents"),
    "ScoredDataset": ("settings", "left_out", "table", "out"),
    "Dataset": ("source", "table", "reading", "storage", "root", "partitions"),
    "StoredDuplicates": ("out", "table", "settings", "files"),
    "StoredTerms": ("out", "vocabulary", "filters", "unit", "counting", "table", "origin", "files"),
    "StoredHits": ("out", "settings", "table", "_manifest"),
    "Study": ("name", "documents", "hits", "terms", "exclusions", "origin"),
    "Suggestions": ("settings", "left_out", "table"),
    "Terms": ("settings", "left_out", "matrix", "vocabulary", "units", "filters", "unit",
        "counting", "origin"),
    "Testbed": ("corpus", "codes", "sentences", "name"),
    "TopicChoice": ("settings", "left_out", "table", "runs", "candidates"),
    "TopicFrames": ("settings", "left_out", "table", "base", "p"),
    "Topics": ("settings", "left_out", "weights", "probabilities", "unit_shares", "vocabulary",
        "units", "unit", "model", "seed", "versions", "state", "counting", "seeds", "origin",
        "labels"),
    "Trend": ("settings", "left_out", "table", "smooths", "every", "by", "groups", "frames",
        "measure", "level", "series"),
    "Validation": ("settings", "left_out", "table", "entries", "sentences", "hits", "level",
        "lexicon", "lexicon_hash", "origin"),
    "Voices": ("settings", "left_out", "table", "base", "context", "tests", "groups", "level",
        "hits"),
    "WordShift": ("settings", "left_out", "table", "sides", "total", "low", "high", "kind",
        "level"),
}  # fmt: skip


def plain(function):
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(inspect.Signature(parameters))


def names_of(stub):
    """Return the names that a stub file imports from the modules of the package."""
    nodes = ast.walk(ast.parse(stub.read_text(encoding="utf-8")))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return [alias.name for node in imports for alias in node.names]


def run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_public_names_are_frozen():
    stubs = (ROOT / "framing").rglob("*.pyi")
    stubbed = {name for stub in stubs for name in names_of(stub)}
    assert stubbed == {*SIGNATURES, *COLUMNS, "InputError"}
    assert {name: plain(getattr(fr, name)) for name in SIGNATURES} == SIGNATURES
    fields = {
        name: tuple(field.name for field in dataclasses.fields(getattr(fr, name)))
        for name in COLUMNS
    }
    assert fields == COLUMNS


def test_columns_of_the_tables_are_frozen():
    hits = fr.load_study("articles").hits
    assert list(hits.table) == [
        *("doc_id", "paragraph", "sentence", "start", "end", "frame", "entry", "weight"),
        *("rejected", "hedged", "quoted", "speaker"),
    ]
    assert list(hits.sentences) == [*("doc_id", "paragraph", "sentence", "start", "end", "tokens")]
    scores = fr.score(hits).interval(seed=1)
    assert list(scores.table) == [
        *("unit_id", "frame", "value", "numerator", "denominator"),
        *("low", "high", "n", "method", "note"),
    ]
    assert list(fr.make_corpus(["One."]).table) == ["doc_id", "text", "title", "source", "date"]


@pytest.mark.parametrize("name", [*SIGNATURES, *COLUMNS])
def test_every_public_docstring_says_what_a_user_needs(name):
    item = getattr(fr, name)
    text = inspect.getdoc(item)
    assert text
    needed = ["Attributes"] if inspect.isclass(item) else ["Parameters", "Returns", "Examples"]
    if name in ("write_study",):
        needed.remove("Returns")
    assert [section for section in needed if f"{section}\n---" not in text] == []
    for parameter in [] if inspect.isclass(item) else inspect.signature(item).parameters:
        assert parameter in text


def test_the_first_lines_of_a_first_name_have_a_call_that_runs(tmp_path, monkeypatch):
    """A newcomer reads ten lines of help(fr.score) and copies the call in them."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("A truce held.", encoding="utf-8")
    (tmp_path / "mine.toml").write_text('[frames.peace]\nentries = ["truce*"]\n')
    (tmp_path / "news.csv").write_text("doc_id,text\na,A truce held.\n")
    monkeypatch.chdir(tmp_path)
    # The results that open_hits opens are written first.
    names = sorted(set(dir(fr)) - {"InputError"}, key=lambda name: name == "open_hits")
    # Of the names in rooms, a few whose calls are quick.
    names += ["find_phrases", "keyness", "make_codes", "mean_codes", "plan_sample", "pool"]
    for name in (name for name in names if not name.startswith("_")):
        first = "\n".join(inspect.getdoc(getattr(fr, name)).split("\n")[:12])
        tried = first.partition("Try it")[2].partition("\n\n")[0]
        calls = re.findall(r"``(.+?)``", tried, re.DOTALL)
        assert calls, name
        if name not in ("write_paper", "read_lexicon"):
            exec("\n".join(" ".join(call.split()) for call in calls), {"fr": fr})
    assert fr.read_lexicon("mine.toml").frames["frame"].tolist() == ["peace"]


def described(docstring):
    """Return the parameters that have an entry with a description in a docstring."""
    text = inspect.cleandoc(docstring or "")
    section = re.search(
        r"^Parameters\n-+\n(.*?)(?=\n\S[^\n]*\n-{3}|\Z)", text, re.DOTALL | re.MULTILINE
    )
    entries = re.findall(
        r"^(\S[^\n]*?)(?: :[^\n]*)?\n +\S", section[1] if section else "", re.MULTILINE
    )
    return {name.strip(" *") for entry in entries for name in entry.split(",")}


def public_functions():
    """Return the public functions, and the public methods of public classes, by name."""
    functions = {name: getattr(fr, name) for name in SIGNATURES}
    classes = [name for name in functions if inspect.isclass(functions[name])]
    for owner in [*COLUMNS, *classes]:
        for name, method in inspect.getmembers(getattr(fr, owner), inspect.isroutine):
            if not name.startswith("_") and (method.__module__ or "").startswith("framing"):
                functions[f"{owner}.{name}"] = method
    return functions


@pytest.mark.parametrize("name", public_functions())
def test_every_parameter_is_described(name):
    function = public_functions()[name]
    parameters = set(inspect.signature(function).parameters) - {"self"}
    assert parameters - described(function.__doc__) == set()


RENAMED = [
    ("agreement", "interval", "level"),
    ("choose_topics", "seeds", "starts"),
    ("collocations", "adjustment", "adjust"),
    ("consensus_topics", "seeds", "starts"),
    ("Corpus.find_duplicates", "permutations", "hashes"),
    ("keyness", "adjustment", "adjust"),
    ("merge_frames", "level", "depth"),
    ("plot_topics", "by", "rank_by"),
    ("plot_topics", "n", "top"),
    ("read_study", "folder", "path"),
    ("sample_for_coding", "by", "strata"),
    ("suggest", "n", "top"),
    ("Topics.top_passages", "n", "top"),
    ("Topics.top_terms", "by", "rank_by"),
    ("Topics.top_terms", "n", "top"),
    ("write_intrusion_sheet", "n_terms", "top"),
    ("write_paper", "folder", "path"),
    ("write_study", "folder", "path"),
]


@pytest.mark.parametrize(("name", "old", "new"), RENAMED)
def test_an_old_name_of_a_parameter_is_read_as_the_new_one(name, old, new):
    function = public_functions()[name]
    parameters = inspect.signature(function).parameters
    assert new in parameters
    given = {"seed": 1} if "seed" in parameters else {}
    # The old name is read before the call fails for want of all else.
    with (
        pytest.warns(DeprecationWarning, match=f"{old}= is now called {new}="),
        pytest.raises((TypeError, fr.InputError)),
    ):
        function(**{old: None}, **given)
    with pytest.raises(fr.InputError, match=f"Give {new}= alone"):
        function(**{old: None, new: None}, **given)


def test_old_calls_give_what_new_calls_give():
    codes = fr.load_testbed("newswire").codes
    old = fr.agreement(codes, level="nominal", draws=20, seed=1)
    new = fr.agreement(codes, measurement="nominal", draws=20, seed=1)
    pd.testing.assert_frame_equal(old.table, new.table)
    texts = ["truce and talks", "a truce", "truce talks", "gas and oil", "oil, gas"] * 4
    terms = fr.count_terms(fr.make_corpus(texts))
    with pytest.warns(DeprecationWarning, match="choose_topics") as caught:
        old = fr.choose_topics(terms, [2], seeds=2, top=2)
    assert {str(item.message).split(". ")[0] for item in caught} == {
        "choose_topics: seeds= is now called starts=",
        "choose_topics needs seed= from the next version on",
    }
    new = fr.choose_topics(terms, [2], starts=2, seed=1, top=2)
    pd.testing.assert_frame_equal(old.table, new.table)


def test_a_plot_has_a_short_name():
    assert fr.plot.scores is fr.plot_scores
    assert fr.plot.topics is fr.plot_topics
    with pytest.raises(AttributeError):
        getattr(fr.plot, "nothing")  # noqa: B009


SPACES = ("lexicons", "coding", "claims", "words", "topics", "plot", "paper", "data")


def test_a_first_study_sees_its_names_and_no_modules():
    shown = [name for name in dir(fr) if not name.startswith("__")]
    assert 25 <= len(shown) <= 30
    assert not [name for name in shown if inspect.ismodule(getattr(fr, name))]
    assert all(name in fr.__doc__ for name in shown)


@pytest.mark.parametrize("space", SPACES)
def test_a_space_holds_what_the_package_holds_under_the_same_name(space):
    module = getattr(fr, space)
    names = [name for name in dir(module) if not name.startswith("_")]
    assert names
    assert all(getattr(module, name) is getattr(fr, name) for name in names)
    assert f"fr.{space}" in fr.__doc__


def test_every_name_is_in_a_space_or_among_the_first():
    spaces = {name for space in SPACES for name in dir(getattr(fr, space))}
    assert {*SIGNATURES, *COLUMNS} - spaces <= set(dir(fr))


def objects_wanted():
    """Return each public function with the arguments that must be objects of the package."""
    return [
        pytest.param(name, key, options_of(parameter.annotation), id=f"{name}-{key}")
        for name in SIGNATURES
        for key, parameter in inspect.signature(getattr(fr, name)).parameters.items()
        if any(maker in str(parameter.annotation) for maker in checks.MAKERS)
        and not isinstance(parameter.annotation, str)
        # Any number of objects: tests/paper/test_methods.py gives one that is none.
        and parameter.kind is not parameter.VAR_POSITIONAL
        and not inspect.isclass(getattr(fr, name))  # scikit-learn checks when it fits
    ]


def options_of(annotation):
    return get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)


def fits(value, option):
    """Tell whether a wrong object is nevertheless of a general kind that is allowed."""
    ours = [arg for arg in get_args(option) if getattr(arg, "__name__", "") in checks.MAKERS]
    return isinstance(value, get_origin(option) or option) and not ours


@pytest.mark.parametrize(("name", "key", "options"), objects_wanted())
def test_a_wrong_object_is_refused_with_the_function_that_makes_the_right_one(name, key, options):
    function = getattr(fr, name)
    wrong = [pd.DataFrame({"text": ["A truce."]}), ["A truce."], "truce", {"peace": ["truce"]}]
    wrong += [Path("articles"), 3, fr.make_corpus(["A truce."]), fr.make_lexicon({"a": ["b"]})]
    refused = 0
    for value in wrong:
        if not any(fits(value, option) for option in options):
            with pytest.raises(fr.InputError) as caught:
                function(**{key: value})
            assert any(maker in str(caught.value) for maker in checks.MAKERS.values())
            refused += 1
    assert refused


def test_methods_and_functions_of_tables_and_figures_refuse_wrong_objects_too():
    corpus = fr.make_corpus(["truce and talks", "a truce", "gas and oil", "oil, gas"] * 3)
    terms = fr.count_terms(corpus)
    topics = fr.fit_topics(terms, n_topics=2, seed=1)
    calls = {
        r"corpus\.find_duplicates": lambda: corpus.drop_duplicates(pd.DataFrame()),
        r"count_terms\(corpus\)": lambda: topics.transform(corpus),
        "read_corpus or make_corpus": lambda: topics.top_passages(corpus=terms),
        r"fit_topics\(terms": lambda: fr.find_packages(corpus, seed=1),
        "read_codes": lambda: fr.make_codes(corpus),
        "a plot function": lambda: fr.describe_figure(terms),
        "plot_scores": lambda: fr.write_figure(terms, "figure"),
    }
    for maker, call in calls.items():
        with pytest.raises(fr.InputError, match=maker):
            call()


FUNCTIONS = [name for name in SIGNATURES if inspect.isfunction(getattr(fr, name))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_answers_a_wrong_value_with_the_error_of_a_dependency(
    name, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    function = getattr(fr, name)
    needed = [
        parameter
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    wrongs = [None, 5, object(), b"x", [1, 2], np.zeros(3), pd.DataFrame({"a": [1]})]
    for wrong in wrongs if needed else ():
        first = [wrong for item in needed if item.kind is not item.KEYWORD_ONLY]
        rest = {item.name: wrong for item in needed if item.kind is item.KEYWORD_ONLY}
        with contextlib.suppress(fr.InputError):
            function(*first, **rest)


READERS = [name for name in SIGNATURES if name.startswith("read_")]
LOADERS = [name for name in SIGNATURES if name.startswith("load_")]


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_path_is_refused(name):
    for value in (3, None, 2.5, pd.DataFrame({"text": ["A truce."]})):
        kind = "an int" if isinstance(value, int) else f"a {type(value).__name__}"
        with pytest.raises(fr.InputError, match=rf"{name}: \w+ is {kind}; it must be a path"):
            getattr(fr, name)(value)


@pytest.mark.parametrize("name", LOADERS)
def test_the_name_of_what_ships_is_a_text(name):
    for value in (3, None, ["peace"]):
        with pytest.raises(fr.InputError, match="name"):
            getattr(fr, name)(value)


def test_swapped_arguments_are_named():
    with pytest.raises(fr.InputError, match="are the arguments swapped"):
        fr.find_hits(fr.make_lexicon({"a": ["b"]}), fr.make_corpus(["a"]))
    with pytest.raises(fr.InputError, match="Give the object itself, not its table"):
        fr.score(fr.load_study("articles").hits.table)


def test_help_fits_three_screens():
    lines = pydoc.render_doc(fr, renderer=pydoc.plaintext).splitlines()
    assert len(lines) <= 120
    assert max(map(len, lines)) <= 100


def test_an_import_loads_nothing_heavy():
    heavy = ("numpy", "pandas", "scipy", "sklearn", "statsmodels", "gensim", "matplotlib", "nltk")
    heavy += ("httpx", "openai")
    check = f"print([name for name in {heavy} if name in sys.modules])"
    assert run(f"import sys, framing; {check}") == "[]"
    command = "from framing.cli import main; main(['--help'], standalone_mode=False)"
    assert run(f"import sys; {command}; {check}").endswith("[]")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'plot_nothing'"):
        getattr(fr, "plot_nothing")  # noqa: B009


def test_objects_show_themselves_in_a_line_and_in_a_notebook():
    study = fr.load_study("articles")
    corpus = fr.make_corpus(["A <b>truce</b>."], title="<i>")
    lexicon = fr.load_lexicon("peace-initiative")
    for item in (study, study.hits, fr.score(study.hits), corpus, lexicon):
        assert repr(item).startswith(f"<{type(item).__name__}")
        assert "\n" not in repr(item)
        assert "<table" in item._repr_html_()
    assert "<i>" not in corpus._repr_html_()


def test_imports_run_downward_and_computing_never_imports_matplotlib():
    # lint-imports reads the contracts in pyproject.toml.
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_measuring_loads_no_figure_library():
    code = (
        "import sys, framing as fr; fr.score(fr.load_study('articles').hits).interval(seed=1);"
        "print([m for m in ('matplotlib', 'gensim', 'sklearn', 'nltk', 'IPython') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_a_notebook_shows_the_first_rows_and_says_how_many_more():
    corpus = fr.make_corpus(["A truce."] * 23, title=[None, *"abcdefghijklmnopqrstuv"])
    page = corpus._repr_html_()
    assert page.count("<tr>") == 20
    assert "… and 3 more rows" in page
    assert "None" not in page
    assert "NaN" not in page


def test_results_can_be_compared_and_kept_in_sets():
    texts, other = fr.make_corpus(["A truce."]), fr.make_corpus(["A truce."])
    lexicon = fr.make_lexicon({"peace": ["truce"]})
    assert lexicon == fr.make_lexicon({"peace": ["truce"]})
    assert lexicon != fr.make_lexicon({"peace": ["truce*"]})
    assert fr.make_actors({"A": ["b"]}) == fr.make_actors({"A": ["b"]})
    hits = fr.find_hits(texts, lexicon)
    results = [texts, hits, fr.score(hits), fr.kwic(texts, "truce")]
    assert all(result == result and result != other for result in results)
    assert len({*results, lexicon}) == 5


def test_no_file_is_named_like_what_it_exports():
    # The file could not be reached: its room would hold the function under the name.
    root = Path(fr.__file__).parent
    public = {*SIGNATURES, *COLUMNS} | {
        name for space in SPACES for name in dir(getattr(fr, space))
    }
    assert not public & {path.stem for path in root.iterdir()}
    for name in public:
        assert getattr(fr, name).__module__.rpartition(".")[2] != name
    for path in root.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {getattr(node, "name", "") for node in tree.body}
        assert path.stem not in names, f"{path} defines {path.stem}"
