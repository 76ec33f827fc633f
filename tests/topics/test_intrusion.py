import csv
import zipfile

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from scipy import stats

import framing as fr
from framing.topics.intrusion import score_intrusion, write_intrusion_sheet

WORDS = {
    "peace": "truce talks treaty envoy broker ceasefire summit accord delegate pact pledge visit",
    "energy": "gas oil pipeline turbine coal refinery barrel reactor fuel grid meter tariff",
    "sport": "goal match striker league referee penalty coach stadium trophy season keeper derby",
    "food": "bread oven flour bakery butter recipe pastry sugar yeast dough cake kitchen",
}
# The stem of each is no word: treati, parti …; the first of two is the commoner form.
INFLECTED = {
    "peace": "treaties treaty parties party ceremonies ceremony enemies enemy",
    "energy": "batteries battery refineries refinery supplies supply subsidies subsidy",
    "sport": "trophies trophy victories victory rivalries rivalry penalties penalty",
    "food": "bakeries bakery berries berry cherries cherry pastries pastry",
}
GROUPS = {word: name for name, words in WORDS.items() for word in words.split()}


def planted(n, mix, seed=3, words=WORDS):
    """Return n texts that mix the four topics in these shares, another topic first in each."""
    rng = np.random.default_rng(seed)
    texts = []
    for number in range(n):
        names = np.roll(list(words), number).tolist()
        drawn = [
            rng.choice(words[name].split(), size) for name, size in zip(names, mix, strict=True)
        ]
        texts.append(" ".join(np.concatenate(drawn)))
    return fr.make_corpus(texts)


@pytest.fixture(scope="module")
def corpus():
    return planted(160, (24, 10, 5, 1))


@pytest.fixture(scope="module")
def topics(corpus):
    return fr.fit_topics(fr.count_terms(corpus), n_topics=4, seed=1)


def rows_of(path):
    """Return the rows of a sheet or key, without the line of the notes."""
    if path.suffix == ".xlsx":
        cells = [
            ["" if c is None else str(c) for c in row]
            for row in sheet_of(path).iter_rows(values_only=True)
        ]
    else:
        cells = list(csv.reader(path.read_text("utf-8-sig").splitlines()))[1:]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def sheet_of(path):
    return load_workbook(path)["codes"]


def options_of(row, name="option"):
    return [
        cell for column, cell in row.items() if column.startswith(name) and column[-1].isdigit()
    ]


def truth(key):
    """Return the text by which the sheets show the intruder of each item."""
    found = {}
    for row in rows_of(key):
        names, texts = options_of(row), options_of(row, "terms") or options_of(row)
        found[row["item"]] = texts[names.index(row["intruder"])]
    return found


def perfect(key):
    intruder = truth(key)
    return lambda row: options_of(row).index(intruder[row["item"]]) + 1


def fill(path, answer, separator=",", encoding="utf-8-sig"):
    """Write the answers as a coder would, in the ending that the sheet has."""
    rows = rows_of(path)
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        column = list(rows[0]).index("answer") + 1
        for number, row in enumerate(rows, start=2):
            book["codes"].cell(number, column, answer(row))
        book.save(path)
        return path
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows([{**row, "answer": answer(row)} for row in rows])
    return path


def written(topics, path, **options):
    *sheets, key = write_intrusion_sheet(topics, path, seed=1, **options)
    return sheets, key


def test_a_word_intruder_is_rare_in_the_topic_and_not_in_another(topics, tmp_path):
    sheets, key = written(topics, tmp_path / "w.csv")
    vocabulary = topics.vocabulary["term"].tolist()
    top = topics.top_terms(5).groupby("topic", observed=True)["term"].agg(list)
    pool = topics.top_terms(10).groupby("topic", observed=True)["term"].agg(list)
    rows = rows_of(key)
    assert [row["topic"] for row in rows] == topics.names
    for number, row in enumerate(rows):
        assert options_of(row) == [*top[row["topic"]], row["intruder"]]
        weights = topics.weights[number]
        assert weights[vocabulary.index(row["intruder"])] <= np.median(weights)
        assert any(row["intruder"] in pool[name] for name in topics.names if name != row["topic"])
        assert {GROUPS[term] for term in options_of(row)[:-1]} == {GROUPS[options_of(row)[0]]}
        assert GROUPS[row["intruder"]] != GROUPS[options_of(row)[0]]
        assert row["topics"] == topics.hash
    for sheet in sheets:
        # No term is read twice, so that no intruder is known from the row where it belongs.
        read = [term for row in rows_of(sheet) for term in options_of(row)]
        assert len(set(read)) == len(read) == 24


