import re
import tomllib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr

RULES = tomllib.loads((resources.files("framing") / "data" / "furniture.toml").read_text("utf-8"))

FURNITURE = {
    "Visualization failed to load": "failed widget",
    "This video is not available.": "failed widget",
    "Related Sources:": "related sources",
    "Most read": "related sources",
    "More Quick Read Articles »": "more articles",
    "Read more ›": "more articles",
    "February 13, 2025": "date line",
    "Published: Thu, 13 Feb 2025, 9:30 AM EST": "date line",
    "2025-02-13": "date line",
    "ADVERTISEMENT": "advertisement",
    "Share | Tweet | Email": "share bar",
    "Subscribe to our newsletter": "subscription",
    "Sign up for our free weekly newsletter": "subscription",
    "Our site uses cookies and similar tools.": "cookies",
    "Lees ook: Tien meeuwen": "related link",
    "Tags: gulls, sea": "tags",
    "Filed under: Sea": "tags",
    "This story was originally published by Gull Post.": "first published",
    "© 2025 The Daily Wire Ltd.": "copyright line",
    "The post Rain and “hail” appeared first on Weir Post.": "first published",
    "To contact the reporter on this story:": "end of an article of a service",
    "Mary Tern in Shoretown at mtern@gull.example": "end of an article of a service",
    "Max Rook at mrook@gull.example": "end of an article of a service",
    "-0- Feb/13/2025 18:00 GMT": "end of an article of a service",
    "Der Beitrag Regen erschien zuerst auf Wehrpost.": "first published",
}
ARTICLE = [
    "Share of Ukrainians who trust the talks falls",
    "On February 13, 2025, the leaders spoke.",
    "More articles of the treaty were agreed.",
    "The map failed to load support in Congress.",
    "Related: a quarrel over minerals.",
    "Most read the offer as a surrender.",
    "Print the money, he said.",
    "Subscribe to the view that force pays, and war follows.",
    "The post appeared first on her list.",
    "2025",
    "To contact the reporter on the island they sent a boat.",
    "He wrote to Mary Tern in Shoretown at mtern@gull.example in May.",
    "More from Moscow is expected, he said.",
    "Follow the money on its way to the port.",
    "Read next to the ship's bell, the truce sounded thin.",
    "Continue reading the treaty aloud, she said.",
    "The report was first published in May.",
    "Topics: what they spoke of. They agreed on two.",
    "Tags of a rebel army lay on the ground.",
    "Watch the gulls.",
    "The story continues below the surface.",
    "Minutes before the vote, they read the deal.",
    "They use cookies and tea to win the envoys over.",
    "Get our app past the censors, the dissidents said.",
]


@pytest.mark.parametrize(("line", "rule"), FURNITURE.items())
def test_furniture_is_found_by_its_rule(line, rule):
    found = fr.find_furniture(f"Talks began.\n  {line}\nFew hope.")
    assert found[["rule", "line"]].to_numpy().tolist() == [[rule, 2]]


@pytest.mark.parametrize("line", ARTICLE)
def test_what_an_author_wrote_stays(line):
    assert fr.find_furniture(f"Talks began.\n{line}\nFew hope.").empty


def test_rules_of_ones_own(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[rules]]\nname = "agency"\nreason = "name of the agency"\npattern = "reuters"\n'
        'place = "last"\n'
    )
    text = "Reuters\nOne.\nTwo.\nThree.\nReuters"
    assert fr.find_furniture(text, rules=path)["line"].tolist() == [5]
    assert fr.make_corpus([text], furniture=str(path)).exclusions["rule"].tolist() == ["agency"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[[rules]]\nname = "a"\nreason = "b"\npattern = "("\n', r"rules\.toml, line 2: '\('"),
        (
            '[[rules]]\nname = "a"\nreson = "b"\npattern = "c"\n',
            r"line 3: unknown key 'reson'.*'reason'",
        ),
        ('[[rules]]\nname = "a"\nreason = "b"\n', r"missing required field pattern"),
        ("[[rules]\n", r"rules\.toml, line 1, column \d+: this is not TOML"),
    ],
)
def test_what_bad_rules_get(tmp_path, content, message):
    path = tmp_path / "rules.toml"
    path.write_text(content)
    with pytest.raises(fr.InputError, match=message):
        fr.find_furniture("One.", rules=path)


