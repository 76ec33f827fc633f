"""Who says it: with a verb and without one, in transcripts and in headlines."""

import pytest

import framing as fr

ACTORS = fr.make_actors(
    {"Trump": ["Donald Trump"], "Putin": ["Vladimir Putin"], "Kremlin": ["Peskov"]}
)
# A pronoun is the speaker or the subject of the sentence before, where nobody else is named; else
# it stays unresolved: nobody may be given words that are not his.
SPEAKERS = [
    ("Trump on Monday: “A truce is near.”", ["Trump"]),
    ("Trump’s answer: “A truce is near.”", [""]),
    ("“A truce is near.”\nDonald Trump", ["Trump"]),
    ("“A truce is near.”\nDonald Trump wants it.", [""]),
    ("Putin – a former spy – said a truce was near.", ["Putin"]),
    ("SPEAKER 1: A truce is near.\nTRUMP: I think a truce holds.", ["other", "Trump"]),
    ("Question: A truce?\nTrump: A truce.\nQuestion: A truce?", ["other", "Trump", "other"]),
    ("PRESIDENT TRUMP: The truce is near. And the truce will hold.", ["Trump", "Trump"]),
    ("TRUMP: The truce is near.", ["Trump"]),
    ("MR. PESKOV: A truce is near.", ["Kremlin"]),
    (
        (
            "Q: Is the truce near?\nPRESIDENT TRUMP: The truce is near.\nThe truce will "
            "hold.\nQ: Is a truce good?"
        ),
        ["other", "Trump", "Trump", "other"],
    ),
    (
        (
            "Q    Is the truce near?\n\nPRESIDENT TRUMP:  The truce is near.\n\nThe "
            "truce will hold.\n\nQ    Is a truce good?"
        ),
        ["other", "Trump", "Trump", "other"],
    ),
    ("Q. Is the truce near?\nA. The truce is near.", ["other", "other"]),
    (
        (
            "TRUMP: The truce is near.\nPUTIN: The truce is far.\nThe truce is "
            "good.\nJOHN DOE: What truce?"
        ),
        ["Trump", "Putin", "Putin", "other"],
    ),
    (
        (
            "Donald Trump: The truce is near.\nVladimir Putin: The truce is "
            "far.\nReporter: Which truce?\nDonald Trump: This truce."
        ),
        ["Trump", "Putin", "", "Trump"],
    ),
    ("DONALD TRUMP (R): The truce is near.", ["Trump"]),
    ("PRESIDENT DONALD J. TRUMP: The truce is near.", ["Trump"]),
    ("DONALD TRUMP, U.S. PRESIDENT: The truce is near.", ["Trump"]),
    ("THE PRESIDENT: The truce is near.\nThe truce holds.", ["other", "other"]),
    ("TRUMP: Putin said the truce is near.", ["Putin"]),
    ("TRUMP: The truce is near, Putin said.", ["Putin"]),
    ("Trump: truce is near", ["Trump"]),
    ("Truce is near: Trump", ["Trump"]),
    ("Truce is near – Trump", ["Trump"]),
    ("Truce is near — Donald Trump", ["Trump"]),
    ("Truce is near - President Trump", ["Trump"]),
    ("‘Truce is near’: Putin", ["Putin"]),
    ("President Trump: truce is near", ["Trump"]),
    ("Trump: ‘truce’ is near", ["Trump"]),
    ("Trump’s plan: a truce", [""]),
    ("UKRAINE WAR: A truce is near.", [""]),
    ("BREAKING: Trump wants a truce", [""]),
    ("Three things: a truce, a deal and Trump", [""]),
    ("The truce was signed: Trump won.", [""]),
    ("Talks fail\nMOSCOW: The truce is near.\nPutin slept.", [""]),
    ("He wants one thing: a truce", [""]),
    ("The truce – Trump wants it – is near.", [""]),
    ("“A truce is near.” – Donald Trump", ["Trump"]),
    ("“A truce is near.”\n\n— Vladimir Putin", ["Putin"]),
    ("“A truce is near.”\n– Vladimir Putin, president of Russia", ["Putin"]),
    ('"A truce is near" -- Donald Trump', ["Trump"]),
    ("“A truce is near.” (Donald Trump)", ["Trump"]),
    ("“A truce is near” — President Trump", ["Trump"]),
    (
        (
            "“A truce is near.” — Trump wants it, and he will say so to anyone who "
            "listens for as long as he can, over and over."
        ),
        [""],
    ),
    ("Putin spoke to reporters. “A truce is near.” He smiled.", ["Putin"]),
    ("Putin was blunt. “A truce is near.”", ["Putin"]),
    ("Putin took questions. “A truce is near.”", ["Putin"]),
    ("Putin slept. “A truce” is near.", [""]),
    ("Putin was quoted as saying a truce was near.", ["Putin"]),
    ("Putin was quoted by Tass as saying a truce was near.", ["Putin"]),
    ("Putin is reported to have said a truce was near.", ["Putin"]),
    ("The truce was near, it was said by Putin.", ["Putin"]),
    ("A truce is near, according to Putin.", ["Putin"]),
    ("According to Putin, a truce is near.", ["Putin"]),
    ("Putin was told that a truce was near.", [""]),
    ("Putin has been quoted as saying that the truce is near.", ["Putin"]),
    ("“A truce is near,” the spokesman, Dmitry Peskov, told reporters.", ["Kremlin"]),
    ("Putin (73) said a truce was near.", ["Putin"]),
    ("Putin, 73, said a truce was near.", ["Putin"]),
    ("Dmitry Peskov, the spokesman, said a truce was near.", ["Kremlin"]),
    ("The spokesman, Peskov, said a truce was near.", ["Kremlin"]),
    ("The president of Russia, Vladimir Putin, said a truce was near.", ["Putin"]),
    ("“A truce is near,” said the spokesman, Dmitry Peskov.", ["Kremlin"]),
    ("“A truce is near,” said Putin, 73.", ["Putin"]),
    ("“A truce is near,” said Putin (73).", ["Putin"]),
    ("Putin (the president) said a truce was near.", ["Putin"]),
    ("An aide to Putin (73) said a truce was near.", ["other"]),
    ("Trump met aides. He said a truce was near.", ["Trump"]),
    ("Putin spoke in Moscow. “A truce is near,” he said.", ["Putin"]),
    ("On Monday, President Putin met aides in New York. He warned of a truce.", ["Putin"]),
    ("Putin came. “A truce is near,” he told aides. “The truce will hold.”", ["Putin", "Putin"]),
    ("Putin said so. He added that a truce was near. He said the truce holds.", ["Putin"] * 2),
    ("“A truce is near,” said he.", ["unresolved"]),
    ("Putin met Trump. He said a truce was near.", ["unresolved"]),
    ("Putin met Xi Jinping. He said a truce was near.", ["unresolved"]),
    ("Aides met Putin. He said a truce was near.", ["unresolved"]),
    ("Aides followed Putin. He said a truce was near.", ["unresolved"]),
    ("An aide to Putin came. He said a truce was near.", ["unresolved"]),
    ("Putin’s aide came. He said a truce was near.", ["unresolved"]),
    ("The minister said Putin was ill. He added that a truce was near.", ["unresolved"]),
    ("Peskov said Putin was ill. He added that a truce was near.", ["unresolved"]),
    ("Putin came.\nHe said a truce was near.", ["unresolved"]),
    ("Putin came. They said a truce was near.", ["unresolved"]),
    ("“A truce is near,” he said. Putin left.", ["unresolved"]),
    ("“A truce is near,” said Russia’s president, Vladimir Putin.", ["Putin"]),
    ("Trump’s envoy, Vladimir Putin, said a truce was near.", ["Putin"]),
    ("Trump was told by Putin that a truce was near.", ["Putin"]),
    ("Tass quoted Putin as saying a truce was near.", ["Putin"]),
    ("State media reported Putin, 73, as saying a truce was near.", ["Putin"]),
    ("Tass quoted an aide as saying a truce was near.", ["other"]),
    ("As Putin put it, a truce is near.", ["Putin"]),
    ("Putin put it on the table: a truce.", [""]),
    ("Donald Trump Jr. said a truce was near.", ["other"]),
    ("Putin’s spokesman said a truce was near.", ["other"]),
    ("Putin, the president, and Trump said a truce was near.", ["Trump"]),
    ("Jane Doe, Trump’s aide, said a truce was near.", ["other"]),
    ("Asked about Putin, Trump said a truce was near.", ["Trump"]),
    ("The truce, said Trump, is near.", ["Trump"]),
    ("“A truce,” Putin said, “is near, and the truce will hold.”", ["Putin", "Putin"]),
    ("In a post, Trump wrote: “A truce is near.”", ["Trump"]),
    ("A truce is near, tweeted Trump.", ["Trump"]),
]


