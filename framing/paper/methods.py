"""Methods in words: the paragraphs of a paper that say how results were made."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from framing._core.checks import InputError
from framing._core.result import Result
from framing._core.tables import counted
from framing.coding.correction import Correction
from framing.coding.reliability import Agreement
from framing.coding.samples import Sample
from framing.coding.validation import Validation
from framing.contrasts.contrasts import Contrast
from framing.contrasts.voice_profiles import Voices
from framing.corpus.corpus import Corpus
from framing.hits.hits import Hits
from framing.lexicons.lexicon import Lexicon
from framing.paper.numbers import write_number
from framing.regressions.regressions import Regression
from framing.robustness.multiverses import Multiverse
from framing.scores.scores import Scores
from framing.topics.topics import Topics
from framing.trends.trends import Trend

Describable = Corpus | Lexicon | Hits | Sample | Result
# Facts in which all results of one description agree.
SHARED = {"corpus_fingerprint": "texts", "lexicon_hash": "lexicon"}
# Characters of a hash that are printed: enough to tell versions apart.
HASH_DIGITS = 12
# More decisions of reading, such as encodings of single files, belong into an appendix.
MOST_NOTES = 6
# What a note says at its end to those who read the articles: which argument decides otherwise.
HINT = re.compile(r"[.;] \w+='…'[^.]*\.$")
# Notes on the names of columns, which tell whoever reads the table in, and no reader of a paper.
OF_COLUMNS = ("Columns chosen by their names", "The documents are numbered")
KINDS = {
    "share": "the share of sentences with a hit of a frame",
    "count": "the number of hits of a frame",
    "topic share": "the share of a topic",
}
REJECTED = {
    "include": "Hits in sentences that deny them were counted like the others.",
    "exclude": "Hits that their sentence denies were not counted.",
    "only": "Only hits that their sentence denies were counted.",
}
COMPARISONS = {
    "pairs": "each with each other one",
    "rest": "each with all others together",
    "factor": "each with the mean of all",
}
ADJUSTMENTS = {
    "holm": "adjusted by the method of Holm",
    "bh": "adjusted by the method of Benjamini and Hochberg",
    "none": "not adjusted",
}


def describe_methods(*results: Describable) -> str:
    """Return the methods of a study in words, for the paper.

    Each number and name comes from the objects, and nothing is added that they do not say. So
    the text is complete only for what is given: give the corpus, the hits and all results that the
    paper reports.

    Parameters
    ----------
    *results : Corpus, Lexicon, Hits, Sample or result
        In any order. Results that have no sentences of their own here, such as a `Keyness`, add
        to what was left out and to the versions only.

    Returns
    -------
    str
        Markdown, one paragraph for each of: articles, lexicon and hits, scores, coding and
        errors, comparisons, topics, what was left out, software. Paragraphs without an object are
        absent; without results it is empty. Write it beside the paper as ``methods.md``, and put
        ``{{include: methods.md}}`` into the section on methods.

    Raises
    ------
    InputError
        The objects are of different texts or lexicons, or something else is given.

    See Also
    --------
    write_paper

    Examples
    --------
    >>> import framing as fr
    >>> corpus = fr.make_corpus(["A truce holds. Rain fell."] * 3, doc_id=["a", "b", "c"])
    >>> hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}, name="mine"))
    >>> scores = fr.score(hits, unit="corpus").interval(seed=1)
    >>> text = fr.paper.describe_methods(corpus, hits, scores)
    >>> print(text.split(".")[0])
    The corpus has 3 articles with 6 sentences, in the language "en"

    References
    ----------
    American Psychological Association (2020). *Publication Manual*, 7th ed., section 3.6: what a
    description of methods must let others repeat.
    """
    for number, result in enumerate(results, start=1):
        if not isinstance(result, Describable):
            raise InputError(
                f"Argument {number} is a {type(result).__name__}. Allowed: a Corpus, a Lexicon, "
                "Hits, a Sample, or what a function that measures returns, such as Scores."
            )
    _check_same(results)
    paragraphs = [
        _articles(results),
        _instrument(results),
        _each(results, Scores, _score),
        _coding(results),
        [
            *_each(results, Contrast, _contrast),
            *_each(results, Voices, _voices),
            *_each(results, Regression, _regression),
            *_each(results, Trend, _trend),
            *_each(results, Multiverse, _multiverse),
        ],
        _each(results, Topics, _topics),
        _left_out(results),
        _software(results),
    ]
    texts = (" ".join(sentences) for sentences in paragraphs)
    return "\n\n".join(text for text in texts if text)


def _settings(result: Describable) -> Mapping[str, Any]:
    """Return the settings; samples, lexicons and corpora have theirs as attributes."""
    if isinstance(result, Result):
        return dict(result.settings)
    if isinstance(result, Lexicon):
        return {"lexicon": f"{result.name} {result.version}", "lexicon_hash": result.hash}
    if isinstance(result, Corpus):
        return {"corpus_fingerprint": result.fingerprint}
    return vars(result)


def _check_same(results: Iterable[Any]) -> None:
    """Raise InputError where results are of different texts or lexicons."""
    for name, what in SHARED.items():
        makers: dict[str, str] = {}
        for result in results:
            if value := _settings(result).get(name):
                makers.setdefault(str(value), type(result).__name__)
        if len(makers) > 1:
            raise InputError(
                f"The {what} of {' and '.join(makers.values())} differ. Describe one corpus with "
                "one lexicon at a time: call describe_methods once for each."
            )


def _of(results: Iterable[Any], kind: type[Any]) -> list[Any]:
    """Return the results of a type."""
    return [result for result in results if isinstance(result, kind)]


def _each(
    results: Iterable[Any], kind: type[Any], say: Callable[[Any], Iterable[str]]
) -> list[str]:
    """Return the sentences about the results of a type; the same sentence stands once."""
    return list(dict.fromkeys(text for result in _of(results, kind) for text in say(result)))


def _articles(results: Iterable[Any]) -> list[str]:
    """Return how many articles of when and where there are."""
    return _each(results, Corpus, _corpus)


def _corpus(corpus: Corpus) -> Iterator[str]:
    table = corpus.table
    sources = table["source"].dropna().nunique() if "source" in table else 0
    origin = f" from {counted(sources, 'sources')}" if sources else ""
    yield (
        f"The corpus has {counted(len(corpus), 'articles')}{origin} with "
        f'{counted(len(corpus.sentences), "sentences")}, in the language "{corpus.language}".'
    )
    if "date" in table and len(dates := table["date"].dropna()):
        first, last = (pd.Timestamp(day).date().isoformat() for day in (dates.min(), dates.max()))
        missing = len(table) - len(dates)
        undated = f"; {counted(missing, 'articles')} {_have(missing)} no date" if missing else ""
        yield f"They were published from {first} to {last}{undated}."
    notes = [note for note in corpus.notes if not note.startswith(OF_COLUMNS)]
    if len(notes) <= MOST_NOTES:
        yield from (HINT.sub(".", note) for note in notes)
    else:
        yield f"Reading made {len(notes)} decisions, which the record of the study lists."
    if len(corpus.doubts):
        n = corpus.doubts["doc_id"].nunique()
        yield f"Reading raised doubts about {counted(n, 'articles')}, which were kept."
    yield f"The texts have the fingerprint {corpus.fingerprint[:HASH_DIGITS]} (SHA-256)."


def _have(n: int) -> str:
    return "has" if n == 1 else "have"


def _was(n: int) -> str:
    return "was" if n == 1 else "were"


def _instrument(results: Iterable[Any]) -> list[str]:
    """Return what the lexicon is, and how often its entries matched."""
    facts = [settings for settings in map(_settings, results) if settings.get("lexicon")]
    if not facts:
        return []
    hits, lexicons = _of(results, Hits), _of(results, Lexicon)
    size = ""
    if lexicons:
        entries, frames = len(lexicons[0]), len(lexicons[0].frames)
        size = f"{counted(frames, 'frames')}, {counted(entries, 'entries')}; "
    elif hits:
        size = f"{counted(len(hits[0].frames), 'frames')}; "
    digest = str(facts[0].get("lexicon_hash", ""))[:HASH_DIGITS]
    name = str(facts[0]["lexicon"]).strip()
    sentences = [f"The lexicon is {name} ({size}SHA-256 {digest})."]
    for found in hits:
        counts = found.table["frame"].value_counts(sort=False)
        numbers = ", ".join(f"{frame} {n:,}" for frame, n in counts.items())
        sentences.append(f"It has {counted(len(found), 'hits')} in the articles: {numbers}.")
        if found.settings.get("actors"):
            sentences.append(f"Speakers were named by the table {found.settings['actors']}.")
    standings = [scores.validation for scores in _of(results, Scores)]
    if not _of(results, Validation) and not any(standings):
        sentences.append("It was not validated for these articles.")
    return sentences


def _score(scores: Scores) -> Iterator[str]:
    settings = scores.settings
    what = KINDS.get(scores.kind, f"hits of a frame per {scores.per:,.0f} tokens")
    units = scores.units["unit_id"].nunique()
    of = "of the corpus" if scores.unit == "corpus" else f"of each {scores.unit} ({units:,} in all)"
    yield f"Scores are {what}, {of}."
    if settings.get("rejected") in REJECTED:
        yield REJECTED[settings["rejected"]]
    if scores.level is not None:
        methods = sorted({str(name) for name in scores.table.get("method", ()) if name})
        names = f" ({', '.join(methods)})" if methods else ""
        cluster = settings.get("cluster")
        over = f", with each {cluster} as one cluster" if cluster else ""
        yield f"The scores have {scores.level:.0%} intervals{names}{over}{_seeded(settings)}."


def _seeded(settings: Mapping[str, Any]) -> str:
    """Return the seed, where there is one."""
    seed = settings.get("seed")
    return "" if seed is None else f", seed {seed}"


def _coding(results: Iterable[Any]) -> list[str]:
    return [
        *_each(results, Sample, _sample),
        *_each(results, Agreement, _agreement),
        *_each(results, Validation, _validation),
        *_each(results, Correction, _correction),
    ]


def _sample(sample: Sample) -> Iterator[str]:
    strata = sample.strata
    total = int(strata["size"].sum())
    rows = "; ".join(f"{row.stratum} {row.n:,} of {row.size:,}" for row in _rows(strata))
    yield (
        f"For coding, {len(sample):,} of {total:,} {sample.unit}s were drawn at random within "
        f"strata of what the lexicon had found, seed {sample.seed}: {rows}."
    )


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a table; ``size`` of a named tuple is a column here, not a method."""
    return table.itertuples(index=False)