@pytest.mark.parametrize("test", ["words", "passages"])
def test_a_sheet_shows_words_in_place_of_stems(tmp_path, test):
    twice = {name: f"{words} {' '.join(words.split()[::2])}" for name, words in INFLECTED.items()}
    corpus = planted(160, (24, 10, 5, 1), words=twice)
    topics = fr.fit_topics(fr.count_terms(corpus, stem=True), n_topics=4, seed=1)
    sheets, key = written(topics, tmp_path / "s.csv", test=test, corpus=corpus, top=2)
    common = {word for words in INFLECTED.values() for word in words.split()[::2]}
    assert set(topics.vocabulary["form"]) == common
    assert not common & set(topics.vocabulary["term"])
    for path in (*sheets, key):
        shown = [
            text for row in rows_of(path) for text in options_of(row, "terms") or options_of(row)
        ]
        assert {word for text in shown for word in text.split(", ")} <= common
    for sheet in sheets:
        fill(sheet, perfect(key))
    table = score_intrusion(sheets, key, topics=topics)
    assert table["found"].tolist() == table["n"].tolist()
    assert not table["missing"].any()


def test_a_topic_intruder_has_a_low_share_in_the_passage(corpus, topics, tmp_path):
    _, key = written(topics, tmp_path / "p.csv", test="passages", corpus=corpus, n_passages=30)
    rows = rows_of(key)
    assert len({row["unit_id"] for row in rows}) == 30
    place = {unit: row for row, unit in enumerate(topics.units["unit_id"])}
    for row in rows:
        shares = topics.unit_shares[place[row["unit_id"]]]
        order = [topics.names[number] for number in np.argsort(-shares)]
        assert options_of(row) == order
        assert row["intruder"] == order[-1]
        assert [float(share) for share in options_of(row, "share")] == pytest.approx(
            sorted(shares, reverse=True)
        )


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
@pytest.mark.parametrize("test", ["words", "passages"])
def test_a_sheet_is_blind(corpus, topics, tmp_path, test, ending):
    labelled = topics.with_labels({"topic 1": "Secret label"})
    sheets, key = written(labelled, tmp_path / f"s{ending}", test=test, corpus=corpus)
    units = {row["unit_id"] for row in rows_of(key)} if test == "passages" else set()
    places = []
    for sheet in sheets:
        if ending == ".xlsx":
            with zipfile.ZipFile(sheet) as parts:
                names = [name for name in parts.namelist() if name.endswith(".xml")]
                text = "".join(parts.read(name).decode() for name in names)
            cells = [cell for row in sheet_of(sheet).iter_rows(min_row=2) for cell in row]
            assert (
                len({(c.font.color, c.font.b, c.fill.fgColor.rgb, c.comment) for c in cells}) == 1
            )
            assert "intruders" not in text
        else:
            text = sheet.read_text("utf-8-sig")
            assert text.startswith(("#", '"#'))
        for told in ("intruder", "topic ", "Secret", "share", topics.hash[:12], *units):
            assert told not in text.replace("sharedString", "")
        if ending != ".tsv":
            rows = rows_of(sheet)
            beside = ["text"] if test == "passages" else []
            size = 4 if test == "passages" else 6
            numbered = [f"option{number}" for number in range(1, size + 1)]
            assert list(rows[0]) == ["coder", "item", *beside, *numbered, "answer", "note"]
            assert {row["answer"] + row["note"] for row in rows} == {""}
            places += [perfect(key)(row) for row in rows]
    # The intruder is not always in the same place.
    assert ending == ".tsv" or len(set(places)) > 2


def test_the_place_of_the_intruder_is_even(corpus, topics, tmp_path):
    sheets, key = written(
        topics, tmp_path / "p.csv", test="passages", corpus=corpus, n_passages=100, coders=4
    )
    places = [perfect(key)(row) for sheet in sheets for row in rows_of(sheet)]
    assert stats.chisquare(np.bincount(places, minlength=5)[1:]).pvalue > 0.001


