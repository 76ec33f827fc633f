"""Where each name of this room is defined."""

from .actors import (
    Actors as Actors,
)
from .actors import (
    make_actors as make_actors,
)
from .actors import (
    read_actors as read_actors,
)
from .dictionaries import (
    read_lexicon as read_lexicon,
)
from .dictionaries import (
    write_lexicon as write_lexicon,
)
from .lexicon import (
    Lexicon as Lexicon,
)
from .lexicon import (
    drop_entries as drop_entries,
)
from .lexicon import (
    make_lexicon as make_lexicon,
)
