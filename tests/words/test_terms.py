import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from support.chunks import set_chunk_size

import framing as fr

PUBLIC = Path(__file__).parents[3] / "shared" / "public" / "whitehouse_talks.jsonl"


def everything(corpus, **options):
    settings = {"stop_words": None, "min_units": 1, "numbers": True, "min_length": 1, **options}
    return fr.count_terms(corpus, **settings)


@pytest.fixture(scope="module")
def newswire():
    return fr.load_testbed("newswire").corpus


def test_long_words_are_told_apart_by_every_letter():
    words = [f"{'a' * n}{end}" for n in range(1, 40) for end in ("b", "c", "é", "è")]
    terms = everything(fr.make_corpus([" ".join(words)]))
    assert sorted(terms.names) == sorted(words)
    assert terms.vocabulary["n"].eq(1).all()


def test_counts_agree_with_countvectorizer(newswire):
    corpus = fr.make_corpus(newswire.table["text"], furniture=False)
    other = CountVectorizer()
    counts = other.fit_transform(corpus.table["text"])
    terms = everything(corpus, tokens="plain", min_length=2)
    assert terms.names == other.get_feature_names_out().tolist()
    assert (terms.matrix != counts).nnz == 0


def test_filters_agree_with_countvectorizer(newswire):
    corpus = fr.make_corpus(newswire.table["text"], furniture=False)
    stop = ["the", "of", "and"]
    other = CountVectorizer(stop_words=stop, min_df=3, max_df=0.5)
    counts = other.fit_transform(corpus.table["text"])
    terms = everything(
        corpus, tokens="plain", min_length=2, stop_words=stop, min_units=3, max_units=0.5
    )
    assert terms.names == other.get_feature_names_out().tolist()
    assert (terms.matrix != counts).nnz == 0


@pytest.mark.skipif(not PUBLIC.is_file(), reason="the briefings are not here")
def test_counts_agree_with_countvectorizer_on_real_text():
    lines = PUBLIC.read_text(encoding="utf-8").splitlines()[::10]
    # These are folded here (a ligature is two letters; a soft hyphen and a tag inside a line are
    # none), and not there.
    folds = {"\xad": "", "ﬁ": "fi", "<sup>": "", "</sup>": ""}
    texts = [json.loads(line)["text"] for line in lines]
    for seen, folded in folds.items():
        texts = [text.replace(seen, folded) for text in texts]
    other = CountVectorizer()
    counts = other.fit_transform(texts)
    terms = everything(fr.make_corpus(texts, furniture=False), tokens="plain", min_length=2)
    assert terms.names == other.get_feature_names_out().tolist()
    assert (terms.matrix != counts).nnz == 0


@pytest.mark.parametrize("unit", ["document", "paragraph", "sentence"])
def test_units_and_tokens_are_those_of_the_corpus(newswire, unit):
    terms = everything(newswire, unit=unit)
    keys = {"document": ["doc_id"], "paragraph": ["doc_id", "paragraph"]}.get(
        unit, ["doc_id", "sentence"]
    )
    sizes = newswire.sentences.groupby(keys, sort=False)["tokens"].sum()
    assert terms.units["tokens"].tolist() == sizes.tolist()
    assert terms.units["terms"].tolist() == sizes.tolist()


def test_passages_are_whole_sentences_of_the_size_asked_for(newswire):
    terms = fr.count_terms(newswire, words=60)
    starts, ends = newswire.sentences["start"], newswire.sentences["end"]
    assert set(terms.units["start"]) <= set(starts)
    assert set(terms.units["end"]) <= set(ends)
    several = terms.units.groupby("doc_id")["tokens"].transform("size") > 1
    assert (terms.units.loc[several, "tokens"] >= 30).all()
    assert terms.units["tokens"].sum() == newswire.sentences["tokens"].sum()
    assert terms.unit == "passage"


def test_removed_lines_are_not_counted():
    corpus = fr.make_corpus(["A truce holds.\nRelated Sources:\nTalks went on."])
    terms = everything(corpus)
    assert "sources" not in terms.names
    assert terms.units["tokens"].tolist() == [6]


def test_features_of_a_study_count_as_its_texts_do(newswire):
    study = fr.make_study(newswire, fr.make_lexicon({"peace": ["truce"]}))
    for options in ({"unit": "document"}, {"unit": "paragraph"}):
        one, other = fr.count_terms(newswire, **options), fr.count_terms(study, **options)
        pd.testing.assert_frame_equal(one.vocabulary, other.vocabulary)
        assert (one.matrix != other.matrix).nnz == 0
        columns = ["unit_id", "doc_id", "tokens", "terms"]
        pd.testing.assert_frame_equal(one.units[columns], other.units[columns])