def test_coders_get_another_order_and_the_seed_decides(topics, tmp_path):
    sheets, key = written(topics, tmp_path / "a.csv")
    again, key_again = written(topics, tmp_path / "b" / "a.csv")
    assert [f.read_bytes() for f in (*sheets, key)] == [f.read_bytes() for f in (*again, key_again)]
    other = write_intrusion_sheet(topics, tmp_path / "c.csv", seed=2)
    assert other[-1].read_bytes() != key.read_bytes()
    one, two = (rows_of(sheet) for sheet in sheets)
    assert [row["item"] for row in one] != [row["item"] for row in two]
    by_item = {row["item"]: options_of(row) for row in two}
    assert all(sorted(options_of(row)) == sorted(by_item[row["item"]]) for row in one)
    assert any(options_of(row) != by_item[row["item"]] for row in one)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("test", ["words", "passages"])
def test_a_perfect_coder_scores_one(corpus, topics, tmp_path, test, ending):
    sheets, key = written(topics, tmp_path / f"s{ending}", test=test, corpus=corpus)
    assert key.name == "s_key.csv"
    for sheet in sheets:
        fill(sheet, perfect(key))
    table = score_intrusion(sheets, key, topics=topics)
    n_items, size = (4, 6) if test == "words" else (20, 4)
    subject = "topic" if test == "words" else "unit_id"
    assert list(table) == [
        *(subject, "n", "missing", "found", "share", "low", "high", "chance", "log_odds", "p")
    ]
    assert table[subject].tolist() == [*(row[subject] for row in rows_of(key)), "all"]
    assert table["n"].tolist() == [2] * n_items + [2 * n_items]
    assert table["share"].tolist() == [1.0] * (n_items + 1)
    assert table["chance"].tolist() == [1 / size] * (n_items + 1)
    assert not table["missing"].any()
    everything = table.iloc[-1]
    assert everything["p"] == pytest.approx(size ** -(2.0 * n_items))
    assert table["p"].iloc[:-1].isna().all()
    z2 = stats.norm.ppf(0.975) ** 2
    assert everything["low"] == pytest.approx(2 * n_items / (2 * n_items + z2))
    assert everything["high"] == pytest.approx(1)
    if test == "words":
        assert table["log_odds"].isna().all()
    else:
        assert (table["log_odds"] == 0).all()
    # A folder also holds the key, and the key may be given with the sheets.
    assert score_intrusion(tmp_path, key).equals(table)
    assert score_intrusion([*sheets, key], str(key)).equals(table)


@pytest.mark.parametrize("test", ["words", "passages"])
def test_a_guesser_scores_chance(corpus, topics, tmp_path, test):
    rng = np.random.default_rng(7)
    coders, size = (100, 6) if test == "words" else (4, 4)
    sheets, key = written(
        topics, tmp_path / "s.csv", test=test, corpus=corpus, coders=coders, n_passages=100
    )
    for sheet in sheets:
        fill(sheet, lambda row: rng.integers(1, size + 1))
    everything = score_intrusion(sheets, key).iloc[-1]
    assert everything["n"] == 400
    low, high = stats.binom.ppf([0.001, 0.999], 400, 1 / size)
    assert low <= everything["found"] <= high
    assert everything["low"] < 1 / size < everything["high"]
    expected = stats.binom.sf(everything["found"] - 1, 400, 1 / size)
    assert everything["p"] == pytest.approx(expected)
    if test == "passages":
        assert everything["log_odds"] < -0.5


def test_a_coder_is_read_back_by_hand(tmp_path):
    key, one, two = tmp_path / "k.csv", tmp_path / "ann.csv", tmp_path / "bo.csv"
    columns = [f"{name}{n}" for name in ("option", "terms", "share") for n in (1, 2, 3)]
    key.write_text(
        f"test,item,unit_id,{','.join(columns)},intruder,topics\n"
        'passages,1,u1,topic 2,topic 1,topic 3,"b, c",a,d,0.6,0.3,0.1,topic 3,h\n'
        'passages,2,u2,topic 1,topic 3,topic 2,a,d,"b, c",0.5,0.5,0,topic 2,h\n'
    )
    # Ann chooses topic 1 and then the intruder; Bo the intruder, and then topic 3.
    one.write_text('item,option1,option2,option3,answer\n1,d,a,"b, c",2\n2,"b, c",a,d,1\n')
    two.write_text('item,option1,option2,option3,answer\n2,a,"b, c",d,3\n1,"b, c",d,a,2\n')
    table = score_intrusion([one, two], key)
    assert table["unit_id"].tolist() == ["u1", "u2", "all"]
    assert table["found"].tolist() == [1, 1, 2]
    first, second = np.log(0.1 / 0.3) / 2, np.log(0.001 / 0.5) / 2
    expected = [first, second, (first + second) / 2]
    assert table["log_odds"].tolist() == pytest.approx(expected)
    floored = score_intrusion([one, two], key, floor=0.2)["log_odds"].tolist()
    assert floored[:2] == pytest.approx([np.log(0.2 / 0.3) / 2, np.log(0.2 / 0.5) / 2])
    assert table["p"].iloc[-1] == pytest.approx(stats.binom.sf(1, 4, 1 / 3))
    narrow = score_intrusion([one, two], key, level=0.5).iloc[-1]
    assert table["low"].iloc[-1] < narrow["low"] < narrow["high"] < table["high"].iloc[-1]


