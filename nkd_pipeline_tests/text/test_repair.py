"""Rows become articles with clean texts, and a row without a word is refused with the cure."""

import pytest

from nkd_pipeline.stage import RowError, StageSettings
from nkd_pipeline.text.repair import TextRepair
from nkd_pipeline_tests.text.rows import article, delivery_row


def test_all_columns_are_repaired():
    row = article("Damen-Bluse aus\xa0VIskose", model_name="ONLINE_Bluse", color="#FFFFFF")
    assert (row.name, row.model_name, row.color) == ("Damen-Bluse aus Viskose", "Bluse", "white")


def test_a_cut_off_word_is_completed_from_the_other_columns():
    row = article("Kinder-Jungen-T-Shirt mit Stern, 2er-Pack", model_name="Kinder Jungen T-Shirt Pac")
    assert row.model_name == "Kinder Jungen T-Shirt Pack"


@pytest.mark.parametrize("texts", [{"name": " \t"}, {"name": "12345", "model_descr": "---"}])
def test_a_row_without_a_word_is_refused_with_the_cure(texts):
    with pytest.raises(RowError, match=r"delivery\.xlsx, row 2.*Fill at least the name") as caught:
        TextRepair(StageSettings())([delivery_row(**texts)])
    assert caught.value.kind == "no_text"


def test_the_vocabulary_is_part_of_the_fingerprint():
    assert len(str(TextRepair(StageSettings()).fingerprint()["vocabulary"])) == 64
