import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance, interval_distance

import framing as fr

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section E: four observers,
# twelve units, five values, codes missing.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def codes_of(observers, scale):
    rows = [
        {"doc_id": "a", "sentence": unit, "coder": f"c{number}", "frame": code}
        for number, observer in enumerate(observers)
        for unit, code in enumerate(observer, start=1)
    ]
    return fr.make_codes(pd.DataFrame(rows), scale=scale)


@pytest.mark.parametrize(
    ("level", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_the_worked_example_with_missing_codes(level, alpha):
    table = fr.agreement(codes_of(OBSERVERS, range(1, 6)), measurement=level, draws=200, seed=1)
    assert table["alpha"].round(3).tolist() == [alpha]
    # The twelfth unit has one code only and cannot be compared.
    assert table["n"].tolist() == [11]
    assert table["alpha_low"][0] < alpha < table["alpha_high"][0]


def test_alpha_of_the_worked_binary_example():
    # The same source, section A: two observers, ten units, binary: alpha = .095.
    first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    table = fr.agreement(codes_of([first, second], (0, 1)), draws=100, seed=1)
    assert table["alpha"].round(3).tolist() == [0.095]
    assert table["percent"].tolist() == [0.6]


def test_gwets_ac1_of_a_table_worked_by_hand():
    # 118 sentences both present, 5 and 2 split, 0 both absent: pa = .944, share present .972,
    # pe = 2 (.972)(.028) = .0544, AC1 = (.944 - .0544) / (1 - .0544) = .941.
    pairs = [(1, 1)] * 118 + [(1, 0)] * 5 + [(0, 1)] * 2
    table = fr.agreement(codes_of(list(zip(*pairs, strict=True)), (0, 1)), draws=100, seed=1)
    assert table["ac1"].round(3).tolist() == [0.941]
    # The prevalence paradox: alpha is below chance although 94% agree.
    assert table["alpha"][0] < 0
    assert table["percent"][0] == pytest.approx(0.944)


def test_constant_codes_are_undefined_in_words():
    table = fr.agreement(codes_of([[0, 0, 0], [0, 0, 0]], (0, 1)), draws=50, seed=1)
    [note] = table["note"]
    assert note.startswith("alpha is undefined: every code is 0")
    # Three sentences do not show that coders agree in all others.
    assert table["ac1_low"][0] < 0.8
    assert table["ac1_high"][0] == 1
    assert np.isnan(table["alpha"][0])
    assert table["percent"].tolist() == [1.0]


def test_agreement_says_what_it_lacks():
    with pytest.raises(fr.InputError, match="all these codes are by 'c0'"):
        fr.agreement(codes_of([[1, 0]], (0, 1)), seed=1)
    with pytest.raises(fr.InputError, match="No sentence was coded by two"):
        fr.agreement(codes_of([[1, None], [None, 0]], (0, 1)), seed=1)


def test_the_same_seed_gives_the_same_intervals_and_another_others():
    codes = codes_of(OBSERVERS, range(1, 6))
    first, again, other = (fr.agreement(codes, draws=300, seed=seed) for seed in (1, 1, 2))
    assert first.equals(again)
    assert first["alpha_low"][0] != other["alpha_low"][0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from([None, 0, 1, 3]), min_size=3, max_size=3), min_size=3, max_size=12
    )
)
def test_alpha_is_that_of_nltk(units):
    codes = [[code for code in unit if code is not None] for unit in units]
    values = [code for unit in codes if len(unit) > 1 for code in unit]
    if len(set(values)) < 2:
        return
    # nltk has no ordinal distance, and its ratio distance divides by 0 for two codes of 0.
    middle = {value: sum(v < value for v in values) + values.count(value) / 2 for value in values}
    distances = {
        "nominal": binary_distance,
        "interval": interval_distance,
        "ordinal": lambda one, other: (middle[one] - middle[other]) ** 2,
        "ratio": lambda one, other: ((one - other) / ((one + other) or 1)) ** 2,
    }
    data = [
        (coder, unit, code)
        for unit, row in enumerate(units)
        for coder, code in enumerate(row)
        if code is not None and len(codes[unit]) > 1
    ]
    ours = codes_of([list(row) for row in zip(*units, strict=True)], (0, 1, 3))
    for level, distance in distances.items():
        table = fr.agreement(ours, measurement=level, draws=20, seed=1)
        theirs = AnnotationTask(data=data, distance=distance).alpha()
        assert table["alpha"].iloc[0] == pytest.approx(theirs, abs=1e-12)