def _agreement(agreement: Agreement) -> Iterator[str]:
    table, settings = agreement.table, agreement.settings
    frames = ", ".join(
        f"{row.frame} {_coefficient(row, 'alpha')}" for row in _rows(table.sort_values("alpha"))
    )
    yield (
        f"{counted(len(settings['coders']), 'coders')} coded, and {int(table['n'].max()):,} units "
        f"have two codes or more. Krippendorff's alpha ({settings['measurement']}; lowest first; "
        f"{agreement.level:.0%} intervals, {settings['draws']:,} draws, seed {settings['seed']}): "
        f"{frames}."
    )


def _number(kind: str, value: float, low: float, high: float) -> str:
    """Return a number with its interval, as the paper writes it; a word where it is undefined."""
    if pd.isna(value):
        return "undefined"
    ends = (None, None) if pd.isna(low) or pd.isna(high) else (low, high)
    return write_number({"kind": kind, "value": value, "low": ends[0], "high": ends[1]})


def _coefficient(row: Any, name: str) -> str:
    """Return a coefficient of a row with its interval."""
    ends = (getattr(row, f"{name}_low"), getattr(row, f"{name}_high"))
    return _number("coefficient", getattr(row, name), *ends)


def _validation(validation: Validation) -> Iterator[str]:
    table = validation.table.sort_values("f1")
    frames = "; ".join(
        f"{row.frame}: precision {_coefficient(row, 'precision')}, recall "
        f"{_coefficient(row, 'recall')}, F1 {_coefficient(row, 'f1')}"
        for row in _rows(table)
    )
    weighted = ", weighted by the probabilities of the sample" if _sampled(validation) else ""
    yield (
        f"Against {int(table['n'].max()):,} coded units{weighted}, the lexicon has (lowest F1 "
        f"first; {validation.level:.0%} intervals) {frames}."
    )


