from html.parser import HTMLParser
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from framing._core.templates import SPECIAL, UNUSABLE, _environment, esc, plural

ROOT = resources.files("framing") / "data" / "templates"
TEMPLATES = [
    (folder.name, file.name, file.read_text("utf-8"))
    for folder in ROOT.iterdir()
    for file in folder.iterdir()
    if file.name.endswith(".html")
]


class Texts(HTMLParser):
    """The texts and the attributes of a page."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.texts, self.values, self.tags = [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.values += [value for _, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("<>&\"'\r\n\x00{}%#"))))
def test_an_escaped_text_comes_back_from_an_element_and_from_an_attribute(text):
    page = Texts(f'<p title="{esc(text)}">{esc(text)}</p>')
    whole = UNUSABLE.sub("\ufffd", text)
    assert "".join(page.texts) == whole
    assert page.values == [whole]
    assert page.tags == ["p"]
    # What is passed on as it is needs no escape.
    assert SPECIAL.search(text) or esc(text) == text


def test_no_template_switches_the_escaping_off():
    assert len(TEMPLATES) > 5
    for folder, name, source in TEMPLATES:
        for word in ("|safe", "| safe", "autoescape", "Markup", "|e}", "|escape"):
            assert word not in source, (folder, name)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 entries"), (1, "1 entry"), (1234, "1,234 entries")]
)
def test_things_are_counted_in_words(count, words):
    assert plural(count, "entry", "entries") == words
    assert plural(count, "hit") == words.replace("entries", "hits").replace("entry", "hit")


class Name(str):
    """A str of another class, as numpy has one."""


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ('<b>\r\x00"', "&lt;b&gt;&#13;\ufffd&quot;"),
        (Name("<b>\r"), "&lt;b&gt;&#13;"),
        (["<b>"], "[&#39;&lt;b&gt;&#39;]"),
        (Markup("<b>"), "<b>"),
        (1234, "1234"),
        (True, "True"),
    ],
)
def test_each_value_of_a_template_is_escaped_once(value, html):
    template = _environment().from_string(
        '{% macro show(value) %}<i title="{{ value }}">{{ value }}</i>{% endmacro %}'
        "{{ show(value) }}"
    )
    assert template.render(value=value) == f'<i title="{html}">{html}</i>'


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError, match="title"):
        _environment().from_string("<p>{{ title }}</p>").render()


def test_an_entry_may_break_between_its_alternatives():
    template = _environment().from_string("{{ entry|breakable }}")
    assert template.render(entry="a<b>|c|d\r") == "a&lt;b&gt;|<wbr>c|<wbr>d&#13;"
