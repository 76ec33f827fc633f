"""Where each name of this room is defined."""

from .choice import (
    TopicChoice as TopicChoice,
)
from .choice import (
    choose_topics as choose_topics,
)
from .consensus import (
    Consensus as Consensus,
)
from .consensus import (
    consensus_topics as consensus_topics,
)
from .files import (
    read_topics as read_topics,
)
from .files import (
    write_topics as write_topics,
)
from .fitting import (
    fit_topics as fit_topics,
)
from .frames import (
    TopicFrames as TopicFrames,
)
from .frames import (
    frames_by_topic as frames_by_topic,
)
from .intrusion import (
    IntrusionScores as IntrusionScores,
)
from .intrusion import (
    score_intrusion as score_intrusion,
)
from .intrusion import (
    write_intrusion_sheet as write_intrusion_sheet,
)
from .online import (
    write_shares as write_shares,
)
from .packages import (
    Packages as Packages,
)
from .packages import (
    find_packages as find_packages,
)
from .prevalences import (
    Prevalence as Prevalence,
)
from .prevalences import (
    prevalence as prevalence,
)
from .topics import (
    Topics as Topics,
)
