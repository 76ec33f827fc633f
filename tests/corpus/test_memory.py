"""What a corpus takes of memory, in a process of its own: the most it ever held, by its size."""

import gzip
import json
import re
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest

import framing as fr

resource = pytest.importorskip("resource")

# With a curly quote Python holds two bytes a character.
SENTENCE = "“It is not the first time that they have met in the city,” he said of the talks. "
TEXTS, SIZE = 700, 12_000_000

PROGRAM = """
import json, resource, sys
import framing as fr

path, lexicon = sys.argv[1], fr.make_lexicon({"f": ["zebra"]})
def most():
    # On Linux ru_maxrss of a new process begins at that of the one that started it.
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * int(sys.argv[3])
fr.find_hits(fr.make_corpus([sys.argv[2] * 20_000]), lexicon, progress=False)
before = most()
corpus = fr.read_corpus(path, progress=False)
read = most()
fr.find_hits(corpus, lexicon, progress=False)
print(json.dumps([len(corpus), read - before, most() - before]))
"""


def as_json(row):
    return json.dumps(row, ensure_ascii=False) + "\n"


def as_cells(row):
    return f'{row["doc_id"]},"{row["text"]}"\n'


def as_item(row):
    return json.dumps(row, ensure_ascii=False) + ","


def as_posts(row):
    words = row["text"].split()
    posts = (" ".join(words[place : place + 20]) for place in range(0, len(words), 20))
    return "".join(
        f"{row['doc_id']}-{number},{text.replace(',', '')},user{number},{number},{number % 7},en\n"
        for number, text in enumerate(posts)
    )


def as_tabs(row):
    return f"{row['doc_id']}\t{row['text']}\n"


def as_elements(row):
    sentences = "</p><p>".join(row["text"].split(". "))
    return f"<article><title>{row['doc_id']}</title><text><p>{sentences}</p></text></article>\n"


def as_paragraphs(row):
    return "\n\n".join(row["text"].split(". ")) + "\n\n"


def as_page(row):
    return f"<p>{'</p><p>'.join(row['text'].split('. '))}</p>\n"


# With an emoji Python holds four bytes a character, also of the text of a whole file. JSON lines
# were five times their size, and seven times that of 500 MB; a table was four to seven times its
# size, and one of short texts thirteen times. The texts alone take two. A table that is not UTF-8
# was 6.4 times its size, one under .txt 8.8, and XML 17, of which the tree of its parser is 7.
@pytest.mark.parametrize(
    ("name", "header", "line", "most", "after"),
    [
        ("cp1252.csv", "doc_id,text\n", as_cells, 4.4, 5.6),
        ("news.txt", "title\ttext\n", as_tabs, 3.5, 4.7),
        ("news.xml", "<articles>", as_elements, 11, 11),
        # A plain text was 21 times its size, and a page 59 times.
        ("prose.txt", "A record of it.\n", as_paragraphs, 8, 14),
        ("page.html", "<title>A truce</title><body>", as_page, 12.5, 15),
        ("news.jsonl", "", as_json, 3.5, 4.7),
        ("news.jsonl.gz", "", as_json, 3.5, 4.7),
        ("news.csv", "doc_id,text\n", as_cells, 3.5, 4.7),
        ("news.json", "[", as_item, 4, 4.7),
        ("posts.csv", "doc_id,text,author,likes,shares,lang\n", as_posts, 6.5, 8),
    ],
)
def test_a_large_file_is_not_held_many_times(tmp_path, name, header, line, most, after):
    path = tmp_path / name
    times = SIZE // TEXTS // len(SENTENCE.encode())
    text = header + "".join(
        line({"doc_id": f"a{number}", "text": f"{SENTENCE * times}No. {number}."})
        for number in range(TEXTS)
    ).replace("city", "city" if name == "cp1252.csv" else "city 😀", 1)
    if name == "news.json":
        text = text.removesuffix(",") + "]"
    text += "</articles>" * (name == "news.xml")
    # Level 0 packs nothing: the same words again and again would be packed to a small file.
    data = text.encode("cp1252" if name == "cp1252.csv" else "utf-8")
    path.write_bytes(gzip.compress(data, 0) if name.endswith(".gz") else data)
    size = len(data)
    del text, data
    unit = "1" if sys.platform == "darwin" else "1024"
    command = [sys.executable, "-c", PROGRAM, str(path), SENTENCE, unit]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    documents, read, searched = json.loads(done.stdout)
    assert documents >= (1 if name in ("prose.txt", "page.html") else TEXTS)
    assert read < most * size, read / size
    assert searched < after * size, searched / size