def _sampled(validation: Validation) -> bool:
    return validation.settings.get("sample") is not None


def _correction(correction: Correction) -> Iterator[str]:
    table, settings = correction.table, correction.settings
    shares = table[table["quantity"] == "prevalence"]
    rows = [
        f"{row.frame} from {_number('share', row.raw, math.nan, math.nan)} to "
        f"{_number('share', row.estimate, row.low, row.high)}"
        for row in _rows(shares)
    ]
    about = (
        f"what produced each {settings['cluster']}" if settings.get("cluster") else "this corpus"
    )
    yield (
        "Shares were corrected for the errors of the lexicon by post-stratification with the "
        f"codes ({correction.level:.0%} intervals, about {about}): {'; '.join(rows)}."
    )
    for name, what in (("by", "in the groups of"), ("on", "as slopes on")):
        if settings.get(name):
            yield f"They were also corrected {what} {settings[name]}."


def _contrast(contrast: Contrast) -> Iterator[str]:
    settings = contrast.settings
    by = settings["by"] if isinstance(settings["by"], str) else " and ".join(settings["by"])
    against = settings.get("reference")
    how = f"each with {against}" if against else COMPARISONS[settings["compare"]]
    n, frames = len(contrast.table), contrast.table["frame"].nunique()
    pairs = contrast.table["comparison"].nunique()
    each = "in each of " if frames > 1 else "of "
    corrected = contrast.table["method"] == "correction"
    test = (
        f"p is from {settings['permutations']:,} permutations of clusters and from the t-test of "
        f"the ratio, seed {settings['seed']}"
    )
    if corrected.all():
        test = "p is that of the corrected interval"
    elif corrected.any():
        test += ", or that of the corrected interval where a frame was coded"
    adjusted = ADJUSTMENTS[settings["adjust"]]
    over = f" over all {n:,}" if n > 1 else ""
    yield (
        f"Groups by {by} were compared in {contrast.measure}, {how}: "
        f"{counted(pairs, 'comparisons')} {each}{counted(frames, 'frames')}. Intervals "
        f"({contrast.level:.0%}) and p-values count each "
        f"{settings['resampled']} as one cluster; {test}, and {adjusted}{over}."
    )
    if corrected.any():
        yield (
            "Shares and their differences were corrected for the errors of the lexicon by "
            f"{settings['correction']}."
        )