@pytest.mark.parametrize("test", ["words", "passages"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_what_a_spreadsheet_does_does_not_matter(corpus, topics, tmp_path, test, separator):
    sheets, key = written(topics, tmp_path / "s.csv", test=test, corpus=corpus)
    for sheet in sheets:
        answer = perfect(key)
        fill(sheet, lambda row, answer=answer: f" {answer(row)},0 ", separator)
        first, *rest = sheet.read_text("utf-8-sig").splitlines()
        empty = separator * first.count(separator)
        lines = [first, *(f"{line}{separator}  " for line in sorted(rest, reverse=True)), empty]
        sheet.write_text("\n".join(lines), "utf-8-sig")
    rows = key.read_text("utf-8-sig").splitlines()
    table = list(csv.reader(rows[1:]))
    with key.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(table[0])
        writer.writerows(
            [cell.replace(".", ",") if cell[:2] == "0." else cell for cell in row]
            for row in table[1:]
        )
    everything = score_intrusion(sheets, key).iloc[-1]
    assert everything["share"] == 1
    assert everything["missing"] == 0


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_terms_that_a_spreadsheet_takes_for_something_else_come_back(tmp_path, ending):
    texts = ["007 true -x"] * 4 + ["gas oil us"] * 4 + ["bread oven US"] * 4
    corpus = fr.make_corpus(texts)
    counted = fr.count_terms(corpus, numbers=True, stop_words=None)
    assert {"007", "true"} <= set(counted.names)
    topics = fr.fit_topics(counted, n_topics=3, seed=1)
    (sheet,), key = written(topics, tmp_path / f"s{ending}", top=2, coders=1)
    assert {"007", "true"} <= {text for row in rows_of(sheet) for text in options_of(row)}
    fill(sheet, perfect(key))
    if ending == ".csv":
        text = sheet.read_text("utf-8-sig")
        sheet.write_text(text.replace("007", "7").replace("true", "TRUE"), "utf-8-sig")
    assert score_intrusion(sheet, key)["share"].iloc[-1] == 1


def test_a_workbook_offers_the_numbers(topics, tmp_path):
    (sheet,), _ = written(topics, tmp_path / "s.xlsx", coders=1)
    (allowed,) = sheet_of(sheet).data_validations.dataValidation
    assert allowed.formula1 == '"1,2,3,4,5,6"'
    assert allowed.error == "1, 2, 3, 4, 5, 6, or empty"
    assert str(allowed.sqref) == "I2:I5"
    assert sheet_of(sheet)["I1"].value == "answer"
    assert load_workbook(sheet)["codebook"]["A1"].value.startswith("One of these terms")


def test_empty_answers_are_counted_and_not_scored(topics, tmp_path):
    sheets, key = written(topics, tmp_path / "s.csv")
    answer = perfect(key)
    fill(sheets[0], lambda row: "" if row["item"] == "1" else answer(row))
    fill(sheets[1], answer)
    # A row that was deleted has no answer either.
    lines = sheets[1].read_text("utf-8-sig").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("coder2,1,", "coder2,2,"))]
    sheets[1].write_text("".join(kept), "utf-8-sig")
    table = score_intrusion(sheets, key)
    assert table["n"].tolist() == [0, 1, 2, 2, 5]
    assert table["missing"].tolist() == [2, 1, 0, 0, 3]
    assert np.isnan(table[["share", "low", "high"]].to_numpy()[0].astype(float)).all()
    assert table["share"].iloc[-1] == 1


