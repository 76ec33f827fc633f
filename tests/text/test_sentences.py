"""Where sentences end: abbreviations, times, lists, brackets, and pages wrapped at a width."""

import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.text import sentences as rules
from framing.text.characters import code_points, sign_offsets

ENGLISH = [
    ("They use C# and .NET. Then .com came. It cost .5 of it.", 3),
    (
        (
            "The government said on Mon-\nday that it would send a few\nof its men to the talks,\n"
            "which begin next week. No-\nbody came."
        ),
        2,
    ),
    ("The groups that are pro-\nRussian left. They stayed.", 2),
    ("The article is KYIV-\nbased. They stayed.", 2),
    ("Rain\nsnow\nfog\nhail\nwind", 5),
    # No abbreviations: a month, a pronoun, an answer.
    ("It went on in May. Trump left. “It was on 9 May. “I left,” Ada told me. Kyiv fell.", 5),
    ("He told me. Putin smiled. She fell ill. Moscow waited. No. Trump said no. Berlin met.", 7),
    ("See no. 5 and art. IV of it. It is in Bangor, Me. Senator Doe left.", 2),
    ("It begins at 7:30 p.m. EST on Friday. Doors open at 6 p.m. Nobody came.", 3),
    ("Sen. Lindsey Graham (R., S.C.) objected. Gov. Ron DeSantis (R-Fla.) agreed.", 2),
    ("What?! No way!! Really…? Yes.", 4),
    ("It had approx. zero effect and approx. a dozen friends.", 1),
    ("The talks ended.[1] The delegates left.[2][3] No one stayed.", 3),
    ("Vitamin C. He took it. It was World War II. She survived.", 4),
    ("Version 2.0 is out. Node.js and example.com are named. Visit www.example.org. Bye.", 4),
    ("He works at Acme Inc. and left. He joined Acme Inc. She stayed.", 3),
    ("Foo Co. said so. Bar Ltd. is out. Corp. profits rose.", 3),
    ("It was Jan. 5. On Feb. 24 they met. In Sept. 2022 it ended. Dec. was cold.", 4),
    ("Gen. Smith met Sen. Cruz, Rep. Jones and Gov. Hill. Lt. Col. Brown left.", 2),
    ("Apples, pears, etc. were sold. They had apples, etc. Then they left.", 3),
    ("See p. 4 and pp. 5-6. Fig. 2 shows it. Sec. 3 is out.", 3),
    (
        (
            "He arrived at 5 p.m. on Friday. It is 3 p.m. Eastern time. She came at "
            "4:30 p.m. EST. He left at 9 a.m. The end."
        ),
        5,
    ),
    ("It ended at 10 a.m. Tuesday. By 3 p.m. Sept. 5 it was over.", 2),
    ("1. The truce holds. 2. The talks go on.", 2),
    ("They want: 1. A truce. 2. Talks. 3. Land.", 3),
    ("There are two ways: a. peace, b. war.", 1),
    ("She stayed (he left). They met. (It was late!) He slept. [He left.] She stayed.", 6),
    ("“He left.” She stayed. ‘He left.’ She stayed.", 4),
    ("He left (she said so.) They met.", 2),
    ("It was Washington, D.C. The talks went on. In Washington, D.C. Putin spoke.", 3),
    ("He was with the U.N. Talks failed. The U.S. Senate met. The U.S. President spoke.", 4),
    ("Mr. and Mrs. Smith of St. Louis. Main St. is long. Dr. No vs. James Bond.", 3),
    ("J.F. Kennedy and George H.W. Bush. A. B. Smith.", 2),
    ("He has a Ph.D. He is smart. John Smith Jr. left. So did Martin Luther King Jr. They met.", 5),
    ("i.e. this, e.g. That. He came, cf. Smith 2012, ca. 1900. Born c. 1950 (d. 1999).", 3),
    ("He paid $5 mln. vs. $6 mln. last year. That is all.", 2),
    ("It is over. they left. so it goes.", 3),
    (
        (
            "Approx. 5, est. 1900, max. 10, min. 2, tel. 555, ext. 4, No. 5, Nos. 5 and "
            "6, art. 5, para. 6, ch. 7, vol. 8."
        ),
        1,
    ),
    (
        (
            "Prof. Smith, Rev. Jones, Capt. Ray, Sgt. Hill, Maj. Bo, Adm. Fox, Cmdr. "
            "Lee, Brig. Gen. Joe, Pres. Bush, Amb. Foo, Hon. Judge, Atty. Gen. X, Dep. "
            "Sec. Y, Col. Z."
        ),
        1,
    ),
    ("Yahoo! said so. He uses Yahoo! News.", 2),
    ("The deal (see p. 4) is off. The U.S. (U.S.A.) Army left.", 2),
    ("It is 5 ft. 2 in. tall. The temp. was 5. Approx. 3 km.", 3),
    (
        (
            "Mt. Everest, Ft. Bragg, Pt. 3, Dept. of State, Univ. of X, Assn. of Y, "
            "Bros. Z, Ave. of A."
        ),
        1,
    ),
    ("The No. 1 man. Is it true? No. 5 is.", 3),
    ("Oct. 7 attacks. He lives at No. 10 Downing St. in London.", 2),
    ("They met in the U.S. Talks went on.", 2),
    ("He is in the U.S. Army. U.S. troops left.", 2),
    ("They want three things: 1. a truce, 2. talks and 3. a deal.", 1),
    ("He saw 3, 4 and 5. Then he left.", 2),
    ("In 2021 and 2022. Then it ended.", 2),
    ("The vote is at 9 a.m. Monday. They left.", 2),
    ("He met J.D. Vance. They ate.", 2),
    ("J.D. Vance spoke. He left.", 2),
    ("With M.D. Anderson he left.", 1),
    ("He has a J.D. Vance has one too.", 2),
    ("He earned his M.A. Smith did not.", 2),
    ("He met J.D. He left.", 2),
    ("It was 9 A.M. Putin left.", 2),
    ("He waited… Then he left.", 2),
    ("He waited… then he left.", 1),
    ("He went to… Paris.", 1),
    ("(See also p. 3.) He left.", 2),
    ("They met at 5 p.m. Nobody left.", 2),
    ("The bill (H.R. 4.) Passed.", 1),
    ("She (D-N.Y.) Voted.", 1),
    ("He is Rep. Smith (R-Ariz.) She is not.", 1),
    ("Dear all, the truce holds. Bye.", 2),
    ("It was Sen. Smith. Sen. Jones left.", 2),
    ("“Is it peace?” Putin asked. “Yes.”", 2),
    ("“It holds!” President Trump wrote on Monday. He left.", 2),
    ("“Will it hold?” Volodymyr Zelensky said in Kyiv. He left.", 2),
    ("“Will it hold?” The minister asked for more. He left.", 3),
    ("“Will it hold?” Trump left. He smiled.", 3),
    ("“He said, ‘Stop!’” She left.", 2),
    ("“He asked, ‘Why?’” Trump said.", 1),
    ("He wants “what he calls a ‘truce’” The rest is war.", 1),
    ("“We are in the U.S.” He left.", 2),
    ("“They met in the U.S.” Army staff said.", 1),
    ("India-U.S. relations and the ROK-U.S. Alliance are good. The Japan-U.S.-ROK pact, too.", 2),
    ("Sens. John Doe, R-S.C., and Jane Roe, D-N.Y., wrote it. It failed.", 2),
    ("The ratio was 3:1. He left. They won 2–1. She left.", 4),
    ("On Mon. Sept. 5 they met. On Tues. they left.", 2),
    ("They met J.-L. Doe in Oslo. They left.", 2),
    ("They met on Sat. Sept. 5 in Oslo. On Wed. Nov. 4 they left. It was Sun. 5 p.m. there.", 3),
    ("On Mon. 5 p.m. the gull met them. On Tues. it left.", 2),
    ("The gull sat.&nbsp;Kites fell. Com. &amp; Adm. left.", 3),
    ("Points: i. a truce; ii. talks; iii. peace. He left.", 2),
    ("Talks with the U.S. Tuesday failed. They did.", 2),
    ("Ofc. Doe of Ft. Bragg and Bp. Roe left. Mt. Etna is high.", 2),
    ("J.-L. Doe and J.D. Roe left. They met.", 2),
    ("Yan et al. [2004] saw it. They left.", 2),
    ("The answer was no. A new plan is needed.", 2),
    ("He lives at no. A 5 in the street.", 1),
    ("They met in Dec. Talks failed.", 2),
    ("They left in Oct. Kyiv fell silent.", 2),
    ("In Oct. Kyiv fell silent.", 1),
    ("They meet on Mon. Dec. 5 in Kyiv.", 1),
    ("Trump Wins in Nov. Election", 1),
    ("See 10 U.S.C. § 113 for more. He left.", 2),
    ("See 5 C.F.R. § 2635.101 et seq. for more.", 1),
    ("89 Harv. L. Rev. 1281 (1976). He left.", 2),
    ("Am. J. Int'l L. 88 (1994) says so.", 1),
    ("H.R. 8035, 118th Cong. (2024), gives aid. He left.", 2),
    ("U.N. Doc. S/RES/2202 (2015) was cited. He left.", 2),
    ("See J. Polit. 43(4), 51–58, and Vol. 12, No. 3, pp. 4–5. He left.", 2),
    ("He went to the pub. He read the doc. So I am. He left.", 4),
    ("Back to Com. & Adm. by night. They left.", 2),
    ("“He has gone CRAZY!” wrote the president. He left.", 2),
    ("There is hope for peace\u2029talks were broken off.", 2),
    ("They met from 3-U.S, then left. The E.U. x-U.N said so.", 2),
    ("The free App FRITZ!App WLAN helps. He wants a FRITZ!Box.", 2),
    ("They left!Nobody stayed.", 2),
    ("He works for Yahoo! Finance and E! News. They left.", 2),
    ("There is a deal — right? — that holds. They left.", 2),
    ("He has been there — what? — five times. They left.", 2),
    ("Is it a deal? — Nobody knows.", 2),
    ("He wrote so in a post on X. Vance's remark came later.", 2),
    ("It was posted to X. Trump saw it.", 2),
    ("Malcolm X. Doe spoke. They left.", 2),
    ("Is this it? he asked. They left.", 2),
    ("Stop! Thief! the old man cried. They ran.", 3),
    ("Really? he left early. They ran.", 3),
    ("It was “a protest.”[note 4] They agreed.[5][6] He left.", 3),
]
ELSEWHERE = [
    (
        "de",
        (
            "Am 3. Oktober 1990 z.B. kam Dr. Müller. Er ging bzw. blieb. Hr. Ey u.a. "
            "sind da. Das sind ca. 5."
        ),
        4,
    ),
    (
        "fr",
        "M. Macron et Mme. Le Pen ont dit non. MM. Un et Dr. Deux, p. 5. Il est, c.-à-d. loin.",
        3,
    ),
    ("it", "Il sig. Rossi e il dott. Verdi. L'on. Meloni parla.", 2),
    ("ru", "Это т.е. правда. В 2022 г. он ушёл. Им. Ленина, т.д. и т.п. так. Ул. Ленина, д. 5.", 4),
    ("uk", "Це т.д. правда. У 2022 р. він пішов. Вул. Шевченка.", 3),
    ("pt", "O Sr. Silva e a Sra. Costa. O Dr. Lima chegou.", 2),
    ("nl", "Dhr. Jansen en mevr. de Vries, bijv. hier. Hij kwam o.a. om 5 uur.", 2),
    ("pl", "Prof. Nowak i dr. Kowalski, np. tutaj. W 2022 r. odszedł.", 2),
    ("tr", "Dr. Yılmaz geldi. Prof. Demir gitti.", 2),
    ("es", "El Sr. Sánchez y la Sra. Díaz. El Dr. López llegó.", 2),
    ("ru", "Это т.е. правда. Он ушёл.", 2),
    ("fr", "M. Macron a dit non. Il est parti.", 2),
    ("fr", "J.-L. Dupont cite l’art. 5 et le n. 6. Il est parti.", 2),
    ("de", "Der 1. FC Köln gewann. Im 19. Jahrhundert und in der 2. Runde auch. Am 9. Mai.", 3),
    ("de", "Es kostet 5 Mio. euro. Er wurde 73. Ihr nicht.", 3),
    ("it", "Costa 3,5 mln. di euro. È caro.", 2),
    ("nl", "Het kost ca. 5 mln. euro. Dat is veel.", 2),
    ("pl", "To było 5. maja. To 5 tys. złotych.", 2),
    ("nb", "Den 5. mai kom han. Han gikk.", 2),
    ("nb", "Kata tok den med. Måken fløy ut. Hun så det. Så kom jul.", 4),
    ("no", "Vi glemte det. Måken kom.", 2),
    ("sv", "Fisken är min. Vem tog med. Ingen ser hon. Det är maj.", 4),
    ("da", "Fisken er din. Hun har to. Mågen var med. Det er nat.", 4),
    ("nl", "De meeuw ziet dat. Ze weet het al. Kaas, brood enz. Daarna regen.", 4),
    ("nl", "Zie Vis et al. Meeuwen zijn groot.", 1),
    ("de", "Die Möwe mag mich. Es ist eine seltene Art. Sie frisst Fisch usw. Dann fliegt sie.", 4),
    ("de", "Die Abg. Tern und der Hrsg. Gull gingen. Es blieb Art. 5 übrig.", 2),
    ("es", "La gaviota dijo que no. Vuela bien. Luego cruza el mar. No. Sí.", 5),
    ("es", "Vive en EE.UU. La gaviota voló. Habló con EE. UU. Tern lo dijo.", 3),
    ("it", "Il gabbiano mangia con me. Poi va via. Vola negli USA. Non lo sa. Resta.", 5),
    ("it", "Il col. Tern parla. Vola.", 2),
    ("hu", "A sirály azt mondta, hogy nem. Nem. Elrepült.", 3),
    ("cs", "Racek byl tu. Odletěl z nám. Míru pryč.", 2),
    ("ru", "Она дала рыбу им. Она улетела. Завод им. Терна закрыт.", 3),
    ("fr", "Le 5 janv. 2020 il vole. Des mouettes, etc. Elle nage.", 3),
    ("pl", "W 2022 r. Mewa przyleciała. Ryby, chleb itd. Potem deszcz.", 3),
    ("hu", "Ez 2022. február 24. volt. Vége.", 2),
    ("hr", "To je 5. svibnja. Otišao je.", 2),
    ("ru", "В. В. Путин дал 5 млн. рублей. Там был С. Лавров.", 2),
    ("uk", "Він бачив В. О. Зеленського. Це 5 млн. гривень.", 2),
    ("pl", "Zapytał: „Naprawdę?” i wyszedł. Koniec.", 2),
    ("de", "Er fragte: „Wirklich?“ und ging. Aus.", 2),
    ("fr", "Il a 85,7 cm (33 po) min. à 88,9 cm. Fin.", 2),
]

