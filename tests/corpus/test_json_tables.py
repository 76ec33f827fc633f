"""Nested JSON: the articles of feeds, chats, transcripts and crawlers, in words of our own."""

import json

import pandas as pd
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
    assert texts(read(tmp_path, [row], "one.json")) == texts(corpus)[:1]


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
    assert texts(read(tmp_path, rows)) == [">> Ann: The ferry left.\n\n>> Bo: Nobody waved."]
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


def test_lists_below_groups_of_a_search_are_its_articles(tmp_path):
    def record(number):
        words = f"<p>{LONG}</p>"
        day = f"1925-03-0{number}"
        return {"id": str(number), "heading": "FERRY", "date": day, "articleText": words,
                "relevance": {"value": "very"}}  # fmt: skip

    groups = [
        {"code": "news", "name": "Papers", "records": {"n": 2, "article": [record(1), record(2)]}},
        {"code": "more", "name": "Journals", "records": {"n": 1, "article": [record(3)]}},
    ]
    corpus = read(tmp_path, {"query": "ferry", "category": groups})
    assert texts(corpus) == [LONG] * 3
    assert corpus.table["title"].tolist() == ["FERRY"] * 3
    assert corpus.table["date"].astype(str).tolist() == ["1925-03-01", "1925-03-02", "1925-03-03"]


def lines(tmp_path, rows):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return fr.read_corpus(path)


def test_pages_of_an_answer_one_a_line_give_their_articles(tmp_path):
    def page(*numbers):
        posts = [{"id": str(n), "text": f"Ferry {n}.", "created_at": "2025-03-04"} for n in numbers]
        users = [{"id": "9", "name": "Port", "description": "News of the port."}]
        return {"data": posts, "includes": {"users": users}, "meta": {"count": len(posts)}}

    corpus = lines(tmp_path, [page(1, 2), page(3)])
    assert texts(corpus) == ["Ferry 1.", "Ferry 2.", "Ferry 3."]
    assert "the list 'data' of each line" in corpus.notes[0]


def test_comments_below_a_text_of_an_unusual_name_are_no_articles(tmp_path):
    row = {
        "nieuwsbericht": LONG,
        "reacties": [{"text": "Nice.", "by": "A"}, {"text": "Bad.", "by": "B"}],
    }
    assert texts(lines(tmp_path, [row, row])) == [LONG, LONG]


def test_columns_of_objects_and_lists_are_read_as_those_of_json(tmp_path):
    rows = [
        {
            "meta": {"title": "Ferry", "published": "2025-03-04", "site": {"name": "Port News"}},
            "content": {"paragraphs": ["One.", "Two."]},
        },
        {"meta": {"title": "Snow", "published": "2025-03-05", "site": None}, "content": None},
    ]
    pd.DataFrame(rows).to_parquet(tmp_path / "t.parquet")
    corpus = fr.read_corpus(tmp_path / "t.parquet")
    assert texts(corpus) == ["One.\n\nTwo."]
    (row,) = corpus.table.itertuples()
    assert (row.title, row.source, str(row.date)[:10]) == ("Ferry", "Port News", "2025-03-04")


@pytest.mark.parametrize(
    ("names", "source"),
    [
        ({"domain": "self.port", "subreddit": "port"}, "port"),
        ({"domain_url": "x", "extra_source_attributes.name": "Port News"}, "Port News"),
        ({"user_id": "7", "user_name": "Port News"}, "Port News"),
        ({"post": {"author": {"handle": "x", "displayName": "Port News"}}}, "Port News"),
    ],
)
def test_posts_have_the_name_of_their_channel_as_source(tmp_path, names, source):
    row = {"text": LONG, "firstcreated": "2025-03-04T16:40:08+0000"} | names
    table = lines(tmp_path, [row, row]).table
    assert table["source"].tolist() == [source] * 2
    assert table["date"].astype(str).tolist() == ["2025-03-04 16:40:08"] * 2


def test_one_article_inside_objects_is_read_whatever_short_lists_stand_beside_it(tmp_path):
    body = f"<body><body.content><p>{LONG}</p></body.content></body>"
    item = {"headline": "Ferry", "body_nitf": body, "firstcreated": "2025-03-04"}
    content = {"data": {"meta": {"products": [{"id": 1, "name": "Wire"}]}, "item": item}}
    corpus = read(tmp_path, content)
    assert texts(corpus) == [LONG]
    assert corpus.table["title"].tolist() == ["Ferry"]
    writer = {"authors": [{"name": "Jo", "biography": "A long life of a writer."}]}
    assert texts(read(tmp_path, item | writer, "item.json")) == [LONG]


