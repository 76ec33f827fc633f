import pytest
from support.series import constructed

import framing as fr


@pytest.fixture(scope="session")
def weekly():
    return fr.trend(constructed(), every="week", seed=1, draws=200)