def test_sheets_without_an_answer_are_no_result(topics, tmp_path):
    sheets, key = written(topics, tmp_path / "s.csv")
    with pytest.raises(fr.InputError, match=r"s_coder1\.csv.*no row has an answer"):
        score_intrusion(sheets, key)
    with pytest.raises(fr.InputError, match="no sheet beside the key"):
        score_intrusion(key, key)


def test_every_answer_that_is_no_option_is_named(topics, tmp_path):
    sheets, key = written(topics, tmp_path / "s.csv")
    bad = iter(["0", "7", "truce", "2"])
    fill(sheets[0], lambda row: next(bad))
    fill(sheets[1], lambda row: "1.5" if row["item"] == "1" else 1)
    with pytest.raises(fr.InputError) as error:
        score_intrusion(sheets, key)
    message = str(error.value)
    assert "4 cells cannot be used. An answer is the number of an option, 1 to 6" in message
    for place in ("row 2, column answer: '0'", "row 3, column answer: '7'", "row 4, column answer"):
        assert f"s_coder1.csv, {place}" in message
    assert "column answer: '1.5'" in message


def test_items_and_options_are_those_of_the_key(corpus, topics, tmp_path):
    sheets, key = written(topics, tmp_path / "s.csv")
    for sheet in sheets:
        fill(sheet, perfect(key))
    others = fr.fit_topics(fr.count_terms(corpus), n_topics=4, seed=1, model="lda")
    with pytest.raises(fr.InputError, match="belongs to other topics: their hash is"):
        score_intrusion(sheets, key, topics=others)
    *_, foreign = write_intrusion_sheet(topics, tmp_path / "t.csv", seed=8)
    wrong = r"row \d, column option\d: '\w+' is not an option of item"
    with pytest.raises(fr.InputError, match=wrong):
        score_intrusion(sheets, foreign)
    *_, fewer = write_intrusion_sheet(topics, tmp_path / "u.csv", top=7, seed=8)
    with pytest.raises(fr.InputError, match="has no column 'option7', 'option8'"):
        score_intrusion(sheets, fewer)
    text = sheets[0].read_text("utf-8-sig")
    sheets[0].write_text(text.replace("coder1,3,", "coder1,33,"), "utf-8-sig")
    with pytest.raises(fr.InputError, match="column item: '33' is not in the key"):
        score_intrusion(sheets, key)
    rows = text.splitlines()
    cells = rows[1].split(",")
    cells[2] = cells[3]
    sheets[0].write_text("\n".join([rows[0], ",".join(cells), *rows[2:]]))
    with pytest.raises(fr.InputError, match=r"row 2, column option2: .* is there twice"):
        score_intrusion(sheets, key)


def test_a_coder_answers_once(topics, tmp_path):
    sheets, key = written(topics, tmp_path / "s.csv", coders=1)
    fill(sheets[0], perfect(key))
    copy = tmp_path / "copy.csv"
    copy.write_bytes(sheets[0].read_bytes())
    with pytest.raises(fr.InputError) as error:
        score_intrusion([sheets[0], copy], key)
    assert "'coder1' has answered item" in str(error.value)
    assert "s_coder1.csv, row 2; copy.csv, row 2" in str(error.value)
    text = copy.read_text("utf-8-sig")
    copy.write_text(text.replace("coder1", ""))
    with pytest.raises(fr.InputError, match="column coder: it is empty"):
        score_intrusion(copy, key)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("intruder,", "x,", "The key .* has no column 'intruder'"),
        ("option", "choice", "The key .* has no column 'option1'"),
        ("words,2", "passages,2", "row 4: it is from another test"),
        ("words,2", "words,1", "row 4: the item is not a number, or is there twice"),
        ("words,", "word,", "row 3: the test is unknown"),
    ],
)
def test_a_key_of_no_use_says_what_is_wrong(topics, tmp_path, old, new, message):
    sheets, key = written(topics, tmp_path / "s.csv")
    key.write_text(key.read_text("utf-8-sig").replace(old, new), "utf-8-sig")
    with pytest.raises(fr.InputError, match=message):
        score_intrusion(sheets, key)
    with pytest.raises(fr.InputError, match="no column 'test'"):
        score_intrusion(key, sheets[0])


