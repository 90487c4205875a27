"""Photos in the layout of Fashion Product Images; the files here are our own, in that layout."""

import io
import json

import pytest
from PIL import Image

from nkd_pipeline.records.photo_attributes import VqaPair
from nkd_pipeline.studies.attributes import steps
from nkd_pipeline.studies.attributes.fashion_products import read_products
from nkd_pipeline.studies.common.running import StudyError, read_plain
from nkd_pipeline_tests.studies.quick import quick_run
from nkd_pipeline_tests.studies.quick_attributes import SETTINGS

KNOWN = {"Neck": "Round Neck", "Pattern": "Solid", "Sleeve Length": "Short Sleeves", "Fit": "NA", "Pocket Type": "Patch"}
WANTED = {"count": 100, "fewest": 2, "seed": 1}


def jpeg(colour="navy"):
    stream = io.BytesIO()
    Image.new("RGB", (600, 800), colour).save(stream, "JPEG")
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Twelve sound products, and one of each kind that cannot be used."""
    root = tmp_path / "data"
    for name in ("styles", "images"):
        (root / name).mkdir(parents=True)
    lines = ["id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"]
    for number in [*range(1001, 1013), 2001, 2002, 2003, 2004, 2005]:
        lines.append(f"{number},Men,Apparel,Topwear,Tshirts,Navy Blue,Fall,2011,Casual,A tee, with a comma")
        (root / "styles" / f"{number}.json").write_text(json.dumps({"data": {"articleAttributes": KNOWN}}))
        (root / "images" / f"{number}.jpg").write_bytes(jpeg())
    (root / "styles.csv").write_text("\n".join([*lines, "../evil,Men,,,Tshirts,Red,,,,"]))
    (root / "styles" / "2001.json").unlink()
    (root / "styles" / "2002.json").write_text('{"data": [')
    (root / "styles" / "2003.json").write_text(json.dumps({"data": None}))
    (root / "images" / "2004.jpg").unlink()
    (root / "images" / "2005.jpg").write_bytes(jpeg()[:400])
    return root


def test_sound_products_are_read_and_the_others_counted(folder, tmp_path):
    found = read_products(folder, tmp_path / "copies", **WANTED)
    assert {product.article_id for product in found.products} == {f"photo-{number}" for number in range(1001, 1013)}
    assert found.left_out == {"no JSON file": 1, "a damaged JSON file": 2, "no photo": 1, "a damaged photo": 1}


def test_attributes_come_from_list_and_json_without_what_nobody_filled_in(folder, tmp_path):
    (product,) = read_products(folder, tmp_path / "copies", count=1, fewest=2, seed=1).products
    assert product.answers == {
        "Article Type": "Tshirts",
        "Base Colour": "Navy Blue",
        "Neck": "Round Neck",
        "Pattern": "Solid",
        "Sleeve Length": "Short Sleeves",
    }


def test_copies_are_small_png_files_and_made_once(folder, tmp_path):
    first, again = (read_products(folder, tmp_path / "copies", **WANTED).products for _ in range(2))
    assert first == again
    with Image.open(first[0].image_file) as picture:
        assert (picture.format, picture.size) == ("PNG", (288, 384))
    assert len(list((tmp_path / "copies").glob("*.png"))) == 12


def test_products_are_drawn_by_lot(folder, tmp_path):
    drawn = [[one.article_id for one in read_products(folder, tmp_path / "c", count=5, fewest=2, seed=seed).products] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_products_of_which_little_is_known_are_passed_over(folder, tmp_path):
    with pytest.raises(StudyError, match=r"no product that can be used: .*'fewer than 6 known attributes': 14"):
        read_products(folder, tmp_path / "copies", count=5, fewest=6, seed=1)


@pytest.mark.parametrize(
    ("text", "says"), [(None, "styles.csv cannot be read"), ("name\nx\n", "needs the column id"), ("", "needs the column id")], ids=str
)
def test_a_list_that_is_none_is_refused_with_the_cure(tmp_path, text, says):
    if text is not None:
        (tmp_path / "styles.csv").write_text(text)
    with pytest.raises(StudyError, match=says):
        read_products(tmp_path, tmp_path / "copies", **WANTED)


def test_the_study_asks_about_photos_where_a_folder_is_named(folder, tmp_path):
    run = quick_run(tmp_path / "home", "attributes", SETTINGS.replace("fewest", f'photos = "{folder}"\nfewest'))
    made = steps.vqa_pairs(run)
    pairs = read_plain(run.study, steps.PAIRS, VqaPair, steps.PAIRS)
    assert made.values["products"] == 12
    assert made.values["left out: no photo"] == 1
    assert {pair.answer for pair in pairs if pair.attribute == "Article Type"} == {"Tshirts"}
