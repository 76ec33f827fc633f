import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import pytest
from support.model_server import serving

import framing as fr

CODEBOOK = """
name = "mine"
version = "1"
[frames.truce]
definition = "The sentence names a truce."
[frames.doubt]
definition = "The sentence names doubt."
"""
TEXTS = [
    "A truce may come. Rain fell. Some doubt the truce.",
    "Snow fell. There is no truce. Wind rose. All doubt it.",
]
# What the server answers: each frame whose name is in the sentence.
CODES = {
    "truce": [1, 0, 1, 0, 1, 0, 0],
    "doubt": [0, 0, 1, 0, 0, 0, 1],
}
QUICK = {"cache": None, "pause": 0.01, "timeout": 0.3}


@pytest.fixture(scope="module")
def codebook(tmp_path_factory):
    path = tmp_path_factory.mktemp("codebook") / "mine.toml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return fr.coding.read_codebook(path)


@pytest.fixture
def server():
    with serving() as running:
        yield running


def coded(server, codebook, model="good", texts=TEXTS, **options):
    corpus = fr.make_corpus(texts)
    options = {**QUICK, **options}
    return fr.coding.code_with_model(corpus, codebook, model=model, base_url=server.url, **options)


def codes_of(result, coder=None):
    table = result.table if coder is None else result.table[result.table["coder"] == coder]
    return {
        frame: table.loc[table["frame"] == frame, "code"].tolist()
        for frame in table["frame"].cat.categories
    }


def every_cell_is_coded_or_listed(result, n=7):
    """Each sentence has a code for each frame, or is listed with a reason."""
    assert len(result.table) == n * result.table["frame"].nunique() * len(result.coders)
    keys = ["doc_id", "sentence", "coder"]
    whole = result.problems[result.problems["frame"] == ""].set_index(keys).index
    single = result.problems.set_index([*keys, "frame"]).index
    for row in result.table[result.table["code"].isna()].itertuples():
        key = (row.doc_id, row.sentence, row.coder)
        assert key in whole or (*key, row.frame) in single
    assert result.problems["reason"].notna().all()
    assert len(result.left_out) == (~result.problems["coded"]).sum()


def test_a_model_codes_by_the_codebook_with_evidence(server, codebook):
    result = coded(server, codebook)
    assert codes_of(result) == CODES
    assert result.problems.empty
    assert result.notes == ()
    assert result.coders == result.codes.coders == ["good"]
    texts = dict(zip(["text1", "text2"], TEXTS, strict=True))
    present = result.table[result.table["code"] == 1]
    quotes = [texts[row.doc_id][row.quote_start : row.quote_end] for row in present.itertuples()]
    assert quotes == present["frame"].astype(str).tolist()
    # "There is no truce" is present and rejected.
    assert present.loc[present["rejected"], ["doc_id", "sentence"]].to_numpy().tolist() == [
        ["text2", 2]
    ]
    # Every sentence was sent once, with its neighbours and under the schema.
    assert sorted(server.sentences()) == sorted([text] for text in (
        "A truce may come.", "Rain fell.", "Some doubt the truce.", "Snow fell.",
        "There is no truce.", "Wind rose.", "All doubt it.",
    ))  # fmt: skip
    first = server.requests[0]
    assert json.loads(first["messages"][1]["content"])["sentences"] == [
        {"id": 1, "before": "", "sentence": "A truce may come.", "after": "Rain fell."}
    ]
    assert first["temperature"] == 0
    assert first["response_format"]["json_schema"]["strict"] is True
    assert codebook.write_out("truce") in first["messages"][0]["content"]


def test_the_codes_go_into_agreement_validation_and_correction(server, codebook):
    corpus = fr.make_corpus(TEXTS)
    result = coded(server, codebook, batch=3)
    hits = result.hits(corpus)
    assert fr.score(hits, unit="corpus", kind="share").table["value"].tolist() == [3 / 7, 2 / 7]
    without = fr.score(hits, unit="corpus", kind="share", rejected="exclude")
    assert without.table["value"].tolist() == [2 / 7, 2 / 7]
    sample = fr.coding.sample_by_codebook(corpus, codebook, 7, seed=1)
    people = sample.table[["doc_id", "sentence"]].assign(**CODES)
    people.loc[0, "truce"] = 0
    people = fr.make_codes(people, coder="Ann")
    validation = fr.validate(hits, people)
    assert validation.table["precision"].tolist() == [2 / 3, 1]
    estimate = fr.correct(hits, people, sample).table
    assert estimate["estimate"].round(6).tolist() == [round(2 / 7, 6), round(2 / 7, 6)]
    both = fr.make_codes(sample.table[["doc_id", "sentence"]].assign(**CODES, coder="good"))
    assert len(both) == len(result.codes)


PASSING = (
    "good", "fenced", "first_only", "limit:2", "limit_silent:2", "broken:2", "drop:1", "hang:1",
    "drip:1", "cut:1", "half:1", "shape:1", "silent:1", "label:1", "label_once",
    "no_schema",
)  # fmt: skip


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("model", PASSING)
def test_a_fault_that_passes_leaves_no_gap(server, codebook, model, batch):
    result = coded(server, codebook, model, batch=batch, workers=3)
    if model == "first_only" and batch == 3:
        # The second time it answers for one of the two that were left, and no more.
        every_cell_is_coded_or_listed(result)
        assert set(result.problems["reason"]) == {"no answer"}
        return
    assert codes_of(result) == CODES
    assert result.problems.empty


