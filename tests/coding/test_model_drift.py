import numpy as np
import pandas as pd
import pytest
from scipy import stats

import framing as fr


def codes_of(coder="model", n=50, **frames):
    rows = pd.DataFrame({"doc_id": "a", "sentence": range(1, n + 1)})
    return fr.make_codes(rows.assign(**frames), coder=coder)


def test_drift_shows_how_codes_changed():
    first, second = np.zeros(50), np.zeros(50)
    first[:20] = 1
    second[:12] = 1
    second[48:] = 1
    before = codes_of(peace=first.astype(int), doubt=1)
    after = codes_of("model, later", peace=second.astype(int), doubt=1)
    table = fr.coding.drift(before, after).table.set_index("frame")
    row = table.loc["peace"]
    assert (row["n"], row["appeared"], row["vanished"]) == (50, 2, 8)
    assert (row["same"], row["before"], row["after"]) == (0.8, 0.4, 0.28)
    assert row["p"] == stats.binomtest(2, 10).pvalue
    both = fr.make_codes(
        pd.concat(
            [
                pd.DataFrame(
                    {"doc_id": "a", "sentence": range(1, 51), "coder": name, "peace": said}
                )
                for name, said in (("x", first.astype(int)), ("y", second.astype(int)))
            ]
        )
    )
    assert row["alpha"] == fr.agreement(both, draws=20, seed=1).table["alpha"].item()
    assert table.loc["doubt", ["same", "p"]].tolist() == [1, 1]
    assert np.isnan(table.loc["doubt", "alpha"])


def test_what_was_coded_once_is_listed_and_other_codes_are_refused():
    before, after = codes_of(peace=1, n=5), codes_of(peace=1, n=4)
    result = fr.coding.drift(before, after)
    assert result.table["n"].item() == 4
    assert result.left_out[["sentence", "reason"]].to_numpy().tolist() == [[5, "no code after"]]
    with pytest.raises(fr.InputError, match="frames differ"):
        fr.coding.drift(before, codes_of(doubt=1, n=5))
    two = fr.make_codes(
        pd.DataFrame({"doc_id": "a", "sentence": [1, 1], "coder": ["x", "y"], "peace": [1, 0]})
    )
    with pytest.raises(fr.InputError, match="after has the coders 'x', 'y'"):
        fr.coding.drift(before, two)
