"""XML files in the forms of agencies, archives and programs: nothing is lost in silence."""

from html import escape

import pandas as pd
import pytest

import framing as fr

RAIN = "Rain fell on the northern fields for nine days without a break."
MILL = "The old mill by the weir was sold to a family from the coast."
HEAD = "<?xml version='1.0' encoding='UTF-8'?>"
BOTH = f"{RAIN}\n\n{MILL}"
P = f"<p>{RAIN}</p><p>{MILL}</p>"


def read(tmp_path, content, name="a.xml", **options):
    (tmp_path / name).write_text(HEAD + content, encoding="utf-8")
    return fr.read_corpus(tmp_path / name, **options)


def rows(corpus):
    """Return title, source, day and text of each article, what is not stated as ""."""
    table = corpus.table.assign(date=corpus.table["date"].dt.strftime("%Y-%m-%d"))
    return [tuple(row) for row in table[["title", "source", "date", "text"]].fillna("").to_numpy()]


def reasons(corpus):
    return " | ".join(corpus.doubts["reason"])


NITF = (
    "<nitf><head><title>Rain</title><docdata><date.issue norm='20190213T080000'/>"
    "<identified-content><classifier>WEATHER</classifier></identified-content></docdata>"
    "<pubdata date.publication='20190213T000000' name='Weir Post'/></head><body><body.head>"
    "<hedline>"
    "<hl1>Rain</hl1><hl2>Nine days</hl2></hedline><byline>By Jo Roe</byline></body.head>"
    "<body.content>{}</body.content><body.end><tagline>Roe reports.</tagline></body.end>"
    "</body></nitf>"
)
G2 = (
    "<newsItem><rightsInfo><copyrightNotice>Copyright</copyrightNotice></rightsInfo><itemMeta>"
    "<versionCreated>2019-02-13T10:00:00Z</versionCreated></itemMeta><contentMeta><infoSource>"
    "<name>Weir Post</name></infoSource><subject><name>weather</name></subject>"
    "<headline>Rain</headline></contentMeta><contentSet><inlineXML>{}</inlineXML></contentSet>"
    "</newsItem>"
)
MESSAGE = (
    "<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet>{}</itemSet></newsMessage>"
)
XHTML = (
    f"<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>{P}</body>"
    f"</html>"
)
NEWSML = (
    "<NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>weir.example</ProviderId>"
    "<DateId>"
    "20190213</DateId></NewsIdentifier></Identification><NewsComponent><HeadLine>Rain"
    "</HeadLine><AdministrativeMetadata><Source><Party FormalName='Weir Post'/>"
    "</Source>"
    f"</AdministrativeMetadata><ContentItem><DataContent>{P}</DataContent></ContentItem>"
    "</NewsComponent></NewsItem></NewsML>"
)
TDM = (
    "<RECORD><Obj><TitleAtt><Title>Rain</Title></TitleAtt><NumericDate>2019-02-13</NumericDate>"
    "<Abstract><AbsText>{}</AbsText></Abstract></Obj><DFS><PubFrosting><Title>Weir Post</Title>"
    "</PubFrosting></DFS><TextInfo>{}</TextInfo></RECORD>"
)
ESCAPED = P.replace("<", "&lt;").replace(">", "&gt;")
TEI = (
    "<TEI><teiHeader><fileDesc><titleStmt><title>Rain</title></titleStmt><publicationStmt>"
    "<publisher>"
    "Weir Post</publisher><date when='2019-02-13'/></publicationStmt></fileDesc><profileDesc>"
    "<creation>"
    "<date type='download'>2026-01-01</date></creation></profileDesc></teiHeader><text><body>"
    f"<div>{P}</div><div type='comments'><p>What a remark of a reader this is.</p></div></body>"
    f"</text></TEI>"
)
JATS = (
    "<article><front><journal-meta><journal-title>Weir Post</journal-title></journal-meta>"
    "<article-meta><title-group><article-title>Rain</article-title></title-group><pub-date><day>"
    "13</day>"
    "<month>02</month><year>2019</year></pub-date><abstract><p>In short.</p></abstract>"
    "</article-meta>"
    f"</front><body><sec><title>Fields</title>{P}</sec></body></article>"
)
EBSCO = (
    "<records><rec><header><controlInfo><jinfo><jtl>Weir Post</jtl></jinfo><pubinfo><dt "
    "year='2019' "
    "month='02' day='13'/></pubinfo><artinfo><tig><atl>Rain</atl></tig><sug><subj>WEATHER</subj>"
    "</sug>"
    f"<ab>{BOTH}</ab></artinfo></controlInfo></header></rec></records>"
)
SOLR = (
    "<response><result><doc><str name='title'>Rain</str><str name='source'>Weir Post</str>"
    f"<date name='pubdate'>2019-02-13T00:00:00Z</date><str name='content'>{BOTH}</str></doc>"
    f"</result>"
    "</response>"
)
PUBMED = (
    "<PubmedArticle><MedlineCitation><Article><Journal><JournalIssue><PubDate><Year>2019</Year>"
    "<Month>Feb</Month><Day>13</Day></PubDate></JournalIssue><Title>Weir Post</Title></Journal>"
    f"<ArticleTitle>Rain</ArticleTitle><Abstract><AbstractText>{RAIN}</AbstractText><AbstractText>"
    f"{MILL}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
)
OAI = (
    "<record><header><identifier>a</identifier><datestamp>2025-01-01</datestamp></header><metadata>"
    "<dc><title>Rain</title><publisher>Weir Post</publisher><date>2019-02-13</date>"
    f"<description><p>{RAIN}</p><p>{MILL}</p></description></dc></metadata></record>"
)
RCV = (
    "<newsitem date='2019-02-13'><title>Rain</title><dateline>WEIR 2019-02-13</dateline><text>"
    f"{P}</text><metadata><dc element='dc.source' value='Weir Post'/></metadata></newsitem>"
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (NITF.format(P), BOTH),
        # The corpus of the New York Times repeats the lead in front of the full text.
        (NITF.format(f"<block class='lead'><p>{RAIN}</p></block><block>{P}</block>"), BOTH),
        (NITF.format(f"<p>{RAIN}</p><media><media-caption>Fields.</media-caption></media>"), RAIN),
        (G2.format(f"<nitf><body><body.content>{P}</body.content></body></nitf>"), BOTH),
        (MESSAGE.format(G2.format(XHTML)), BOTH),
        (NEWSML, BOTH),
        (TDM.format("None", f"<Text HTMLContent='true'>{ESCAPED}</Text>"), BOTH),
        (TEI, BOTH),
        (JATS, f"Fields\n\n{BOTH}"),
        (EBSCO, BOTH),
        (SOLR, BOTH),
        (RCV, BOTH),
        (PUBMED, BOTH),
        (OAI, BOTH),
        (
            f"<doc sitename='Weir Post' title='Rain' date='2019-02-13'><main>{P}</main>"
            f"<comments/></doc>",
            BOTH,
        ),
        (f"<text date='2019-02-13' source='Weir Post'><title>Rain</title>{P}</text>", BOTH),
        (f"<doc title='Rain' date='2019-02-13' source='Weir Post'>{RAIN}</doc>", RAIN),
        (
            "<issue date='2019-02-13'><newspaper>Weir Post</newspaper><article><headline>"
            "Rain</headline>"
            f"<body>{P}</body></article></issue>",
            BOTH,
        ),
        (
            "<table><row><field name='title'>Rain</field><field name='outlet'>Weir Post</field>"
            f"<field name='published'>2019-02-13</field><field name='body'>{RAIN}</field></row>"
            f"</table>",
            RAIN,
        ),
    ],
)  # fmt: skip
def test_an_article_in_the_form_of_an_agency_or_archive(tmp_path, content, text):
    corpus = read(tmp_path, content)
    assert rows(corpus) == [("Rain", "Weir Post", "2019-02-13", text)]