# By language: texts of one sentence whose abbreviations end none, and texts of two whose first
# sentence ends with one.
ABBREVIATIONS = {
    "de": (
        [
            "Er traf Hrn. Müller und Fr. Weber am Mo. Abend.",
            "Das sind 5 Mio. Euro und 3 Mrd. Euro.",
            "Der stv. Minister kam mit Dr. Maier.",
            "Papst Johannes Paul II. Wojtyła starb.",
            "Sie wohnt in der Str. Nr. 5 bzw. Nr. 6.",
            "Sie sah u. a. Kiew und z. B. Minsk.",
            "Er kam am 5. Okt. 2020 an.",
            "Das kostet ca. Hundert, evtl. Tausend.",
        ],
        [
            "Das kostet 5 Mio. Sie zahlten.",
            "Es sind 5 Mrd. Das reicht.",
            "Er kam am Mo. Sie ging.",
            "Papst Johannes Paul II. Er starb.",
            "Brot, Fisch usw. Er aß.",
            "Das war 44 v. Chr. Er starb.",
            "Es dauert 5 Min. Wir warten.",
            "Es sind 20 Tsd. Die Zahl steigt.",
        ],
    ),
    "fr": (
        [
            "M. Dupont et Mme. Roux voient le Dr. Petit.",
            "Il lit l’art. 5, p. 6 et le vol. 2.",
            "Le 5 janv. 2020 il part.",
            "Mgr. Blanc parle à Me. Noir.",
            "César meurt en 44 av. J.-C. à Rome.",
        ],
        [
            "Il aime le pain, etc. Elle part.",
            "Il meurt en 44 av. J.-C. Elle part.",
            "Il fait 5 km. Elle part.",
        ],
    ),
    "es": (
        [
            "El Sr. Pérez y la Sra. Díaz ven a la Dra. Ruiz.",
            "Lee la pág. 5 y el art. 6.",
            "El Cnel. Paz y Mons. Gil llegan a EE. UU. Ayer.",
            "Viven en EE. UU. desde 2020.",
        ],
        [
            "Vive en EE. UU. Ella salió.",
            "Murió en 44 a. C. Ella salió.",
            "Pan, leche, etc. Ella salió.",
            "Llega a las 5 p.m. Ella salió.",
        ],
    ),
    "pl": (
        [
            "Prez. Duda i min. Sikorski wyszli.",
            "To 5 tys. Polaków i 3 mln. Niemców.",
            "Gen. Nowak, płk. Kot i red. Lis byli tam.",
            "W 2022 r. Polska wygrała.",
            "Był tam p. Kowalski z ul. Długiej.",
        ],
        [
            "To kosztuje 5 tys. Ona wyszła.",
            "To jest 5 mln. Oni wyszli.",
            "To było w 2022 r. Ona wyszła.",
            "Ryby, chleb itd. Ona wyszła.",
            "To kosztuje 5 zł. Ona wyszła.",
        ],
    ),
    "ru": (
        [
            "Там 5 млн. Поляков и 3 тыс. Немцев.",
            "На ул. Ленина был проф. Иванов.",
            "В 2022 г. Россия ушла.",
            "Это ст. Конституции и стр. Пятая.",
            "Пришёл 5 янв. 2020 г. он.",
            "Город им. Ленина и т. д. Иванова.",
        ],
        [
            "Это стоит 5 млн. Она ушла.",
            "Там 5 тыс. Они ушли.",
            "Это 5 млрд. Он ушёл.",
            "Было в 1990 г. Он ушёл.",
            "Рыба, хлеб и т. д. Он ушёл.",
            "Рыба, хлеб и т. п. Он ушёл.",
            "Это стоит 5 руб. Он ушёл.",
            "Это XIX в. Он ушёл.",
            "Рыба и пр. Он ушёл.",
        ],
    ),
    "uk": (
        [
            "Там 5 млн. Поляків і 3 тис. Німців.",
            "На вул. Шевченка був проф. Іваненко.",
            "У 2022 р. Україна вистояла.",
            "Прийшов 5 січ. 2020 р. Іваненко.",
            "Це 5 грн. Україна платить.",
        ],
        [
            "Це 5 млн. Він пішов.",
            "Це 5 млрд. Вона пішла.",
            "Це коштує 5 тис. грн. Вона пішла.",
            "Це було у 2022 р. Він пішов.",
            "Це було у 2021–2022 рр. Він пішов.",
            "Риба, хліб і т. д. Він пішов.",
            "Риба та ін. Він пішов.",
            "Це XIX ст. Він пішов.",
        ],
    ),
}
# A quotation, and the words of its sentence after it, in scripts without capitals.
SPEECH = [
    ("ja", "「停戦だ。」と彼は言った。雨が降った。", 2),
    ("ja", "「はい。」と答えた。雨が降った。", 2),
    ("ja", "「停戦だ。」彼は言った。雨が降った。", 2),
    ("ja", "「停戦だ。」「そうだ。」雨が降った。", 3),
    ("ja", "「停戦だ。」雨が降った。", 2),
    ("zh", "他说：“停战。”然后离开了。雨停了。", 2),
    ("zh", "“停战。”他说。雨停了。", 2),
    ("zh", "他说：“停战。”雨停了。", 2),
]


