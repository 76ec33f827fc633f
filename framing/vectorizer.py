"""Frame vectorizer: a transformer for scikit-learn, from texts to frame scores."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from joblib import effective_n_jobs
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from framing._core.checks import InputError, a_kind, check_choice, check_positive
from framing._core.typing import Array
from framing.corpus.corpus import Corpus, is_blank, make_corpus
from framing.datasets import load_lexicon
from framing.hits.context.cues import context_patterns
from framing.hits.hits import NESTED, REJECTED, count_hits, find_hits
from framing.lexicons.dictionaries import read_lexicon
from framing.lexicons.lexicon import Lexicon
from framing.scores.scores import KINDS, PER, score


class FrameVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn texts into frame scores for scikit-learn, one row per text and one column per frame.

    The values are those of `score` with unit="document". They depend only on the lexicon: fitting
    learns nothing from the texts, so nothing can leak from a test set.

    Parameters
    ----------
    lexicon : Lexicon or str
        A lexicon, the name of one that ships ("peace-initiative"), or a file for `read_lexicon`.
    kind : {"rate", "share", "count"}
        As in `score`: weighted hits per ``per`` tokens, share of the sentences with a hit (0 to
        1), or weighted hits.
    per : float
        Number of tokens in the unit of a rate.
    rejected : {"include", "exclude", "only"}
        Whether hits count if the frame is denied or refused. Values other than "include" need
        English texts.
    nested : {"frame", "lexicon"}
        As in `find_hits`.
    language : str
        ISO 639-1 code of the texts, for the sentence rules.
    furniture : bool or str
        As in `make_corpus`, but off by default: the other steps of a pipeline see whole texts too.
    empty : float
        The value for a text without tokens, which has no score. 0 by default, since most
        estimators accept no missing values; ``numpy.nan`` for estimators that do. `count_tokens`
        shows which texts have no tokens.
    n_jobs : int, optional
        Number of processes, as in scikit-learn: -1 uses all. The values are the same with any
        number.

    Attributes
    ----------
    lexicon_ : Lexicon
        The lexicon that ``fit`` read. A pickle contains it.
    n_empty_ : int
        Number of fitted texts without tokens.

    Raises
    ------
    InputError
        In ``fit``: an option is unknown, or X is a single text, a table, or contains values that
        are not text. A missing text is refused, since it is not a text without the frame.

    See Also
    --------
    score, find_hits

    Notes
    -----
    The matrix is dense, (n_texts, n_frames), since there are few frames. Rows have the order of
    the texts, with the blank ones. In a ``ColumnTransformer`` give the name of the column as a
    string ("text", not ["text"]), as for any vectorizer. The checks of scikit-learn only clone a
    transformer of texts; tests/test_vectorizer.py runs all of them on texts made from numbers.

    References
    ----------
    Pedregosa, F. et al. (2011). Scikit-learn: Machine learning in Python. Journal of Machine
    Learning Research 12, 2825-2830.

    Examples
    --------
    >>> import framing as fr
    >>> lexicon = fr.make_lexicon({"peace": ["truce", "talks"], "doubt": ["doubt*"]})
    >>> vectorizer = fr.FrameVectorizer(lexicon, per=100).set_output(transform="pandas")
    >>> vectorizer.fit_transform(["A truce is near.", "Many doubt the talks.", ""])
       peace  doubt
    0   25.0    0.0
    1   25.0   25.0
    2    0.0    0.0
    >>> vectorizer.n_empty_
    1

    Together with the words of the texts, to predict a code:

    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import FeatureUnion, Pipeline
    >>> parts = [("frames", fr.FrameVectorizer(lexicon)), ("words", TfidfVectorizer())]
    >>> model = Pipeline([("parts", FeatureUnion(parts)), ("model", LogisticRegression())])
    >>> texts = ["A truce holds.", "Rain fell.", "Talks of a truce.", "Snow fell."]
    >>> model.fit(texts, [1, 0, 1, 0]).predict(["The truce.", "It fell."]).tolist()
    [1, 0]
    """

    def __init__(
        self,
        lexicon: Lexicon | str | Path = "peace-initiative",
        *,
        kind: str = "rate",
        per: float = 1000,
        rejected: str = "include",
        nested: str = "frame",
        language: str = "en",
        furniture: bool | str = False,
        empty: float = 0.0,
        n_jobs: int | None = None,
    ) -> None:
        self.lexicon = lexicon
        self.kind = kind
        self.per = per
        self.rejected = rejected
        self.nested = nested
        self.language = language
        self.furniture = furniture
        self.empty = empty
        self.n_jobs = n_jobs

    def fit(self, X: Iterable[str], y: object = None) -> "FrameVectorizer":  # noqa: N803
        """Read the lexicon, check the options, and count the texts without tokens.

        Parameters
        ----------
        X : iterable of str
            The texts.
        y : ignored
            Not used; scikit-learn hands it to every step.

        Returns
        -------
        FrameVectorizer
            The vectorizer itself.
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X: Iterable[str], y: object = None) -> Array:  # noqa: N803
        """Fit to texts and return their scores in one pass.

        Parameters
        ----------
        X : iterable of str
            The texts.
        y : ignored
            Not used; scikit-learn hands it to every step.

        Returns
        -------
        array, shape (n_texts, n_frames)
            The scores, in the unit of ``kind``.
        """
        texts = _texts(X)
        if not texts:
            raise InputError("There are 0 texts to fit to. Give at least one text.")
        self._check()
        self.lexicon_ = _lexicon(self.lexicon)
        values, tokens = self._measure(texts)
        self.n_empty_ = int((tokens == 0).sum())
        return values

    def transform(self, X: Iterable[str]) -> Array:  # noqa: N803
        """Return the scores of texts.

        Parameters
        ----------
        X : iterable of str
            The texts.

        Returns
        -------
        array, shape (n_texts, n_frames)
            The scores, in the unit of ``kind``.
        """
        check_is_fitted(self)
        return self._measure(_texts(X))[0]

    def count_tokens(self, X: Iterable[str]) -> NDArray[np.int64]:  # noqa: N803
        """Return the number of tokens of each text: the denominator of its rate, 0 for none.

        Parameters
        ----------
        X : iterable of str
            The texts.

        Returns
        -------
        array, shape (n_texts,)
            Tokens, 0 or more.
        """
        check_is_fitted(self)
        return self._measure(_texts(X))[1]

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the names of the columns: the frames, in the order of the lexicon.

        Parameters
        ----------
        input_features : ignored
            Not used; scikit-learn hands it to every step.

        Returns
        -------
        array of str, shape (n_frames,)
            The frames.
        """
        check_is_fitted(self)
        return np.array(self.lexicon_.table["frame"].cat.categories.tolist(), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags

    def _check(self) -> None:
        """Raise InputError unless the options can be used."""
        check_choice("kind", self.kind, KINDS)
        check_positive("per", self.per)
        check_choice("rejected", self.rejected, REJECTED)
        check_choice("nested", self.nested, NESTED)
        if self.rejected != "include" and not context_patterns(self.language, None):
            raise InputError(
                f"rejected={self.rejected!r} needs the context of hits, but no cues ship for "
                f"language={self.language!r}. Use rejected='include'."
            )
        if isinstance(self.empty, bool) or not isinstance(self.empty, int | float | np.floating):
            raise InputError(f"empty={self.empty!r} cannot be used: it must be a number or nan.")
        if self.n_jobs is not None and (not isinstance(self.n_jobs, int) or self.n_jobs == 0):
            raise InputError(
                f"n_jobs={self.n_jobs!r} cannot be used: it must be None, a whole number above "
                "zero, or -1 for all processors."
            )

    def _measure(self, texts: list[str]) -> tuple[Array, NDArray[np.int64]]:
        """Return the scores (n_texts, n_frames) and the tokens (n_texts,) of texts."""
        values = np.full((len(texts), len(self.get_feature_names_out())), float(self.empty))
        tokens = np.zeros(len(texts), dtype=np.int64)
        # A corpus has no blank texts, but the matrix has a row for each.
        rows = np.array(
            [row for row, text in enumerate(texts) if not is_blank(text)], dtype=np.intp
        )
        if len(rows):
            filled = [texts[row] for row in rows]
            corpus = make_corpus(filled, language=self.language, furniture=self.furniture)
            scores, tokens[rows] = self._scores(corpus)
            known = tokens[rows] > 0
            values[rows[known]] = scores[known]
        return values, tokens

    def _scores(self, corpus: Corpus) -> tuple[Array, NDArray[np.int64]]:
        """Return the scores and the tokens of the documents of a corpus."""
        lexicon, workers = self.lexicon_, effective_n_jobs(self.n_jobs)
        if self.kind == "share" or self.rejected != "include":
            hits = find_hits(corpus, lexicon, nested=self.nested, workers=workers)
            # Options are searched on a grid, where per stays the same and only rates have one.
            per = self.per if self.kind == "rate" else PER
            scores = score(hits, kind=self.kind, per=per, rejected=self.rejected)
            return scores.wide().to_numpy(), scores.units["tokens"].to_numpy(dtype=np.int64)
        counted = count_hits(corpus, lexicon, nested=self.nested, workers=workers)
        shape = len(corpus), -1
        hit = counted["numerator"].to_numpy(dtype=np.float64).reshape(shape)
        tokens = counted["denominator"].to_numpy(dtype=np.int64).reshape(shape)[:, :1]
        if self.kind == "rate":
            hit = hit / np.maximum(tokens, 1) * self.per
        return hit, tokens[:, 0]


def _lexicon(lexicon: object) -> Lexicon:
    """Return a lexicon, from itself, its name or its file."""
    if isinstance(lexicon, Lexicon):
        return lexicon
    if not isinstance(lexicon, str | Path):
        raise InputError(
            f"lexicon is {a_kind(type(lexicon).__name__)}; it must be a Lexicon, the name of one "
            "that ships, or a file."
        )
    return read_lexicon(lexicon) if Path(lexicon).suffix else load_lexicon(str(lexicon))


def _texts(values: Any) -> list[str]:
    """Return texts as a list; raises InputError unless all are text."""
    if isinstance(values, str):
        raise InputError('X is a single text; it must be a list of texts: ["first", "second"].')
    shape = getattr(values, "shape", (0,))
    if len(shape) != 1 or not isinstance(values, Iterable):
        kind = f"of shape {shape}" if len(shape) != 1 else "and not a list"
        raise InputError(
            f"X is {a_kind(type(values).__name__)} {kind}; it must be a list or a column of "
            'texts. Of a table give one column: X["text"], or "text" (not ["text"]) in a '
            "ColumnTransformer."
        )
    texts = list(values)
    for row, text in enumerate(texts, start=1):
        if not isinstance(text, str):
            raise InputError(
                f"The text in row {row} is {text!r} ({type(text).__name__}), not text. A missing "
                "text would count as a text without the frame. Leave out its row, or fill it with "
                "'' to "
                "count it as empty."
            )
    return [str(text) for text in texts]
