import pandas as pd
import pytest

import framing as fr

HOSTILE = "<script>alert(1)</script>\"'><mark> {{ 7 * 7 }} {% raw %} &amp; \u202e \u2066"


# Entries that look like markup get a warning.
@pytest.mark.filterwarnings("ignore:make_lexicon")
def test_no_field_of_the_page_can_carry_markup_or_code_of_templates(tmp_path):
    texts = [f"Near {HOSTILE} it.\n\nA truce {HOSTILE}\ud83d here.\n\nRain {HOSTILE} fell."]
    corpus = fr.make_corpus(texts, doc_id=[HOSTILE])
    lexicon = fr.make_lexicon({HOSTILE: ["truce", "<b>"]}, name=HOSTILE)
    hits = fr.find_hits(corpus, lexicon)
    sentences = corpus.sentences["sentence"]
    codes = pd.DataFrame({"doc_id": HOSTILE, "sentence": sentences, HOSTILE: 0})
    codes.loc[codes.index[0], HOSTILE] = 1
    valid = fr.validate(hits, fr.make_codes(codes))
    assert set(fr.list_errors(valid)["error"]) == {"false hit", "miss"}
    source = fr.write_errors(valid, corpus, tmp_path / "e.html").read_bytes().decode("utf-8")
    for markup in ("<script", "<b>", "\x00", "'>", "49"):
        assert markup not in source
    # The one hit of a false hit is marked, and nothing else.
    assert source.count("<mark>") == 1
    assert "<mark>truce</mark>" in source
    assert "{{ 7 * 7 }} {% raw %} &amp;amp; \u202e \u2066" in source
    assert "\ufffd here" in source