def speakers(text):
    corpus = fr.make_corpus([text], furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce*"]}), actors=ACTORS)
    return found.table["speaker"].tolist()


@pytest.mark.parametrize(("text", "expected"), SPEAKERS)
def test_who_says_it(text, expected):
    assert speakers(text) == expected


def test_a_turn_lasts_until_the_next_label_however_long_it_is():
    turn = ["Rain fell.", "A truce holds.", "“A truce,” we say, is near."] * 20
    text = "\n\n".join(["PRESIDENT TRUMP: Thank you.", *turn, "Q    Which truce?", *turn[:2]])
    assert speakers(text) == ["Trump"] * 40 + ["other"] * 2


def test_no_turn_goes_on_in_the_next_article():
    texts = [
        "PRESIDENT TRUMP: The truce holds.",
        "The truce holds.",
        "Q: Why a truce?\nMR. PESKOV: No.",
    ]
    corpus = fr.make_corpus(texts, furniture=False)
    found = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce*"]}), actors=ACTORS)
    assert found.table["speaker"].tolist() == ["Trump", "", "other"]


def test_the_speaker_of_a_turn_does_not_depend_on_other_hits():
    text = "\n".join(
        ["MR. PESKOV: Thank you.", "Rain.", "A truce.", "Q: Talks?", "Rain.", "A truce."]
    )
    corpus = fr.make_corpus([text], furniture=False)
    few = fr.find_hits(corpus, fr.make_lexicon({"f": ["truce"]}), actors=ACTORS).table
    many = fr.find_hits(
        corpus, fr.make_lexicon({"f": ["truce"], "g": ["rain", "talks", "thank"]}), actors=ACTORS
    ).table
    assert few["speaker"].tolist() == ["Kremlin", "other"]
    assert many[many["frame"] == "f"]["speaker"].tolist() == ["Kremlin", "other"]