def sentences(text, language="en"):
    corpus = fr.make_corpus([text], furniture=False, language=language)
    rows = corpus.sentences[["start", "end"]].to_numpy().tolist()
    return [text[start:end] for start, end in rows]


@pytest.mark.parametrize(("text", "count"), ENGLISH)
def test_sentences_of_english(text, count):
    assert len(sentences(text)) == count


@pytest.mark.parametrize(("language", "text", "count"), ELSEWHERE)
def test_sentences_of_other_languages(language, text, count):
    assert len(sentences(text, language)) == count


@pytest.mark.parametrize("language", ABBREVIATIONS)
def test_abbreviations_of_other_languages_end_a_sentence_only_before_its_first_words(language):
    going_on, ending = ABBREVIATIONS[language]
    found = {text: len(sentences(text, language)) for text in going_on + ending}
    assert found == dict.fromkeys(going_on, 1) | dict.fromkeys(ending, 2)


@pytest.mark.parametrize(("language", "text", "count"), SPEECH)
def test_a_quotation_goes_on_before_who_says_it(language, text, count):
    assert len(sentences(text, language)) == count


def test_a_bracket_and_a_country_end_their_sentence_where_they_stand():
    assert sentences("(He left.) She stayed.") == ["(He left.)", "She stayed."]
    text = "They met in the U.S. Talks went on."
    assert sentences(text) == ["They met in the U.S.", "Talks went on."]
    assert sentences("1. The truce holds. 2. It ends.") == ["1. The truce holds.", "2. It ends."]


