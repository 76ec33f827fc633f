"""What a corpus takes of memory, in a process of its own: the most it ever held, by its size."""

import json
import subprocess
import sys

import pytest

resource = pytest.importorskip("resource")

# With a curly quote Python holds two bytes a character.
SENTENCE = "“It is not the first time that they have met in the city,” he said of the talks. "
TEXTS, SIZE = 700, 30_000_000

PROGRAM = """
import json, resource, sys
import framing as fr

path, lexicon = sys.argv[1], fr.make_lexicon({"f": ["zebra"]})
def most():
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


# JSON lines were five times their size, and seven times that of 500 MB; a table was ten times
# its size. The texts alone take two, and those of a table stand in the decoded file too.
@pytest.mark.parametrize(
    ("name", "header", "line", "most", "after"),
    [("news.jsonl", "", as_json, 3.5, 4.7), ("news.csv", "doc_id,text\n", as_cells, 5.2, 7)],
)
def test_a_large_file_is_not_held_many_times(tmp_path, name, header, line, most, after):
    path = tmp_path / name
    times = SIZE // TEXTS // len(SENTENCE.encode())
    with path.open("w", encoding="utf-8") as file:
        file.write(header)
        for number in range(TEXTS):
            file.write(line({"doc_id": f"a{number}", "text": f"{SENTENCE * times}No. {number}."}))
    unit = "1" if sys.platform == "darwin" else "1024"
    command = [sys.executable, "-c", PROGRAM, str(path), SENTENCE, unit]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    documents, read, searched = json.loads(done.stdout)
    size = path.stat().st_size
    assert documents == TEXTS
    assert read < most * size, read / size
    assert searched < after * size, searched / size


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"text": "A tru\0ce."}', "byte 0"),
        ("[1]", "not an object"),
        ('{"text": "A truce.", "text": "War."}', "stands twice"),
        ('{"text": ', "line 60002"),
    ],
)
def test_a_large_file_is_refused_as_a_small_one_is(tmp_path, line, what):
    import framing as fr

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
    import framing as fr

    row = '{"text": "A truce “is near”, he said in the café, and left it at that for now."}\n'
    path = tmp_path / "news.jsonl"
    path.write_text(row * 60_000, encoding=encoding)
    corpus = fr.read_corpus(path, progress=False)
    assert len(corpus) == 60_000
    assert set(corpus.table["text"]) == {json.loads(row)["text"]}
