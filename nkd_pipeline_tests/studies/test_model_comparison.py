"""The model comparison from the article to the report: the same work for all, what it took, what is wrong with it, and what was learnt by heart."""

import base64
import json

import numpy as np
import pytest
from PIL import Image

from nkd_pipeline.models.device import device
from nkd_pipeline.records import RenderedImage
from nkd_pipeline.records.model_comparison import CandidateCost
from nkd_pipeline.records.studies import PictureLikeness
from nkd_pipeline.stage import Stage, StageSettings
from nkd_pipeline.storage.images import read_provenance
from nkd_pipeline.studies.common.running import StudyError
from nkd_pipeline.studies.model_comparison import steps
from nkd_pipeline.studies.model_comparison.metering import Metered
from nkd_pipeline.studies.model_comparison.reference import is_nearly_the_photo, reference_picture
from nkd_pipeline.studies.model_comparison.report import model_comparison_report
from nkd_pipeline.studies.model_comparison.settings import ModelComparisonSettings, settings
from nkd_pipeline.studies.model_comparison.tables import duration, estimated_seconds
from nkd_pipeline_tests.models.chat_server import ChatServer
from nkd_pipeline_tests.studies.comparing import COMPARISON, candidate
from nkd_pipeline_tests.studies.quick import quick_run

SKETCH = '{ stage = "nkd_pipeline.sketch.stage:SketchArtist", size = 256 }'
VARIANT = '{{ stage = "nkd_pipeline.studies.model_comparison.variants:SketchVariant", size = 256, defect = "{defect}" }}'
PAINTED = ("plain", "second-object", "by-heart")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """(run, what each step made) of a whole comparison."""
    run = quick_run(tmp_path_factory.mktemp("models") / "home", "models", COMPARISON)
    step = (steps.controlled_article, steps.model_images, steps.model_scores, model_comparison_report)
    return run, {each.__name__: each(run) for each in step}


def results(run):
    return steps.compared(run)


def report(run):
    return json.loads((run.study.home.root / "report" / "report.json").read_text())


def rows(run, table):
    return {row["model"]: row for one in report(run)["tables"] if one["name"] == table for row in one["rows"]}


def test_all_models_get_the_same_prompt_and_the_same_seeds(done):
    run, made = done
    history = {name: [read_provenance(file) for file in made["model_images"].pictures[name]] for name in PAINTED}
    prompts = {one.prompt for each in history.values() for one in each}
    assert prompts == {made["controlled_article"].values["prompt"]}
    assert "men's t-shirt in blue melange" in prompts.pop()
    orders = [[image.seed for image in result.images.values()] for name, result in results(run).items() if name in PAINTED]
    assert orders[0] == orders[1] == orders[2]
    assert len(set(orders[0])) == 2


def test_the_time_and_memory_of_each_model_are_measured(done):
    costs = {name: result.cost for name, result in results(done[0]).items()}
    for name in PAINTED:
        assert (costs[name].pictures, costs[name].device, costs[name].problem) == (2, device(), "")
        assert 0 < costs[name].picture_seconds < 60
        assert costs[name].peak_bytes > 0
    assert rows(done[0], "costs")["plain"]["minutes_for_224_articles"] > 0


def test_a_model_that_cannot_be_loaded_is_named_and_holds_up_nobody(done):
    run, made = done
    broken = results(run)["broken"]
    assert "no defect is called 'no such defect'" in broken.cost.problem
    assert not broken.images
    assert made["model_images"].table[0]["model"] == "broken"
    assert "no defect is called" in rows(run, "costs")["broken"]["problem"]


def test_a_foreign_object_is_counted_where_there_is_one(done):
    found = {name: sum(map(bool, steps.foreign_objects(result).values())) for name, result in results(done[0]).items()}
    assert found == {"plain": 0, "second-object": 2, "by-heart": 0, "broken": 0}


def test_a_picture_learnt_by_heart_raises_the_alarm_and_another_of_the_same_article_does_not(done):
    run, made = done
    wanted = settings(run.study.profile)
    alarms = {name: sum(is_nearly_the_photo(one, wanted) for one in result.likeness.values()) for name, result in results(run).items()}
    assert alarms == {"plain": 0, "second-object": 0, "by-heart": 2, "broken": 0}
    assert made["model_scores"].values["overfit_alarms"] == 2
    assert ("1", "overfit alarms", "by-heart") in {(one["value"], one["name"], one["counts"]) for one in report(run)["headlines"]}


def test_reasons_stand_only_where_nothing_could_be_counted(done):
    scores, aspects = rows(done[0], "scores"), rows(done[0], "aspects")
    assert (scores["plain"]["passed"], scores["plain"]["passed_reason"]) == (1.0, None)
    assert (scores["broken"]["passed"], scores["broken"]["passed_reason"]) == (None, "no picture was judged")
    assert (aspects["plain"]["garment_type"], aspects["plain"]["garment_type_reason"]) == (1.0, None)
    assert aspects["plain"]["target_group_reason"].startswith("Target group: pixels alone cannot tell")


def test_the_page_shows_every_picture_and_needs_no_other_file(done):
    _, made = done
    page = made["model_comparison_report"].files["report"].read_text()
    assert page.count('src="data:image/webp') == 1 + 3 * 2  # the reference, and the pictures of three models
    assert "no defect is called" in page
    assert page.count("nearly the reference photo</bdi>") == 2
    assert "<script" not in page
    assert 'src="http' not in page