def test_the_briefings_ship_as_features():
    terms = fr.count_terms(fr.load_study("briefings"), words=300, min_units=20)
    assert terms.units["doc_id"].nunique() == 513
    assert terms.units["date"].min() == pd.Timestamp("2021-04-02")
    assert terms.units["tokens"].sum() == 3_751_423


def test_possessives_and_stop_words_go_and_negations_stay():
    corpus = fr.make_corpus(["Ukraine’s army and the Kremlin's. Don't! NATO isn't Ukraine"])
    assert fr.count_terms(corpus, min_units=1).names == ["army", "kremlin", "nato", "ukraine"]
    kept = fr.count_terms(corpus, min_units=1, stop_words=["the"])
    assert {"don't", "isn't"} <= set(kept.names)


def test_filters_say_what_they_took():
    corpus = fr.make_corpus(["The truce of 2025 is a truce.", "Truce talks", "talks in x"])
    terms = fr.count_terms(corpus, min_units=2, max_units=0.7)
    taken = terms.filters.set_index("filter")[["terms", "occurrences"]]
    assert taken.loc["stop words"].tolist() == [5, 5]
    assert taken.loc["shorter than 2 characters"].tolist() == [1, 1]
    assert taken.loc["numbers"].tolist() == [1, 1]
    assert taken["occurrences"].sum() + terms.matrix.sum() == terms.units["tokens"].sum()


def test_phrases_are_one_term_and_their_words_are_not_counted_beside():
    corpus = fr.make_corpus(["The White House spoke. White-House aides. White. House"])
    terms = fr.count_terms(corpus, min_units=1, phrases=["white house"])
    counts = dict(zip(terms.names, terms.vocabulary["n"], strict=True))
    assert counts == {"aides": 1, "house": 1, "spoke": 1, "white": 1, "white house": 2}


def test_of_overlapping_phrases_the_longest_from_the_left_is_taken():
    corpus = fr.make_corpus(["nuclear power plant safety"])
    phrases = ["power plant", "nuclear power plant", "plant safety"]
    terms = fr.count_terms(corpus, min_units=1, phrases=phrases)
    assert terms.names == ["nuclear power plant", "safety"]


def test_phrases_by_g2_agree_with_the_formula():
    texts = ["white house aides. red house. white wall. white house. the red wall"]
    found = fr.find_phrases(fr.make_corpus(texts), measure="g2", min_count=1, threshold=-1)
    row = found[found["phrase"] == "white house"].iloc[0]
    n, white, house, both = 12, 3, 3, 2
    cells = np.array([both, white - both, house - both, n - white - house + both])
    margins = np.array(
        [white * house, white * (n - house), (n - white) * house, (n - white) * (n - house)]
    )
    assert row["expected"] == pytest.approx(white * house / n)
    assert row["statistic"] == pytest.approx(2 * (cells * np.log(cells * n / margins)).sum())


def test_npmi_of_words_that_never_part_is_one():
    texts = ["white house aides", "red wall", "white house here"]
    found = fr.find_phrases(fr.make_corpus(texts), measure="npmi", min_count=2)
    assert found["statistic"].tolist() == pytest.approx([1.0])


def test_no_phrase_crosses_a_sign_or_a_sentence():
    corpus = fr.make_corpus(["In the White. House, white, house (white) house"])
    assert fr.find_phrases(corpus, min_count=1, threshold=-1)["phrase"].tolist() == []


def test_names_of_actors_are_left_out_where_they_are_names():
    actors = fr.make_actors({"Trump": ["Donald Trump", "US president"]})
    corpus = fr.make_corpus(["Donald Trump met the US president's aide, a club president."])
    terms = fr.count_terms(corpus, min_units=1, without=actors)
    assert terms.names == ["aide", "club", "met", "president"]
    assert terms.vocabulary.set_index("term").loc["president", "n"] == 1


def test_stems_keep_their_commonest_form():
    corpus = fr.make_corpus(["negotiations negotiations negotiation", "negotiate talks"])
    terms = fr.count_terms(corpus, min_units=1, stem=True)
    assert terms.vocabulary[["term", "form", "n"]].to_numpy().tolist() == [
        ["negoti", "negotiations", 4],
        ["talk", "talks", 1],
    ]


def test_the_same_terms_are_counted_in_other_text():
    terms = fr.count_terms(
        fr.make_corpus(["White House talks"] * 2), phrases=["white house"], stem=True
    )
    new = fr.count_terms(fr.make_corpus(["The White House talked; others did"]), like=terms)
    assert new.names == terms.names == ["talk", "white hous"]
    assert new.matrix.toarray().tolist() == [[1, 1]]