def _voices(voices: Voices) -> Iterator[str]:
    settings = voices.settings
    draws = f"{settings['draws']:,} bootstrap samples"
    yield (
        f"The hits of {counted(len(voices.groups), settings['unit'] + 's')} were counted by frame. "
        f"Shares have {voices.level:.0%} intervals that count each {settings['resampled']} as one "
        f"cluster; intervals of ratios and of Cramér's V are from {draws}, or from the intervals "
        f"of shares where few clusters have hits. Each {settings['unit']} was compared with the "
        f"others within documents by {settings['permutations']:,} permutations, seed "
        f"{settings['seed']}; p is adjusted for all {settings['unit']}s and frames."
    )


def _regression(regression: Regression) -> Iterator[str]:
    settings = regression.settings
    cluster = {"doc_id": "document"}.get(regression.cluster, regression.cluster)
    clusters = f"each {cluster}" if cluster else "each unit"
    larger = regression.error_periods
    periods = f", or each {' or '.join(larger)} where that makes them larger" if larger else ""
    if settings.get("correction"):
        yield (
            f"A linear regression explains shares that {settings['correction']} correct for the "
            "errors of the lexicon."
        )
    yield (
        f'A regression has the formula "{settings["formula"]}", of {settings["kind"]}s of each '
        f"{settings['unit']}; errors count {clusters} as one cluster{periods}; "
        f"{regression.level:.0%} "
        f"intervals; p is {ADJUSTMENTS[settings['adjust']]}."
    )