def test_codes_below_zero_have_no_ratio():
    with pytest.raises(fr.InputError, match="start from 0; this scale has -1"):
        fr.agreement(codes_of([[-1, 1], [0, 1]], (-1, 0, 1)), measurement="ratio", seed=1)


def in_documents(first, second, size):
    """Return codes of two coders, of documents of so many sentences."""
    place = np.arange(len(first))
    columns = {"doc_id": place // size, "sentence": place % size + 1}
    rows = [
        pd.DataFrame({**columns, "coder": name, "p": said})
        for name, said in (("x", first), ("y", second))
    ]
    return fr.make_codes(pd.concat(rows).astype({"doc_id": str}))


def test_coders_who_agree_in_few_sentences_have_lower_limits_that_more_sentences_raise():
    lows = {}
    for n in (10, 25, 100):
        said = np.arange(n) % 3 == 0
        row = fr.agreement(in_documents(said * 1, said * 1, 1), seed=1).table.iloc[0]
        assert row["alpha"] == row["alpha_high"] == row["ac1_high"] == 1
        assert f"coders agree in all {n} sentences" in row["note"]
        lows[n] = row["alpha_low"], row["ac1_low"]
    # Errors of 1.5% give an alpha of .93; 25 sentences without one do not exclude it.
    assert 0.5 < lows[25][0] < 0.93
    assert lows[10] < lows[25] < lows[100] < (0.99, 0.99)


def test_coders_who_err_in_some_documents_have_wider_intervals_than_those_who_err_anywhere():
    said = np.tile([1, 0, 0, 0, 0, 0], 20)
    crowded, apart = said.copy(), said.copy()
    crowded[:18] = 1 - crowded[:18]
    apart[:108:6] = 1 - apart[:108:6]
    assert (crowded != said).sum() == (apart != said).sum() == 18
    widths = []
    for second in (crowded, apart):
        row = fr.agreement(in_documents(said, second, 6), seed=1).table.iloc[0]
        widths.append(row["ac1_high"] - row["ac1_low"])
    assert widths[0] > 1.5 * widths[1]
    few = fr.agreement(in_documents(said, apart, 30), seed=1).table.iloc[0]
    assert "4 documents do not show whether coders differ more in some" in few["note"]


def test_a_single_sentence_has_an_interval_that_says_next_to_nothing():
    table = pd.DataFrame({"doc_id": "a", "sentence": [1, 1], "coder": ["x", "y"], "p": [1, 0]})
    row = fr.agreement(fr.make_codes(table), seed=1).table.iloc[0]
    assert row["alpha_high"] - row["alpha_low"] > 1


def test_a_sentence_with_one_code_counts_in_the_chance_agreement_of_ac1():
    """Reference: the data of Gwet's package irrCAC, cac.raw4raters; pa .818, pe .190, AC1 .775."""
    none = float("nan")
    by_coder = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, none, none, none],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, none, 3],
        "C": [none, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, none],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, none],
    }
    rows = [
        {"coder": coder, "doc_id": "d", "sentence": number, "f": code}
        for coder, codes in by_coder.items() for number, code in enumerate(codes, start=1)
    ]  # fmt: skip
    codes = fr.make_codes(pd.DataFrame(rows), scale=(1, 2, 3, 4, 5))
    row = fr.agreement(codes, draws=500, seed=1).table.iloc[0]
    assert row["n"] == 11
    assert round(row["percent"], 7) == 0.8181818
    assert round(row["ac1"], 5) == 0.77544
    assert row["ac1_low"] < row["ac1"] < row["ac1_high"]
    assert round(row["alpha"], 3) == 0.743


def test_printing_tells_how_many_coded_and_how_much():
    rows = [
        {"doc_id": "a", "sentence": unit, "coder": coder, "peace": unit % 2, "doubt": 1}
        for coder in ("Ann", "Ben", "Cem")
        for unit in range(1, 13)
    ]
    table = pd.DataFrame(rows)
    said = repr(fr.agreement(fr.make_codes(table), draws=200, seed=1))
    assert said == (
        "<Agreement of 3 coders on 2 frames: 12 sentences with two codes or more, 95% intervals>"
    )
    # Of one frame fewer sentences have two codes.
    table["doubt"] = table["doubt"].astype(object).where(table["sentence"] < 5, None)
    said = repr(fr.agreement(fr.make_codes(table), draws=200, seed=1))
    assert "4 to 12 sentences with two codes" in said