def test_a_second_run_computes_nothing_and_keeps_what_was_measured(done):
    run, _ = done
    before = {name: result.cost for name, result in results(run).items()}
    run.outcomes.clear()
    steps.model_images(run)
    steps.model_scores(run)
    assert len(run.outcomes) == 3 * 6  # a table of pictures, four of judges and one of likeness for each model that can be loaded
    assert all(outcome.counts.computed == 0 for outcome in run.outcomes.values())
    assert {name: result.cost for name, result in results(run).items()} == before


def test_figures_that_were_lost_are_said_to_be_so_and_the_pictures_stay_in(tmp_path):
    """A run that is killed between a model's pictures and their figures."""
    run = quick_run(tmp_path / "home", "models", candidate(SKETCH))
    steps.controlled_article(run)
    steps.model_images(run)
    run.study.home.table(steps.COSTS, "study").unlink()
    steps.model_images(run)
    (result,) = results(run).values()
    assert (result.cost.problem, result.cost.picture_seconds) == (steps.UNMEASURED, None)
    assert len(result.judged.rubric) == 2


def test_pictures_of_other_settings_do_not_stand_for_a_model_that_cannot_be_loaded(tmp_path):
    run = quick_run(tmp_path / "home", "models", candidate(VARIANT.format(defect="")))
    steps.controlled_article(run)
    steps.model_images(run)
    run = quick_run(tmp_path / "home", "models", candidate(VARIANT.format(defect="unknown")))
    with pytest.raises(StudyError, match="no defect is called 'unknown'"):
        steps.model_images(run)
    (result,) = results(run).values()
    assert not result.images
    run = quick_run(tmp_path / "home", "models", candidate(VARIANT.format(defect="")))
    steps.model_images(run)
    (result,) = results(run).values()
    assert (len(result.images), result.cost.problem) == (2, steps.UNMEASURED)  # they are still there, their figures are not


class Growing(Stage):
    """A model that takes 64 MB with each picture."""

    def __call__(self, rows):
        self.kept = [*getattr(self, "kept", []), np.ones(8 << 20)]
        return [RenderedImage(row.article_id, 1, 0, b"", 1, 1) for row in rows]


def test_memory_that_a_model_takes_while_it_paints_counts(done):
    orders = list(steps.picture_orders(done[0], "controlled_article", 3).values())
    metered = Metered(Growing(StageSettings()))
    metered.load()
    assert metered.cost("growing") is None  # nothing was painted yet
    for order in orders:
        metered([order])
    cost = metered.cost("growing")
    assert cost.pictures == 3
    assert 180e6 < cost.peak_bytes < 400e6


@pytest.mark.parametrize(
    ("load", "picture", "seconds", "words"),
    [
        pytest.param(2.0, 0.1, 24.4, "24 s", id="sketches"),
        pytest.param(0.0, 42.0, 9408.0, "2.6 h", id="the paper's 42 seconds make its two and a half hours"),
        pytest.param(60.0, 1.0, 284.0, "5 min", id="loading counts once"),
    ],
)
def test_a_catalog_takes_loading_once_and_a_picture_for_each_article(load, picture, seconds, words):
    cost = CandidateCost("one", "one", "cpu", 4, load, picture, picture, 0)
    assert estimated_seconds(cost, 224) == pytest.approx(seconds)
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("ssim", "cosine", "alarm"),
    [
        pytest.param(0.95, 0.99, True, id="the same picture, compressed"),
        pytest.param(0.99, 0.22, True, id="the same picture, darker: features of small models change more than people see"),
        pytest.param(0.95, None, True, id="no model for features"),
        pytest.param(0.92, 0.998, False, id="the same article with another seed"),
        pytest.param(None, 0.99, False, id="no garment was found: nothing is claimed"),
    ],
)
def test_the_alarm_goes_by_structure(ssim, cosine, alarm):
    wanted = ModelComparisonSettings(candidates=[{"name": "one", "stage": {}}])
    assert is_nearly_the_photo(PictureLikeness("a", cosine, ssim), wanted) is alarm


def test_a_hosted_model_that_gives_the_photo_back_is_found_out(tmp_path):
    """A photo of one's own as reference, as JPEG; the server behind the slot paints nothing else."""
    plain = quick_run(tmp_path / "first", "models", candidate(SKETCH))
    steps.controlled_article(plain)
    (file, _) = steps.model_images(plain).pictures["one"]
    photo = tmp_path / "photo.jpg"
    with Image.open(file) as image:
        image.convert("RGB").save(photo, quality=95)
    said = {"data": [{"b64_json": base64.b64encode(photo.read_bytes()).decode()}]}
    with ChatServer(usual=lambda handler, _: handler.send(200, said), models=("painter",)) as server:
        slot = f'{{ stage = "nkd_pipeline.models.image_endpoint:HostedArtist", base_url = "{server.url}", model = "painter" }}'
        run = quick_run(tmp_path / "second", "models", candidate(slot, f'reference = "{photo}"'))
        steps.controlled_article(run)
        steps.model_images(run)
    assert steps.model_scores(run).values["overfit_alarms"] == 2
    assert reference_picture(run).source == "photo.jpg"
    (result,) = results(run).values()
    assert result.cost.backend == "painter"
    model_comparison_report(run)
    assert "the house CLIP knows sketches only" in rows(run, "scores")["one"]["clip_short_prompt_reason"]


def test_when_no_model_paints_the_step_fails_with_the_reasons(tmp_path):
    run = quick_run(tmp_path / "home", "models", candidate(VARIANT.format(defect="none")))
    steps.controlled_article(run)
    with pytest.raises(StudyError, match=r"No model made a picture\. one: .*no defect is called 'none'"):
        steps.model_images(run)
