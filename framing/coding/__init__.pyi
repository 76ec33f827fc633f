"""Where each name of this room is defined."""

from .classifiers import (
    Classifier as Classifier,
)
from .classifiers import (
    Predictions as Predictions,
)
from .classifiers import (
    classify as classify,
)
from .classifiers import (
    fit_classifier as fit_classifier,
)
from .classifiers import (
    predict_frames as predict_frames,
)
from .codebooks import (
    Codebook as Codebook,
)
from .codebooks import (
    read_codebook as read_codebook,
)
from .coded_hits import (
    hits_of_codes as hits_of_codes,
)
from .coder_drift import (
    Drift as Drift,
)
from .coder_drift import (
    drift as drift,
)
from .codes import (
    Codes as Codes,
)
from .codes import (
    MeanCodes as MeanCodes,
)
from .codes import (
    make_codes as make_codes,
)
from .codes import (
    mean_codes as mean_codes,
)
from .coding_plans import (
    CodingPlan as CodingPlan,
)
from .coding_plans import (
    plan_coding as plan_coding,
)
from .coding_units import (
    hits_by_unit as hits_by_unit,
)
from .correction import (
    Correction as Correction,
)
from .correction import (
    correct as correct,
)
from .error_pages import (
    ErrorList as ErrorList,
)
from .error_pages import (
    list_errors as list_errors,
)
from .error_pages import (
    write_errors as write_errors,
)
from .group_errors import (
    GroupErrors as GroupErrors,
)
from .instrument_files import (
    read_classifier as read_classifier,
)
from .instrument_files import (
    read_instrument as read_instrument,
)
from .instrument_files import (
    write_classifier as write_classifier,
)
from .instrument_files import (
    write_instrument as write_instrument,
)
from .instruments import (
    Instrument as Instrument,
)
from .instruments import (
    apply_instrument as apply_instrument,
)
from .instruments import (
    fit_instrument as fit_instrument,
)
from .lexicon_tests import (
    LexiconCheck as LexiconCheck,
)
from .lexicon_tests import (
    check_lexicon as check_lexicon,
)
from .models.code_files import (
    read_model_codes as read_model_codes,
)
from .models.coders import (
    code_with_model as code_with_model,
)
from .models.coders import (
    sample_by_codebook as sample_by_codebook,
)
from .models.model_codes import (
    ModelCodes as ModelCodes,
)
from .models.model_codes import (
    ModelPlan as ModelPlan,
)
from .models.model_codes import (
    write_manifest as write_manifest,
)
from .part_corrections import (
    extend_correction as extend_correction,
)
from .reliability import (
    Agreement as Agreement,
)
from .reliability import (
    agreement as agreement,
)
from .sample_files import (
    read_sample as read_sample,
)
from .sample_files import (
    write_sample as write_sample,
)
from .sample_plans import (
    SamplePlan as SamplePlan,
)
from .sample_plans import (
    plan_sample as plan_sample,
)
from .samples import (
    Sample as Sample,
)
from .samples import (
    sample_for_coding as sample_for_coding,
)
from .sheets import (
    read_codes as read_codes,
)
from .sheets import (
    write_coding_sheet as write_coding_sheet,
)
from .suggestions import (
    Suggestions as Suggestions,
)
from .suggestions import (
    suggest as suggest,
)
from .validation import (
    Validation as Validation,
)
from .validation import (
    validate as validate,
)
