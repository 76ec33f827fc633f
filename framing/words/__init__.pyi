"""Where each name of this room is defined."""

from .collocates import (
    Collocations as Collocations,
)
from .collocates import (
    collocations as collocations,
)
from .keywords import (
    Keyness as Keyness,
)
from .keywords import (
    keyness as keyness,
)
from .keywords import (
    select_units as select_units,
)
from .phrases import (
    Phrases as Phrases,
)
from .phrases import (
    find_phrases as find_phrases,
)
from .stored_terms import (
    StoredTerms as StoredTerms,
)
from .terms import (
    Terms as Terms,
)
from .terms import (
    count_terms as count_terms,
)
from .word_shifts import (
    WordShift as WordShift,
)
from .word_shifts import (
    word_shift as word_shift,
)
