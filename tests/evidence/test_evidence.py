import base64
import html
import json
import re
import zlib
from collections import Counter, defaultdict
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, unquote

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from support.browser import CHROMIUM, Browser, wait
from support.colours import contrast

import framing as fr
from framing._core.templates import esc
from framing.cli import main
from framing.evidence.items import AA, GROUNDS, SIGNS, TEXTS, make_frames

VOID = {"meta", "input", "br", "wbr", "path"}
# Frames whose hits overlap, hold each other and end together.
OVERLAPPING = fr.make_lexicon(
    {
        "peace": ["peace talks", "truce"],
        "doubt": ["talks stall", "peace talks stall now"],
        "place": ["talks", "b", "script"],
    },
    shared=True,
)


def number_of(mark):
    """Return the number of a hit from the attributes of its mark."""
    return mark.get("data-h") or mark["id"].removeprefix("h")


class Page(HTMLParser):
    """What a browser would make of a page: texts, marks, ids, links; and whether it nests."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.open, self.texts, self.marks, self.data = [], [], defaultdict(str), ""
        self.ids, self.links, self.tags, self.off = [], [], Counter(), set()
        self.titles, self.furniture, self.hidden = defaultdict(set), [], set()
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags[tag] += 1
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs.get("href"))
            for name, own in self.open:
                if name == "mark":
                    self.titles[number_of(own)].add(attrs["title"])
        if tag == "mark" and "off" in attrs["class"].split():
            self.off.add(number_of(attrs))
        if tag == "article" and "hidden" in attrs:
            self.hidden.add(attrs["id"])
        if tag == "div" and attrs.get("class") == "text":
            self.texts.append("")
        if attrs.get("id") == "data":
            self.packed = attrs["type"] == "text/plain"
        if tag not in VOID:
            self.open.append((tag, attrs))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        name, _ = self.open.pop()
        assert name == tag

    def handle_data(self, data):
        if self.open and self.open[-1][1].get("id") == "data":
            self.data += data
        classes = {attrs.get("class") for _, attrs in self.open}
        if "text" not in classes:
            return
        self.texts[-1] += data
        if "out" in classes:
            self.furniture.append(data)
        for tag, attrs in self.open:
            if tag == "mark":
                self.marks[number_of(attrs)] += data


def write(corpus, lexicon, folder, **options):
    hits = fr.find_hits(corpus, lexicon)
    [path] = fr.write_evidence(hits, corpus, Path(folder) / "evidence.html", **options)
    # Python would turn \r into \n.
    return hits, path.read_bytes().decode("utf-8")


def unpacked(text):
    """Return what the script reads from packed data: JSON, deflated, in base64."""
    return json.loads(zlib.decompress(base64.b64decode(text), wbits=-15))


def hits_in(page):
    """Return what the script of a page reads of its hits: entry, context and speaker of each."""
    data = unpacked(page.data) if page.packed else json.loads(page.data)
    columns = data["hits"]
    return [
        (data["entries"][entry], flags, data["speakers"][speaker])
        for entry, flags, speaker in zip(columns["e"], columns["x"], columns["p"], strict=True)
    ]


def check_links(page):
    assert len(page.ids) == len(set(page.ids))
    for link in page.links:
        place = unquote(link.removeprefix("#"))
        assert place in page.ids or "=" in place


WORDS = st.sampled_from(
    ["peace", "talks", "stall", "now", "truce", "&", "<b>", "</p>", '"', "&amp;", "שלום", "é",
     "e\u0301", "<script>alert(1)</script>", "👩‍👧", "İ", ".", "\u202e"]
)  # fmt: skip
GAPS = st.sampled_from([" ", "\n", "\n\n", "\r\n", "\r", "\t", "  ", "\u00a0", "\u2028", "\x0c"])


@st.composite
def texts(draw):
    parts = draw(st.lists(st.tuples(WORDS, GAPS), min_size=1, max_size=25))
    return draw(st.sampled_from(["", "\n", " "])) + "".join(word + gap for word, gap in parts)


@settings(max_examples=30, deadline=None)
@given(st.lists(texts(), min_size=1, max_size=3))
def test_without_its_tags_the_page_is_the_articles_and_each_mark_its_hit(
    tmp_path_factory, articles
):
    corpus = fr.make_corpus(articles)
    hits, source = write(corpus, OVERLAPPING, tmp_path_factory.mktemp("page"))
    page = Page(source)
    assert page.texts == corpus.table["text"].tolist()
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    rows = hits.table.sort_values(["start", "end"], kind="stable")
    order = rows["doc_id"].map({doc_id: n for n, doc_id in enumerate(text_of)})
    rows = rows.loc[order.sort_values(kind="stable").index]
    wanted = [text_of[row.doc_id][row.start : row.end] for row in rows.itertuples()]
    assert [page.marks[str(n + 1)] for n in range(len(rows))] == wanted
    assert len(hits_in(page)) == len(hits)
    for number, row in enumerate(rows.itertuples(), start=1):
        named = f"{row.frame}: {row.entry}"
        assert all(named in title for title in page.titles[str(number)])
    check_links(page)
    # The only scripts are the data and the script of the page.
    assert page.tags["script"] == 2
    assert page.tags["b"] == source.count('<b class="key f') + len(SIGNS)


def test_a_span_of_several_frames_shows_them_all(tmp_path):
    corpus = fr.make_corpus(["Peace talks stall now."])
    lexicon = fr.make_lexicon({"a": ["peace talks"], "b": ["talks stall"], "c": ["talks"]})
    _, source = write(corpus, lexicon, tmp_path)
    assert (
        '<mark data-h="1" class="f0" data-m="A"><mark id="h3" class="f1 l1">'
        '<mark id="h2" class="f2 l2" data-m="C"><a href="#e2" '
        'title="a: peace talks; b: talks stall; c: talks">talks</a>'
    ) in source
    assert Page(source).marks == {"1": "Peace talks", "2": "talks", "3": "talks stall"}


def test_what_is_denied_hedged_and_quoted_and_who_says_it_can_be_seen_and_heard(tmp_path):
    actors = fr.make_actors({"Putin": [], "Trump": []})
    corpus = fr.make_corpus(["Putin ruled out any truce. “A truce may come,” Trump said."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}), actors=actors)
    [path] = fr.write_evidence(hits, corpus, tmp_path / "e.html")
    source = path.read_text("utf-8")
    first, second = hits.table.to_dict("records")
    assert first["rejected"]
    assert second["speaker"] == "Trump"
    page = Page(source)
    assert 'class="f0 denied"' in source
    assert "denied" in next(iter(page.titles["1"]))
    assert "quoted" in next(iter(page.titles["2"]))
    assert "speaker: Trump" in next(iter(page.titles["2"]))
    (_, denied, _), (_, _, speaker) = hits_in(page)
    assert denied & 1
    assert speaker == "Trump"
    assert re.search(r'id="h2" class="f0" data-m="P[?]?” Trump"', source)


def test_markup_in_ids_titles_labels_and_entries_stays_text(tmp_path):
    bad = '<img src=x onerror="alert(1)">'
    corpus = fr.make_corpus([f"A truce {bad}."] * 2, doc_id=[bad, "b"], title=[None, bad])
    corpus = corpus.with_columns(pd.DataFrame({"doc_id": [bad, "b"], "desk": [bad, "x"]}))
    lexicon = fr.make_lexicon({"<i>peace": ["truce", "a&b"]}, name=bad)
    _, source = write(corpus, lexicon, tmp_path, title=bad, labels={"b": f"B {bad}"})
    page = Page(source)
    assert page.tags["img"] == 0
    assert page.tags["i"] == 0
    assert f"<title>{html.escape(bad)}</title>" in source
    assert page.texts == corpus.table["text"].tolist()
    assert not re.search(r"(src|href)=\"?(https?:)?//", source)


HOSTILE = (
    "<script>alert(1)</script>\"'></p><!-- {{ 7 * 7 }} {% raw %} {# x #} &amp; \u202e \u2066 | \r z"
)


# Entries that look like markup get a warning.
@pytest.mark.filterwarnings("ignore:make_lexicon")
@pytest.mark.parametrize("per_page", [None, 1])
def test_no_field_of_a_page_can_carry_markup_or_code_of_templates(tmp_path, per_page):
    bad = HOSTILE + "\x00"
    # A text cannot have the character 0; half a pair is as foreign to HTML.
    odd = HOSTILE + "\ud83d"
    texts = [f"A truce. {odd}\n\nRead more: {odd}\n\n“Peace,” Putin said.", "Peace.", " "]
    corpus = fr.make_corpus(
        texts, doc_id=[bad, "b", f"c{bad}"], title=[bad, None, bad], source=[bad, None, bad],
    )  # fmt: skip
    corpus = corpus.with_columns(pd.DataFrame({"doc_id": [bad, "b"], f"desk{HOSTILE}": [bad, "x"]}))
    lexicon = fr.make_lexicon({HOSTILE: ["truce", "<b>", "peace"], "calm": ["calm"]}, name=HOSTILE)
    hits = fr.find_hits(corpus, lexicon)
    hits = replace(hits, table=hits.table.assign(speaker=bad))
    files = fr.write_evidence(
        hits, corpus, tmp_path / "'e' & <b>.html", title=bad, labels={"b": bad}, per_page=per_page
    )
    shown = []
    for file in files:
        source = file.read_bytes().decode("utf-8")
        page = Page(source)
        assert page.tags["script"] == 2
        assert "\x00" not in source
        packed = r'<style>.*?</style>|<script type="text/plain".*?</script>|[0-9a-f]{64}'
        assert "49" not in re.sub(packed, "", source, flags=re.DOTALL)
        assert source.count("{{ 7 * 7 }}") == source.count("{# x #}") > 0
        shown += page.texts
        speakers = {speaker for _, _, speaker in hits_in(page)}
        assert speakers <= {bad.replace("\x00", "\ufffd")}
    assert shown == [text.replace("\ud83d", "\ufffd") for text in corpus.table["text"]]


def test_what_html_cannot_hold_is_one_replacement_character(tmp_path):
    corpus = fr.make_corpus(["A\ud83d truce here."], furniture=False)
    _, source = write(corpus, fr.make_lexicon({"peace": ["truce"]}), tmp_path)
    page = Page(source)
    assert page.texts == ["A\ufffd truce here."]
    assert page.marks == {"1": "truce"}
    assert esc("half a pair: \ud83d") == "half a pair: \ufffd"


def test_page_furniture_is_shown_and_said_not_to_count(tmp_path):
    text = "A truce is near.\n\nRelated Sources:\n\nRain fell on the truce."
    corpus = fr.make_corpus([text, " "])
    assert sorted(corpus.exclusions["kind"]) == ["document", "line"]
    _, source = write(corpus, fr.make_lexicon({"peace": ["truce"]}), tmp_path)
    page = Page(source)
    assert page.texts == [text]
    assert "".join(page.furniture).strip() == "Related Sources:"
    assert "1 line of page furniture" in source
    assert "1 document left out" in source
    assert "the text is blank" in source


def test_the_head_says_what_was_measured_and_how_far_it_can_be_trusted(tmp_path):
    corpus = fr.make_corpus(["A truce. Peace of mind.", "Peace at last. Rain."])
    lexicon = fr.make_lexicon({"peace": ["truce", "peace"]}, name="mine", version="2")
    hits, source = write(corpus, lexicon, tmp_path)
    for fact in ("mine 2", hits.lexicon_hash, corpus.fingerprint, "unvalidated", fr.__version__):
        assert fact in source
    assert "Precision" not in source
    codes = pd.DataFrame({"doc_id": ["text1"] * 2 + ["text2"] * 2, "sentence": [1, 2] * 2})
    valid = fr.validate(hits, fr.make_codes(codes.assign(peace=[1, 0, 1, 0])))
    _, source = write(corpus, lexicon, tmp_path, validation=valid)
    assert "validated on 4 sentences" in source
    row = valid.table.iloc[0]
    found = (
        f"{row['precision']:.2f} <small>[{row['precision_low']:.2f}, {row['precision_high']:.2f}]"
    )
    assert found in source
    assert re.search(r"<code>peace</code></th>.*?0\.50 <small>.*?n = 2</td>", source)
    other = fr.make_lexicon({"peace": ["rain"]})
    with pytest.raises(fr.InputError, match="The validation is of mine 2"):
        write(corpus, other, tmp_path, validation=valid)


def test_the_tables_count_what_the_package_counts(tmp_path):
    testbed = fr.load_testbed()
    hits = fr.find_hits(testbed.corpus, fr.load_lexicon("peace-initiative"))
    scores = fr.score(hits).interval(seed=1, draws=200)
    [path] = fr.write_evidence(hits, testbed.corpus, tmp_path / "e.html", scores=scores)
    source = path.read_text("utf-8")
    page = Page(source)
    check_links(page)
    assert page.texts == testbed.corpus.table["text"].tolist()
    counts = hits.table["frame"].value_counts()
    found = Counter(entry[0] for entry, _, _ in hits_in(page))
    assert [found[n] for n in range(4)] == [counts[frame] for frame in hits.frames]
    for row in scores.table.head(8).itertuples():
        assert f"{row.value:,.1f} <small>[{row.low:,.1f}, {row.high:,.1f}]</small>" in source
    entries = fr.count_entries(hits)
    fired = int((entries["n"] > 0).sum())
    assert sum(bool(re.fullmatch(r"e\d+", name)) for name in page.ids) == fired


def test_only_the_hits_behind_a_number_are_shown(tmp_path):
    corpus = fr.make_corpus(["A truce. Peace."] * 3 + ["Rain."] * 3, source=["A"] * 3 + ["B"] * 3)
    hits = fr.find_hits(corpus, fr.make_lexicon({"t": ["truce"], "p": ["peace"]}))
    gap = fr.contrast(fr.score(hits), by="source", seed=1, draws=100, permutations=100)
    table = gap.evidence("t", "A").head(2)
    [path] = fr.write_evidence(hits, corpus, tmp_path / "e.html", only=table)
    page = Page(path.read_text("utf-8"))
    assert dict(page.marks) == {"1": "truce", "2": "truce"}
    assert len(page.texts) == 2
    assert "Shown here: 2 of 6 hits, in 2 of 6 documents" in path.read_text("utf-8")
    with pytest.raises(fr.InputError, match="1 of the 2 rows of only are not among the hits"):
        fr.write_evidence(hits, corpus, path, only=table.assign(start=[2, 3]))
    with pytest.raises(fr.InputError, match="no column 'entry'"):
        fr.write_evidence(hits, corpus, path, only=table.drop(columns="entry"))
    with pytest.raises(fr.InputError, match="only= is empty"):
        fr.write_evidence(hits, corpus, path, only=table.head(0))
    with pytest.raises(fr.InputError, match="only is a list"):
        fr.write_evidence(hits, corpus, path, only=[1])


def test_many_documents_take_several_pages_with_an_index(tmp_path):
    texts = ["A truce.", "Peace.", "A truce again.", "Rain.", "Peace and a truce."]
    corpus = fr.make_corpus(texts)
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce", "peace"]}))
    files = fr.write_evidence(hits, corpus, tmp_path / "my page.html", per_page=2)
    assert [file.name for file in files] == [
        "my page.html", "my page-1.html", "my page-2.html", "my page-3.html",
    ]  # fmt: skip
    pages = {file.name: Page(file.read_text("utf-8")) for file in files}
    assert [text for file in files for text in pages[file.name].texts] == texts
    for name, page in pages.items():
        for link in page.links:
            file, _, place = unquote(link).partition("#")
            target = pages[file or name]
            assert not place or "=" in place or place in target.ids
    found = re.findall(r'href="([^"#]*)#(frame=[^"]*)"', files[0].read_text("utf-8"))
    truce = [
        unquote(file)
        for file, state in found
        if parse_qs(html.unescape(state))["entry"] == ["truce"]
    ]
    assert truce == ["my page-1.html", "my page-2.html", "my page-3.html"]
    with pytest.raises(fr.InputError, match="per_page=0 cannot be used"):
        fr.write_evidence(hits, corpus, tmp_path / "e.html", per_page=0)


@pytest.fixture(scope="module")
def large():
    """Return the hits and the corpus of a function that adds characters without a word."""

    def made(characters):
        # Letters of one word are read fast.
        texts = [
            "A 👩‍👧 truce is near.\n\nRelated Sources:\n\nPeace & <b>rain</b> may come, Ann said.",
            "Snow.", "No truce.", *["a" * 450_000] * (characters // 450_000),
        ]  # fmt: skip
        sources = ["X", "Y", "X", *["Z"] * (len(texts) - 3)]
        corpus = fr.make_corpus(texts, source=sources, duplicates=None)
        lexicon = fr.make_lexicon({"peace": ["truce", "peace"], "doubt": ["no truce"]}, shared=True)
        return fr.find_hits(corpus, lexicon, actors=fr.make_actors({"Ann": []})), corpus

    return made


def test_a_large_corpus_is_one_page_with_each_text_once(tmp_path, large):
    hits, corpus = large(450_000)
    [path] = fr.write_evidence(hits, corpus, tmp_path / "e.html")
    source = path.read_text("utf-8")
    assert not (tmp_path / "e-texts").exists()
    assert "<article" not in source
    chunks = re.findall(r'<script type="text/plain" id="texts\d+">(.*?)</script>', source)
    articles = [article for chunk in chunks for article in unpacked(chunk)]
    assert [text for text, *_ in articles] == corpus.table["text"].tolist()
    text, removed, facts, values = articles[0]
    [(start, end, reason)] = removed
    units = text.encode("utf-16-le")
    assert units[2 * start : 2 * end].decode("utf-16-le") == "Related Sources:"
    assert reason == corpus.exclusions["reason"].iloc[0]
    assert facts[:2] == ["text1", "X"]
    assert values[0].startswith(f"{fr.score(hits).table['value'].iloc[0]:,.1f}")
    assert len(hits_in(Page(source))) == len(hits)
    # The letters that repeat are packed.
    assert path.stat().st_size < 120_000


def test_a_notebook_shows_the_page_in_a_frame_of_its_own():
    corpus = fr.make_corpus(["A truce </iframe><script>alert(1)</script>.", "Rain."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce"]}))
    viewer = fr.explore(hits, corpus, height=300)
    assert Page(viewer.page).texts == corpus.table["text"].tolist()
    shown = viewer._repr_html_()
    assert shown.count("<") == shown.count(">") == 2
    assert "sandbox=" in shown
    assert "allow-same-origin" not in shown
    with pytest.raises(fr.InputError, match="height=0 cannot be used"):
        fr.explore(hits, corpus, height=0)


def test_texts_other_than_those_searched_are_refused(tmp_path):
    path = tmp_path / "e.html"
    corpus = fr.make_corpus(["A truce.", "Rain."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce"]}))
    with pytest.raises(fr.InputError, match=r"lacks 1 of those searched: 'text2'"):
        fr.write_evidence(hits, fr.make_corpus(["A truce."]), path)
    with pytest.raises(fr.InputError, match="the ids are the same, but a text or the order is not"):
        fr.write_evidence(hits, fr.make_corpus(["A truce!", "Rain."]), path)
    with pytest.raises(fr.InputError, match=r"ends in \.html"):
        fr.write_evidence(hits, corpus, tmp_path / "e.pdf")
    with pytest.raises(fr.InputError, match="labels has ids that no document has: 'text9'"):
        fr.write_evidence(hits, corpus, path, labels={"text9": "Nine"})
    with pytest.raises(fr.InputError, match="corpus is a str; it must be Corpus"):
        fr.write_evidence(hits, "articles/", path)
    assert not path.exists()


def test_a_study_without_texts_is_refused_with_the_remedy(tmp_path):
    study = fr.load_study("articles")
    with pytest.raises(fr.InputError, match="A Study holds features and no text"):
        fr.write_evidence(study, study, tmp_path / "e.html")
    with pytest.raises(fr.InputError, match="texts, are in a corpus and not in the features"):
        fr.write_evidence(study.hits, study, tmp_path / "e.html")


def test_scores_of_another_unit_or_instrument_are_refused(tmp_path):
    path = tmp_path / "e.html"
    corpus = fr.make_corpus(["A truce.", "Rain."], source=["A", "B"])
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce"]}))
    with pytest.raises(fr.InputError, match="scores are by 'source'"):
        fr.write_evidence(hits, corpus, path, scores=fr.score(hits, unit="source"))
    other = fr.find_hits(corpus, fr.make_lexicon({"p": ["rain"]}))
    with pytest.raises(fr.InputError, match=r"Begin with score\(hits\) of these hits"):
        fr.write_evidence(hits, corpus, path, scores=fr.score(other))
    with pytest.raises(fr.InputError, match="scores is a DataFrame"):
        fr.write_evidence(hits, corpus, path, scores=hits.table)


def test_hits_without_context_and_without_any_hit_have_pages_too(tmp_path):
    testbed = fr.load_testbed("briefings")
    coded = fr.hits_of_codes(testbed.codes, testbed.corpus, coder="a")
    [path] = fr.write_evidence(coded, testbed.corpus, tmp_path / "e.html")
    page = Page(path.read_text("utf-8"))
    assert page.texts == testbed.corpus.table["text"].tolist()
    assert len(hits_in(page)) == len(coded)
    assert 'name="rejected"' not in path.read_text("utf-8")
    german = fr.make_corpus(["Es regnet."], language="de")
    _, source = write(german, fr.make_lexicon({"p": ["truce"]}, language="de"), tmp_path)
    assert Page(source).texts == ["Es regnet."]
    assert '<div class="text" lang="de">' in source


def test_dates_say_no_more_than_is_known(tmp_path):
    dates = ["2025", "2025-02", "2025-02-13", "2025-02-13T04:30Z"]
    corpus = fr.make_corpus(["A truce."] * 4, date=dates)
    _, source = write(corpus, fr.make_lexicon({"p": ["truce"]}), tmp_path)
    shown = re.findall(r'<td class="date">(.*?)</td>', source)
    assert shown == ["2025", "2025-02", "2025-02-13", "2025-02-13 04:30 UTC"]


def test_every_frame_can_be_read_in_light_and_dark_and_told_apart_in_grey():
    names = ["peace", "concession", "sovereignty", "skepticism", *"abcdefghij"]
    frames = make_frames(names)
    for frame in frames:
        for scheme in GROUNDS:
            ink, tint = frame.colours[scheme]
            assert contrast(ink, tint) >= AA
            assert contrast(ink, GROUNDS[scheme]) >= AA
            assert contrast(TEXTS[scheme], tint) >= 7
    assert len({frame.letter for frame in frames}) == len(frames)
    assert len({frame.line for frame in frames[:5]}) == 5


def test_the_command_writes_the_page_of_the_package(tmp_path):
    (tmp_path / "a.txt").write_text("A truce is near. Critics doubt it.")
    (tmp_path / "mine.toml").write_text('[frames.calm]\nentries = ["near"]\n')
    out = tmp_path / "out" / "evidence.html"
    options = ["--lexicon", tmp_path / "mine.toml", "--title", "Mine", "--out", out]
    done = CliRunner().invoke(main, ["evidence", str(tmp_path / "a.txt"), *map(str, options)])
    assert done.exit_code == 0, done.output
    assert "1 of mine" in done.output
    page = Page(out.read_text("utf-8"))
    assert dict(page.marks) == {"1": "near"}
    options[-1] = "e.pdf"
    wrong = CliRunner().invoke(main, ["evidence", str(tmp_path / "a.txt"), *map(str, options)])
    assert wrong.exit_code == 1
    assert "is written as .html" in wrong.output


def compare_sources():
    """Return hits of five sources, of which "B" alone speaks of a truce, with their texts."""
    texts = [("A truce. " if number % 5 == 1 else "Rain. ") * 3 for number in range(100)]
    corpus = fr.make_corpus(texts, source=["A & <co>", "B", "C", "D", "E"] * 20)
    return fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]})), corpus


def test_a_page_says_which_groups_differ(tmp_path):
    hits, corpus = compare_sources()
    gap = fr.contrast(fr.score(hits), by="source", seed=1)
    source = tmp_path / "e.html"
    fr.write_evidence(hits, corpus, source, contrast=gap)
    text = source.read_text("utf-8")
    row = r'<tr data-of="0" data-target="(.*?)" data-reference="(.*?)"(.*?)</tr>'
    rows = re.findall(row, text, re.S)
    verdicts = {row[:2]: re.sub("<.*?>", " ", row[2]) for row in rows}
    assert len(rows) == 10
    # What is shown to differ stands on top.
    assert [re.sub("<.*?>", " ", row[2]).count("yes, more in B") for row in rows] == [1] * 4 + [
        0
    ] * 6
    assert "smallest p" not in text
    assert "yes, more in B" in verdicts["A &amp; &lt;co&gt;", "B"]
    assert "yes, more in B" in verdicts["B", "C"]
    assert "not shown" in verdicts["A &amp; &lt;co&gt;", "C"]
    assert 'href="#frame=peace&source=A+%26+%3Cco%3E&at=hits"' in text
    assert "p by 2,000 permutations, so at least 0.0005 each, adjusted for" in text
    row = gap.table.set_index(["target", "reference"]).loc["B", "C"]
    assert f"{row['value_target']:,.1f}" in verdicts["B", "C"]
    assert f"[{row['low']:,.1f}, {row['high']:,.1f}]" in verdicts["B", "C"]
    less = verdicts["A &amp; &lt;co&gt;", "B"]
    assert "\N{MINUS SIGN}" in less
    assert not re.search(r"[ \[]-", less)
    other = fr.find_hits(corpus, fr.make_lexicon({"peace": ["rain"]}))
    with pytest.raises(fr.InputError, match=r"The contrast is of .* Begin with score\(hits\)"):
        fr.write_evidence(other, corpus, source, contrast=gap)
    with pytest.raises(fr.InputError, match="contrast"):
        fr.write_evidence(hits, corpus, source, contrast=gap.table)


def test_a_page_of_many_groups_has_the_comparisons_that_matter(tmp_path):
    # 46 sources make 1,035 comparisons a frame; "s07" alone has a truce in each article.
    texts, sources = [], []
    for number in range(46 * 4):
        source = f"s{number % 46:02}"
        texts.append("A truce. Rain fell." if source == "s07" else "Rain fell. Snow fell.")
        sources.append(source)
    corpus = fr.make_corpus(texts, source=sources)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "sun": ["sun"]}))
    gap = fr.contrast(fr.score(hits), by="source", seed=1, draws=100, permutations=100)
    assert len(gap.table) == 2_070
    [path] = fr.write_evidence(hits, corpus, tmp_path / "e.html", contrast=gap)
    text = path.read_text("utf-8")
    rows = re.findall(r'<tr data-of="0" data-target="(.*?)" data-reference="(.*?)"', text)
    assert len(rows) + text.count('<tr data-of="1" data-target') == 2_000
    assert len([pair for pair in rows if "s07" in pair]) == 45
    assert "Here are the 2,000 comparisons with the smallest p" in text


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if CHROMIUM is None:
        pytest.skip("there is no chromium to open the page with")
    with Browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened
        assert not opened.problems


def seen(browser):
    """Return the numbers of the hits and of the documents that a page shows, and its status."""
    marks = "[...document.querySelectorAll('article:not([hidden]) mark[id]:not(.off)')]"
    shown = "[...document.querySelectorAll('article:not([hidden])')]"
    return (
        browser.run(f"{marks}.map((mark) => Number(mark.id.slice(1)))"),
        browser.run(f"{shown}.map((article) => Number(article.id.slice(1)))"),
        browser.run("document.getElementById('status').value"),
    )


def cells(browser, number):
    """Return the cells of a column of the table of hits in context."""
    rows = "[...document.querySelectorAll('#kwic tr')]"
    return browser.run(f"{rows}.map((row) => row.cells[{number}].textContent.trim())")


def test_in_a_browser_the_address_filters_the_hits(tmp_path, browser):
    texts = ["“A truce may come,” Trump said. Talks stall.", "No truce. Talks.", "Rain & <b>."]
    corpus = fr.make_corpus(texts)
    lexicon = fr.make_lexicon({"peace": ["truce", "talks"], "doubt": ["talks stall"]})
    hits, source = write(corpus, lexicon, tmp_path)
    path = tmp_path / "evidence.html"
    frames = hits.table.sort_values(["doc_id", "start", "end"])["frame"].tolist()
    assert frames == ["peace", "peace", "doubt", "peace", "peace"]
    assert "hidden" in source.split('id="filters"')[1].split(">")[0]
    for state, marks, documents in (
        ("", [1, 2, 3, 4, 5], [1, 2, 3]),
        ("frame=doubt", [3], [1]),
        ("frame=peace&entry=truce&rejected=only", [4], [2]),
        ("q=%3Cb%3E", [], [3]),
        # A filter that the page does not have hides all, rather than nothing.
        ("entry=armistice", [], []),
    ):
        browser.open(path, state)
        wait(lambda wanted=documents: seen(browser)[1] == wanted)
        shown, _, status = seen(browser)
        assert sorted(shown) == marks
        assert f"{len(marks)} of 5 hits in {len(documents)} of 3 documents" in status
        # Filters have the names that the reader sees.
        assert ("text of the document: <b>" in status) == state.startswith("q=")
        # Tables count what is shown.
        counts = "[...document.querySelectorAll('[data-of-frame=hits]')]"
        counts = browser.run(f"{counts}.map((cell) => Number(cell.textContent))")
        assert sum(counts) == len(marks) == len(cells(browser, 0))
    text = "document.querySelector('#d1 .text').textContent"
    assert browser.run(text) == texts[0]


def test_in_a_browser_the_hits_that_coders_call_wrong_can_be_shown(tmp_path, browser):
    corpus = fr.make_corpus(["A truce. A truce fund.", "Talks on a truce. Rain. A truce, again."])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"], "talks": ["talks"]}))
    codes = pd.DataFrame(
        {"doc_id": ["text1", "text1", "text2", "text2", "text2"], "sentence": [1, 2, 1, 3, 3],
         "coder": ["a", "a", "a", "a", "b"], "peace": [1, 0, 1, 1, 0], "talks": [0, 0, 0, 0, 0]}
    )  # fmt: skip
    validation = fr.validate(hits, fr.make_codes(codes))
    fr.write_evidence(hits, corpus, tmp_path / "e.html", validation=validation)
    browser.open(tmp_path / "e.html", "coded=wrong")
    errors = fr.list_errors(validation).table
    wrong = errors[errors["error"] == "false hit"]
    assert cells(browser, 2) == ["truce", "Talks"]
    assert len(wrong) == 2
    browser.open(tmp_path / "e.html")
    assert cells(browser, 10) == ["right", "wrong", "wrong", "right", "–"]
    fr.write_evidence(hits, corpus, tmp_path / "plain.html")
    browser.open(tmp_path / "plain.html")
    assert browser.run("document.querySelector('[name=coded]')") is None
    assert browser.run("document.querySelectorAll('#sorts th').length") == 10


def test_in_a_browser_two_groups_can_be_chosen(tmp_path, browser):
    hits, corpus = compare_sources()
    gap = fr.contrast(fr.score(hits), by="source", seed=1)
    fr.write_evidence(hits, corpus, tmp_path / "e.html", contrast=gap)
    browser.open(tmp_path / "e.html")
    choose = (
        "for (const [name, value] of [['one', 'C'], ['other', 'B']]) {"
        "  const field = document.querySelector(`#differences-of [name=${name}]`);"
        "  field.value = value; field.dispatchEvent(new Event('change')); }"
        "[...document.querySelectorAll('tr[data-target]:not([hidden])')]"
        ".map((row) => [row.dataset.target, row.dataset.reference])"
    )
    assert browser.run(choose) == [["B", "C"]]
    browser.run("document.querySelector('tr[data-target]:not([hidden]) a').click()")
    wait(lambda: browser.run("location.hash").startswith("#frame=peace&source=B"))
    assert "in 20 of 100 documents" in seen(browser)[2]


def test_ticks_of_a_reader_become_a_coding_sheet(tmp_path, browser):
    corpus = fr.make_corpus(
        ["A 👩‍👧 truce, then talks. =Rain, \"fell\".", "Talks. No truce came."],
        doc_id=["=a", "b, c"], source=["X", "Y"], date=["2025-01-03", "2025-02-04"],
    )  # fmt: skip
    lexicon = fr.make_lexicon({"peace": ["truce", "talks"], "rain": ["rain"]})
    hits, _ = write(corpus, lexicon, tmp_path)
    browser.open(tmp_path / "evidence.html", "sort=word&descending=yes")
    wait(lambda: cells(browser, 2) == ["truce", "truce", "Talks", "talks", "Rain"])
    assert cells(browser, 1) == [
        "Talks. No", "A 👩‍👧", "", "A 👩‍👧 truce, then", "A 👩‍👧 truce, then talks. =",
    ]  # fmt: skip
    # Ticks: the truce that is denied wrong, the other right, rain wrong.
    browser.run(
        """for (const [row, value] of [[0, "wrong"], [1, "right"], [4, "wrong"]]) {
             const select = document.querySelectorAll("#kwic select")[row];
             select.value = value;
             select.dispatchEvent(new Event("change"));
           }
           const note = document.querySelectorAll("#kwic input")[0];
           note.value = "denied, so not";
           note.dispatchEvent(new Event("change"));
           document.getElementById("coder").value = "Ann";
           document.getElementById("sheet").click();"""
    )
    codes = fr.read_codes(browser.saved("codes_Ann.csv"), corpus=corpus)
    table = codes.table[["doc_id", "sentence", "coder", "frame", "code"]]
    assert sorted(table.itertuples(index=False, name=None)) == [
        ("=a", 1, "Ann", "peace", 1.0), ("=a", 2, "Ann", "rain", 0.0),
        ("b, c", 2, "Ann", "peace", 0.0),
    ]  # fmt: skip
    browser.run("document.getElementById('csv').click()")
    saved = pd.read_csv(browser.saved("hits.csv")).sort_values("hit")
    order = hits.table.sort_values(["doc_id", "start"])
    assert saved["start"].tolist() == order["start"].tolist()
    assert saved["words"].tolist() == ["truce", "talks", "Rain", "Talks", "truce"]
    # The ticks are still there, and can be filtered by.
    browser.open(tmp_path / "evidence.html", "judged=wrong&source=Y")
    wait(lambda: cells(browser, 2) == ["truce"])


def test_an_index_searches_and_opens_articles_of_other_files(tmp_path, browser):
    texts = [f"A truce in week {n}." for n in range(6)] + ["Peace & <i>rain</i>.", "Snow."]
    corpus = fr.make_corpus(texts, source=list("ABABABAB"))
    hits = fr.find_hits(corpus, fr.make_lexicon({"p": ["truce", "peace"]}))
    index, *_ = fr.write_evidence(hits, corpus, tmp_path / "my page.html", per_page=3)
    browser.open(index, "q=%3Ci%3E&at=h7")
    wait(lambda: seen(browser)[1] == [7])
    assert browser.run("document.querySelector('#d7 .text').textContent") == texts[6]
    assert browser.run("document.querySelectorAll('#d7 i').length") == 0
    assert "1 of 7 hits in 1 of 8 documents" in seen(browser)[2]
    browser.open(index, "source=B&sort=right&descending=yes")
    wait(lambda: cells(browser, 3) == ["in week 5.", "in week 3.", "in week 1."])
    assert "at=d7" not in browser.run("location.hash")


@pytest.mark.parametrize("characters", [450_000, 8_100_000], ids=["packed", "folder"])
def test_the_script_shows_the_article_that_is_asked_for(tmp_path, browser, large, characters):
    hits, corpus = large(characters)
    texts = corpus.table["text"].tolist()
    [path] = fr.write_evidence(hits, corpus, tmp_path / "my e.html")
    assert (tmp_path / "my e-texts").exists() == (characters > 8_000_000)
    browser.open(path, "at=d1")
    wait(lambda: seen(browser)[1] == [1])
    shown = "document.querySelector('#reading-article .text')"
    assert browser.run(f"{shown}.textContent") == texts[0]
    assert browser.run(f"{shown}.querySelectorAll('b').length") == 0
    assert browser.run(f"{shown}.querySelector('.out').textContent").strip() == "Related Sources:"
    marks = (
        f"[...{shown}.querySelectorAll('mark')].map((mark) => [mark.textContent, mark.dataset.m])"
    )
    first, second = browser.run(marks)
    assert first == ["truce", "P"]
    assert second[0] == "Peace"
    assert second[1].startswith("P?")
    assert "Ann" in second[1]
    counts = "[...document.querySelectorAll('#reading-article .profile tbody tr')]"
    assert browser.run(f"{counts}.map((row) => row.cells[1].textContent)") == ["2", "0"]
    # The chosen hit stands in the window beside its article.
    browser.run(f"{shown}.querySelector('mark a').click()")
    wait(lambda: "truce" in browser.run("document.getElementById('hit-text').textContent"))
    box = browser.run(
        "(() => { const box = document.getElementById('hit').getBoundingClientRect();"
        " return [box.top, innerHeight - box.bottom]; })()"
    )
    assert min(box) >= 0
    # A filter changes the article that is open, and the next article is one that it shows.
    browser.run(
        """const field = document.querySelector("[name=entry]");
           field.value = "no truce";
           field.dispatchEvent(new Event("input", { bubbles: true }));"""
    )
    wait(lambda: "1 of 4 hits" in seen(browser)[2] and browser.run(counts + "[0].hidden"))
    assert browser.run(f"{shown}.querySelectorAll('mark:not(.off)').length") == 0
    browser.run("document.querySelector('[data-article=\"1\"]').click()")
    wait(lambda: seen(browser)[:2] == ([3], [3]))
    assert browser.run(f"{shown}.textContent") == texts[2]
    assert "d3" in browser.run("location.hash")


def test_a_filter_opens_the_entries_of_its_frame_and_words_are_sorted_without_marks(
    tmp_path, browser
):
    corpus = fr.make_corpus(['A truce," he said. A truce zone. No truce (and talks).'])
    lexicon = fr.make_lexicon({"peace": ["truce"], "doubt": ["talks"]})
    write(corpus, lexicon, tmp_path)
    lists = (
        "[...document.querySelectorAll('details[data-entries]')]"
        ".map((list) => [list.dataset.entries, list.hidden, list.open])"
    )
    browser.open(tmp_path / "evidence.html")
    assert browser.run(lists) == [["peace", False, False], ["doubt", False, False]]
    browser.open(tmp_path / "evidence.html", "frame=peace&sort=right")
    wait(lambda: len(cells(browser, 3)) == 3)
    assert browser.run(lists) == [["peace", False, True], ["doubt", True, False]]
    starts = [cell.lstrip("\"', (.").split()[0].rstrip(",.") for cell in cells(browser, 3)]
    assert starts == ["and", "he", "zone"]
    browser.open(tmp_path / "evidence.html", "entry=talks")
    wait(lambda: len(cells(browser, 3)) == 1)
    assert browser.run(lists) == [["peace", True, False], ["doubt", False, True]]


def test_the_page_counts_the_documents_without_a_month(tmp_path):
    dates = ["2025-02-01", None, "2025-03-04", "2025"]
    corpus = fr.make_corpus(["A truce."] * 4, date=dates)
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce"]}))
    page = fr.write_evidence(hits, corpus, tmp_path / "page.html")[0].read_text("utf-8")
    assert "2 documents without a month, with 2 hits, are in no row." in page
    dated = corpus[[True, False, True, False]]
    hits = fr.find_hits(dated, fr.make_lexicon({"peace": ["truce"]}))
    page = fr.write_evidence(hits, dated, tmp_path / "whole.html")[0].read_text("utf-8")
    assert "in no row" not in page