def test_a_key_that_was_changed_says_where(corpus, topics, tmp_path):
    sheets, key = written(topics, tmp_path / "s.csv", test="passages", corpus=corpus)
    table = pd.read_csv(key, skiprows=1, dtype=str)
    table.assign(share1="much").to_csv(key, index=False)
    with pytest.raises(fr.InputError, match="row 2: a share is not a number from 0 to 1"):
        score_intrusion(sheets, key)
    table.assign(intruder="topic 9").to_csv(key, index=False)
    with pytest.raises(fr.InputError, match="row 2: the intruder is not among the options"):
        score_intrusion(sheets, key)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test": "word"}, r"test='word' is not known.*Did you mean 'words'"),
        ({"coders": ["Ann", "Key"]}, "'key' is the name of the key file"),
        ({"coders": 0}, "coders=0 cannot be used"),
        ({"seed": -1}, "seed=-1 cannot be used"),
        ({"top": 0}, "top=0 cannot be used"),
        ({"top": 1}, "top=1 is too few"),
        ({"top": 49}, "top=49 is more than 'topic 1'.* shortest of them has 4. terms"),
        ({"test": "passages"}, "Give the corpus that was counted"),
        ({"test": "passages", "n_passages": 999}, "n_passages=999, but .* of 160 documents"),
        ({"test": "passages", "n_shown": 1}, "n_shown=1 is too few"),
        ({"test": "passages", "min_terms": 50}, "but 0 of 160 documents .* needs 50 terms"),
    ],
)
def test_a_test_that_cannot_be_written_says_why(corpus, topics, tmp_path, options, message):
    given = {"seed": 1, "corpus": corpus if len(options) > 1 else None, **options}
    with pytest.raises(fr.InputError, match=message):
        write_intrusion_sheet(topics, tmp_path / "s.csv", **given)
    assert not list(tmp_path.iterdir())


def test_topics_that_are_too_few_or_too_much_alike(corpus, topics, tmp_path):
    terms = fr.count_terms(corpus)
    one, two, three = (fr.fit_topics(terms, n_topics=n, seed=1) for n in (1, 2, 3))
    with pytest.raises(fr.InputError, match="needs at least 2 topics"):
        write_intrusion_sheet(one, tmp_path / "s.csv", seed=1)
    with pytest.raises(fr.InputError, match="needs at least 3 topics; there are 2"):
        write_intrusion_sheet(two, tmp_path / "s.csv", test="passages", corpus=corpus, seed=1)
    with pytest.raises(fr.InputError, match="not the corpus in which the terms were counted"):
        write_intrusion_sheet(
            three, tmp_path / "s.csv", test="passages", corpus=fr.make_corpus(["Rain."]), seed=1
        )
    with pytest.raises(fr.InputError, match=r"\.docx: an intrusion sheet ends in one of"):
        write_intrusion_sheet(three, tmp_path / "s.docx", seed=1)
    *_, key = write_intrusion_sheet(
        three, tmp_path / "s.csv", test="passages", corpus=corpus, n_passages=5, seed=1
    )
    assert {len(options_of(row)) for row in rows_of(key)} == {3}
    same = fr.fit_topics(
        fr.count_terms(fr.make_corpus(["gas oil"] * 5 + ["oil gas"] * 5)), n_topics=2, seed=1
    )
    with pytest.raises(fr.InputError, match="There is no intruder for 'topic 1'"):
        write_intrusion_sheet(same, tmp_path / "s.csv", top=2, seed=1)


def test_topics_that_show_the_same_terms_cannot_be_told_apart(tmp_path):
    corpus = fr.make_corpus(["gas gas gas gas gas oil coal"] * 12)
    alike = fr.fit_topics(fr.count_terms(corpus), n_topics=3, seed=1, model="lda")
    with pytest.raises(fr.InputError, match="top=1 does not separate 'topic 1', 'topic 2'"):
        write_intrusion_sheet(
            alike, tmp_path / "s.csv", test="passages", corpus=corpus, top=1, seed=1
        )


def test_fewer_topics_can_be_shown_and_an_intruder_never_ties_with_them(tmp_path):
    # NMF gives passages of two topics no share of the others.
    corpus = planted(40, (24, 10, 0, 0))
    topics = fr.fit_topics(fr.count_terms(corpus), n_topics=4, seed=1)
    *_, key = write_intrusion_sheet(
        topics, tmp_path / "s.csv", test="passages", corpus=corpus, n_shown=2, seed=1
    )
    for row in rows_of(key):
        shares = [float(share) for share in options_of(row, "share")]
        assert len(shares) == 3
        assert min(shares[:2]) > shares[2]
        assert row["intruder"] == row["option3"]