def test_a_message_with_several_items_is_several_articles(tmp_path):
    other = G2.format(f"<p>{MILL}</p>").replace("Rain", "Mill")
    corpus = read(tmp_path, MESSAGE.format(G2.format(f"<p>{RAIN}</p>") + other))
    assert [(row[0], row[3]) for row in rows(corpus)] == [("Rain", RAIN), ("Mill", MILL)]


def test_an_abstract_is_the_text_only_where_there_is_no_other(tmp_path):
    corpus = read(tmp_path, TDM.format(RAIN, ""))
    assert corpus.table["text"].tolist() == [RAIN]
    assert "there is no full text" in reasons(corpus)


def test_comments_and_pictures_are_no_articles_where_there_are_more_of_them(tmp_path):
    comment = "<comment><title>Re</title><date>2019-02-14</date><text>So it is.</text></comment>"
    picture = "<image><title>Fields</title><description>Wet fields.</description></image>"
    article = f"<story><title>Rain</title><text>{BOTH}</text>{picture}{comment * 3}</story>"
    corpus = read(
        tmp_path, f"<stories>{article}{article.replace('Rain fell', 'Snow fell')}</stories>"
    )
    assert corpus.table["title"].tolist() == ["Rain", "Rain"]
    assert corpus.table["text"].tolist() == [BOTH, BOTH.replace("Rain fell", "Snow fell")]


