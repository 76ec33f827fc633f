"""Where each name of this room is defined."""

from .methods import (
    describe_methods as describe_methods,
)
from .paper import (
    Paper as Paper,
)
from .paper import (
    write_paper as write_paper,
)
from .results import (
    Results as Results,
)
from .results import (
    make_results as make_results,
)
from .results import (
    read_results as read_results,
)
from .results import (
    write_results as write_results,
)
