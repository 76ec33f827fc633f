"""Where each name of this space is defined."""

from .._core.tables import (
    write_table as write_table,
)
from ..corpus.corpus import concat as concat
from ..corpus.datasets import (
    Dataset as Dataset,
)
from ..corpus.datasets import (
    open_dataset as open_dataset,
)
from ..corpus.duplicates import Duplicates as Duplicates
from ..corpus.furniture import Furniture as Furniture
from ..corpus.furniture import find_furniture as find_furniture
from ..corpus.stored_duplicates import (
    StoredDuplicates as StoredDuplicates,
)
from ..corpus.stored_duplicates import (
    find_duplicates as find_duplicates,
)
from ..data_files import (
    DataFiles as DataFiles,
)
from ..data_files import (
    write_data as write_data,
)
from ..datasets import (
    load_actors as load_actors,
)
from ..datasets import (
    load_classifier as load_classifier,
)
from ..datasets import (
    load_codebook as load_codebook,
)
from ..datasets import (
    load_instrument as load_instrument,
)
from ..datasets import (
    load_lexicon as load_lexicon,
)
from ..datasets import (
    load_stop_words as load_stop_words,
)
from ..datasets import (
    load_study as load_study,
)
from ..hits.concordance import Kwic as Kwic
from ..hits.study import (
    Study as Study,
)
from ..hits.study import (
    make_study as make_study,
)
from ..hits.study import (
    read_study as read_study,
)
from ..hits.study import (
    write_study as write_study,
)
from ..scale.datasets import (
    ScoredDataset as ScoredDataset,
)
from ..scale.datasets import (
    dataset_status as dataset_status,
)
from ..scale.datasets import (
    score_dataset as score_dataset,
)
from ..scale.stored_hits import (
    StoredHits as StoredHits,
)
from ..scale.stored_hits import (
    open_hits as open_hits,
)
from ..study_folders import (
    StudyState as StudyState,
)
from ..study_folders import (
    check_study as check_study,
)
from ..study_folders import (
    start_study as start_study,
)
from ..testbed import (
    Testbed as Testbed,
)
from ..testbed import (
    load_testbed as load_testbed,
)
