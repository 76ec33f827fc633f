"""Nested JSON: the articles of feeds, chats, transcripts and crawlers, in words of our own."""

import json

import pytest

import framing as fr

LONG = "The ferry was late. " * 11 + "It came."


def read(tmp_path, content, name="file.json", **arguments):
    path = tmp_path / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return fr.read_corpus(path, **arguments)


def texts(corpus):
    return corpus.table["text"].tolist()


def test_a_text_in_runs_is_joined_as_it_stands_and_a_chat_is_the_source(tmp_path):
    messages = [
        {"id": 1, "type": "service", "date": "2024-05-01T08:00:00", "text": ""},
        {
            "id": 2,
            "date": "2024-05-02T08:00:00",
            "text": [
                "The ", {"type": "italic", "text": "ferry"}, " left: ",
                {"type": "link", "text": "a.example"},
            ],
        },
    ]  # fmt: skip
    chat = {"name": "Port", "type": "public_channel", "id": 7, "messages": messages}
    corpus = read(tmp_path, chat)
    assert texts(corpus) == ["The ferry left: a.example"]
    assert corpus.table["source"].tolist() == ["Port"]


def test_messages_of_several_chats_are_articles_with_their_chat(tmp_path):
    def chat(name, *words):
        rows = [{"id": n, "date": "2024-05-02", "text": word} for n, word in enumerate(words)]
        return {"name": name, "type": "public_channel", "messages": rows}

    chats = [chat("Port", "The ferry left.", "It is back."), chat("Hill", "Snow fell.")]
    corpus = read(tmp_path, {"about": "Your data.", "chats": {"list": chats}})
    assert texts(corpus) == ["The ferry left.", "It is back.", "Snow fell."]
    assert corpus.table["source"].tolist() == ["Port", "Port", "Hill"]


def test_a_feed_has_its_full_texts_and_its_title_as_source(tmp_path):
    item = {
        "id": "1", "title": "Ferry", "summary": "The ferry left.",
        "content_html": "<p>The ferry left.</p><p>Nobody waved.</p>",
        "date_published": "2024-05-02T08:00:00Z",
    }  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1", "title": "Port News", "items": [item]}
    corpus = read(tmp_path, feed)
    assert "Nobody waved." in texts(corpus)[0]
    assert corpus.table["source"].tolist() == ["Port News"]


def test_a_body_of_lists_is_one_text(tmp_path):
    body = {
        "summary": ["One."],
        "sections": [{"headline": ["H"], "paragraphs": ["Two.", "Three."]}],
    }
    row = {"title": "T", "body": body, "publishing_date": "2024-03-08 07:30:00+01:00"}
    corpus = read(tmp_path, [row, row | {"title": "U"}])
    assert texts(corpus)[0] == "One.\n\nH\n\nTwo.\n\nThree."
    assert str(corpus.table["date"][0])[:10] == "2024-03-08"


def test_posts_of_wordpress_are_their_rendered_html(tmp_path):
    post = {
        "id": 4, "date": "2024-03-08T07:30:00", "title": {"rendered": "Ferry"},
        "content": {"rendered": "<p>The ferry left.</p>", "protected": False},
    }  # fmt: skip
    corpus = read(tmp_path, [post])
    assert texts(corpus) == ["The ferry left."]
    assert corpus.table["title"].tolist() == ["Ferry"]


SEGMENTS = [
    {"id": 0, "start": 0.0, "end": 2.5, "text": " The ferry left."},
    {"id": 1, "start": 2.5, "end": 4.0, "text": " Nobody waved."},
]


@pytest.mark.parametrize(
    "content",
    [
        {"text": " The ferry left. Nobody waved.", "segments": SEGMENTS, "language": "en"},
        {"segments": SEGMENTS, "word_segments": [{"word": "The", "start": 0, "end": 1}] * 9},
        SEGMENTS,
        [{"text": row["text"], "start": row["start"], "duration": 2.0} for row in SEGMENTS],
        {
            "results": {
                "transcripts": [{"transcript": "The ferry left. Nobody waved."}],
                "items": [{"alternatives": [{"content": "The"}], "start_time": "0.0"}] * 3,
            }
        },
    ],
)
def test_a_transcript_in_pieces_is_one_article(tmp_path, content):
    assert [" ".join(text.split()) for text in texts(read(tmp_path, content))] == [
        "The ferry left. Nobody waved."
    ]


def test_speakers_of_a_transcript_have_a_paragraph_each(tmp_path):
    rows = [SEGMENTS[0] | {"speaker": "Ann"}, SEGMENTS[1] | {"speaker": "Bo"}]
    assert texts(read(tmp_path, rows)) == ["Ann: The ferry left.\n\nBo: Nobody waved."]
    alone = [row | {"speaker": "Ann"} for row in SEGMENTS]
    assert texts(read(tmp_path, alone)) == ["The ferry left. Nobody waved."]


def test_comments_below_an_article_are_not_articles(tmp_path):
    article = {
        "title": "Ferry", "text": LONG, "date": "2024-03-08",
        "comments": [{"text": "Sad."}, {"text": "I saw it."}],
    }  # fmt: skip
    assert texts(read(tmp_path, article)) == [LONG]
    assert texts(read(tmp_path, [article, article | {"title": "Again"}])) == [LONG] * 2


def test_a_post_inside_a_list_is_the_text_and_seconds_are_dates(tmp_path):
    rows = [{"timestamp": 1646928731, "data": [{"post": "The ferry left."}], "title": "Ann wrote."}]
    corpus = read(tmp_path, rows)
    assert texts(corpus) == ["The ferry left."]
    assert str(corpus.table["date"][0])[:10] == "2022-03-10"
    comment = {"id": "c", "body": "The ferry left.", "created_utc": "1646928731"}
    assert str(read(tmp_path, [comment]).table["date"][0])[:10] == "2022-03-10"


def test_a_longer_list_without_texts_hides_no_articles(tmp_path):
    content = {"tags": [{"tag": n} for n in range(9)], "stories": [{"text": "The ferry left."}]}
    corpus = read(tmp_path, content)
    assert texts(corpus) == ["The ferry left."]
    assert any("stories" in note for note in corpus.notes)