@pytest.mark.parametrize("marks", ["“”", "‘’", '""', "«»", "„“", "()", "[]"])
def test_sentences_inside_a_quotation_or_a_bracket_count_each(marks):
    opening, closing = marks
    text = (
        f"{opening}We want a truce. Mr. Doe of the U.S. Senate agrees. Will it hold?{closing} "
        "He left."
    )
    found = sentences(text)
    assert found == [
        f"{opening}We want a truce.",
        "Mr. Doe of the U.S. Senate agrees.",
        f"Will it hold?{closing}",
        "He left.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "“No. Never. We want a truce of 9 a.m. Monday,” he said.",
        "He saw the film “Who? Me” in the U.S. Senate (see vol. 2) on Monday.",
        "He called it “a truce” and “a deal. Almost”.",
    ],
)
def test_a_word_alone_or_an_abbreviation_inside_a_quotation_ends_no_sentence(text):
    assert len(sentences(text)) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("‘We want a truce. Talks go on,’ he said. Rain fell.", 3),
        ("'We don't want a truce. Talks go on,' he said.", 2),
        ("He said: ‘We don’t want it. Talks go on’, and left.", 2),
        ("He said: ‘No. Never.’ Rain fell.", 2),
        # Apostrophes open nothing.
        ("The '90s ended. In Minsk the boys' truce failed.", 2),
        ("Rock 'n' roll came. The girls’ truce held. Rain fell.", 3),
    ],
)
def test_sentences_inside_single_marks_count_as_in_double_ones(text, count):
    assert len(sentences(text)) == count