def test_posts_of_an_answer_of_twitter_have_their_writers_and_their_whole_texts(tmp_path):
    post = {"id": "1", "text": "The ferry was late.", "author_id": "7", "lang": "en"}
    long = {"id": "2", "text": "The ferry…", "author_id": "8", "note_tweet": {"text": LONG}}
    people = [{"id": "7", "name": "Jo Reed", "username": "reed"}, {"id": "9", "name": "Bo"}]
    answer = {"data": [post, long], "includes": {"users": people}, "meta": {"result_count": 2}}
    for corpus in (read(tmp_path, answer), lines(tmp_path, [answer, answer])):
        table = corpus.table.fillna("")
        assert table["text"].tolist()[:2] == ["The ferry was late.", LONG]
        assert table["source"].tolist()[:2] == ["reed", ""]
        assert table["byline"].tolist()[:2] == ["Jo Reed", ""]


@pytest.mark.parametrize("key", ["title", "value"])
def test_the_title_of_an_article_of_trove_is_that_of_its_paper(tmp_path, key):
    article = {
        "id": "1", "heading": "THE FERRY", "title": {"id": "3", key: "Port News (1901)"},
        "date": "1925-03-04", "articleText": f"<p>{LONG}</p>", "wordCount": 47,
    }  # fmt: skip
    found = {"name": "Newspapers", "records": {"total": 1, "article": [article]}}
    corpus = read(tmp_path, {"query": "ferry", "category": [found]})
    (row,) = corpus.table.itertuples()
    assert (row.title, row.source, row.text) == ("THE FERRY", "Port News (1901)", LONG)


def test_a_post_has_its_account_as_source_and_author_and_no_title_of_what_it_links_to(tmp_path):
    post = {
        "id": "1", "created_at": "2025-03-04T09:00:00Z", "content": f"<p>{LONG}</p>",
        "account": {"acct": "jo@port.example", "display_name": "Jo Reed"},
        "card": {"title": "A page", "description": "Of others"},
    }  # fmt: skip
    table = read(tmp_path, [post, post]).table
    assert table[["text", "source", "byline"]].iloc[0].tolist() == [LONG, "Jo Reed", "Jo Reed"]
    assert table.get("title", pd.Series([None])).isna().all()


def test_a_wire_of_ap_has_its_headline_and_not_its_slug_as_title(tmp_path):
    item = {
        "title": "BC--Ferry", "headline": "The ferry was late", "slugline": "BC--Ferry",
        "provider": "AP", "firstcreated": "2025-03-04T09:00:00Z", "body_nitf": f"<p>{LONG}</p>",
    }  # fmt: skip
    (row,) = read(tmp_path, {"data": {"item": item}}).table.itertuples()
    assert (row.title, row.source, row.text) == ("The ferry was late", "AP", LONG)


def test_two_objects_on_several_lines_are_two_articles(tmp_path):
    rows = [{"text": "A truce held."}, {"text": "Rain fell."}]
    content = "\n".join(json.dumps(row, indent=1) for row in rows)
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    assert texts(fr.read_corpus(tmp_path / "a.json")) == ["A truce held.", "Rain fell."]


CODES = [
    {"code": f"c{n}", "name": f"Subject {n}", "description": f"What {n} means.", "scheme": "cv"}
    for n in range(9)
]


def story(**text):
    return {
        "altids": {"itemid": "1"}, "type": "text", "headline": "The ferry was late",
        "title": "BC--Ferry", "provider": "AP", "firstcreated": "2025-03-04T09:00:00Z",
        "versioncreated": "2025-03-04T10:00:00Z", "bylines": [{"by": "By JO REED"}],
        "subject": CODES, "renditions": {"nitf": {"title": "NITF Story Download", "href": "x"}},
        "associations": {"1": {"headline": "A picture", "description_text": "A ferry at sea."}},
    } | text  # fmt: skip


