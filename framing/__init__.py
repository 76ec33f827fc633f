"""Measure how news frames an issue, and lead every number back to its words.

Start with `read_corpus` or `make_corpus` and `load_lexicon`, `read_lexicon` or `make_lexicon`;
then `find_hits`, `score`, and ``scores.interval(seed=1)``; `contrast`, `trend` and `voices` for
claims, `write_evidence` to read the articles with their hits. For topic models: `count_terms`,
`choose_topics`, `fit_topics`. For a paper whose numbers come from notebooks: `make_results`,
`write_results`, `write_paper`.
"""

from importlib import import_module
from importlib.metadata import version

from framing._core.checks import InputError
from framing._core.tables import write_table
from framing.coding.classifier_files import read_classifier, write_classifier
from framing.coding.classifiers import (
    Classifier,
    classify,
    fit_classifier,
    predict_frames,
)
from framing.coding.coded_hits import hits_of_codes
from framing.coding.codes import Codes, make_codes, mean_codes
from framing.coding.correction import correct
from framing.coding.error_pages import list_errors, write_errors
from framing.coding.lexicon_tests import LexiconCheck, check_lexicon
from framing.coding.reliability import agreement
from framing.coding.samples import Sample, sample_for_coding
from framing.coding.sheets import read_codes, write_coding_sheet
from framing.coding.suggestions import suggest
from framing.coding.validation import Validation, validate
from framing.contrasts.contrasts import Contrast, contrast
from framing.contrasts.voice_profiles import Voices, voices
from framing.corpus.corpus import Corpus, make_corpus
from framing.corpus.duplicates import Duplicates
from framing.corpus.furniture import find_furniture
from framing.corpus.readers import read_corpus
from framing.data_files import DataFiles, write_data
from framing.datasets import (
    load_actors,
    load_classifier,
    load_lexicon,
    load_stop_words,
    load_study,
)
from framing.evidence.evidence import write_evidence
from framing.hits.concordance import Kwic, kwic
from framing.hits.hits import Hits, count_hits, find_hits, merge_frames
from framing.hits.study import Study, make_study, read_study, write_study
from framing.lexicons.actors import Actors, make_actors, read_actors
from framing.lexicons.dictionaries import read_lexicon, write_lexicon
from framing.lexicons.lexicon import Lexicon, drop_entries, make_lexicon
from framing.paper.paper import Paper, write_paper
from framing.paper.results import Results, make_results, read_results, write_results
from framing.regressions.regressions import Regression, regress
from framing.robustness.multiverses import Multiverse, multiverse
from framing.scores.leave_one_out import drop_one
from framing.scores.scores import Scores, score
from framing.scores.summaries import count_cooccurrences, count_entries, locate_hits
from framing.testbed import Testbed, load_testbed
from framing.topics.choice import TopicChoice, choose_topics
from framing.topics.consensus import Consensus, consensus_topics
from framing.topics.files import read_topics, write_topics
from framing.topics.fitting import fit_topics
from framing.topics.frames import TopicFrames, frames_by_topic
from framing.topics.intrusion import score_intrusion, write_intrusion_sheet
from framing.topics.packages import Packages, find_packages
from framing.topics.prevalences import Prevalence, prevalence
from framing.topics.topics import Topics
from framing.trends.change_points import ChangePoints, find_change_points
from framing.trends.interruptions import Interruption, change_at
from framing.trends.trends import Trend, trend
from framing.words.collocates import Collocations, collocations
from framing.words.keywords import Keyness, keyness, select_units
from framing.words.phrases import find_phrases
from framing.words.terms import Terms, count_terms
from framing.words.word_shifts import WordShift, word_shift

__version__ = version("media-framing")

__all__ = [
    "Actors",
    "ChangePoints",
    "Classifier",
    "Codes",
    "Collocations",
    "Consensus",
    "Contrast",
    "Corpus",
    "DataFiles",
    "Duplicates",
    "FrameVectorizer",
    "Hits",
    "InputError",
    "Interruption",
    "Keyness",
    "Kwic",
    "Lexicon",
    "LexiconCheck",
    "Multiverse",
    "Packages",
    "Paper",
    "Prevalence",
    "Regression",
    "Results",
    "Sample",
    "Scores",
    "Study",
    "Terms",
    "Testbed",
    "TopicChoice",
    "TopicFrames",
    "Topics",
    "Trend",
    "Validation",
    "Voices",
    "WordShift",
    "agreement",
    "change_at",
    "check_lexicon",
    "choose_topics",
    "classify",
    "collocations",
    "consensus_topics",
    "contrast",
    "correct",
    "count_cooccurrences",
    "count_entries",
    "count_hits",
    "count_terms",
    "describe_figure",
    "drop_entries",
    "drop_one",
    "find_change_points",
    "find_furniture",
    "find_hits",
    "find_packages",
    "find_phrases",
    "fit_classifier",
    "fit_topics",
    "frames_by_topic",
    "hits_of_codes",
    "keyness",
    "kwic",
    "list_errors",
    "load_actors",
    "load_classifier",
    "load_lexicon",
    "load_stop_words",
    "load_study",
    "load_testbed",
    "locate_hits",
    "make_actors",
    "make_codes",
    "make_corpus",
    "make_lexicon",
    "make_results",
    "make_study",
    "mean_codes",
    "merge_frames",
    "multiverse",
    "plot_agreement",
    "plot_contrast",
    "plot_cooccurrences",
    "plot_corpus",
    "plot_correction",
    "plot_drop_one",
    "plot_entries",
    "plot_entry_precision",
    "plot_keyness",
    "plot_multiverse",
    "plot_packages",
    "plot_positions",
    "plot_prevalence",
    "plot_regression",
    "plot_scores",
    "plot_topic_choice",
    "plot_topic_frames",
    "plot_topics",
    "plot_trend",
    "plot_validation",
    "plot_voice_context",
    "plot_voices",
    "plot_word_shift",
    "predict_frames",
    "prevalence",
    "read_actors",
    "read_classifier",
    "read_codes",
    "read_corpus",
    "read_lexicon",
    "read_results",
    "read_study",
    "read_topics",
    "regress",
    "sample_for_coding",
    "score",
    "score_intrusion",
    "select_units",
    "suggest",
    "trend",
    "validate",
    "voices",
    "word_shift",
    "write_classifier",
    "write_coding_sheet",
    "write_data",
    "write_errors",
    "write_evidence",
    "write_figure",
    "write_intrusion_sheet",
    "write_lexicon",
    "write_paper",
    "write_results",
    "write_study",
    "write_table",
    "write_topics",
]

# Looked up late, so that counting loads neither matplotlib nor scikit-learn.
_LATE = {name: "figures.scores" for name in __all__ if name.startswith("plot_")} | {
    "FrameVectorizer": "vectorizer",
    "describe_figure": "figures.scores",
    "write_figure": "figures.scores",
}


def __getattr__(name: str) -> object:
    if name in _LATE:
        return getattr(import_module(f"framing.{_LATE[name]}"), name)
    raise AttributeError(f"module 'framing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATE])