def test_no_match_reaches_over_a_stop_inside_a_quotation():
    text = "“A truce held. Rain fell here. Snow fell here. Wind blew here,” Doe said."
    corpus = fr.make_corpus([text])
    hits = fr.find_hits(corpus, fr.make_lexicon({"peace": ["truce", "held ~3 rain"]}))
    assert hits.table["entry"].tolist() == ["truce"]
    assert hits.table["quoted"].tolist() == [True]
    assert fr.score(hits, kind="share").table["value"].tolist() == [0.25]


def test_a_line_goes_on_after_a_comma_and_inside_a_word():
    assert sentences("Dear all,\nthe truce holds.") == ["Dear all,\nthe truce holds."]
    assert sentences("Dear all,\n\nthe truce holds.") == ["Dear all,", "the truce holds."]
    assert len(sentences("The govern-\nment fell.")) == 1
    assert len(sentences("The govern-\r\nment fell.")) == 1
    assert len(sentences("They want:\n- truce\n- talks\n- a deal")) == 4
    assert len(sentences("truce\ntalks\ndeal")) == 3
    assert len(sentences("Aides hope for truce\nBy A. Writer\nKYIV (Reuters) - Talks failed.")) == 3


PAGE = (
    "The two delegations met on Tuesday in the capital to speak about a truce along the whole of "
    "the line, and officials said that talks would begin soon. The foreign minister left the room "
    "at once and nobody saw him again. Mr. Doe of the U.S. Army stayed."
)