FAULTS = {
    "limit_long": "not sent", "broken": "server error", "hang": "timeout", "drip": "timeout",
    "drip_headers": "timeout", "interim": "timeout",
    "drop": "connection lost", "html": "not a reply", "half": "not JSON", "cut": "truncated",
    "refuse": "refused", "filtered": "refused", "silent": "empty answer", "shape": "wrong shape",
    "label": "unknown label", "short": "prompt cut",
    "redirect": "request refused",
}  # fmt: skip


@pytest.mark.parametrize(("model", "reason"), FAULTS.items())
def test_a_fault_that_stays_is_listed_and_never_guessed(server, codebook, model, reason):
    result = coded(server, codebook, model, batch=2, timeout=0.1, retries=1)
    every_cell_is_coded_or_listed(result)
    assert result.table["code"].isna().all()
    assert reason in set(result.problems["reason"])
    assert "100.0% of the codes are missing" in result.notes[-1] + repr(result)
    with pytest.raises(fr.InputError, match=rf"coded nothing \(.*{reason} \d"):
        result.hits(fr.make_corpus(TEXTS))
    assert len(result.codes) == 0
    assert len(result.codes.missing) == 14


# How a server passes over it, or the reason why no code is there. "": all codes are right.
MISBEHAVIOURS = {
    "error_200:1": "", "error_200": "server error", "limit_200:1": "",
    "error_beside": "server error", "finish_error": "server error", "stream": "not a reply",
    "picture": "", "mark_outside": "", "mark_inside": "", "not_gzip": "connection lost",
    "cut_gzip": "not a reply", "huge": "not a reply", "deep": "not a reply",
    "deep_error": "request refused", "limit_past:2": "", "limit_negative:1": "",
    "limit_year:1": "", "limit_digits": "rate limit", "large": "request refused",
    "context": "request refused", "other_later": "other model", "no_choices": "not a reply",
    "null": "empty answer", "null_refusal": "refused", "tool": "empty answer",
    "twice_around": "not a reply", "credit": "", "twice": "wrong shape",
    "capital": "", "dotted": "unknown label", "id_text": "",
    "number_code": "wrong shape", "half_thought": "", "open_thought": "not JSON",
    "trailing": "not JSON", "fence_in_text": "", "from_zero": "wrong shape",
    "other_field": "wrong shape", "presence": "wrong shape", "quoted": "",
    "loading:3": "", "flagged": "refused", "managed": "refused", "no_route": "",
    "unprocessable": "", "limit_ms:1": "", "cut_capital": "truncated",
    "safety": "refused", "abort": "server error", "parts": "", "thinks": "empty answer",
    "blanks": "", "chunks": "", "half_chunks:1": "", "half_chunks": "connection lost",
     "page_502:1": "", "page_502": "server error",
    "nothing": "not a reply", "completion": "not a reply", "moved": "mixed up", "reasons": "",
    "two_choices": "not a reply", "warms:3": "", "usage_words": "", "output_text": "",
    "half_letters": "wrong shape", "limit_of_the_day_told:1": "", "listed_limit:1": "",
    "firewall": "request refused", "revoked": "not sent", "end_mark": "", "channels": "",
    "encoded_twice": "not JSON", "not_a_number": "wrong shape", "translated": "unknown label",
}  # fmt: skip


@pytest.mark.parametrize(("model", "reason"), MISBEHAVIOURS.items())
def test_a_server_that_misbehaves_gets_no_code_wrong(server, codebook, model, reason):
    result = coded(
        server, codebook, model, batch=3, pause=0.001, timeout=5, retries=1, price=(1, 1)
    )
    every_cell_is_coded_or_listed(result)
    for frame, codes in codes_of(result).items():
        pairs = zip(codes, CODES[frame], strict=True)
        assert all(code == right for code, right in pairs if code == code)
    assert result.manifest["cost"] >= 0
    if reason:
        assert reason in set(result.problems["reason"])
        assert result.table["code"].isna().any()
    else:
        assert codes_of(result) == CODES
        assert result.problems.empty


