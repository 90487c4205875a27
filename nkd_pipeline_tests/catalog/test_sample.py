"""The sample delivery is what its readable source says, and shows what deliveries are like."""

from __future__ import annotations

import runpy
from io import BytesIO
from pathlib import Path

import pytest

from nkd_pipeline.catalog.delivery import read_delivery
from nkd_pipeline.catalog.pictures import read_photos

FOLDER = Path(__file__).parents[2] / "data" / "deliveries"
SAMPLE = FOLDER / "sample_catalog.xlsx"


@pytest.fixture(scope="module")
def sample():
    return read_delivery(SAMPLE)


def pixels(photo):
    from PIL import Image

    with Image.open(BytesIO(photo.data)) as image:
        return image.size, image.convert("RGB").tobytes()


def test_the_workbook_is_built_from_its_source_and_the_same_each_time(tmp_path, sample):
    build = runpy.run_path(str(FOLDER / "build_sample.py"))["build"]
    again, twice = tmp_path / SAMPLE.name, tmp_path / "twice.xlsx"
    build(again)
    build(twice)
    assert again.read_bytes() == twice.read_bytes()
    rebuilt = read_delivery(again)
    assert rebuilt.rows == sample.rows
    assert rebuilt.quarantined == sample.quarantined
    # pixels, not bytes: other versions of zlib pack the same picture differently
    assert [pixels(photo) for _, photo in read_photos(again, rebuilt.pictures)] == [
        pixels(photo) for _, photo in read_photos(SAMPLE, sample.pictures)
    ]


def test_it_holds_46_articles_three_photos_and_two_broken_rows(sample):
    assert len(sample.rows) == 46
    assert [(row.source_row, row.kind) for row in sample.quarantined] == [(15, "error_cell"), (37, "no_text")]
    assert len(sample.pictures) == 3
    assert sample.notes == ()
    assert sample.catalog == "sample_catalog"


@pytest.mark.parametrize(
    "oddity",
    [
        pytest.param("\u00a0", id="no-break space"),
        pytest.param("  ", id="doubled space"),
        pytest.param("\n\n\n\t", id="tab bullets"),
        pytest.param("OEKO-TEX®", id="a claim that nobody sees"),
        pytest.param("VIskose", id="stray capital"),
        pytest.param("ONLINE_", id="prefix of the shop system"),
        pytest.param("„Schöne Grüße“", id="umlauts in lettering"),
    ],
)
def test_it_is_as_untidy_as_real_deliveries(sample, oddity):
    assert any(oddity in text for row in sample.rows for text in (row.name, row.description, row.model_name, row.model_descr))


def test_model_names_end_where_the_merchandise_system_cuts_them(sample):
    lengths = [len(row.model_name) for row in sample.rows]
    assert max(lengths) == 24
    assert lengths.count(24) >= 5