@pytest.mark.parametrize("text", [
    {"body": {"html": f"<p>{LONG}</p>"}}, {"body_nitf": f"<block><p>{LONG}</p></block>"},
    {"text": {"nitf": f"<p>{LONG}</p>"}}, {"body": LONG},
])  # fmt: skip
@pytest.mark.parametrize("answer", [
    lambda item: {"data": {"meta": {"products": CODES}, "item": item}},
    lambda item: {"data": {"items": [{"meta": {"products": CODES}, "item": item}]}},
    lambda item: [{"data": {"item": item}}],
])  # fmt: skip
def test_stories_of_ap_are_the_articles_and_not_the_codes_of_their_subjects(tmp_path, answer, text):
    (row,) = read(tmp_path, answer(story(**text))).table.itertuples()
    assert (row.title, row.source, row.text) == ("The ferry was late", "AP", LONG)
    assert (row.byline, str(row.date)) == ("By JO REED", "2025-03-04 09:00:00")


def test_a_text_beside_a_story_of_ap_belongs_to_it_and_without_one_the_headline_stands(tmp_path):
    beside = {"data": {"item": story()}, "nitf": {"body_html": f"<p>{LONG}</p>"}}
    for content in (beside, [beside]):
        (row,) = read(tmp_path, content).table.itertuples()
        assert (row.title, row.text) == ("The ferry was late", LONG)
    corpus = read(tmp_path, {"data": {"items": [{"item": story()}, {"item": story()}]}})
    assert texts(corpus) == ["The ferry was late"] * 2
    assert any("the title is the text" in note for note in corpus.notes)


def test_articles_in_lists_of_lists_and_under_identifiers_are_all_read(tmp_path):
    first, second = ({"title": f"Ferry {n}", "text": LONG, "date": "2025-03-04"} for n in (1, 2))
    keyed = {"17": first | {"text": {"html": LONG}}, "18": second | {"text": {"html": LONG}}}
    coded = {"17": first | {"subject": CODES}, "18": second | {"subject": CODES}}
    for content in ({"data": [[first], [second]]}, {"answer": {"a": keyed}}, coded):
        corpus = read(tmp_path, content)
        assert corpus.table["title"].tolist() == ["Ferry 1", "Ferry 2"]
        assert texts(corpus) == [LONG, LONG]


def test_articles_have_the_outlet_and_the_day_of_the_object_around_their_list(tmp_path):
    articles = [{"headline": "Ferry", "body": LONG}, {"headline": "Port", "body": LONG}]
    outlets = [{"name": "Port News", "articles": articles}, {"name": "Star", "articles": articles}]
    assert read(tmp_path, {"outlets": outlets}).table["source"].tolist() == [
        "Port News", "Port News", "Star", "Star",
    ]  # fmt: skip
    sections = [{"name": "Politics", "day": "2025-03-04", "articles": articles}]
    table = read(tmp_path, {"sections": sections}).table
    assert table["date"].astype(str).str[:10].tolist() == ["2025-03-04"] * 2
    assert "source" not in table or table["source"].isna().all()


def test_one_article_inside_objects_is_read_whatever_texts_describe_its_pictures(tmp_path):
    pictures = [{"headline": "Pier", "description_text": "A pier."}] * 3
    item = {"headline": "Ferry", "body_html": f"<p>{LONG}</p>", "firstcreated": "2025-03-04"}
    corpus = read(tmp_path, {"data": {"item": item | {"associations": pictures}}})
    assert texts(corpus) == [LONG]
    assert corpus.table["title"].tolist() == ["Ferry"]


def test_the_form_of_a_text_below_its_name_is_the_text(tmp_path):
    hits = [
        {"_id": str(n), "_source": {"title": "Ferry", "content": {"html": f"<p>{LONG}</p>"},
         "tags": [{"name": "a"}, {"name": "b"}]}} for n in (1, 2)
    ]  # fmt: skip
    corpus = read(tmp_path, {"hits": {"total": {"value": 2}, "hits": hits}})
    assert texts(corpus) == [LONG, LONG]
    assert corpus.table["title"].tolist() == ["Ferry", "Ferry"]


LEXIS = f"""<?xml version="1.0" encoding="utf-16"?>
<entry xmlns="http://www.w3.org/2005/Atom"><id>urn:1</id><title>The ferry was late</title>
<published>2025-03-04T00:00:00Z</published><content type="application/xml"><articleDoc xmlns="">
<nitf:body xmlns:nitf="urn:nitf"><nitf:body.head><nitf:hedline><nitf:hl1>The ferry was late
</nitf:hl1></nitf:hedline><nitf:byline>JO REED</nitf:byline></nitf:body.head>
<nitf:body.content><bodyText>
<p>{LONG}</p><p>Rain fell.</p></bodyText></nitf:body.content></nitf:body><metadata>
<copyright>Copyright 2025 Port News. All Rights Reserved</copyright>
<className>FERRIES (90%)</className></metadata></articleDoc></content></entry>"""


