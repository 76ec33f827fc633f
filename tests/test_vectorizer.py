import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import (
    check_dict_unchanged,
    check_estimators_overwrite_params,
    check_estimators_pickle,
    check_get_feature_names_out_error,
    check_global_output_transform_pandas,
    check_set_output_transform,
    check_set_output_transform_pandas,
    parametrize_with_checks,
)
from sklearn.utils.validation import check_is_fitted, validate_data

import framing as fr

LEXICON = fr.make_lexicon(
    {
        "peace": ["truce", {"pattern": "peace talk*", "weight": 2.5}],
        "doubt": ["doubt*", "talk*", {"pattern": "wary", "weight": 0.1}],
    }
)
# Words that hit, that nest, that refuse, that end sentences; and none.
WORDS = ["truce", "peace talks", "doubted", "wary", "rules out a", "rain", "The", ".", "!", "\n\n"]
texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1)


class OfNumbers(fr.FrameVectorizer):
    """Reads a text out of each row of numbers: scikit-learn's checks have numbers only."""

    def fit_transform(self, X, y=None):  # noqa: N803
        return super().fit_transform(self._texts(X, reset=True))

    def fit(self, X, y=None):  # noqa: N803
        self.fit_transform(X)
        return self

    def transform(self, X):  # noqa: N803
        check_is_fitted(self)
        return super().transform(self._texts(X, reset=False))

    def _texts(self, numbers, *, reset):
        rows = validate_data(self, numbers, reset=reset)
        words = np.array(["truce", "rain.", "peace talks", "doubt", "wary"])
        read = [" ".join(words[np.abs(row).astype(int) % 5]) for row in rows]
        return pd.Series(read, index=numbers.index if isinstance(numbers, pd.DataFrame) else None)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags


with warnings.catch_warnings():
    # For texts there is one check, and a warning that says so.
    warnings.simplefilter("ignore", SkipTestWarning)
    every_check = parametrize_with_checks(
        [fr.FrameVectorizer(), fr.FrameVectorizer(kind="share"), OfNumbers(LEXICON)]
    )


@every_check
def test_the_checks_of_scikit_learn_pass(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "check",
    [check_dict_unchanged, check_estimators_overwrite_params, check_estimators_pickle],
)
def test_they_pass_too_where_fitting_reads_the_lexicon(check):
    check("OfNumbers", OfNumbers())


# Said of the stand-in, whose columns of numbers have names; scikit-learn ignores it here too.
@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names:UserWarning")
@pytest.mark.parametrize(
    "check",
    [
        check_get_feature_names_out_error,
        check_set_output_transform,
        check_set_output_transform_pandas,
        check_global_output_transform_pandas,
    ],
)
def test_the_checks_of_names_and_output_pass(check):
    check("OfNumbers", OfNumbers(LEXICON, rejected="exclude"))


# One that asks what else its sentence holds, and is counted another way.
ASKING = fr.make_lexicon(
    {"peace": ["truce", {"pattern": "talks", "if": "peace"}], "doubt": ["doubt*", "wary"]}
)


def scored(rows, kind, rejected, nested, lexicon=LEXICON):
    """The values of `score`, 0 for a text that a corpus leaves out or that has no token."""
    given = [row for row, text in enumerate(rows) if text.strip()]
    values = np.zeros((len(rows), 2))
    if given:
        hits = fr.find_hits(
            fr.make_corpus([rows[row] for row in given], furniture=False), lexicon, nested=nested
        )
        per = 100 if kind == "rate" else 1000
        scores = fr.score(hits, kind=kind, per=per, rejected=rejected)
        values[given] = scores.wide().fillna(0).to_numpy()
    return values