@pytest.mark.parametrize(
    "line",
    ["Recommended Stories", "More on this story", "Top stories", "Follow us on X", "Read also:",
     "Send any friend a story", "Share this article", "Don’t miss", "Editors' picks",
     "Reject all cookies",
     "7 min read", "Reading time: 4 minutes", "Listen to this story", "Sign in to comment",
     "More from Europe", "Read more:", "[Read more]", "Follow Gull Post on Instagram",
     "Follow us on Instagram and TikTok", "Follow @gullpost", "Click here to subscribe",
     "Click to share on Facebook (Opens in new window)", "Join our WhatsApp channel", "Publicidad",
     "Mehr zum Thema",  "Читайте также:", "Read next", "Up next",
     "More stories like this", "Around the web", "From our partners", "Continue reading",
     "Read the full story", "Story continues below", "Skip to content", "Back to top",
     "Send us a tip", "Get our newsletter", "View comments", "Support our journalism",
       "Topics: gulls, the sea", "Watch the video",
     "Listen (5 min)",
     "Story continues below ad", "Get our app", "Create a free account"],
)  # fmt: skip
def test_headings_of_links_and_buttons_are_furniture(line):
    assert len(fr.find_furniture(f"Talks began.\nA truce held.\n{line}\n")) == 1
    # After a colon the rest of the line is the headline of a link.
    links = int(line.endswith(":"))
    assert len(fr.find_furniture(f"Talks began.\n{line} is what he said of it.\n")) == links


def test_rules_that_cannot_be_joined_and_long_lines_are_held_to_the_same_rules(tmp_path):
    text = "aa ab\n" + "x" * 300 + "\nab ab\nMore\x1cstories\n"
    for head, lines in (("", [2, 3]), ("longest = 200\n", [3])):
        rules = tmp_path / "rules.toml"
        rules.write_text(
            f"{head}[[rules]]\nname = 'twice'\nreason = 'r'\npattern = '(a.) \\1|(x)\\2+'\n"
        )
        assert fr.find_furniture(text, rules=rules)["line"].tolist() == lines
    rules.write_text("[[rules]]\nname = 'n'\nreason = 'r'\npattern = 'more\\s(stories)|x+'\n")
    assert fr.find_furniture(text, rules=rules)["line"].tolist() == [2, 4]


def test_furniture_is_found_alike_after_thousands_of_lines(tmp_path):
    # From then on the beginnings of lines say which rules read them.
    filler = "".join(f"{number} talks began in a town.\n" for number in range(2500))
    assert fr.find_furniture(filler).empty
    for line, rule in FURNITURE.items():
        found = fr.find_furniture(f"Talks began.\n  {line}\nFew hope.")
        assert found[["rule", "line"]].to_numpy().tolist() == [[rule, 2]]
    for line in ["", " ", *ARTICLE]:
        assert fr.find_furniture(f"Talks began.\n{line}\nFew hope.").empty
    rules = tmp_path / "rules.toml"
    rules.write_text(
        "[[rules]]\nname = 'twice'\nreason = 'r'\npattern = '(a.) \\1|(x)\\2+|x²'\n"
        "with_line_before = 'above'\n"
    )
    text = f"{filler}above\nab ab\nab aa\nab\nabove\nxxxxxxxxx\nx²\n"
    assert fr.find_furniture(text, rules=rules)["line"].tolist() == [2501, 2502, 2505, 2506, 2507]