# What servers answer, in the words that their trackers show; none of them ran for this. What is
# answered to which form of request, then the reason, "" where all is coded.
LM_STUDIO_JSON = (400, {"error": "'response_format.type' must be 'json_schema' or 'text'"})
FAST_API = (
    "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input should "
    "be 'text' or 'json_object'\", 'input': 'json_schema'}]"
)
TOO_LONG = {
    # vllm-project/vllm#20409 and ogx-ai/ogx#4534
    "vLLM": (400, {
        "object": "error", "type": "BadRequestError", "param": None, "code": 400,
        "message": "This model's maximum context length is 6048 tokens. However, you requested "
        "6616 tokens (568 in the messages, 6048 in the completion). Please reduce the length of "
        "the messages or completion.",
    }),
    # vllm-project/vllm#4667
    "vLLM, no token left": (400, {
        "object": "error", "message": "max_tokens must be at least 1, got -186.",
        "type": "BadRequestError", "param": None, "code": 400,
    }),
    # ggml-org/llama.cpp#15780, oobabooga/textgen#7257 (with status 200)
    "llama.cpp": (400, {"error": {
        "code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 8708, "n_ctx": 8192,
        "message": "request (8708 tokens) exceeds the available context size (8192 tokens), try "
        "increasing it",
    }}),
    "llama.cpp, as if all were well": (200, {"error": {
        "code": 400, "type": "exceed_context_size_error", "n_prompt_tokens": 14429, "n_ctx": 8192,
        "message": "the request exceeds the available context size. try increasing the context "
        "size or enable context shift",
    }}),
    # lmstudio-ai/lmstudio-bug-tracker#2205 and #237, anomalyco/opencode#11141
    "LM Studio": (400, {"error": "The number of tokens to keep from the initial prompt is greater "
                                 "than the context length (n_keep: 13055>= n_ctx: 4096)."}),
    "LM Studio, older": (400, {"error": "Trying to keep the first 15857 tokens when context the "
                               "overflows. However, the model is loaded with context length of "
                               "only 4096 tokens, which is not enough."}),
    "LM Studio, another": (400, {"error": "Cannot truncate prompt with n_keep (15028) >= n_ctx "
                                          "(7424)"}),
}  # fmt: skip
WIRES = {
    # lmstudio-ai/lmstudio-bug-tracker#189: the schema is taken, any JSON is not.
    "LM Studio": ({"json_object": LM_STUDIO_JSON}, ""),
    # vllm-project/vllm#35438
    "vLLM with a schema that it cannot use": (
        {"json_schema": (500, {"error": {"message": "", "type": "InternalServerError",
                                         "param": None, "code": 500}})},
        "",
    ),
    "a server of FastAPI without json_schema": (
        {"json_schema": (400, {"object": "error", "message": FAST_API, "code": 400})},
        "",
    ),
    "neither schema nor JSON": (
        {"json_schema": (400, {"error": "response_format json_schema is not supported"}),
         "json_object": LM_STUDIO_JSON},
        "",
    ),
    **{f"too long, {name}": ({"json_schema": said}, "request refused")
       for name, said in TOO_LONG.items()},
}  # fmt: skip


@pytest.mark.parametrize(("answers", "reason"), WIRES.values(), ids=WIRES)
def test_servers_are_understood_in_their_own_words(server, codebook, answers, reason):
    server.answers = answers
    result = coded(server, codebook, batch=3, pause=0.001, retries=1)
    every_cell_is_coded_or_listed(result)
    if reason:
        assert set(result.problems["reason"]) == {reason}
        assert result.problems["detail"].str.contains("smaller batch= or max_tokens=").all()
        # It is no reason to give up the schema, or to leave out a parameter.
        assert result.manifest["coders"][0]["structured"] == "schema"
        assert result.manifest["coders"][0]["parameters_refused"] == []
    else:
        assert codes_of(result) == CODES


# No request will succeed after these: what the run says, after a single one.
HOPELESS = {
    "key_400": r"needs a key \(API key not valid", "no_credit": r"quota .* is used up",
    "gone": "no longer", "decommissioned": "no longer", "limit_of_the_day": r"quota .* is used up",
}  # fmt: skip


@pytest.mark.parametrize(("model", "said"), HOPELESS.items())
def test_a_run_ends_at_once_where_no_request_can_succeed(server, codebook, model, said):
    with pytest.raises(fr.InputError, match=said):
        coded(server, codebook, model)
    assert len(server.requests) == 1


def test_a_quote_of_many_pieces_is_looked_for_in_a_moment(server, codebook):
    # A single pattern of all pieces took hours, and no time-out ends it.
    result = coded(server, codebook, "many_gaps", ["a e o u t r c truce " * 60 + "."])
    assert result.problems["reason"].tolist() == ["quote not in sentence"]
    assert codes_of(result)["truce"] == [1]


@pytest.mark.parametrize("listed", ["*", "openai/*"])
def test_a_proxy_may_list_its_models_by_a_pattern(server, codebook, listed):
    server.models = ["llama", listed]
    assert codes_of(coded(server, codebook, "openai/good")) == CODES
    server.models = ["llama", "google/*"]
    with pytest.raises(fr.InputError, match="has no model"):
        coded(server, codebook, "openai/good")


NO_MODEL = {
    "Ollama": {"error": {"message": 'model "qwen" not found, try pulling it first',
                         "type": "api_error", "param": None, "code": None}},
    "vLLM": {"object": "error", "message": "The model `qwen` does not exist.",
             "type": "NotFoundError", "param": None, "code": 404},
}  # fmt: skip


@pytest.mark.parametrize("answer", NO_MODEL.values(), ids=NO_MODEL)
def test_a_model_that_is_missing_is_said_in_the_words_of_the_server(server, codebook, answer):
    server.answers = {"json_schema": (404, answer)}
    words = answer.get("error", answer)["message"]
    with pytest.raises(fr.InputError, match="has no model 'good'") as caught:
        coded(server, codebook)
    assert words in str(caught.value)
    assert len(server.requests) == 1


def ollama(content, prompt, completion, finish="stop", **message):
    """A reply of Ollama's /v1/chat/completions, with all of its fields."""
    usage = {"prompt_tokens": prompt, "completion_tokens": completion,
             "total_tokens": prompt + completion}  # fmt: skip
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message},
              "finish_reason": finish}  # fmt: skip
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "good",
            "system_fingerprint": "fp_ollama", "choices": [choice], "usage": usage}  # fmt: skip