def test_all_elements_of_a_text_are_read(tmp_path):
    article = f"<article><title>Rain</title><text>{RAIN}</text><text>{MILL}</text></article>"
    assert read(tmp_path, article).table["text"].tolist() == [BOTH]


def test_a_passage_that_is_part_of_no_text_is_doubted(tmp_path):
    article = (
        f"<article><title>Rain</title><text>{RAIN}</text><sidebar>{BOTH} {RAIN}</sidebar></article>"
    )
    corpus = read(tmp_path, article)
    assert corpus.table["text"].tolist() == [RAIN]
    assert "the element 'sidebar' is not part of the text" in reasons(corpus)


def test_articles_under_another_name_are_doubted(tmp_path):
    article = f"<article><title>Rain</title><text>{BOTH}</text></article>"
    letter = f"<letter><title>Sir</title><text>{BOTH * 6}</text></letter>"
    corpus = read(tmp_path, f"<issue>{article * 9}{letter}</issue>")
    assert len(corpus) == 9
    assert "characters of the file stand outside its 9 elements 'article'" in reasons(corpus)


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (f"<debate><turn>{BOTH} {BOTH}</turn><turn>{MILL} {BOTH}</turn></debate>", 2),
        (f"<blob><chunk>{P}{P}</chunk></blob>", 1),
    ],
)
def test_a_file_of_no_known_kind_is_read_with_a_doubt(tmp_path, content, texts):
    corpus = read(tmp_path, content)
    assert len(corpus) == texts
    assert "of a kind that is not known" in reasons(corpus)


@pytest.mark.parametrize("heading", ["<p>Rain</p>", "<h1>Rain</h1>", "<head>Rain</head>"])
def test_a_title_that_stands_above_the_text_counts_once(tmp_path, heading):
    article = f"<article><headline>Rain</headline><body>{heading}{P}</body></article>"
    assert read(tmp_path, article).table["text"].tolist() == [BOTH]


def test_words_are_parted_where_elements_are(tmp_path):
    text = "Rain <b>fell</b> on<br/>the fields.<list><item>Hay</item><item>Oats</item></list>"
    article = f"<article><title>Rain</title><body><p>{text}</p></body></article>"
    words = read(tmp_path, article).table["text"].iloc[0].split()
    assert words == ["Rain", "fell", "on", "the", "fields.", "Hay", "Oats"]


def test_entities_of_html_and_of_the_file_are_read(tmp_path):
    kind = "<!DOCTYPE article SYSTEM 'news.dtd' [<!ENTITY firm 'Weir &amp; Sons'>]>"
    article = (
        "<article><title>Caf&eacute;</title><body>A caf&eacute; of &firm; &mdash; shut.</body>"
        "</article>"
    )
    corpus = read(tmp_path, kind + article)
    assert rows(corpus)[0][0] == "Café"
    assert corpus.table["text"].tolist() == ["A café of Weir & Sons — shut."]


def test_no_entity_brings_in_another_file(tmp_path):
    (tmp_path / "b.txt").write_text("secret", encoding="utf-8")
    kind = f"<!DOCTYPE article [<!ENTITY x SYSTEM '{tmp_path / 'b.txt'}'>]>"
    corpus = read(tmp_path, f"{kind}<article><title>Rain</title><body>{RAIN} &x;</body></article>")
    assert "secret" not in corpus.table["text"].iloc[0]


ITEM = (
    "<item><title>{}</title><pubDate>Wed, 13 Feb 2019 10:31:00 GMT</pubDate><c:encoded>"
    "{}</c:encoded>"
    "<w:post_type>{}</w:post_type><w:status>{}</w:status></item>"
)
BLOG = (
    "<rss xmlns:c='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:w='http://wordpress.org/export/1.2/'>"
    "<channel><title>Weir Post</title>{}</channel></rss>"
)