SIGNS = {
    "end of a wire": """ENDS | (END) | Enditem | jr/ab/cd | nag/grj | /ritzau/ | ==Kyodo | (dpa) |
        AAP be/ |
        AAP RTV ar | AFP sn | APA/dpa/AFP | (©NTB) | (SDA/sj) | NNNN | Lusa/Fim | -30-""",
    "credits of a wire": """(Reporting by Jo Reed; Editing by Al Doe) |
        Reporting by Jo Reed in Weir; Editing by Al Doe and Ann Poe |
        Additional reporting by Jo Reed |
        Our Standards: The Thomson Reuters Trust Principles. |
        AP writers Jo Reed in Weir and Al Doe contributed to this report.""",
    "codes of a wire": "51 77 03 CRO01 1113 APE4800 GEST GEST03 MAE03",
    "copyright line": """© 2025 dpa |
        Copyright 2025 The Weir Press. All rights reserved. This text may not be
        published, broadcast, rewritten or redistributed without permission.""",
    "rights in other languages": """© ΑΠΕ-ΜΠΕ ΑΕ. Τα δικαιώματα ανήκουν στο πρακτορείο. |
        Alle Rechte vorbehalten. | Tous droits réservés | Visas tiesības aizsargātas. |
        版权所有 未经许可不得转载 | （责任编辑：张三） | 無断転載を禁じます。 |
        무단전재 및 재배포 금지""",
}
SIGNS["source line"] = "Source: Xinhua | Quelle: dpa | Источник: ТАСС | Avots: LETA"
OTHERS = {
    "links in other languages": """Lasi arī: Tilts atvērts | Lasīt vairāk | Saistītie raksti |
        相关阅读 |
        延伸閱讀：大橋通車 | 阅读全文 | 関連記事 | あわせて読みたい | 続きを読む | 관련 기사 |
        Weiterlesen |
        Lire la suite | Seguir leyendo | Leggi anche | Leia mais | Lees meer | Läs mer |
        Czytaj więcej |
        Читать далее | Devamını oku | Διαβάστε επίσης: Η γέφυρα | Přečtěte si také |
        Loe ka: Sild""",
    "buttons in other languages": """Dalīties | Reklāma | Drukāt | Komentāri (3) | 分享到微信 |
        广告 | 廣告 |
        シェアする | 広告 | この記事は会員限定です。 | 공유하기 | Teilen | Auf Facebook teilen |
        Condividi |
        Partager sur Facebook | Compartir en Facebook | Compartilhe | Deel dit artikel | Dela |
        Jaga |
        Udostępnij | Поделиться | Поділитися | Paylaş | Sdílet | Teilen | Drucken""",
    "cookies in other languages": """Mēs izmantojam sīkdatnes, lai uzlabotu jūsu pieredzi. |
        Šī vietne izmanto sīkdatnes. | Piekrist sīkdatnēm | 本网站使用Cookies以改善您的体验。 |
        当サイトではクッキーを使用しています。 |
        Wir verwenden Cookies, um die Seite zu verbessern. |
        Nous utilisons des cookies. | Utilizamos cookies propias y de terceros. | Tout accepter |
        Questo sito utilizza cookie tecnici. | Wij gebruiken cookies. |
        Vi använder cookies på sidan. |
        Używamy plików cookies. | Мы используем файлы cookie для улучшения сайта. |
        Aceptar todas""",
    "date line in other languages": """2025. gada 13. februāris, 10:30 | 2025年2月13日 10:30 |
        Donnerstag, 13. Februar 2025, 10:30 Uhr | 13 février 2025 à 10h30 |
        13 de febrero de 2025""",
}
BYLINES = {
    "source above the text": "作者：张三 | 记者：李四 王五",
    "byline": """By Jo Reed | By JO REED, Associated Press | By JO REED and AL DOE |
        Por Ana López |
        Von Anna Müller und Ben Schmidt, dpa""",
    "keywords of a wire": "/politics/Weir/bridge/justice/ | Weir/bridge/UN/",
}
AUTHORS = """
Source: the ministry. It said no more. | Sources close to the mayor agree. | 来源很多。 |
Quelle des Zorns war er. |
End of the war is near, he said. | The end | Fine. | More talks are planned. |
AP said it would appeal. |
Reporting by exiled journalists has shown the toll. | Writing by hand is dying out. |
Editing by committee never works. | Additional reporting by the inspectors is due in May. |
By Christmas the bridge will be open. | By then the ferry had left. | TASS was founded in 1904. |
Von Anfang an war die Brücke umstritten. | Por eso el puente no se abre. | Di Maio disse di no. |
12 people died in May 2025 | © is the sign of copyright. | Teilen heißt geben. |
Wir verwenden Kekse und Tee. | Compartir la mesa es paz. | Dela inte upp landet, sade hon. |
Réagir vite, c'est la règle. | Voir aussi loin que possible, dit-il. | Mehr dazu sagte er nicht. |
Ver también la otra cara es justo. | Leggi di guerra furono approvate. |
Stampa e governo litigano. |
Поделиться властью он не хочет. | По теме мира говорили два часа. |
Lasi grāmatas, teica skolotāja. |
Dalīties ar varu viņš nevēlas. | Mēs izmantojam tiltu katru dienu. | Reklāma maksā dārgi. |
相关部门表示大桥将开放。 | 分享经济正在增长。 | 2025年2月13日，大桥通车。 |
関連する法律が改正された。 |
広告費が増えた。 | 関連記事は少なかった。 | 编辑部收到来信。 | 본 기사는 길다.
"""


def listed(lines):
    return [" ".join(line.split()) for line in lines.split("|") if line.strip()]