def test_counts_do_not_depend_on_workers_and_batches(monkeypatch):
    texts = fr.load_testbed().corpus.table["text"].tolist()[:150]
    corpus = fr.make_corpus(texts)
    assert sum(map(len, texts)) > 5 * 20_000
    one = fr.count_terms(corpus, unit="paragraph", phrases="npmi")
    set_chunk_size(monkeypatch, 20_000)
    for workers in (1, 2):
        other = fr.count_terms(corpus, unit="paragraph", phrases="npmi", workers=workers)
        assert one.names == other.names
        assert (one.matrix != other.matrix).nnz == 0
        pd.testing.assert_frame_equal(one.units, other.units)


def test_a_unit_without_terms_is_kept_and_counted():
    terms = fr.count_terms(fr.make_corpus(["a truce", "of the", "truce"]))
    assert terms.empty == 1
    assert len(terms) == 3
    assert terms.matrix.toarray().tolist() == [[1], [0], [1]]


def test_an_empty_vocabulary_says_which_filter_took_what():
    corpus = fr.make_corpus(["The truce", "A deal", "Of 12"])
    with pytest.raises(fr.InputError, match="stop words: 3 terms") as error:
        fr.count_terms(corpus)
    assert "in fewer than 2 units: 2 terms, 2 occurrences" in str(error.value)
    assert "numbers: 1 terms" in str(error.value)
    assert "min_units" in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unit": "page"}, "unit='page' is not known"),
        ({"words": 0}, "words=0 cannot be used"),
        ({"tokens": "letters"}, "tokens='letters' is not known"),
        ({"min_units": 1.5}, "min_units=1.5 cannot be used: .* a share of them"),
        ({"max_units": -1}, "max_units=-1 cannot be used"),
        ({"stop_words": "xx"}, "stop_words='xx' is not known.*auto.*de, en"),
        ({"phrases": "t"}, "phrases='t' is not known. Allowed: 'g2', 'npmi'"),
        ({"phrases": ["truce"]}, "is not a phrase"),
        ({"workers": 0}, "workers=0 cannot be used"),
    ],
)
def test_bad_arguments_are_answered(options, message):
    with pytest.raises(fr.InputError, match=message):
        fr.count_terms(fr.make_corpus(["A truce", "truce"]), **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"unit": "sentence"}, "count words by paragraph"),
        ({"phrases": "g2"}, "need the order of words"),
        ({"tokens": "plain"}, "needs its texts"),
    ],
)
def test_what_features_cannot_give_is_refused_with_the_remedy(options, message):
    with pytest.raises(fr.InputError, match=message):
        fr.count_terms(fr.load_study("articles"), **options)


def test_a_language_without_a_stemmer_is_refused():
    with pytest.raises(fr.InputError, match="no stemmer for language 'uk'"):
        fr.count_terms(fr.make_corpus(["мир і мир"] * 2, language="uk"), stem=True)


GERMAN = ["Der Markt und die Miete.", "Der Neubau und die Miete."]


def test_the_stop_words_are_those_of_the_language_of_the_corpus():
    corpus = fr.make_corpus(GERMAN, language="de")
    assert set(fr.count_terms(corpus, min_units=1).vocabulary["term"]) == {
        "markt", "miete", "neubau",
    }  # fmt: skip
    with pytest.warns(UserWarning, match="stop words are those of 'en', and the corpus is in 'de'"):
        terms = fr.count_terms(corpus, min_units=1, stop_words="en")
    assert "und" in set(terms.vocabulary["term"])
    greek = fr.make_corpus(["Η αγορά και η ενοικίαση."] * 2, language="el")
    with pytest.warns(UserWarning, match="no stop words ship for 'el'"):
        assert "και" in set(fr.count_terms(greek).vocabulary["term"])
    with pytest.warns(UserWarning, match="no stop words ship for 'el'"):
        fr.collocations(greek, "αγορά", span=1, min_count=1)
    # Whoever names words, or none, has decided: no warning.
    fr.find_phrases(greek, stop_words=None)
    phrases = fr.find_phrases(
        fr.make_corpus(["Es war das das das das."], language="de"), min_count=1
    )
    assert not len(phrases)


@pytest.mark.parametrize("language", ["da", "de", "es", "fi", "fr", "hu", "it", "nb", "nl", "ru"])
def test_a_list_holds_the_most_frequent_function_words_of_its_language(language):
    # The most frequent words come from another source, with which languages are told apart.
    path = Path(fr.__file__).parent / "data" / "function_words.toml"
    usual = set(tomllib.loads(path.read_text(encoding="utf-8"))[language].split())
    listed = set(fr.load_stop_words(language))
    assert len(usual - listed) <= 0.2 * len(usual), usual - listed


def test_words_that_are_given_are_the_only_ones():
    corpus = fr.make_corpus(GERMAN, language="de")
    # Whoever gives words, or none, has decided.
    assert "und" in set(fr.count_terms(corpus, stop_words=None).vocabulary["term"])
    terms = fr.count_terms(corpus, stop_words=["der", "die", "und"])
    assert set(terms.vocabulary["term"]) == {"miete"}