def test_posts_of_wordpress_are_read_without_its_marks(tmp_path):
    text = (
        "<![CDATA[[caption id='a' width='3']<img src='a.jpg' /> Wet fields[/caption]\n\n"
        f"{RAIN}\n\n<!--more-->\n\n[quote]{MILL}[/quote] [sic]\n\n[gallery ids='1,2']]]>"
    )
    corpus = read(tmp_path, BLOG.format(ITEM.format("Rain", text, "post", "publish")))
    assert rows(corpus) == [
        ("Rain", "Weir Post", "2019-02-13", f"Wet fields\n\n{RAIN}\n\n{MILL} [sic]")
    ]


def test_attachments_of_wordpress_are_left_out_and_drafts_doubted(tmp_path):
    items = ITEM.format("a.jpg", "A picture.", "attachment", "inherit")
    items += ITEM.format("Rain", RAIN, "post", "draft")
    corpus = read(tmp_path, BLOG.format(items))
    assert corpus.table["text"].tolist() == [RAIN]
    assert "'attachment'" in corpus.exclusions["reason"].iloc[0]
    assert "not published" in reasons(corpus)


def test_html_that_is_escaped_twice_is_read(tmp_path):
    text = escape(escape("<p>Rain &amp; hail.</p>"))
    item = f"<item><title>Rain</title><description>{text}</description></item>"
    corpus = read(tmp_path, f"<rss><channel><title>Weir Post</title>{item}</channel></rss>")
    assert corpus.table["text"].iloc[0] == "Rain & hail."


def test_links_and_fonts_in_a_feed_are_no_text(tmp_path):
    text = (
        "&lt;a href='x'&gt;Rain falls&lt;/a&gt;&amp;nbsp;&lt;font color='#6f6f6f'&gt;Weir "
        "Post&lt;/font&gt;"
    )
    item = f"<item><title>Rain</title><description>{text}</description></item>"
    corpus = read(tmp_path, f"<rss><channel><title>x</title>{item}</channel></rss>")
    assert corpus.table["text"].tolist() == ["Rain falls Weir Post"]


@pytest.mark.parametrize(
    "content",
    [
        "<tt xmlns='http://www.w3.org/ns/ttml'><body><div><p begin='1s' end='2s'>Rain fell on<br/>"
        "the fields.</p><p begin='3s' end='4s'><span>It stopped.</span></p></div></body></tt>",
        "<transcript><text start='0' dur='1'>Rain fell on the</text><text start='1' dur='1'>"
        "fields. It "
        "stopped.</text></transcript>",
        "<timedtext><body><p t='0' d='9'>Rain fell on the fields.</p><p t='9' d='9'>It stopped.</p>"
        "</body></timedtext>",
    ],
)  # fmt: skip
def test_captions_in_xml_are_one_text(tmp_path, content):
    corpus = read(tmp_path, content)
    assert corpus.table["text"].tolist() == ["Rain fell on the fields. It stopped."]


def test_entities_in_captions_are_characters(tmp_path):
    (tmp_path / "a.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:03.000\nHay &amp; oats&nbsp;are &lt;wet&gt;.\n",
        encoding="utf-8",
    )
    text = fr.read_corpus(tmp_path / "a.vtt").table["text"].iloc[0]
    assert text.split() == ["Hay", "&", "oats", "are", "<wet>."]


def test_utf8_that_declares_another_encoding_is_utf8(tmp_path):
    content = (
        "<?xml version='1.0' encoding='iso-8859-1'?><article><title>Café</title><body>Déjà.</body>"
    )
    for encoding in ("utf-8", "iso-8859-1"):
        (tmp_path / "a.xml").write_bytes(f"{content}</article>".encode(encoding))
        row = fr.read_corpus(tmp_path / "a.xml").table.iloc[0]
        assert (row["title"], row["text"]) == ("Café", "Déjà.")


def test_an_item_without_a_text_is_no_article_of_its_facts(tmp_path):
    with pytest.raises(fr.InputError, match="no article with text"):
        read(tmp_path, G2.format("").replace("Copyright", "Not for release. " * 20))


def test_the_headline_is_the_title_and_not_the_name_of_the_item(tmp_path):
    item = G2.format(P).replace("<itemMeta>", "<itemMeta><title>rain-homepage</title>")
    assert read(tmp_path, item).table["title"].tolist() == ["Rain"]


