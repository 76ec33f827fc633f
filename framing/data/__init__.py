"""Data: what the package ships, and studies and tables as files."""

import lazy_loader

# Module of the package: the names that it defines.
_NAMES = {
    "_core.tables": ["write_table"],
    "corpus.corpus": ["concat"],
    "corpus.datasets": ["Dataset", "open_dataset"],
    "corpus.duplicates": ["Duplicates"],
    "corpus.furniture": ["Furniture", "find_furniture"],
    "corpus.stored_duplicates": ["StoredDuplicates", "find_duplicates"],
    "data_files": ["DataFiles", "write_data"],
    "datasets": [
        "load_actors",
        "load_classifier",
        "load_codebook",
        "load_instrument",
        "load_lexicon",
        "load_stop_words",
        "load_study",
    ],
    "hits.concordance": ["Kwic"],
    "hits.study": ["Study", "make_study", "read_study", "write_study"],
    "scale.datasets": ["ScoredDataset", "dataset_status", "score_dataset"],
    "scale.stored_hits": ["StoredHits", "open_hits"],
    "study_folders": ["StudyState", "check_study", "start_study"],
    "testbed": ["Testbed", "load_testbed"],
}
__getattr__, __dir__, __all__ = lazy_loader.attach("framing", submod_attrs=_NAMES)