def _trend(trend: Trend) -> Iterator[str]:
    settings = trend.settings
    groups = f" and {trend.by}" if trend.by else ""
    yield (
        f"The course over time of {trend.measure} is by {trend.every}{groups} in the time zone "
        f"{settings['timezone']}; {trend.level:.0%} intervals count each "
        f"{settings['resampled']} as one cluster."
    )
    if settings.get("correction"):
        yield (
            "The shares of the periods were corrected for the errors of the lexicon by "
            f"{settings['correction']}."
        )
    elif (trend.smooths["df"] > 0).any():
        yield (
            "Smooth curves are natural cubic splines in a quasi-likelihood model, with errors that "
            "allow for what the documents of a period have in common."
        )


def _multiverse(multiverse: Multiverse) -> Iterator[str]:
    settings = multiverse.settings
    n = multiverse.table["specification"].nunique()
    yield (
        f"The comparison was repeated under {n:,} combinations of these choices: "
        f"{', '.join(settings['choices'])} ({settings['permutations']:,} permutations, seed "
        f"{settings['seed']})."
    )
    for choice, reason in settings.get("dropped", {}).items():
        yield f"The choice {choice} was dropped: {reason}."


def _topics(topics: Topics) -> Iterator[str]:
    counting, settings = topics.counting, topics.settings
    stop = len(counting.get("stop_words", ()))
    without = f"without {counted(stop, 'stop words')} and " if stop else ""
    yield (
        f"A topic model ({topics.model}, {settings['n_topics']} topics, seed {topics.seed}) was "
        f"fitted to {len(topics.units):,} units of text ({topics.unit}) and "
        f"{counted(len(topics.vocabulary), 'terms')}, {without}without terms in fewer than "
        f"{counting['min_units']} units."
    )
    if not settings.get("converged", True):
        yield "It had not converged at the last iteration."


def _left_out(results: Iterable[Any]) -> list[str]:
    """Return what was taken out of the articles, and what was not measured."""
    sentences = []
    for corpus in _of(results, Corpus):
        rules = corpus.exclusions.groupby(["kind", "rule"], observed=True).size()
        if len(rules):
            parts = [f"{counted(n, f'{kind}s')} ({rule})" for (kind, rule), n in rules.items()]
            n = int(rules.sum())
            sentences.append(f"Before the analysis {', '.join(parts)} {_was(n)} left out.")
    for result in _of(results, Result):
        if not len(result.left_out):
            continue
        for reason, rows in result.left_out.groupby("reason", sort=False, observed=True):
            n = int(rows["n"].sum()) if "n" in rows else len(rows)
            name = type(result).__name__
            verb = "leave" if name.endswith("s") and not name.endswith("ss") else "leaves"
            sentences.append(f"{name} {verb} out {counted(n, 'items')}: {reason}.")
    if not sentences and _of(results, Corpus):
        return ["Nothing was left out."]
    return list(dict.fromkeys(sentences))


def _software(results: Iterable[Any]) -> list[str]:
    """Return the versions of all packages that computed a result."""
    versions: dict[str, str] = {}
    for result in _of(results, Result):
        versions |= result.settings.get("versions", {})
    if not versions:
        return []
    own = versions.pop("framing", "")
    others = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return [f"Computed with framing {own} ({others})."]