def test_what_a_page_inside_an_article_shows_above_the_text_is_no_text(tmp_path):
    head = "<header><ul><li>Fields</li></ul><h1>Rain</h1></header>"
    page = XHTML.replace("<body>", f"<body>{head}<section>").replace("</body>", "</section></body>")
    assert read(tmp_path, G2.format(page)).table["text"].tolist() == [BOTH]


def test_names_in_a_byline_are_parted(tmp_path):
    content = NITF.format(P).replace("By Jo Roe", "By<person>Jo Roe</person><byttl>Editor</byttl>")
    assert read(tmp_path, content).table["byline"].tolist() == ["By Jo Roe Editor"]


def test_articles_of_other_names_in_one_element_are_several(tmp_path):
    first = f"<lead><title>Rain</title><text>{RAIN}</text></lead>"
    second = f"<second><title>Mill</title><text>{MILL}</text></second>"
    corpus = read(tmp_path, f"<paper>{first}{second}</paper>")
    assert corpus.table[["title", "text"]].to_numpy().tolist() == [["Rain", RAIN], ["Mill", MILL]]


def test_the_longest_value_of_an_item_is_its_text(tmp_path):
    items = "".join(
        f"<item><pub>Weir Post</pub><when>2019-02-13</when><words>{text}</words></item>"
        for text in (f"{RAIN} {MILL}", MILL)
    )
    assert read(tmp_path, f"<news>{items}</news>").table["text"].tolist() == [
        f"{RAIN} {MILL}",
        MILL,
    ]


LINES = ["Rain fell on the northern fields for nine", "days without a break."]


def equiv(text):
    return f"<TextEquiv><Unicode>{text}</Unicode></TextEquiv>"


def page_xml(lines):
    words = ["".join(f"<Word>{equiv(word)}</Word>" for word in line.split()) for line in lines]
    return "".join(
        f"<TextLine>{inside}{equiv(line)}</TextLine>"
        for inside, line in zip(words, lines, strict=True)
    )


def alto(line):
    return "".join(f"<String CONTENT='{word}'/><SP/>" for word in line.split())


@pytest.mark.parametrize(
    "content",
    [
        "<PcGts xmlns='x'><Metadata><Creator>Machine</Creator></Metadata><Page><ReadingOrder>"
        "<OrderedGroup><RegionRefIndexed index='0' regionRef='b'/><RegionRefIndexed index='1' "
        "regionRef='a'/></OrderedGroup></ReadingOrder><TextRegion id='a'>"
        f"{page_xml([MILL])}{equiv(MILL)}</TextRegion>"
        f"<TextRegion id='b'>{page_xml(LINES)}</TextRegion></Page></PcGts>",
        "<alto xmlns='x'><Layout><Page><PrintSpace><TextBlock><TextLine>"
        f"{alto(LINES[0])}</TextLine><TextLine>{alto(LINES[1])}</TextLine></TextBlock><TextBlock><TextLine>{alto(MILL)}"
        "</TextLine></TextBlock></PrintSpace></Page></Layout></alto>",
    ],
)  # fmt: skip
def test_a_scanned_page_is_one_text_and_each_word_stands_in_it_once(tmp_path, content):
    corpus = read(tmp_path, content)
    ((_, _, _, text),) = rows(corpus)
    assert text == "\n".join([*LINES, "", MILL])
    assert "several articles of a page are one text" in reasons(corpus)


def test_minutes_of_a_parliament_have_the_day_of_the_sitting_and_no_applause(tmp_path):
    content = (
        "<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader><fileDesc><titleStmt>"
        "<title>Sitting 4</title></titleStmt><publicationStmt><publisher>Press</publisher>"
        "<date when='2025-10-01'>2025</date></publicationStmt><sourceDesc><bibl>"
        "<date when='2019-02-13'>13 February 2019</date></bibl></sourceDesc></fileDesc></teiHeader>"
        f"<text><body><div><note type='speaker'>Ms Roe:</note><u><seg>{RAIN}</seg></u><kinesic>"
        f"<desc>Applause</desc></kinesic><u><seg>{MILL}</seg></u></div></body></text></TEI>"
    )
    assert rows(read(tmp_path, content)) == [
        ("Sitting 4", "Press", "2019-02-13", f"Ms Roe:\n\n{BOTH}")
    ]