def test_texts_of_lexisnexis_are_what_the_elements_of_their_xml_hold(tmp_path):
    first = {
        "ResultId": "urn:1", "Title": "Ferry late", "Date": "2025-03-05T00:00:00Z",
        "Source": {"Id": "1", "Name": "Port News"}, "Overview": "Late.",
        "Document": {"DocumentId": "urn:1", "Content": LEXIS},
    }  # fmt: skip
    bare = {"ResultId": "urn:2", "Source": first["Source"], "Document": first["Document"]}
    corpus = read(tmp_path, {"@odata.count": 2, "value": [first, bare]})
    assert texts(corpus) == [f"{LONG}\n\nRain fell."] * 2
    assert corpus.table["title"].tolist() == ["Ferry late", "The ferry was late"]
    assert corpus.table["byline"].tolist() == ["JO REED"] * 2
    assert corpus.table["source"].tolist() == ["Port News"] * 2
    assert corpus.table["date"].astype(str).str[:10].tolist() == ["2025-03-05", "2025-03-04"]
    assert any("2 texts are documents of XML" in note for note in corpus.notes)
    kept = fr.read_corpus(tmp_path / "file.json", clean=False)
    assert kept.table["text"].iloc[0].startswith("<?xml")


def test_a_text_in_fields_has_the_headline_around_it_and_names_are_no_text(tmp_path):
    content = {
        "webTitle": "Ferry", "webPublicationDate": "2025-03-04", "tags": [{"webTitle": "Sea"}],
        "fields": {"bodyText": LONG, "publication": "Port News"},
        "blocks": {"body": [{"id": "1", "bodyHtml": "<p>Part.</p>"}]},
    }  # fmt: skip
    for name, answer in (("a.json", {"response": {"content": content}}), ("b.json", content)):
        (row,) = read(tmp_path, answer, name).table.itertuples()
        assert (row.title, row.source, row.text) == ("Ferry", "Port News", LONG)
    runs = [
        {"content": [{"text": "The ferry "}, {"text": "was late."}]},
        {"content": [{"text": LONG}]},
    ]
    item = {
        "id": "1", "meta": {"source": {"name": "Port News"}},
        "attributes": {"headline": {"main": {"text": "Ferry"}}, "byline": {"text": "Jo Reed"},
                       "body": runs, "publication_date": "2025-03-04"},
    }  # fmt: skip
    (row,) = read(tmp_path, {"data": [item]}, "c.json").table.itertuples()
    assert (row.title, row.byline, row.source) == ("Ferry", "Jo Reed", "Port News")
    assert row.text == f"The ferry was late.\n\n{LONG}"


def test_texts_of_swissdox_have_their_author_apart(tmp_path):
    cell = f"<tx><ld><p>{LONG}</p></ld><p>Rain fell.</p><au>Jo Reed</au></tx>"
    (row,) = read(tmp_path, [{"head": "Ferry", "content": cell}]).table.itertuples()
    assert (row.title, row.byline, row.text) == ("Ferry", "Jo Reed", f"{LONG}\n\nRain fell.")


A = "Officials in the town said on Monday that the river rose again and the schools stay closed."
B = "The mayor told reporters that help was on its way, and the bridge would open on Friday."
WHOLE = f"{A}\n\n{B}"


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_a_text_that_each_object_states_in_a_form_of_its_own_is_read(tmp_path, ending):
    marked = f"<p>{A}</p><p>{B}</p>"
    forms = [
        WHOLE, [A, B], {"html": marked}, {"rendered": marked}, {"content": {"html": marked}},
        [{"html": f"<p>{A}</p>"}, {"html": f"<p>{B}</p>"}], [{"p": A}, {"p": B}], [[A], [B]],
        [{"type": "p", "content": A}, {"type": "img", "url": "a.png"}, {"type": "p", "content": B}],
        {"0": A, "1": B}, {"paragraphs": [A, B]}, [A, {"html": f"<b>{B}</b>"}],
    ]  # fmt: skip
    rows = [
        {"title": f"T{n}" if n % 2 else {"main": f"T{n}"}, "text": form}
        for n, form in enumerate(forms)
    ]
    lines = [json.dumps(row) for row in rows]
    text = "\n".join(lines) if ending == "jsonl" else f"[{', '.join(lines)}]"
    (tmp_path / f"a.{ending}").write_text(text, encoding="utf-8")
    corpus = fr.read_corpus(tmp_path / f"a.{ending}")
    assert corpus.table["text"].tolist() == [WHOLE] * len(forms)
    assert corpus.table["title"].tolist() == [f"T{n}" for n in range(len(forms))]