LARGE = 5_000_000
HEADS = {
    "comma": ("doc_id,text,year,source\n", ","),
    "semicolon": ("doc_id;text;year;source\n", ";"),
    "stated": ("sep=;\ndoc_id;text;year;source\n", ";"),
    "below other lines": ("Export of news\n\ndoc_id,text,year,source\n", ","),
    "mark": ("\ufeffdoc_id,text,year,source\n", ","),
}


@pytest.mark.parametrize(
    ("head", "end", "packed"),
    [
        ("comma", "\r\n", True),
        ("semicolon", "\r", False),
        ("stated", "\n", False),
        ("below other lines", "\r\n", False),
        ("mark", "\n", False),
    ],
)
def test_a_large_table_is_read_as_a_small_one_is(tmp_path, head, end, packed):
    header, separator = HEADS[head]
    texts = ['He said: "No; never, or later."', "Two lines:\nthe second — 😀.", "=1+1", "Café."]
    cells = [text.replace('"', '""') for text in texts]
    row = f'{separator}"x {"truce " * 150}"{separator}1999{separator}W\n'
    rows = [
        f'{n}{separator}"{cell}"{separator}200{n}{separator}W\n' for n, cell in enumerate(cells)
    ]
    filler = [f"f{number}{row}" for number in range(LARGE // len(row))]
    tables = []
    for name, filled in (("small.csv", filler[:1]), ("large.csv", filler)):
        data = (header + "".join(rows + filled)).replace("\n", end).encode() + b"\x1a"
        path = tmp_path / (name + ".gz" * packed)
        # Level 0 packs nothing, so that the file is large.
        path.write_bytes(gzip.compress(data, 0) if packed else data)
        tables.append(fr.read_corpus(path, progress=False).table)
    small, large = tables
    pd.testing.assert_frame_equal(small.head(5), large.head(5))
    assert small["text"].head(4).tolist() == [text.replace("\n", end) for text in texts]
    assert len(large) == 4 + len(filler)
    assert large["year"].tolist()[:5] == [2000, 2001, 2002, 2003, 1999]


# A byte that does not fit UTF-8 is read as Windows-1252.
@pytest.mark.parametrize("name", ["news.csv", "news.txt"])
@pytest.mark.parametrize(
    ("encoding", "wrong"), [("cp1252", b""), ("utf-8", b"\x94"), ("utf-16", b""), ("cp1251", b"")]
)
def test_a_large_table_in_another_encoding_is_read_as_a_small_one_is(
    tmp_path, name, encoding, wrong
):
    separator = "," if name == "news.csv" else "\t"
    letters = "перемирие близко" if encoding == "cp1251" else "“café” – über"
    texts = [f"A truce, {letters} {n}, he said of it." for n in range(100_000)]
    header = separator.join(["doc_id", "title", "text", "year"])
    rows = [separator.join([f"d{n}", "Truce", f'"{text}"', "1999"]) for n, text in enumerate(texts)]
    path, tables = tmp_path / name, []
    for some in (rows[:9], rows):
        data = "\r\n".join([header, *some, ""]).encode(encoding)
        path.write_bytes(data.replace(b"said", b"said" + wrong, 3))
        tables.append(fr.read_corpus(path, progress=False))
    small, large = (corpus.table for corpus in tables)
    pd.testing.assert_frame_equal(small, large.head(9))
    expected = [
        text.replace("said", "said”" if wrong and n < 3 else "said", 1)
        for n, text in enumerate(texts)
    ]
    assert large["text"].tolist() == expected
    assert tables[0].notes == tables[1].notes


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("b,c\n", "2 fields where the header has 3"),
        ('b,"open,1\n', "never closed"),
        ('b,"x" y,1\n', "text follows a quotation mark"),
        ("b,x\0y,1\n", "byte 0"),
    ],
)
@pytest.mark.parametrize("above", ["", "Export of news\n\n"])
def test_the_line_of_a_malformed_row_is_that_of_the_file(tmp_path, above, row, what):
    good = f"a,{'truce ' * 150},1\n"
    for times in (3, LARGE // len(good) + 1):
        path = tmp_path / "news.csv"
        rows = "".join(f"{number}{good}" for number in range(times))
        path.write_text(f"{above}title,text,n\n{rows}{row}", encoding="utf-8")
        with pytest.raises(fr.InputError, match=what) as caught:
            fr.read_corpus(path, progress=False)
        assert f"line {times + 2 + above.count(chr(10))}:" in str(caught.value)


@pytest.mark.parametrize("name", ["news.csv", "news.jsonl", "news.txt"])
def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, name):
    path = tmp_path / name
    row = {
        "csv": f'"{"A truce. " * 50}",1\n',
        "jsonl": '{"text": "A truce."}\n',
        "txt": "A truce.\n",
    }
    row = row[name.rpartition(".")[2]]
    head = "text,n\n" if name == "news.csv" else ""
    path.write_text(head + row * (30_000_000 // len(row)), encoding="utf-8")
    done = threading.Event()

    def grow():
        # A short pause, so that it also writes during a reading that is over at once.
        with path.open("ab", buffering=0) as file:
            while not done.is_set():
                file.write(row.encode())
                writing.set()
                time.sleep(0.0002)

    writing = threading.Event()
    writer = threading.Thread(target=grow)
    writer.start()
    writing.wait()
    try:
        with pytest.raises(fr.InputError, match="changed while it was read"):
            fr.read_corpus(path, progress=False)
    finally:
        done.set()
        writer.join()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"text": "A tru\0ce."}', "byte 0"),
        ("[1]", "not an object"),
        ('{"text": "A truce.", "text": "War."}', "has the key 'text' twice"),
        ('{"text": ', "line 60002"),
    ],
)
def test_a_large_file_is_refused_as_a_small_one_is(tmp_path, line, what):
    good = '{"text": "A truce is near, he said, and left it at that for now."}\n'
    errors = []
    for times in (1, 60_001):
        path = tmp_path / "news.jsonl"
        path.write_text(good * times + line + "\n", encoding="utf-8")
        with pytest.raises(fr.InputError) as caught:
            fr.read_corpus(path, progress=False)
        errors.append(str(caught.value).replace(f"line {times + 1}", "line 60002"))
    assert errors[0] == errors[1]
    assert what in errors[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_large_file_in_any_encoding_has_its_texts(tmp_path, encoding):
    row = '{"text": "A truce “is near”, he said in the café, and left it at that for now."}\n'
    path = tmp_path / "news.jsonl"
    path.write_text(row * 60_000, encoding=encoding)
    corpus = fr.read_corpus(path, progress=False)
    assert len(corpus) == 60_000
    assert set(corpus.table["text"]) == {json.loads(row)["text"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_large_list_of_json_is_read_as_a_small_one_is(tmp_path, encoding):
    rows = [
        {"doc_id": f"a{n}", "Body": f"A truce “is near” \\ {n}, in the café. " * 5}
        for n in range(30_000)
    ]
    path = tmp_path / "news.json"
    tables = []
    for some in (rows[:9], rows):
        path.write_text(json.dumps(some, ensure_ascii=False), encoding=encoding)
        tables.append(fr.read_corpus(path, progress=False).table)
    pd.testing.assert_frame_equal(tables[0], tables[1].head(9))
    assert tables[1]["text"].tolist() == [row["Body"] for row in rows]


@pytest.mark.parametrize("end", [',{"text": "A", "text": "B"}]', ',{"text": ]', ', "A\0truce"]'])
def test_a_large_list_of_json_is_refused_as_a_small_one_is(tmp_path, end):
    path = tmp_path / "news.json"
    errors = []
    for times in (20, 100_000):
        row = '{"text": "A truce is near, he said, and that was all."}'
        path.write_text("[" + ",".join([row] * times) + end, encoding="utf-8")
        with pytest.raises(fr.InputError) as caught:
            fr.read_corpus(path, progress=False)
        errors.append(re.sub(r"\d{3,}", "N", str(caught.value).replace(str(tmp_path), "")))
    assert errors[0] == errors[1]
