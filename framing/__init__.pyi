"""Where each public name is defined; `__init__` reads it and imports a name when it is used."""

from . import (
    claims as claims,
)
from . import (
    coding as coding,
)
from . import (
    data as data,
)
from . import (
    lexicons as lexicons,
)
from . import (
    paper as paper,
)
from . import (
    plot as plot,
)
from . import (
    topics as topics,
)
from . import (
    words as words,
)
from ._core.checks import (
    InputError as InputError,
)
from ._core.tables import (
    write_table as write_table,
)
from .coding.classifiers import (
    Classifier as Classifier,
)
from .coding.classifiers import (
    Predictions as Predictions,
)
from .coding.classifiers import (
    classify as classify,
)
from .coding.classifiers import (
    fit_classifier as fit_classifier,
)
from .coding.classifiers import (
    predict_frames as predict_frames,
)
from .coding.codebooks import (
    Codebook as Codebook,
)
from .coding.codebooks import (
    read_codebook as read_codebook,
)
from .coding.coded_hits import (
    hits_of_codes as hits_of_codes,
)
from .coding.coder_drift import (
    Drift as Drift,
)
from .coding.coder_drift import (
    drift as drift,
)
from .coding.codes import (
    Codes as Codes,
)
from .coding.codes import (
    MeanCodes as MeanCodes,
)
from .coding.codes import (
    make_codes as make_codes,
)
from .coding.codes import (
    mean_codes as mean_codes,
)
from .coding.coding_plans import (
    CodingPlan as CodingPlan,
)
from .coding.coding_plans import (
    plan_coding as plan_coding,
)
from .coding.coding_units import (
    hits_by_unit as hits_by_unit,
)
from .coding.correction import (
    Correction as Correction,
)
from .coding.correction import (
    correct as correct,
)
from .coding.error_pages import (
    ErrorList as ErrorList,
)
from .coding.error_pages import (
    list_errors as list_errors,
)
from .coding.error_pages import (
    write_errors as write_errors,
)
from .coding.group_errors import (
    GroupErrors as GroupErrors,
)
from .coding.instrument_files import (
    read_classifier as read_classifier,
)
from .coding.instrument_files import (
    read_instrument as read_instrument,
)
from .coding.instrument_files import (
    write_classifier as write_classifier,
)
from .coding.instrument_files import (
    write_instrument as write_instrument,
)
from .coding.instruments import (
    Instrument as Instrument,
)
from .coding.instruments import (
    apply_instrument as apply_instrument,
)
from .coding.instruments import (
    fit_instrument as fit_instrument,
)
from .coding.lexicon_tests import (
    LexiconCheck as LexiconCheck,
)
from .coding.lexicon_tests import (
    check_lexicon as check_lexicon,
)
from .coding.models.code_files import (
    read_model_codes as read_model_codes,
)
from .coding.models.coders import (
    code_with_model as code_with_model,
)
from .coding.models.coders import (
    sample_by_codebook as sample_by_codebook,
)
from .coding.models.model_codes import (
    ModelCodes as ModelCodes,
)
from .coding.models.model_codes import (
    ModelPlan as ModelPlan,
)
from .coding.models.model_codes import (
    write_manifest as write_manifest,
)
from .coding.part_corrections import (
    extend_correction as extend_correction,
)
from .coding.reliability import (
    Agreement as Agreement,
)
from .coding.reliability import (
    agreement as agreement,
)
from .coding.sample_files import (
    read_sample as read_sample,
)
from .coding.sample_files import (
    write_sample as write_sample,
)
from .coding.sample_plans import (
    SamplePlan as SamplePlan,
)
from .coding.sample_plans import (
    plan_sample as plan_sample,
)
from .coding.samples import (
    Sample as Sample,
)
from .coding.samples import (
    sample_for_coding as sample_for_coding,
)
from .coding.sheets import (
    read_codes as read_codes,
)
from .coding.sheets import (
    write_coding_sheet as write_coding_sheet,
)
from .coding.suggestions import (
    Suggestions as Suggestions,
)
from .coding.suggestions import (
    suggest as suggest,
)
from .coding.validation import (
    Validation as Validation,
)
from .coding.validation import (
    validate as validate,
)
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
from .corpus.corpus import (
    Corpus as Corpus,
)
from .corpus.corpus import (
    concat as concat,
)
from .corpus.corpus import (
    make_corpus as make_corpus,
)
from .corpus.datasets import (
    Dataset as Dataset,
)
from .corpus.datasets import (
    open_dataset as open_dataset,
)
from .corpus.duplicates import (
    Duplicates as Duplicates,
)
from .corpus.furniture import (
    Furniture as Furniture,
)
from .corpus.furniture import (
    find_furniture as find_furniture,
)
from .corpus.readers import (
    read_corpus as read_corpus,
)
from .corpus.stored_duplicates import (
    StoredDuplicates as StoredDuplicates,
)
from .corpus.stored_duplicates import (
    find_duplicates as find_duplicates,
)
from .data_files import (
    DataFiles as DataFiles,
)
from .data_files import (
    write_data as write_data,
)
from .datasets import (
    load_actors as load_actors,
)
from .datasets import (
    load_classifier as load_classifier,
)
from .datasets import (
    load_codebook as load_codebook,
)
from .datasets import (
    load_instrument as load_instrument,
)
from .datasets import (
    load_lexicon as load_lexicon,
)
from .datasets import (
    load_stop_words as load_stop_words,
)
from .datasets import (
    load_study as load_study,
)
from .evidence.evidence import (
    explore as explore,
)
from .evidence.evidence import (
    write_evidence as write_evidence,
)
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
from .hits.concordance import (
    Kwic as Kwic,
)
from .hits.concordance import (
    kwic as kwic,
)
from .hits.hits import (
    HitCounts as HitCounts,
)
from .hits.hits import (
    Hits as Hits,
)
from .hits.hits import (
    count_hits as count_hits,
)
from .hits.hits import (
    find_hits as find_hits,
)
from .hits.hits import (
    merge_entries as merge_entries,
)
from .hits.hits import (
    merge_frames as merge_frames,
)
from .hits.study import (
    Study as Study,
)
from .hits.study import (
    make_study as make_study,
)
from .hits.study import (
    read_study as read_study,
)
from .hits.study import (
    write_study as write_study,
)
from .lexicons.actors import (
    Actors as Actors,
)
from .lexicons.actors import (
    make_actors as make_actors,
)
from .lexicons.actors import (
    read_actors as read_actors,
)
from .lexicons.dictionaries import (
    read_lexicon as read_lexicon,
)
from .lexicons.dictionaries import (
    write_lexicon as write_lexicon,
)
from .lexicons.lexicon import (
    Lexicon as Lexicon,
)
from .lexicons.lexicon import (
    drop_entries as drop_entries,
)
from .lexicons.lexicon import (
    make_lexicon as make_lexicon,
)
from .paper.methods import (
    describe_methods as describe_methods,
)
from .paper.paper import (
    Paper as Paper,
)
from .paper.paper import (
    write_paper as write_paper,
)
from .paper.results import (
    Results as Results,
)
from .paper.results import (
    make_results as make_results,
)
from .paper.results import (
    read_results as read_results,
)
from .paper.results import (
    write_results as write_results,
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
from .scale.datasets import (
    ScoredDataset as ScoredDataset,
)
from .scale.datasets import (
    dataset_status as dataset_status,
)
from .scale.datasets import (
    score_dataset as score_dataset,
)
from .scale.stored_hits import (
    StoredHits as StoredHits,
)
from .scale.stored_hits import (
    open_hits as open_hits,
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
from .study_folders import (
    StudyState as StudyState,
)
from .study_folders import (
    check_study as check_study,
)
from .study_folders import (
    start_study as start_study,
)
from .testbed import (
    Testbed as Testbed,
)
from .testbed import (
    load_testbed as load_testbed,
)
from .topics.choice import (
    TopicChoice as TopicChoice,
)
from .topics.choice import (
    choose_topics as choose_topics,
)
from .topics.consensus import (
    Consensus as Consensus,
)
from .topics.consensus import (
    consensus_topics as consensus_topics,
)
from .topics.files import (
    read_topics as read_topics,
)
from .topics.files import (
    write_topics as write_topics,
)
from .topics.fitting import (
    fit_topics as fit_topics,
)
from .topics.frames import (
    TopicFrames as TopicFrames,
)
from .topics.frames import (
    frames_by_topic as frames_by_topic,
)
from .topics.intrusion import (
    IntrusionScores as IntrusionScores,
)
from .topics.intrusion import (
    score_intrusion as score_intrusion,
)
from .topics.intrusion import (
    write_intrusion_sheet as write_intrusion_sheet,
)
from .topics.online import (
    write_shares as write_shares,
)
from .topics.packages import (
    Packages as Packages,
)
from .topics.packages import (
    find_packages as find_packages,
)
from .topics.prevalences import (
    Prevalence as Prevalence,
)
from .topics.prevalences import (
    prevalence as prevalence,
)
from .topics.topics import (
    Topics as Topics,
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
from .words.collocates import (
    Collocations as Collocations,
)
from .words.collocates import (
    collocations as collocations,
)
from .words.keywords import (
    Keyness as Keyness,
)
from .words.keywords import (
    keyness as keyness,
)
from .words.keywords import (
    select_units as select_units,
)
from .words.phrases import (
    Phrases as Phrases,
)
from .words.phrases import (
    find_phrases as find_phrases,
)
from .words.stored_terms import (
    StoredTerms as StoredTerms,
)
from .words.terms import (
    Terms as Terms,
)
from .words.terms import (
    count_terms as count_terms,
)
from .words.word_shifts import (
    WordShift as WordShift,
)
from .words.word_shifts import (
    word_shift as word_shift,
)

__version__: str