def test_speeches_of_the_bundestag_name_the_speaker_once(tmp_path):
    def speech(name, text):
        stated = f"<redner><name><vorname>{name}</vorname></name></redner>{name} (ABC):"
        return (
            f"<rede><p klasse='redner'>{stated}</p><p>{text}</p>"
            "<kommentar>(Beifall bei der ABC)</kommentar></rede>"
        )

    content = (
        "<dbtplenarprotokoll sitzung-datum='13.02.2019'><sitzungsverlauf>"
        f"{speech('Roe', RAIN)}{speech('Orr', MILL)}</sitzungsverlauf></dbtplenarprotokoll>"
    )
    assert rows(read(tmp_path, content)) == [
        ("", "", "2019-02-13", f"Roe (ABC):\n\n{RAIN}"),
        ("", "", "2019-02-13", f"Orr (ABC):\n\n{MILL}"),
    ]


@pytest.mark.parametrize(
    ("post", "comment"),
    [
        ("<blogger:type>POST</blogger:type>", "<blogger:type>COMMENT</blogger:type>"),
        ("<category term='http://b/kind#post'/>", "<category term='http://b/kind#comment'/>"),
    ],
)
def test_posts_of_blogger_have_their_title_and_comments_are_left_out(tmp_path, post, comment):
    def entry(kind, title, text):
        return (
            f"<entry>{kind}<author><name>Jane</name></author>{title}"
            f"<content type='html'>{escape(text)}</content>"
            "<published>2019-02-13</published></entry>"
        )

    content = (
        "<feed xmlns='http://www.w3.org/2005/Atom' "
        "xmlns:blogger='http://schemas.google.com/blogger/2018'><title>Weir Post</title>"
        f"{entry(post, '<title>Rain</title>', P)}{entry(comment, '', 'Nice.')}</feed>"
    )
    corpus = read(tmp_path, content)
    assert rows(corpus) == [("Rain", "Weir Post", "2019-02-13", BOTH)]
    assert corpus.table["byline"].tolist() == ["Jane"]
    assert "Blogger calls it 'comment'" in corpus.exclusions["reason"].iloc[0]


def test_a_word_that_a_scanned_line_cuts_is_whole(tmp_path):
    content = (
        "<alto><TextBlock><TextLine><String CONTENT='The'/><SP/><String CONTENT='fer'/><HYP "
        "CONTENT='-'/></TextLine><TextLine><String CONTENT='ry'/><SP/><String CONTENT='left.'/>"
        "</TextLine></TextBlock></alto>"
    )
    corpus = read(tmp_path, content)
    assert len(fr.find_hits(corpus, fr.make_lexicon({"port": ["ferry left"]})).table) == 1


@pytest.mark.parametrize(
    ("published", "source", "day"),
    [
        ("2025-10-01", "<bibl><date>2019-02-13</date></bibl>", "2019-02-13"),
        ("2019-02-13", "<url>x</url><date>2024-02-02</date>", "2019-02-13"),
    ],
)
def test_a_sitting_has_neither_the_day_of_its_file_nor_of_its_download(
    tmp_path, published, source, day
):
    content = (
        f"<TEI><teiHeader><fileDesc><publicationStmt><date>{published}</date></publicationStmt>"
        f"<sourceDesc>{source}</sourceDesc></fileDesc></teiHeader><text><body><sp><p>{RAIN}</p>"
        f"<stage>(Applause)</stage><p>{MILL}</p></sp></body></text></TEI>"
    )
    assert rows(read(tmp_path, content)) == [("", "", day, BOTH)]


def test_a_word_that_alto_states_whole_stands_where_it_begins(tmp_path):
    first = "<String CONTENT='fer' SUBS_TYPE='HypPart1' SUBS_CONTENT='ferry'/><HYP CONTENT='-'/>"
    rest = "<String CONTENT='ry' SUBS_TYPE='HypPart2' SUBS_CONTENT='ferry'/>"
    left = "<SP/><String CONTENT='left.'/>"
    line = f"<TextLine><String CONTENT='The'/><SP/>{first}</TextLine>"
    for between, text in (
        ("", "The ferry\nleft."),
        ("</TextBlock><TextBlock>", "The fer-\n\nry left."),
    ):
        block = f"{line}{between}<TextLine>{rest}{left}</TextLine>"
        content = f"<alto><Page><TextBlock>{block}</TextBlock></Page></alto>"
        assert [row[3] for row in rows(read(tmp_path, content))] == [text]


RSS = (
    "<rss version='2.0'><channel><title>Weir Post</title><language>en-gb</language>{}"
    "</channel></rss>"
)
ENTRY = "<item><title>Rain</title><pubDate>Wed, 13 Feb 2019 09:00:00 +0000</pubDate>{}</item>"


