"""What users give to the model comparison: lists of models, articles and photos that are wrong are refused with the place and the cure."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from nkd_pipeline.execution.profile import ProfileError
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.model_comparison import steps
from nkd_pipeline.studies.model_comparison.article import read_article
from nkd_pipeline.studies.model_comparison.reference import reference_picture
from nkd_pipeline_tests.studies.comparing import candidate
from nkd_pipeline_tests.studies.quick import quick_run

SKETCH = '{ stage = "nkd_pipeline.sketch.stage:SketchArtist", size = 256 }'


def painted(run):
    steps.controlled_article(run)
    return steps.model_images(run)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        pytest.param("[studies.models]\ncandidates = []\n", "at least 1", id="nobody takes part"),
        pytest.param(
            candidate() + '[[studies.models.candidates]]\nname = "One"\nstage = {}\n',
            "a name of its own; twice: one",
            id="folders do not tell capitals apart everywhere",
        ),
        pytest.param(candidate().replace('"one"', '"../out"'), "candidates.0.name", id="a way out of the home"),
        pytest.param(candidate("{ model = 'x' }"), "[[studies.models.candidates]]", id="no class"),
    ],
)
def test_a_list_of_models_that_is_wrong_is_refused_with_the_place(tmp_path, more, says):
    run = quick_run(tmp_path / "home", "models", more)
    with pytest.raises(ProfileError) as caught:
        painted(run)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(None, "is no article", id="no file"),
        pytest.param("name = ", "is no article", id="no TOML"),
        pytest.param('name = "Bluse"', "article_id", id="no id"),
        pytest.param('article_id = "../x"\nname = "Bluse"', "letters, digits and hyphens", id="a way out of the home"),
        pytest.param('article_id = "X"\nname = 3', "all columns are texts", id="a number for a text"),
        pytest.param('article_id = "X"\nprice = "3"', "is no article", id="a column that deliveries do not have"),
    ],
)
def test_an_article_that_is_none_is_refused_with_the_cure(tmp_path, text, says):
    file = tmp_path / "own.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(StudyError, match=says):
        read_article(str(file))


def test_a_reference_that_is_no_photo_is_refused(tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"no picture")
    run = quick_run(tmp_path / "home", "models", candidate(more=f'reference = "{photo}"'))
    with pytest.raises(StudyError, match="cannot be read as a photo"):
        steps.controlled_article(run)


def test_a_photo_taken_sideways_is_put_upright(tmp_path):
    photo = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (80, 40), "white").save(photo, exif=exif)
    run = quick_run(tmp_path / "home", "models", candidate(more=f'reference = "{photo}"'))
    steps.controlled_article(run)
    stored = reference_picture(run)
    with Image.open(stored.image_file) as image:
        assert (image.size, image.format) == ((40, 80), "PNG")
    assert hashlib.sha256(Path(stored.image_file).read_bytes()).hexdigest() == stored.sha256


def test_an_article_that_names_no_garment_is_refused_with_the_reason(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text('article_id = "X"\nname = "Gutschein in Rot"\n')
    run = quick_run(tmp_path / "home", "models", candidate(SKETCH, f'article = "{file}"'))
    with pytest.raises(StudyError, match=r"extracted_attributes failed .*names a garment"):
        painted(run)