def test_what_ollama_cuts_without_a_word_is_not_used(server, codebook):
    right = '{"sentences": [{"id": 1, "frames": [], "cannot_tell": []}]}'
    replies = {
        # Its context is full: it drops the beginning of the prompt, or breaks off the answer.
        "prompt cut": ollama(right, 60, 40),
        "truncated": ollama(right[:20], 900, 3196, "length"),
        # A model that thinks, and has used all tokens for it.
        "empty answer": ollama("", 900, 300, reasoning="Let me see."),
    }
    for reason, reply in replies.items():
        server.answers = {"json_schema": (200, reply)}
        result = coded(server, codebook)
        every_cell_is_coded_or_listed(result)
        assert set(result.problems["reason"]) == {reason}
        assert result.table["code"].isna().all()


def test_a_request_has_only_what_ollama_vllm_llama_cpp_and_lm_studio_document(server, codebook):
    coded(server, codebook)
    body = server.requests[0]
    fields = {"model", "messages", "temperature", "seed", "max_tokens", "response_format"}
    assert set(body) == fields
    assert [set(message) for message in body["messages"]] == [{"role", "content"}] * 2
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert set(body["response_format"]["json_schema"]) == {"name", "strict", "schema"}
    # Keywords that their grammars know.
    known = {"type", "properties", "required", "additionalProperties", "items", "enum", "minItems",
             "maxItems"}  # fmt: skip

    def check(schema):
        assert set(schema) <= known
        for inner in [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]:
            check(inner)

    check(body["response_format"]["json_schema"]["schema"])


def test_what_a_model_writes_beside_its_codes_is_counted(server, codebook):
    result = coded(server, codebook, "reasons", batch=3)
    counted = {"field confidence": 7, "field reasoning": 7}
    assert result.manifest["coders"][0]["tolerated"] == counted
    assert coded(server, codebook).manifest["coders"][0]["tolerated"] == {}


def test_a_reply_that_comes_twice_is_not_the_reply_to_the_next_request(server, codebook):
    for batch in (1, 2):
        result = coded(server, codebook, "doubled", batch=batch, workers=1, timeout=5)
        assert codes_of(result) == CODES
        assert result.problems.empty


def test_an_alias_is_taken_where_the_user_says_what_it_stands_for(server, codebook):
    # A service lists its models, and not the names of deployments.
    server.models = ["vendor/large", "vendor/small"]
    result = coded(server, codebook, {"deployed": "large"})
    assert codes_of(result) == CODES
    assert result.coders == ["deployed"]
    assert list(result.manifest["coders"][0]["models_answered"]) == ["vendor/large-2025-01-02"]


def test_another_model_under_the_name_is_told_with_the_first_answer(server, codebook):
    for name, answers in (("deployed", "vendor/large-2025-01-02"), ("stranger", "whatever-is")):
        server.requests.clear()
        with pytest.raises(fr.InputError, match=f"answered for '{answers}.*give model={{'{name}'"):
            coded(server, codebook, name)
        assert len(server.requests) == 1
    # Where an earlier model has coded, its codes are kept, and the run says why it stopped.
    result = coded(server, codebook, ["good", "stranger"])
    assert codes_of(result, "good") == CODES
    assert "the server answered for 'whatever-is-loaded'" in result.notes[0]
    assert set(result.problems["coder"]) == {"stranger"}


@pytest.mark.parametrize(("model", "words"), [("cut", "after 400 tokens"), ("silent", "thinks")])
def test_an_answer_that_is_cut_or_empty_says_what_to_do(server, codebook, model, words):
    result = coded(server, codebook, model, max_tokens=200)
    details = result.problems["detail"]
    assert details.str.contains("max_tokens").all()
    assert details.str.contains(words).all()


def test_what_a_model_refused_is_counted_by_agreement_and_correction(server, codebook):
    # It refuses the two sentences with doubt.
    result = coded(server, codebook, "flagged", replicate=2)
    corpus = fr.make_corpus(TEXTS)
    agreement = fr.agreement(result.codes, seed=1)
    assert agreement.table["n"].tolist() == [5, 5]
    assert agreement.left_out["reason"].tolist() == ["nobody coded it"] * 4
    hits = result.hits(corpus, coder="flagged")
    sample = fr.sample_for_coding(hits, corpus, 5, strata=(), seed=1)
    truce = sample.table["text"].str.contains("truce").astype(int)
    people = sample.table[["doc_id", "sentence"]].assign(truce=truce, doubt=0)
    corrected = fr.correct(hits, fr.make_codes(people), sample)
    assert corrected.table["sentences"].tolist() == [5, 5]
    reason = "without a code of the instrument"
    refused = [["text1", 3, reason], ["text2", 4, reason]]
    assert corrected.left_out.to_numpy().tolist() == refused
    assert f"2 {reason} are left out" in repr(corrected)