def test_a_text_under_another_usual_name_is_read_with_a_note(tmp_path):
    rows = [{"text": A}, {"body": B}, {"text": " ", "html": f"<p>{A}</p>"}]
    rows += [{"summary": "The bridge stays closed."}]
    (tmp_path / "a.json").write_text(json.dumps(rows), encoding="utf-8")
    corpus = fr.read_corpus(tmp_path / "a.json")
    assert corpus.table["text"].tolist() == [A, B, A]
    notes = " ".join(corpus.notes)
    assert "1 document without a text in 'text': it is that of 'body'" in notes
    assert "text='summary' reads it" in notes
    assert corpus.exclusions["rule"].tolist() == ["blank text"]


def test_the_lead_of_a_table_of_factiva_is_part_of_the_text(tmp_path):
    rows = [
        {"an": "J1", "title": "T1", "snippet": A, "body": B, "publication_datetime": 1739469600000},
        {"an": "J2", "title": "T2", "snippet": f"{A[:40]} …", "body": WHOLE},
        {"an": "J3", "title": "T3", "snippet": A, "body": ""},
        {"an": "J4", "title": "T4", "snippet": "", "body": B},
    ]
    lines = "\n".join(map(json.dumps, rows))
    (tmp_path / "dna.jsonl").write_text(lines, encoding="utf-8")
    corpus = fr.read_corpus(tmp_path / "dna.jsonl")
    assert corpus.table["text"].tolist() == [WHOLE, WHOLE, A, B]
    assert "snippet and body" in corpus.notes[0]


def test_the_day_of_an_account_is_not_that_of_a_post(tmp_path):
    author = {"handle": "jane", "createdAt": "2023-01-01T00:00:00Z"}
    posts = [
        {"author": author, "record": {"createdAt": "2025-02-13T18:00:00Z", "text": A}},
        {"author": {"handle": "tom"}, "record": {"createdAt": "2025-02-14T18:00:00Z", "text": B}},
    ]
    content = {"feed": [{"post": post} for post in posts]}
    (tmp_path / "a.json").write_text(json.dumps(content), encoding="utf-8")
    dates = fr.read_corpus(tmp_path / "a.json").table["date"]
    assert dates.astype(str).str[:10].tolist() == ["2025-02-13", "2025-02-14"]


def test_replies_below_a_comment_of_youtube_are_comments(tmp_path):
    def comment(name, text, **more):
        inner = {"textDisplay": text, "publishedAt": "2025-02-13T18:00:00Z"} | more
        return {"kind": "youtube#comment", "id": name, "snippet": inner}

    threads = [
        {"id": "U1", "snippet": {"videoId": "V", "topLevelComment": comment("U1", A)},
         "replies": {"comments": [comment("U1.r", B, parentId="U1")]}},
        {"id": "U2", "snippet": {"videoId": "V", "topLevelComment": comment("U2", "Third.")}},
    ]  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps({"items": threads}), encoding="utf-8")
    assert fr.read_corpus(tmp_path / "a.json").table["text"].tolist() == [A, B, "Third."]


@pytest.mark.parametrize("single", [True, False])
def test_the_blocks_of_an_article_of_the_guardian_are_one_text(tmp_path, single):
    article = {
        "id": "world/1", "webTitle": "A truce", "webPublicationDate": "2025-02-13T10:00:00Z",
        "blocks": {"body": [{"bodyHtml": f"<p>{A}</p>"}, {"bodyHtml": f"<p>{B}</p>"}]},
    }  # fmt: skip
    answer = {"content": article} if single else {"results": [article, article | {"id": "world/2"}]}
    (tmp_path / "a.json").write_text(json.dumps({"response": answer}), encoding="utf-8")
    table = fr.read_corpus(tmp_path / "a.json").table
    assert table["text"].tolist() == [WHOLE] * len(table)
    assert len(table) == (1 if single else 2)
    assert table["title"].tolist() == ["A truce"] * len(table)
    assert (table["date"].astype(str).str[:10] == "2025-02-13").all()