@pytest.mark.parametrize("width", [50, 60, 72, 80, 100])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x85"])
def test_a_page_of_any_width_and_line_end_has_its_sentences(width, line_end):
    page = textwrap.fill(PAGE, width)
    indented = textwrap.fill(PAGE, width, initial_indent="    ", subsequent_indent="  ")
    head = "HEADLINE WITHOUT A STOP\nBy John Doe\n\n"
    for text, count in [(page, 3), (indented, 3), (f"{page}\n\n{page}", 6), (head + page, 5)]:
        assert len(sentences(text.replace("\n", line_end))) == count


def test_a_heading_in_a_wrapped_page_is_a_sentence_of_its_own():
    page = textwrap.fill(PAGE, 72)
    text = f"{page}\n\n**Talks and Truce**\n{page}\n\nTruce at Last\n{page}"
    assert len(sentences(text)) == 3 * 3 + 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The peace\ntalks failed.", 1),
        ("The peace \r\n talks of\nthe year failed!", 1),
        ("The peace\n\ntalks failed.", 2),
        ("truce\ntalks failed.", 2),
        ("Truce\ntalks", 2),
        ("Truce\nTalks failed.", 2),
        ("Truce.\ntalks failed.", 2),
        ("The truce was read by\nMr Doe on\nMonday.", 1),
        ("The plan of Gov.\nRoe and Mr.\nDoe failed.", 1),
        ("It began on Jan.\n5 and is the No.\n1 topic.", 1),
        ("He spoke of the U.S.\nofficials who left.", 1),
        ("He is in the U.S.\nOfficials left.", 2),
        ("“The truce is\nover,” Doe\nsaid.", 1),
        ("What the truce is\nTalks failed.", 2),
        ("They met in the White\nHouse.", 1),
        (
            "The parties said on Monday that they had agreed to a meeting with\nPresident Doe in "
            "Geneva, and that it would be about the way of joining\nNATO and about the land that "
            "both of them claim as theirs.",
            1,
        ),
    ],
)
def test_two_lines_are_one_sentence_where_they_read_as_one(text, count):
    assert len(sentences(text)) == count