@pytest.mark.parametrize("kind", ["rate", "share", "count"])
@pytest.mark.parametrize("rejected", ["include", "exclude", "only"])
@given(
    rows=texts,
    nested=st.sampled_from(["frame", "lexicon"]),
    lexicon=st.sampled_from([LEXICON, ASKING]),
)
@settings(max_examples=7, deadline=None)
def test_the_values_are_those_of_score(kind, rejected, rows, nested, lexicon):
    options = {"kind": kind, "rejected": rejected, "nested": nested, "per": 100}
    vectorizer = fr.FrameVectorizer(lexicon, **options)
    found = vectorizer.fit_transform(rows)
    assert found == pytest.approx(scored(rows, kind, rejected, nested, lexicon), rel=1e-12)
    assert (found == vectorizer.transform(iter(rows))).all()
    tokens = vectorizer.count_tokens(pd.Series(rows))
    assert vectorizer.n_empty_ == (tokens == 0).sum()
    assert (found[tokens == 0] == 0).all()


def test_the_words_of_the_property_meet_every_case():
    rows = ["He rules out a truce . Rain", "truce peace talks", "truce", "!"]
    everything = scored(rows, "count", "include", "frame")
    assert everything.tolist() == [[1, 0], [3.5, 1], [1, 0], [0, 0]]
    assert scored(rows, "count", "only", "frame")[:, 0].tolist() == [1, 0, 0, 0]
    assert scored(rows, "count", "include", "lexicon")[1].tolist() == [3.5, 0]


def test_blank_texts_keep_their_rows_and_are_counted():
    rows = ["", "A truce.", " \n", "?!", "Rain fell."]
    vectorizer = fr.FrameVectorizer(LEXICON)
    assert vectorizer.fit_transform(rows)[:, 0].tolist() == [0, 500, 0, 0, 0]
    assert vectorizer.n_empty_ == 3
    assert vectorizer.count_tokens(rows).tolist() == [0, 2, 0, 0, 2]
    missing = vectorizer.set_params(empty=np.nan).fit_transform(rows)
    assert np.isnan(missing[:, 0]).tolist() == [True, False, True, True, False]
    assert fr.FrameVectorizer(LEXICON).fit_transform(["", " "]).tolist() == [[0, 0], [0, 0]]
    assert vectorizer.transform([]).shape == (0, 2)


def test_page_furniture_is_counted_unless_it_is_to_go():
    rows = ["A truce.\nMore Quick Read Articles »"]
    tokens = {
        furniture: fr.FrameVectorizer(LEXICON, furniture=furniture).fit(rows).count_tokens(rows)[0]
        for furniture in (False, True)
    }
    assert tokens == {False: 6, True: 2}


def test_it_names_its_columns_and_gives_tables():
    vectorizer = fr.FrameVectorizer(LEXICON, kind="count").set_output(transform="pandas")
    given = pd.Series(["A truce.", "Doubts, doubts."], index=["b", "a"])
    found = vectorizer.fit_transform(given)
    expected = pd.DataFrame({"peace": [1.0, 0.0], "doubt": [0.0, 2.0]}, index=given.index)
    pd.testing.assert_frame_equal(found, expected)
    assert vectorizer.get_feature_names_out().tolist() == ["peace", "doubt"]
    by_name = fr.FrameVectorizer().fit(["A truce."])
    assert by_name.get_feature_names_out().tolist() == [
        "peace", "concession", "sovereignty", "skepticism",
    ]  # fmt: skip


def test_a_pipeline_learns_a_planted_frame_and_pickles_with_its_lexicon(tmp_path):
    rng = np.random.default_rng(1)
    has = rng.integers(0, 2, 80)
    rows = [f"Rain {rng.integers(9)} fell. {'A truce.' if one else 'Snow.'}" for one in has]
    fr.write_lexicon(LEXICON, tmp_path / "mine.toml")
    table = pd.DataFrame({"text": rows, "length": rng.random(80)})
    frames = fr.FrameVectorizer(tmp_path / "mine.toml")
    columns = ColumnTransformer([("frames", frames, "text"), ("rest", "passthrough", ["length"])])
    steps = [("columns", columns), ("scale", StandardScaler()), ("fit", LogisticRegression())]
    model = Pipeline(steps)
    assert model.fit(table, has).score(table, has) == 1
    assert columns.fit(table).get_feature_names_out().tolist() == [
        "frames__peace", "frames__doubt", "rest__length",
    ]  # fmt: skip
    (tmp_path / "mine.toml").unlink()
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict_proba(table) == model.predict_proba(table)).all()
    assert again[0].named_transformers_["frames"].lexicon_.hash == LEXICON.hash


