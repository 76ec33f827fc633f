"""Where each name of this space is defined."""

from .contrasts.contrasts import (
    Contrast as Contrast,
)
from .contrasts.contrasts import (
    contrast as contrast,
)
from .contrasts.voice_profiles import (
    Voices as Voices,
)
from .contrasts.voice_profiles import (
    voices as voices,
)
from .hits.hits import (
    HitCounts as HitCounts,
)
from .hits.hits import (
    merge_entries as merge_entries,
)
from .hits.hits import (
    merge_frames as merge_frames,
)
from .regressions.regressions import (
    Regression as Regression,
)
from .regressions.regressions import (
    regress as regress,
)
from .robustness.multiverses import (
    Multiverse as Multiverse,
)
from .robustness.multiverses import (
    multiverse as multiverse,
)
from .scores.leave_one_out import (
    LeaveOneOut as LeaveOneOut,
)
from .scores.leave_one_out import (
    drop_one as drop_one,
)
from .scores.pooling import (
    Pooled as Pooled,
)
from .scores.pooling import (
    pool as pool,
)
from .scores.scores import (
    Scores as Scores,
)
from .scores.scores import (
    score as score,
)
from .scores.summaries import (
    Cooccurrences as Cooccurrences,
)
from .scores.summaries import (
    EntryCounts as EntryCounts,
)
from .scores.summaries import (
    HitPositions as HitPositions,
)
from .scores.summaries import (
    count_cooccurrences as count_cooccurrences,
)
from .scores.summaries import (
    count_entries as count_entries,
)
from .scores.summaries import (
    locate_hits as locate_hits,
)
from .trends.change_points import (
    ChangePoints as ChangePoints,
)
from .trends.change_points import (
    find_change_points as find_change_points,
)
from .trends.interruptions import (
    Interruption as Interruption,
)
from .trends.interruptions import (
    change_at as change_at,
)
from .trends.trends import (
    Trend as Trend,
)
from .trends.trends import (
    trend as trend,
)
from .vectorizer import (
    FrameVectorizer as FrameVectorizer,
)
