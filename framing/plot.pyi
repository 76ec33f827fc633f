"""Where each name of this space is defined."""

from .figures.associations import (
    plot_associations as plot_associations,
)
from .figures.coding import (
    plot_agreement as plot_agreement,
)
from .figures.coding import (
    plot_correction as plot_correction,
)
from .figures.coding import (
    plot_drop_one as plot_drop_one,
)
from .figures.coding import (
    plot_entry_precision as plot_entry_precision,
)
from .figures.coding import (
    plot_validation as plot_validation,
)
from .figures.contrasts import (
    plot_contrast as plot_contrast,
)
from .figures.dispersion import (
    plot_dispersion as plot_dispersion,
)
from .figures.drawing import (
    describe_figure as describe_figure,
)
from .figures.drawing import (
    write_figure as write_figure,
)
from .figures.keyness import (
    plot_keyness as plot_keyness,
)
from .figures.keyness import (
    plot_word_shift as plot_word_shift,
)
from .figures.multiverse import (
    plot_multiverse as plot_multiverse,
)
from .figures.packages import (
    plot_packages as plot_packages,
)
from .figures.pooling import (
    plot_pooled as plot_pooled,
)
from .figures.regressions import (
    plot_regression as plot_regression,
)
from .figures.scores import (
    plot_cooccurrences as plot_cooccurrences,
)
from .figures.scores import (
    plot_corpus as plot_corpus,
)
from .figures.scores import (
    plot_entries as plot_entries,
)
from .figures.scores import (
    plot_positions as plot_positions,
)
from .figures.scores import (
    plot_scores as plot_scores,
)
from .figures.topic_frames import (
    plot_topic_choice as plot_topic_choice,
)
from .figures.topic_frames import (
    plot_topic_frames as plot_topic_frames,
)
from .figures.topics import (
    plot_prevalence as plot_prevalence,
)
from .figures.topics import (
    plot_topics as plot_topics,
)
from .figures.trends import (
    plot_courses as plot_courses,
)
from .figures.trends import (
    plot_trend as plot_trend,
)
from .figures.voices import (
    plot_voice_context as plot_voice_context,
)
from .figures.voices import (
    plot_voices as plot_voices,
)