def test_a_search_chooses_lexicon_and_kind():
    other = fr.make_lexicon({"weather": ["cloud*"]})
    has = np.arange(40) % 2
    rows = [f"{'A truce.' if one else 'A plan.'} Word {number}." for number, one in enumerate(has)]
    union = FeatureUnion(
        [("frames", fr.FrameVectorizer()), ("words", TfidfVectorizer(max_features=1))]
    )
    model = Pipeline([("parts", union), ("fit", LogisticRegression())])
    grid = {"parts__frames__lexicon": [other, LEXICON], "parts__frames__kind": ["share", "count"]}
    search = GridSearchCV(model, grid, cv=4).fit(rows, has)
    assert search.best_params_["parts__frames__lexicon"] is LEXICON
    assert search.best_score_ == 1
    assert search.cv_results_["mean_test_score"].min() < 0.8


def test_a_clone_has_the_same_options_and_nothing_learnt():
    vectorizer = fr.FrameVectorizer(LEXICON, kind="share", empty=-1).fit(["A truce."])
    copy = clone(vectorizer)
    assert copy.get_params() == vectorizer.get_params()
    assert not hasattr(copy, "lexicon_")
    with pytest.raises(NotFittedError):
        copy.transform(["A truce."])
    assert "kind='share'" in repr(copy)


@pytest.mark.parametrize("kind", ["rate", "share"])
def test_the_numbers_are_the_same_with_any_number_of_jobs(kind):
    rows = ["A truce. Many doubt it. " * 30_000, "", "Peace talks. " * 60_000]
    one, two = (
        fr.FrameVectorizer(LEXICON, kind=kind, n_jobs=jobs).fit_transform(rows)
        for jobs in (None, 2)
    )
    assert (one == two).all()
    assert one[1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "rates"}, "kind='rates' is not known.*Did you mean 'rate'"),
        ({"per": 0}, "per=0 cannot be used"),
        ({"rejected": "no"}, "rejected='no' is not known"),
        ({"nested": "no"}, "nested='no' is not known"),
        ({"rejected": "only", "language": "de"}, "no cues ship for language='de'"),
        ({"empty": "0"}, "empty='0' cannot be used: it must be a number or nan"),
        ({"n_jobs": 0}, "n_jobs=0 cannot be used"),
        ({"lexicon": "peace"}, "name='peace' is not known.*'peace-initiative'"),
        ({"lexicon": "peace.toml"}, "peace.toml: no such file"),
        ({"lexicon": 3}, "lexicon is an int; it must be a Lexicon, the name"),
    ],
)
def test_options_are_checked_on_fitting(options, message):
    vectorizer = fr.FrameVectorizer(**options)
    with pytest.raises(fr.InputError, match=message):
        vectorizer.fit(["A truce."])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("A truce.", "X is a single text; it must be a list of texts"),
        (["A truce.", None], r"row 2 is None \(NoneType\), not text. A missing text would"),
        (["A truce.", np.nan], r"row 2 is nan \(float\)"),
        ([b"A truce."], r"row 1 is b'A truce.' \(bytes\)"),
        (pd.DataFrame({"text": ["A truce."]}), r"X is a DataFrame of shape \(1, 1\).*ColumnTransf"),
        (np.array([["A truce."]]), r"X is an ndarray of shape \(1, 1\)"),
        (3, "X is an int and not a list"),
        ([], "There are 0 texts to fit to"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(given, message):
    with pytest.raises(fr.InputError, match=message):
        fr.FrameVectorizer(LEXICON).fit(given)


def test_a_missing_value_has_a_row():
    vectorizer = fr.FrameVectorizer(fr.make_lexicon({"peace": ["truce"]}))
    scores = vectorizer.fit_transform(["A truce.", "NULL", "\u200b", "The truce holds."])
    assert scores.shape == (4, 1)
    assert (scores[[0, 3], 0] > 0).all()