plain = st.lists(
    st.sampled_from(["the", "truce", "held", "while", "talks", "went", "on", "in", "geneva"]),
    min_size=3,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(plain, min_size=3, max_size=8), st.integers(50, 90))
def test_a_wrapped_page_has_the_sentences_of_the_page_as_one_line(words, width):
    whole = " ".join(f"{' '.join(sentence).capitalize()}." for sentence in words)
    lines = textwrap.wrap(whole, width)
    # A page of a few lines that end with sentences cannot be told from lines.
    ends = sum(line.endswith(".") for line in lines)
    small = sum(line[0].islower() for line in lines[1:])
    if len(lines) < 3 or ends * 2 >= len(lines) or small * 2 < len(lines) - 1 + ends:
        return
    assert [" ".join(found.split()) for found in sentences("\n".join(lines))] == sentences(whole)


PIECES = (
    "He went|vol.|No.|5|approx.|Dr.|Smith|9 a.m.|9 a. m.|p.m.|e.g.|viz.|1.|2.|(1)|a.|—|-x|‑y|éno.|"
    "Mr.|inc.|and|$5|).|”.|.|Undersec.|Undersecretary.|K.|Monday|then|.NET|"
    "2024.|104.|and 12.|then 2.|“Then|“vol.|‘Smith|– No|éno. “K."
    "|Yahoo!|News|E!|right?|— a|— A|on X.|Sat.|Sept. 5|Wed.|Yes.|Right?|— été|Iv.|x.|J.-L.|.”|?”"
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES.split("|")), min_size=1, max_size=40))
def test_sentences_that_are_not_looked_at_would_not_go_on(pieces):
    def found():
        return fr.make_corpus([text], furniture=False).sentences[["start", "end"]].to_numpy()

    text = " ".join(pieces)
    fast = found().tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            rules, "_doubtful", lambda codes, start, end, row, *others:
            np.flatnonzero(row[1:] == row[:-1]),
        )  # fmt: skip
        assert found().tolist() == fast


@pytest.mark.parametrize(
    "text",
    [
        "He went to the U.S. Then he slept.",
        "He went to the U.S. Senate and slept.",
        "He went from Kyiv,\nto the U.S.A.  Then he slept. In the U.A.E. They slept.",
        "He was in (the U.K. Then he slept in Paris, U.S. Now it rains.",
        "It is the E.U. Then the U.N. Then a talk.",
    ],
)
def test_a_country_ends_a_sentence_behind_the_words_that_lead_to_it(text):
    slow = [
        match.start("next") for match in rules._COUNTRY.finditer(text)
        if match["next"] not in rules._NAMED
    ]  # fmt: skip
    codes, none = code_points(text), np.empty(0, dtype=np.int64)
    marks = rules.find_marks(codes, none, none, sign_offsets(codes))
    assert [start for _, start in rules.cuts(text, codes, "en", marks)] == slow


@pytest.mark.parametrize("space", ["\xa0", "\u2003", "\u3000", " \xa0", "\u202f\xa0"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_letter_a_wide_space_and_a_point_stop_no_corpus(space, language):
    text = f"A deal by J{space}. Smith came. It held.\n\nRain fell. Snow fell."
    sentences = fr.make_corpus([text], language=language).sentences
    found = [text[start:end] for start, end in sentences[["start", "end"]].to_numpy()]
    assert found[-3:] == ["It held.", "Rain fell.", "Snow fell."]
    assert found[0].startswith(f"A deal by J{space}.")


@pytest.mark.parametrize("gap", ["\t", "\u00a0", "\u2009", " "])
def test_three_points_end_a_sentence_whatever_texts_stand_beside_it(gap):
    text = f"The minister waited for an answer…{gap}Then he left the room."
    alone = fr.make_corpus([text]).sentences
    beside = fr.make_corpus([text, "She paused… Then she spoke."]).sentences
    assert len(alone) == len(beside) - 2 == 2


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The game Kahoot! has a new owner.", 1),
        ("Wham! was a duo. Mamma Mia! returns.", 2),
        ("Do not panic! The truce holds.", 2),
        ("It opens Sat. and Sun. Tickets are free.", 2),
    ],
)
def test_a_name_with_a_stop_and_a_day_go_on_before_a_small_letter(text, sentences):
    lexicon = fr.make_lexicon({"f": ["truce"]})
    found = fr.find_hits(fr.make_corpus([text], furniture=False), lexicon)
    assert len(found.sentences) == sentences


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("THE ARMIS-\nTICE HOLDS.", 1),
        ("THE ARMIS-TICE HOLDS.", 0),
        ("MOSCOW-\nARMISTICE HOLDS.", 1),
        ("UKRAINE-\nARMISTICE HOLDS.", 1),
        ("THE POST-\nARMISTICE ERA.", 1),
    ],
)
def test_a_word_in_capitals_is_whole_at_a_line_end(text, hits):
    lexicon = fr.make_lexicon({"f": ["armistice"]})
    found = fr.find_hits(fr.make_corpus([text], furniture=False), lexicon)
    assert len(found.table) == hits


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("He offers 1.) money, 2.) time and 3.) a house.", "en", 1),
        ("He saw it (in part 3.) She left.", "en", 2),
        ("He offers: i. money, ii. time, and iii. a house.", "en", 1),
        ("2.1. He left. 2.2. She stayed.", "en", 2),
        ("It rose by 3.5. Prices fell.", "en", 2),
        ("Es ist einschl. Steuern. Er ging.", "de", 2),
        ("Das ist vmtl. Unsinn. Er ging.", "de", 2),
    ],
)
def test_numbers_of_lists_and_short_forms_end_no_sentence(text, language, sentences):
    lexicon = fr.make_lexicon({"f": ["truce"]}, language=language)
    corpus = fr.make_corpus([text], furniture=False, language=language)
    assert len(fr.find_hits(corpus, lexicon).sentences) == sentences