def test_a_sentence_that_a_model_refused_is_no_miss(server, codebook):
    result = coded(server, codebook, "flagged")
    corpus = fr.make_corpus(TEXTS)
    people = corpus.sentences[["doc_id", "sentence"]].assign(**CODES)
    valid = fr.validate(result.hits(corpus), fr.make_codes(people))
    # All of doubt is in the two sentences that it refused, and one of three with truce.
    table = valid.table.set_index("frame")
    assert table["n"].tolist() == [5, 5]
    assert table["coded"].tolist() == [2, 0]
    assert table.loc["truce", ["precision", "recall", "f1"]].tolist() == [1, 1, 1]
    assert table["recall"].isna().tolist() == [False, True]
    reason = "without a code of the instrument"
    listed = valid.left_out[["doc_id", "sentence", "reason"]].to_numpy().tolist()
    assert listed == [["text1", 3, reason], ["text2", 4, reason]]
    assert set(valid.sentences["coded"]) == {0, 1}
    refused = fr.make_codes(people[people["doubt"] == 1])
    with pytest.raises(fr.InputError, match="has no code for any of the coded sentences"):
        fr.validate(result.hits(corpus), refused)


def test_a_text_that_is_refused_does_not_end_the_run(server, codebook):
    result = coded(server, codebook, "flagged", context=0)
    lost = result.table.loc[result.table["code"].isna(), ["doc_id", "sentence"]].drop_duplicates()
    assert lost.to_numpy().tolist() == [["text1", 3], ["text2", 4]]
    assert set(result.problems["reason"]) == {"refused"}


def test_a_request_that_is_too_long_is_no_reason_to_give_up_the_schema(server, codebook):
    result = coded(server, codebook, "context:1")
    assert result.manifest["coders"][0]["structured"] == "schema"
    assert result.manifest["coders"][0]["parameters_refused"] == []
    assert set(result.problems["reason"]) == {"request refused"}


def test_codes_stay_where_only_the_evidence_is_wrong(server, codebook):
    result = coded(server, codebook, "quote")
    assert codes_of(result) == CODES
    assert set(result.problems["reason"]) == {"quote not in sentence"}
    assert result.problems["coded"].all()
    assert result.left_out.empty
    assert result.table["quote_start"].isna().all()
    assert "have no evidence" in result.notes[0]


def test_what_the_model_cannot_tell_is_missing_and_not_absent(server, codebook):
    result = coded(server, codebook, "unsure")
    assert result.table["code"].isna().sum() == 7
    assert set(result.problems["frame"]) == {"doubt"}
    assert set(result.problems["reason"]) == {"cannot tell"}


def test_a_model_that_always_says_the_same_is_noted(server, codebook):
    result = coded(server, codebook, "always", texts=["Rain fell. Snow fell."] * 12, context=0)
    # Two sentences are in twelve documents each, and are sent once.
    assert len(server.requests) == 2
    assert any("100% of the sentences have the same codes" in note for note in result.notes)
    assert "truce" in result.notes[0]


def test_a_server_gets_only_what_it_takes(codebook):
    with serving(reject=("json_schema", "json_object", "temperature", "max_tokens")) as server:
        result = coded(server, codebook)
        assert codes_of(result) == CODES
        last = server.requests[-1]
        assert not {"response_format", "temperature", "max_tokens"} & last.keys()
        assert last["max_completion_tokens"] > 0
        # The first sentence finds it out; the other six are sent once.
        assert len(server.requests) == 4 + 7
        facts = result.manifest["coders"][0]
        assert facts["structured"] == "none"
        assert set(facts["parameters_refused"]) == {"temperature", "max_tokens"}
    # Where the user wants the schema or nothing, what the server refuses is listed.
    with serving(reject=("json_schema",)) as server:
        result = coded(server, codebook, structured="schema")
        assert set(result.problems["reason"]) == {"request refused"}


def test_a_run_stops_where_every_further_request_is_vain(server, codebook):
    with pytest.raises(fr.InputError, match="No sentence was coded: the quota of the endpoint"):
        coded(server, codebook, "quota")
    assert len(server.requests) == 1
    with pytest.raises(fr.InputError, match="no model 'unknown'"):
        coded(server, codebook, "unknown")
    many = ["".join(f"Day {number} came. " for number in range(60))]
    server.requests.clear()
    result = coded(server, codebook, "html", texts=many, workers=1, timeout=10)
    assert len(server.requests) == 20
    assert result.problems["reason"].value_counts()["not sent"] == 40
    assert "stopped early: 20 requests in a row failed" in result.notes[0]


def test_the_server_and_its_models_are_checked_before_a_sentence_is_sent(server, codebook):
    server.models = ["qwen2.5:7b", "llama3.2:latest"]
    with pytest.raises(fr.InputError, match=r"no model 'qwen2.5:70b'.*Did you mean 'qwen2.5:7b'"):
        coded(server, codebook, "qwen2.5:70b")
    assert server.requests == []
    assert codes_of(coded(server, codebook, "llama3.2")) == CODES
    url = server.url
    server.shutdown()
    server.server_close()
    with pytest.raises(fr.InputError, match=r"No server at http://127.0.0.1.*Start it"):
        fr.coding.code_with_model(
            fr.make_corpus(TEXTS), codebook, model="good", base_url=url, **QUICK
        )