def test_a_feed_in_another_encoding_than_it_declares_is_read(tmp_path):
    feed = RSS.format(ENTRY.format("<description>Regen fällt über Köln – nachts.</description>"))
    path = tmp_path / "a.rss"
    path.write_bytes(f"<?xml version='1.0' encoding='utf-8'?>{feed}".encode("cp1252"))
    (row,) = fr.read_corpus(path).table.itertuples()
    assert (row.title, row.source, row.text, row.language) == (
        "Rain", "Weir Post", "Regen fällt über Köln – nachts.", "en",
    )  # fmt: skip


def test_a_feed_that_is_cut_gives_what_it_has_and_a_doubt(tmp_path):
    whole = RSS.format(ENTRY.format(f"<description>{MILL}</description>") * 2)
    corpus = read(tmp_path, whole[: whole.rindex(MILL) + len(MILL)])
    # The last entry has its title only.
    assert [row[3] for row in rows(corpus)] == [MILL, "Rain"]
    assert "the XML of this feed is damaged" in reasons(corpus)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # Titles and descriptions of media, and those of the entry.
        (
            f"<media:title>Photo</media:title><description>{MILL}</description>"
            "<media:description>The mill in spring.</media:description>",
            MILL,
        ),
        (
            "<description>&lt;p&gt;A &amp;amp; b.&lt;/p&gt;&lt;p&gt;C&lt;/p&gt;</description>",
            "A & b.\n\nC",
        ),
        ("<description>Tern &amp;amp; gull,\n5 &lt; 6.</description>", "Tern & gull,\n5 < 6."),
        # The link behind a summary is a paragraph of its own, which is furniture.
        (
            f"<description>{MILL} &lt;a href='x'>Continue reading...&lt;/a> Rain.</description>",
            f"{MILL}\n\nContinue reading... Rain.",
        ),
        (f"<summary>No.</summary><c:encoded>&lt;p&gt;{MILL}&lt;/p&gt;</c:encoded>", MILL),
    ],
)
def test_the_text_of_an_entry_is_its_own_and_the_fullest(tmp_path, content, expected):
    spaces = (
        "xmlns:media='http://search.yahoo.com/mrss/' "
        "xmlns:c='http://purl.org/rss/1.0/modules/content/'"
    )
    feed = RSS.format(ENTRY.format(content)).replace("<rss", f"<rss {spaces}")
    assert [row[0::3] for row in rows(read(tmp_path, feed))] == [("Rain", expected)]


