"""Product copy in the study of attributes: from what was read, in each language, with what was left out in the report."""

import pytest

from nkd_pipeline.execution.profile import ProfileError
from nkd_pipeline.records.photo_attributes import HELD_OUT, TRAIN, PhotoAnswer, VqaPair
from nkd_pipeline.records.product_copy import ProductCopy
from nkd_pipeline.report.table import plain_rows
from nkd_pipeline.storage.tables import OK, RowState, StageRow
from nkd_pipeline.studies.attributes.product_copy import COPY, copy_section, copy_settings, product_copy
from nkd_pipeline.studies.attributes.steps import PAIRS, PREDICTED, shard_of
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline_tests.models.chat_server import ChatServer, reply
from nkd_pipeline_tests.studies.quick import quick_run

READ = {
    "P-1": {"Article Type": ("dress", 0.9), "Base Colour": ("navy blue", 0.8), "Sleeve Length": ("long sleeves", 0.3)},
    "P-2": {"Article Type": ("coat", 0.9), "Collar": ("no collar", 0.9)},
}


def prepared(home, more=""):
    """A home in which attributes of two products have been read."""
    run = quick_run(home, "attributes", more)
    pairs = [VqaPair(key, name, "?", "", HELD_OUT, "", "") for key, values in READ.items() for name in values]
    run.plain(PAIRS, VqaPair, [*pairs, VqaPair("P-3", "Article Type", "?", "Skirt", TRAIN, "", "")])
    for attribute in {name for values in READ.values() for name in values}:
        rows = [
            StageRow(RowState(key, OK, None, None, "", "", 1, 0.0, ""), PhotoAnswer(key, attribute, *values[attribute]))
            for key, values in READ.items()
            if attribute in values
        ]
        run.study.tables.write(PREDICTED, PhotoAnswer, shard_of(attribute), rows)
    return run


def copies(run, language):
    rows = run.study.tables.read(COPY, ProductCopy, language)
    return {key: row.record for key, row in rows.items() if row.record}


def test_each_held_out_product_is_described_in_both_languages(tmp_path):
    run = prepared(tmp_path / "home")
    made = product_copy(run)
    assert (made.rows, made.values) == (4, {"products": 2, "repaired": 0})
    assert copies(run, "en")["P-1"].text == "Dress in navy blue. Details: long sleeves."
    assert copies(run, "de")["P-2"].text == "Mantel."
    assert copies(run, "de")["P-2"].unsaid == ("Collar: no collar",)
    product_copy(run)
    assert {name: outcome.counts.computed for name, outcome in run.outcomes.items()} == {"product_copy en": 0, "product_copy de": 0}


def test_what_the_model_is_not_sure_of_is_not_said(tmp_path):
    run = prepared(tmp_path / "home", '[studies.product_copy]\nconfidence = 0.5\nlanguages = ["en"]\ntone = "warm"\n')
    product_copy(run)
    assert copies(run, "en")["P-1"].text == "A favourite for every day: dress in navy blue. Made to be worn again and again."


def test_the_report_counts_what_was_mended_and_what_failed(tmp_path):
    """The model's second try for one product is good, for the other it is not."""

    def by_product(handler, body):
        mended = "coat" in body["messages"][0]["content"].lower() and len(body["messages"]) > 1
        reply("A coat." if mended else "Something to wear.")(handler, body)

    with ChatServer(usual=by_product) as server:
        stage = (
            f'\n[stages.product_copy]\nstage = "nkd_pipeline.models.copywriter.chat:EndpointCopywriter"\nmodel = "tiny"\nbase_url = "{server.url}"\n'
        )
        run = prepared(tmp_path / "home", stage + '[studies.product_copy]\nlanguages = ["en"]\n')
        product_copy(run)
    counts, examples = copy_section(run).tables
    (row,) = plain_rows(counts)
    assert (row["complete_at_once_count"], row["complete_when_asked_once_more_count"], row["failed_count"]) == (0, 1, 1)
    assert plain_rows(examples)[0]["english"] == "A coat."


@pytest.mark.parametrize(
    ("setting", "says"),
    [('tone = "shrill"', "shrill is no tone. There are plain, warm"), ('languages = ["fr"]', "languages"), ("languages = []", "at least 1")],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path, setting, says):
    run = quick_run(tmp_path / "home", "attributes", f"[studies.product_copy]\n{setting}\n")
    with pytest.raises(ProfileError, match=says):
        copy_settings(run.study.profile)


def test_before_anything_was_read_it_says_what_to_materialize(tmp_path):
    with pytest.raises(StudyError, match="vqa_pairs has not been materialized"):
        product_copy(quick_run(tmp_path / "home", "attributes"))
    with pytest.raises(StudyError, match="product_copy has not been materialized"):
        copy_section(prepared(tmp_path / "home"))