def test_no_text_leaves_this_machine_unless_it_is_allowed(codebook, monkeypatch):
    corpus = fr.make_corpus(TEXTS)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    def ask(url, **options):
        options = {**QUICK, **options}
        return fr.coding.code_with_model(corpus, codebook, model="m", base_url=url, **options)

    for url in ("https://192.0.2.1/v1", "http://192.168.1.20:8080", "https://localhost.example/v1"):
        with pytest.raises(fr.InputError, match="which is not this machine"):
            ask(url)
        # A dry run sends nothing, so it needs no leave.
        plan = ask(url, dry_run=True)
        assert not plan.local
        assert "another machine" in repr(plan)
    with pytest.raises(fr.InputError, match="needs a key: set the environment variable OPENAI_API"):
        ask("https://192.0.2.1/v1", allow_hosted=True)
    with pytest.raises(fr.InputError, match="not the address of a server"):
        ask("127.0.0.1:8080")
    with pytest.raises(fr.InputError, match="has a name, a password or a query") as caught:
        ask("https://me:hunter2@192.0.2.1/v1?key=abc")
    assert "hunter2" not in str(caught.value)
    monkeypatch.setenv("MY_KEY", "sk-secret-123")
    with pytest.raises(fr.InputError, match="without encryption") as caught:
        ask("http://192.0.2.1/v1", allow_hosted=True, key_env="MY_KEY")
    assert "secret" not in str(caught.value)


