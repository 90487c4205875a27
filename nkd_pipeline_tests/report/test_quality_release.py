"""The quality report of real releases: of a shard, and over all shards."""

import csv
import json
from dataclasses import replace
from urllib.parse import unquote

import pytest

from nkd_pipeline.execution.ingest import ingest
from nkd_pipeline.execution.regeneration import regenerate_failing
from nkd_pipeline.execution.steps import STEPS, read_rows, run_step
from nkd_pipeline.records import DeliveryRow, HumanMark
from nkd_pipeline.report.quality import TABLE, stored_qualities
from nkd_pipeline.report.quality_release import ALL, overall_page, report_page
from nkd_pipeline.report.release import release_shard
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery

from .examples import picture
from .pages import Page

SHARDS = ("herbst.000", "winter.000")


def make(workspace, delivery):
    (shard,) = ingest(workspace, delivery).shards
    for asset in STEPS:
        run_step(workspace, asset, shard)
    regenerate_failing(workspace, shard)
    return shard


@pytest.fixture
def made(workspace, delivery):
    """A workspace whose four articles have gone through all stages."""
    make(workspace, delivery)
    return workspace


def read(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def page(path):
    return Page(path.read_text(encoding="utf-8"))


def test_a_release_writes_page_plots_and_tables(made):
    release_shard(made, SHARDS[0])
    folder = made.home.quality(SHARDS[0])
    names = {path.name for path in folder.iterdir()}
    assert {"report.html", "report.json", "accuracy_by_category.csv", "accuracy_by_category.png", "rubric_scores.png", "attempts.png"} <= names
    last = read(folder / "accuracy_by_category.csv")[-1]
    assert (last["category"], last["articles"], last["colour_accuracy_of"]) == ("All", "4", "4")
    numbers = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert numbers["shard"] == SHARDS[0]
    by_name = {table["name"]: table["rows"] for table in numbers["tables"]}
    assert by_name["accuracy_by_category"][-1]["articles"] == 4
    assert by_name["attempts_per_article"][0]["articles_count"] == 4


def test_every_file_that_a_page_links_is_there(made):
    release = release_shard(made, SHARDS[0])
    for path in (release.gallery, report_page(made, SHARDS[0]), overall_page(made), made.home.galleries / "index.html"):
        links = {link["href"].partition("#")[0] for link in page(path).all("a")} - {""}
        assert links
        assert [link for link in links if not (path.parent / unquote(link)).exists()] == []


def test_gallery_and_report_lead_to_each_other(made):
    release = release_shard(made, SHARDS[0])
    assert page(release.gallery).all("a", href=f"../statistics/{SHARDS[0]}/report.html")
    assert page(report_page(made, SHARDS[0])).all("a", href=f"../../galleries/{SHARDS[0]}.html")
    assert page(made.home.galleries / "index.html").all("a", href="../statistics/index.html")


def test_the_gallery_shows_the_figures_too(made):
    titles = page(release_shard(made, SHARDS[0]).gallery).text
    assert "Accuracy by category n = 4 pictures" in titles
    assert "Attempts per article n = 4 articles" in titles


def test_the_report_over_all_counts_every_shard(made, tmp_path):
    make(made, write_delivery(tmp_path / "winter.csv", ARTICLES[:2]))
    for shard in SHARDS:
        release_shard(made, shard)
    last = read(made.home.quality(ALL) / "accuracy_by_category.csv")[-1]
    assert last["articles"] == "6"
    over_all = page(overall_page(made))
    # T-1 and T-2 are in both deliveries, and are four articles
    assert "100 % released 6 of 6" in over_all.text
    assert sum(int(row["articles_count"]) for row in read(made.home.quality(ALL) / "attempts_per_article.csv")) == 6
    assert [bool(over_all.all("a", href=f"{shard}/report.html")) for shard in SHARDS] == [True, True]


def test_a_report_that_was_deleted_is_written_again(made):
    release_shard(made, SHARDS[0])
    for path in (report_page(made, SHARDS[0]), overall_page(made), made.home.table(TABLE, SHARDS[0]), made.home.quality(SHARDS[0]) / "report.json"):
        path.unlink()
        release_shard(made, SHARDS[0])
        assert path.exists()


def test_files_with_nothing_to_show_any_more_are_removed(made):
    folder = made.home.quality(SHARDS[0])
    folder.mkdir(parents=True)
    for name in ("repairs.csv", "failures.png"):
        (folder / name).write_bytes(b"of an earlier release")
    release_shard(made, SHARDS[0])
    assert not (folder / "failures.png").exists()
    assert not (folder / "repairs.csv").exists()


def test_a_new_mark_of_a_reviewer_reaches_the_report(made):
    release_shard(made, SHARDS[0])
    image = read_rows(made, "generated_images", SHARDS[0])["T-1"].record
    marks = [HumanMark("T-1", 1, image.sha256, reviewer, "realism", "none", "2026-11-21T12:00:00+00:00") for reviewer in ("Ada", "Ben")]
    made.tables.write_records("marks", HumanMark, SHARDS[0], marks)
    release_shard(made, SHARDS[0])
    for path in (report_page(made, SHARDS[0]), overall_page(made)):
        assert "2 reviewers marked 1 picture." in page(path).text
    (row,) = [row for row in read(made.home.quality(SHARDS[0]) / "machine_against_people.csv") if row["aspect"] == "Realism"]
    assert (row["people"], row["machine_none"]) == ("None", "1")


def test_a_photo_is_compared_with_its_picture(made):
    photo = picture(made.home.photo("herbst", "T-1", ".png"))
    first, *others = made.delivered(SHARDS[0])
    made.tables.write_records("delivery_rows", DeliveryRow, SHARDS[0], [replace(first, photo=made.home.relative(photo)), *others])
    release_shard(made, SHARDS[0])
    (knit, every) = read(made.home.quality(SHARDS[0]) / "ssim_to_photos.csv")
    assert (knit["fabric"], knit["ssim_n"], every["with_photo"]) == ("Knit", "1", "1")
    assert -1 < float(knit["ssim_mean"]) < 1
    assert [bool(row.likeness.compared) for row in stored_qualities(made, SHARDS[0])] == [True, False, False, False]


def test_hostile_ids_and_texts_do_no_harm_in_csv(made, tmp_path):
    evil = [{**ARTICLES[0], "article_id": "E-1", "name": "+Shirt<script>alert(1)</script>"}]
    shard = make(made, write_delivery(tmp_path / "evil.csv", evil))
    release_shard(made, shard)
    for path in made.home.quality(shard).glob("*.csv"):
        assert not [cell for row in read(path) for cell in row.values() if cell and cell[0] in "=+@\t\r"]
    assert len(stored_qualities(made, shard)) == 1