def test_entities_of_a_feed_lead_to_no_file_and_do_not_grow(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("Hidden words.", encoding="utf-8")
    feed = RSS.format(ENTRY.format("<description>Rain &x; fell.</description>"))
    corpus = read(tmp_path, f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>{feed}")
    assert "Hidden" not in rows(corpus)[0][3]
    grown = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    bomb = f"<!DOCTYPE rss [<!ENTITY a0 'aaaaaaaaaa'>{grown}]>{feed.replace('&x;', '&a9;')}"
    assert len(rows(read(tmp_path, bomb, "b.xml"))[0][3]) < 100


@pytest.mark.parametrize(
    ("head", "outlet"),
    [
        ('<docdata><doc-id regsrc="Shore Wire"/></docdata>', "Shore Wire"),
        ('<docdata><doc-id regsrc="X"/></docdata><pubdata name="Shore Post"/>', "Shore Post"),
        ("<docdata/>", None),
    ],
)
def test_an_agency_that_names_itself_only_in_the_id_of_an_article_is_its_outlet(
    tmp_path, head, outlet
):
    text = "The gulls of the quay have found a new roof. Nobody minds them there."
    page = (
        f"<nitf><head><title>Gulls</title>{head}</head><body><body.head><hedline><hl1>Gulls</hl1>"
        f"</hedline></body.head><body.content><p>{text}</p></body.content></body></nitf>"
    )
    source = read(tmp_path, page).table.reindex(columns=["source"])["source"]
    assert [None if pd.isna(name) else name for name in source] == [outlet]


def test_entities_and_codes_that_stand_escaped_in_a_text_are_signs(tmp_path):
    text = (
        f"<p>{RAIN} 8&lt;endash&gt;-&lt;/endash&gt;9 &lt;emdash&gt; days.&lt;QL&gt; Jo&amp;apos;s "
        "&amp;amp;amp; Al&amp;amp;apos;s &lt;mill&gt;.</p>"
    )
    (row,) = rows(read(tmp_path, NITF.format(text)))
    assert row[3].split() == f"{RAIN} 8-9 — days. Jo's & Al's <mill>.".split()


def test_signs_of_an_agency_behind_the_last_sentence_are_furniture(tmp_path):
    for sign in ("(Reporting by Jo Roe; Editing by Al Doe)", "/ritzau/", "(ANSA).", "EFE"):
        corpus = read(tmp_path, NITF.format(f"<p>{RAIN}</p><p>{MILL} {sign}</p>"))
        (row,) = rows(corpus)
        assert row[3] == f"{BOTH}\n\n{sign}"
        lines = corpus.exclusions[corpus.exclusions["kind"] == "line"]
        assert [row[3][start:end] for start, end in lines[["start", "end"]].to_numpy()] == [sign]
    (row,) = rows(read(tmp_path, NITF.format(f"<p>{RAIN}</p><p>{MILL} (It was old.)</p>")))
    assert row[3] == f"{BOTH} (It was old.)"


G2 = (
    "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='urn:1'><itemMeta>"
    "<provider literal='Weir Wire'/><firstCreated>2019-02-13T08:00:00Z</firstCreated></itemMeta>"
    "<contentMeta><creator literal='weirwire'><contactInfo><email>jo@weir.example</email>"
    "<phone>1-800-555-0100</phone></contactInfo></creator><headline>Rain</headline></contentMeta>"
    "<contentSet><inlineXML><BODY xmlns=''>{}</BODY></inlineXML></contentSet></newsItem>"
)


def test_an_item_of_news_is_one_article_whatever_stands_in_it(tmp_path):
    box = f"<TEXT><RUBRIK>Facts</RUBRIK><BRODTEXT><P>{MILL}</P></BRODTEXT></TEXT>"
    main = f"<TEXT><RUBRIK>Rain</RUBRIK><BRODTEXT><P>{RAIN}</P></BRODTEXT></TEXT>"
    corpus = read(tmp_path, G2.format(main + box))
    (row,) = rows(corpus)
    assert row[:3] == ("Rain", "Weir Wire", "2019-02-13")
    assert RAIN in row[3]
    assert MILL in row[3]
    # Whom to call is no author.
    assert corpus.table.get("byline", pd.Series(["weirwire"])).tolist() == ["weirwire"]


def test_a_title_that_stands_below_the_text_counts_once_and_a_title_is_no_address(tmp_path):
    extra = "<doc><title>Rain</title><text>{}</text><url>Rain</url></doc>"
    corpus = read(tmp_path, extra.format(f"{P}<p>Rain</p>"))
    assert corpus.table["text"].tolist() == [BOTH]
    assert "url" not in corpus.table


def test_a_lead_above_the_text_is_the_beginning_of_it_and_counts_once(tmp_path):
    lead = "The weir is full."
    for inside in ("", f"<P>{lead}</P>"):
        text = f"<INGRESS><P>{lead}</P></INGRESS><BRODTEXT>{inside}<P>{RAIN}</P></BRODTEXT>"
        corpus = read(tmp_path, G2.format(f"<TEXT><RUBRIK>Rain</RUBRIK>{text}</TEXT>"))
        assert corpus.table["text"].tolist() == [f"{lead}\n\n{RAIN}"]


@pytest.mark.parametrize("name", ["Call 1-800-555-0100", "jo@weir.example", "(020) 7946 0958"])
def test_whom_to_call_is_no_author(tmp_path, name):
    for author, wanted in ((name, None), ("Jo Roe", "Jo Roe")):
        doc = f"<doc><title>Rain</title><author>{author}</author><text>{RAIN}</text></doc>"
        corpus = read(tmp_path, doc)
        assert corpus.table.get("byline", pd.Series([None])).tolist() == [wanted]


def test_an_entry_of_atom_without_an_author_has_that_of_the_feed(tmp_path):
    entries = "".join(
        f"<entry><title>{n}</title><content>A truce.</content>{author}</entry>"
        for n, author in enumerate(("", "<author><name>Jane Doe</name></author>"))
    )
    (tmp_path / "a.xml").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><author><name>The Desk</name>'
        f"</author>{entries}</feed>"
    )
    assert fr.read_corpus(tmp_path / "a.xml").table["byline"].tolist() == ["The Desk", "Jane Doe"]