def test_no_test_can_reach_another_machine(codebook, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    for url in ("https://192.0.2.1/v1", "https://[2001:db8::1]/v1"):
        with pytest.raises(fr.InputError, match=r"a test connects to (192|2001)"):
            fr.coding.code_with_model(
                fr.make_corpus(TEXTS), codebook, model="m", base_url=url, allow_hosted=True, **QUICK
            )


def test_the_key_is_sent_and_neither_stored_nor_shown(server, codebook, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-server")
    monkeypatch.setenv("MY_KEY", "sk-secret-123")
    # A proxy of the environment never gets what is for this machine.
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:9")
    coded(server, codebook)
    assert set(server.keys) == {""}
    cache = tmp_path / "codes.sqlite"
    result = coded(server, codebook, key_env="MY_KEY", cache=cache)
    assert server.keys[-1] == "Bearer sk-secret-123"
    manifest = fr.coding.write_manifest(result, tmp_path / "manifest.json")
    with pytest.raises(fr.InputError, match=r"refuses the key in MY_KEY.*\(key\)") as caught:
        coded(server, codebook, "denied", key_env="MY_KEY")
    for place in (repr(result), repr(result.settings), str(caught.value), manifest.read_text()):
        assert "secret" not in place
    assert b"secret" not in cache.read_bytes()
    # The cache and the manifest hold no words of the articles either.
    for words in ("may come", "Rain fell", "Wind rose"):
        assert words.encode() not in cache.read_bytes()
        assert words not in manifest.read_text()


def test_a_key_that_the_server_repeats_is_not_kept(server, codebook, monkeypatch, tmp_path):
    key = "sk-secret/4567890123456789012345678901234567890123456789"
    monkeypatch.setenv("MY_KEY", key)
    cache = tmp_path / "codes.sqlite"
    result = coded(server, codebook, "show_key", key_env="MY_KEY", cache=cache, workers=1)
    assert {"not a reply", "unknown label", "other model"} <= set(result.problems["reason"])
    manifest = fr.coding.write_manifest(result, tmp_path / "manifest.json").read_text()
    for text in (result.problems.to_csv(), repr(result.settings), manifest):
        assert "secret" not in text
    for path in tmp_path.iterdir():
        assert b"secret" not in path.read_bytes()


def test_a_key_that_the_server_repeats_is_not_in_the_log(server, codebook, monkeypatch, caplog):
    key = "sk-secret\\and'more/456789"
    monkeypatch.setenv("MY_KEY", key)
    caplog.set_level("DEBUG")
    assert codes_of(coded(server, codebook, "show_key_in_header", key_env="MY_KEY")) == CODES
    assert server.keys[-1] == f"Bearer {key}"
    assert "X-Request-Key', b" in caplog.text
    assert "secret" not in caplog.text
    # The log of others is as it was.
    assert not any(logging.getLogger(name).filters for name in ("httpx", "httpcore.http11"))


def test_nothing_is_sent_twice(server, codebook, tmp_path):
    cache = {"cache": tmp_path / "deep" / "codes.sqlite"}
    first = coded(server, codebook, **cache, batch=2)
    sent = len(server.requests)
    second = coded(server, codebook, **cache, batch=2)
    assert len(server.requests) == sent
    assert codes_of(second) == codes_of(first)
    assert second.table.equals(first.table)
    assert second.manifest["coders"][0]["from_cache"] == 7
    plan = coded(server, codebook, **cache, batch=2, dry_run=True)
    assert plan.table["cached"].item() == 7
    assert plan.table["requests"].item() == 0
    # Another server may have another model under the same name.
    with serving() as other:
        coded(other, codebook, **cache, batch=2)
        assert len(other.requests) == sent
    # Another document is sent alone; another prompt, occasion or setting is another question.
    coded(server, codebook, **cache, batch=2, texts=[*TEXTS, "Fog rose."])
    assert server.sentences()[sent:] == [["Fog rose."]]
    for options in ({"occasion": "later"}, {"seed": 2}, {"context": 0}, {"replicate": ["Code."]}):
        before = len(server.requests)
        coded(server, codebook, **cache, batch=2, **options)
        assert len(server.requests) > before


def test_what_failed_on_the_way_is_sent_again_and_what_the_model_said_is_not(
    server, codebook, tmp_path
):
    cache = {"cache": tmp_path / "codes.sqlite", "retries": 0, "batch": 7, "structured": "schema"}
    assert coded(server, codebook, "broken:1", **cache).table["code"].isna().all()
    assert codes_of(coded(server, codebook, "broken:1", **cache)) == CODES
    assert len(server.requests) == 2
    assert coded(server, codebook, "refuse:3", **cache).table["code"].isna().all()
    assert coded(server, codebook, "refuse:3", **cache).table["code"].isna().all()
    assert len(server.requests) == 3
    again = coded(server, codebook, "refuse:3", **cache, again="refused")
    assert codes_of(again) == CODES
    with pytest.raises(fr.InputError, match="again='refuse' is not known"):
        coded(server, codebook, **cache, again="refuse")


@pytest.mark.parametrize("url", ["http://192.0.2.1/v1", "https://192.0.2.1/v1"])
def test_no_traceback_has_the_key_even_with_the_values_of_names(codebook, monkeypatch, url):
    # As IPython, pytest and rich show them.
    monkeypatch.setenv("MY_KEY", "sk-secret-123" + "é" * url.startswith("https"))
    with pytest.raises(fr.InputError, match=r"without encryption|a key cannot have") as caught:
        fr.coding.code_with_model(
            fr.make_corpus(TEXTS), codebook, model="good", base_url=url, cache=None,
            allow_hosted=True, key_env="MY_KEY",
        )  # fmt: skip
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "secret" not in "".join(shown.format())


def test_a_cache_that_was_damaged_loses_what_was_damaged_and_says_so(server, codebook, tmp_path):
    cache = {"cache": tmp_path / "codes.sqlite", "timeout": 5}
    coded(server, codebook, **cache)
    with sqlite3.connect(cache["cache"]) as base:
        base.execute("UPDATE answers SET outcome = '{' WHERE key = (SELECT MIN(key) FROM answers)")
    base.close()
    lost = coded(server, codebook, **cache)
    assert lost.problems["reason"].tolist() == ["interrupted"]
    assert len(server.requests) == 7
    assert codes_of(coded(server, codebook, **cache, again="interrupted")) == CODES
    assert len(server.requests) == 8
    # A table of another version.
    with sqlite3.connect(cache["cache"]) as base:
        base.execute("ALTER TABLE answers RENAME COLUMN model TO name")
    base.close()
    with pytest.raises(fr.InputError, match=r"codes.sqlite can no longer be used \(no such column"):
        coded(server, codebook, **cache)


def test_a_second_run_on_a_cache_in_use_is_told_so(server, codebook, tmp_path):
    server.delay, found = 0.1, []

    def run():
        try:
            found.append(coded(server, codebook, cache=tmp_path / "codes.sqlite", timeout=5))
        except fr.InputError as error:
            found.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [item for item in found if isinstance(item, str)]
    assert len(said) == 1
    assert "Another run is using the cache" in said[0]
    assert len(server.requests) == 7


FULL = """
import resource, signal, sys
sys.path.insert(0, sys.argv[1])
from support.model_server import serving
import framing as fr
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
corpus = fr.make_corpus([" ".join(f"Day {day} of rain." for day in range(400))])
with serving() as server:
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
    fr.coding.code_with_model(
        corpus, fr.coding.read_codebook(sys.argv[2]), model="good", base_url=server.url,
        cache=sys.argv[3],
    )
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit for a file's size")
def test_a_full_disk_ends_the_run_with_what_to_do(tmp_path):
    (tmp_path / "mine.toml").write_text(CODEBOOK, encoding="utf-8")
    tests = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", FULL, tests, tmp_path / "mine.toml", tmp_path / "codes.sqlite"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "codes.sqlite can no longer be used" in done.stderr
    assert "Make room on its disk" in done.stderr
    with sqlite3.connect(tmp_path / "codes.sqlite") as base:
        kept = base.execute("SELECT COUNT(*) FROM answers WHERE state = 'answered'").fetchone()
    base.close()
    assert kept[0] > 10


def test_a_cache_is_used_by_one_run_and_is_no_other_file(server, codebook, tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("my notes " * 100, encoding="utf-8")
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as base:
        base.execute("CREATE TABLE mine (a)")
    base.close()
    for path in (other, foreign, tmp_path):
        with pytest.raises(fr.InputError, match="cache="):
            coded(server, codebook, cache=path)
    assert other.read_text(encoding="utf-8") == "my notes " * 100


def test_the_cost_is_known_before_and_kept(server, codebook):
    price = {"price": (1000.0, 1000.0)}
    plan = coded(server, codebook, dry_run=True, **price)
    assert server.requests == []
    assert plan.table[["sentences", "requests"]].to_numpy().tolist() == [[7, 7]]
    tokens = plan.table[["prompt_tokens", "completion_tokens"]].sum(axis=None)
    assert plan.table["cost"].item() == pytest.approx(tokens / 1000)
    assert "this machine" in repr(plan)
    with pytest.raises(fr.InputError, match=r"would cost about .* Nothing was sent"):
        coded(server, codebook, max_cost=0.9 * plan.table["cost"].item(), **price)
    assert server.requests == []
    # The largest cost of a request is kept back, so that the limit holds whatever comes.
    limit = 1.05 * plan.table["cost"].item()
    result = coded(server, codebook, max_cost=limit, workers=3, **price)
    assert 0 < result.manifest["cost"] <= limit
    every_cell_is_coded_or_listed(result)
    # Answers that never come may have to be paid too, so that they are not waited for for ever.
    result = coded(server, codebook, "hang", max_cost=limit, timeout=0.05, workers=3, **price)
    assert result.manifest["cost"] <= limit
    assert "max_cost" in result.manifest["stopped"]
    every_cell_is_coded_or_listed(result)
    for wrong in ({"max_cost": 1.0}, {"price": (1,)}, {"price": (-1, 1)}):
        with pytest.raises(fr.InputError, match="price"):
            coded(server, codebook, **wrong)


def test_wordings_and_models_are_coders_that_can_be_compared(server, codebook):
    result = coded(server, codebook, ["good", "always"], replicate=2)
    assert result.coders == ["good", "good, prompt 2", "always", "always, prompt 2"]
    # A comma is part of a name.
    assert "by 'good', 'good, prompt 2', 'always', 'always, prompt 2' (" in repr(result)
    prompts = {body["messages"][0]["content"] for body in server.requests}
    assert len(prompts) == 2
    assert codes_of(result, "good, prompt 2") == CODES
    agreement = fr.agreement(result.codes, draws=50, seed=1).table
    assert agreement["coders"].tolist() == [4, 4]
    assert (agreement["alpha"] < 0.5).all()
    with pytest.raises(fr.InputError, match="give 1 to 5"):
        coded(server, codebook, replicate=6)


def test_a_sample_is_coded_like_a_corpus(server, codebook):
    corpus = fr.make_corpus(TEXTS)
    sample = fr.coding.sample_by_codebook(corpus, codebook, 4, seed=1)
    assert sample.frames == codebook.frames
    assert sample.table["probability"].tolist() == [4 / 7] * 4
    result = fr.coding.code_with_model(sample, codebook, model="good", base_url=server.url, **QUICK)
    assert len(result.table) == 8
    present = result.table[result.table["code"] == 1]
    texts = dict(zip(["text1", "text2"], TEXTS, strict=True))
    for row in present.itertuples():
        assert texts[row.doc_id][row.quote_start : row.quote_end] == row.frame
    with pytest.raises(fr.InputError, match="context=2: a sample has one sentence before"):
        fr.coding.code_with_model(
            sample, codebook, model="good", base_url=server.url, context=2, **QUICK
        )


def test_sentences_without_a_word_are_listed_and_not_sent(server, codebook):
    corpus = fr.make_corpus(["A truce.\n\n* * *\n\nRain fell."], furniture=False)
    result = fr.coding.code_with_model(corpus, codebook, model="good", base_url=server.url, **QUICK)
    assert server.sentences() == [["A truce."], ["Rain fell."]]
    assert result.left_out[["sentence", "reason"]].to_numpy().tolist() == [[2, "no word"]]


SCRIPT = """
import sys
import framing as fr
def watch(event, arguments):
    if event == "socket.connect" and arguments[1][0] != "127.0.0.1":
        sys.exit(f"a connection to {arguments[1]}")
sys.addaudithook(watch)
codebook, url, cache, again = sys.argv[1:]
weeks = [[f"Day {day} of week {week} came." for day in range(10)] for week in range(50)]
texts = [" ".join(days) for days in weeks]
result = fr.coding.code_with_model(
    fr.make_corpus(texts), fr.coding.read_codebook(codebook), model="good", base_url=url,
    cache=cache, context=0, workers=4, again=[again] if again else [],
)
print(len(result.codes), len(result.problems), *set(result.problems["reason"]))
"""


def test_a_run_that_was_killed_goes_on_and_sends_nothing_twice(codebook, tmp_path):
    root = Path(fr.__file__).parents[1]
    (tmp_path / "mine.toml").write_text(CODEBOOK, encoding="utf-8")
    port, log, cache = tmp_path / "port", tmp_path / "log", tmp_path / "codes.sqlite"
    program = root / "tests" / "support" / "model_server.py"
    server = subprocess.Popen([sys.executable, program, port, log, "0.005"])
    try:
        while not port.exists() or not port.read_text().endswith("\n"):
            time.sleep(0.02)
        url = f"http://127.0.0.1:{port.read_text().strip()}/v1"

        def start(again=""):
            command = [sys.executable, "-c", SCRIPT, tmp_path / "mine.toml", url, cache, again]
            environment = {**os.environ, "PYTHONPATH": str(root)}
            return subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path
            )

        first = start()
        while not log.exists() or len(log.read_text().splitlines()) < 150:
            assert first.poll() is None
            time.sleep(0.005)
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
        sent = log.read_text().splitlines()
        assert 150 <= len(sent) < 500
        codes, problems, *reasons = start().communicate()[0].split()
        sent = log.read_text().splitlines()
        # No sentence was sent twice. Those on the way when it was killed are listed, whether the
        # server had read them or not.
        assert len(sent) == len(set(sent))
        assert 500 - int(problems) <= len(sent) <= 500
        assert int(codes) + 2 * int(problems) == 1000
        assert int(problems) <= 4
        assert set(reasons) <= {"interrupted"}
        # They are sent again if the user says so, and no other.
        assert start("interrupted").communicate()[0].split() == ["1000", "0"]
        again = log.read_text().splitlines()
        assert len(again) == len(sent) + int(problems)
        assert len(set(again)) == 500
    finally:
        server.kill()
        server.wait()