@pytest.mark.parametrize(
    ("text", "entry", "language", "hits"),
    [
        ("The armistice² held, said the envoy.¹³", "armistice", "en", 1),
        ("The envoy¹³ left.", "envoy", "en", 1),
        ("It measures 9 km².", "km²", "en", 1),
        ("It measures 9 km.", "km²", "en", 0),
        ("The armis¬\ntice held.", "armistice", "en", 1),
        ("The armis¬ tice held.", "armistice", "en", 0),
        ("ﾊﾟﾘの会談", "パリ", "ja", 1),
        ("ｶﾞｽの話", "ガス", "ja", 1),
        ("ｶｽの話", "ガス", "ja", 0),
    ],
)
def test_raised_numbers_and_half_width_marks_are_read_as_people_read_them(
    text, entry, language, hits
):
    corpus = fr.make_corpus([text], furniture=False, language=language)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": [entry]}, language=language))
    assert len(found.table) == hits


def sentence_texts(texts):
    corpus = fr.make_corpus(texts, furniture=False)
    text_of = dict(zip(corpus.table["doc_id"], corpus.table["text"], strict=True))
    rows = corpus.sentences[["doc_id", "start", "end"]].to_numpy().tolist()
    return [text_of[doc_id][start:end] for doc_id, start, end in rows]


def test_sentences_are_cut_at_their_ends_and_know_abbreviations():
    text = "  Mr. Smith left.  He said: “No way.”  "
    assert sentence_texts([text]) == ["Mr. Smith left.", "He said: “No way.”"]


def test_no_sentence_is_lost_in_a_long_chunk_of_texts():
    # sentencex works in pieces of 10 KiB and loses what parts two of them.
    texts = [f"The {n}th man’s word. It was brief.\n\nIt ended there." for n in range(2000)]
    expected = [
        s for text in texts for s in text.replace("\n\n", " ").replace(". ", ".|").split("|")
    ]
    assert sentence_texts(texts) == expected


def test_a_dateline_with_the_sign_of_an_agency_is_no_sentence():
    text = "MOSCOW, March 13. /TASS/. Talks began. Smt. Doe left. It is the end of and/or. He left."
    corpus = fr.make_corpus([text])
    found = [
        text[start:end]
        for start, end in zip(corpus.sentences["start"], corpus.sentences["end"], strict=True)
    ]
    assert found == [
        "MOSCOW, March 13. /TASS/. Talks began.", "Smt. Doe left.",
        "It is the end of and/or.", "He left.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("“I agree.” “So do I.” They left.", 3),
        ("Neither do I. They left.", 2),
        ("It was I. Nobody else came.", 2),
        ("He lacks vitamin C. Doctors agree.", 2),
        ("They chose plan B. It failed.", 2),
        ("Group A. Smith led it.", 1),
        ("Plan B. Smith led it.", 1),
        ("He and I. Newton agreed.", 1),
        ("Charles I. was king.", 1),
        ("John F. Kennedy spoke.", 1),
        ("He met J. Smith. They left.", 2),
        ("Kyiv’s pop. is 3m. It grew.", 2),
    ],
)
def test_a_letter_that_is_no_initial_ends_a_sentence(text, count):
    assert len(fr.make_corpus([text]).sentences) == count