def all_listed(rules):
    return [(line, rule) for rule, lines in rules.items() for line in listed(lines)]


@pytest.mark.parametrize(("line", "rule"), [*all_listed(SIGNS), *all_listed(OTHERS)])
def test_signs_of_agencies_and_furniture_in_other_languages_are_found(line, rule):
    text = f"Talks began.\nAides met.\nThey ate.\nFew hope.\n{line}\n"
    found = fr.find_furniture(text)
    assert found["line"].tolist() == [5]
    assert found["rule"].tolist() == [rule]
    # Signs of agencies stand below a text.
    below = rule in SIGNS and rule != "copyright line"
    above = fr.find_furniture(f"Talks began.\n{line}\nAides met.\nThey ate.\nFew hope.\nOne.")
    assert len(above) == (0 if below else 1)


@pytest.mark.parametrize(("line", "rule"), all_listed(BYLINES))
def test_names_and_keywords_above_a_text_are_found(line, rule):
    text = f"{line}\nTalks began.\nAides met.\nThey ate.\nFew hope.\n{line}\n"
    assert fr.find_furniture(text)[["rule", "line"]].to_numpy().tolist() == [[rule, 1]]


@pytest.mark.parametrize("line", listed(AUTHORS))
def test_sentences_that_begin_like_furniture_of_agencies_stay(line):
    assert fr.find_furniture(f"{line}\nTalks began.\nAides met.\nThey ate.\n{line}\n").empty


@pytest.mark.parametrize("rule", RULES["rules"], ids=lambda rule: rule["name"])
@settings(max_examples=20)
@given(data=st.data())
def test_each_line_that_a_rule_describes_is_found(rule, data):
    pattern = re.compile(rule["pattern"], re.IGNORECASE)
    drawn = data.draw(st.from_regex(pattern, fullmatch=True))
    # What is read as a line: without line ends, and without white space at its edges.
    line = " ".join(drawn.split())
    if not pattern.fullmatch(line) or len(line) > RULES["longest"]:
        return
    assert len(fr.find_furniture(f"One.\n{line}\nThree.")) >= 1


LONG_CREDITS = (
    "Reporting by Jane Doe in Kyiv, Tom Roe in Weir and Ann Poe in Holm; Additional reporting by "
    "Bob Boe in Marsh and Sue Soe in Fen; Writing by Max Moe; Editing by Lee Loe and Kim Koe"
)


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ([LONG_CREDITS], 1),
        ([f"({LONG_CREDITS})"], 1),
        (["Reporting by Jane Doe in Kyiv, Tom Roe in Weir",
          "and Ann Poe in Holm; Writing by Max Moe;", "Editing by Lee Loe"], 3),
        (["(Reporting by Jane Doe in Kyiv and Ann Poe in Holm;", "Writing by Max Moe",
          "Editing by Lee Loe and Kim Koe)"], 3),
        (["Write to Jane Doe at jane.doe@a.example", "(END) Dow Jones Newswires",
          "February 13, 2025 13:00 ET (18:00 GMT)"], 3),
        (["Credit: Jane Doe", "Purchase Licensing Rights"], 2),
        (["February 13, 2025 6:00 PM GMT · Updated 2 hours ago"], 1),
        (["Follow AP’s coverage of the war: https://apnews.com/hub/war"], 1),
        (["Watch: Delegates arrive", "Lire aussi Le plan en dix points", "Related: Ten photos"], 3),
        (["Article réservé aux abonnés", "Suscríbete a nuestro boletín"], 2),
        (["Hier können Sie unseren Newsletter abonnieren."], 1),
        (["[MUSIC PLAYING]", "(APPLAUSE)", "♪ la la ♪"], 3),
    ],
)  # fmt: skip
def test_ends_of_articles_are_found(lines, count):
    text = "\n".join(["The truce held.", "Nobody fired.", "", *lines])
    assert len(fr.find_furniture(text)) == count


@pytest.mark.parametrize(
    "line",
    [
        "Credit: this is what the small banks lack.", "Watch: the truce will not hold.",
        "Lesen Sie auch zwischen den Zeilen, dann sehen Sie es.", "Related: they are cousins.",
        "He asked (reporting by phone) for more.",
        "Write to me at once, he said.", "Follow AP’s lead, he told them.", "[He paused.]", "(UN)",
    ],
)  # fmt: skip
def test_what_only_begins_like_them_stays(line):
    assert len(fr.find_furniture(f"The truce held.\n\n{line}")) == 0
