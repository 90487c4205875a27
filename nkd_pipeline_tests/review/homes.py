"""Homes with pictures to review, written straight into the tables: no stage has to run for them."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.records import Article, DeliveryRow, Deviation, GeneratedImage, Prompt, RenderedImage, RubricReport, Translation
from nkd_pipeline.storage.tables import OK, RowState, StageRow
from nkd_pipeline_tests.report.examples import picture

SHARD = "herbst.000"
SECRET = "machine says the colour is wrong"  # what no reviewer may see
COLOURS = ("#1c264f", "#a02030", "#2c804c", "#d0a020", "#7a2c80", "#444444")


def delivered(article_id, name="Herren-T-Shirt", description="Weiches Shirt.\n- Rundhals"):
    return DeliveryRow(article_id, "herbst.xlsx", "Tabelle1", 2, name, description, "T-Shirt", "ssr, navy")


def rendered(article_id, attempt=1, salt=0):
    """A picture of its own for each article, attempt and salt."""
    side = 200 + 2 * attempt + salt
    return RenderedImage(article_id, attempt, 7, drawn(COLOURS[sum(article_id.encode()) % len(COLOURS)], side), side, side)


@cache
def drawn(colour, side):
    with TemporaryDirectory() as folder:
        return picture(Path(folder) / "drawn.png", colour, side).read_bytes()


def filled_home(root, rows=None, count=3, shard=SHARD, salt=0):
    """A home whose articles T-1 to T-<count>, or those of the rows, have a picture each and a verdict that says SECRET."""
    root.mkdir(exist_ok=True)
    workspace = Workspace.open(str(root))
    rows = rows or [delivered(f"T-{number}") for number in range(1, count + 1)]
    images = [workspace.images.put(shard, rendered(row.article_id, salt=salt + index)) for index, row in enumerate(rows)]
    workspace.tables.write_records("delivery_rows", DeliveryRow, shard, rows)
    articles = [Article(**{field.name: getattr(row, field.name) for field in fields(row)}) for row in rows]
    write(workspace, shard, "articles", Article, articles)
    write(workspace, shard, "translated_descriptions", Translation, [Translation(row.article_id, f"English {row.name}", "", "", "") for row in rows])
    write(workspace, shard, "prompts", Prompt, [prompt(row) for row in rows])
    write(workspace, shard, "generated_images", GeneratedImage, images)
    deviation = Deviation("colour", "strong", -1.5, "pixel", "colour_distance", 9.0, SECRET)
    reports = [RubricReport(row.article_id, 1, 8.5, "fail", ("colour", "realism"), (), (deviation,)) for row in rows]
    write(workspace, shard, "rubric_reports", RubricReport, reports)
    return workspace


def prompt(row):
    return Prompt(row.article_id, f"Photo of {row.name}", "", "", 0, "white", (), 1.0, 1, ())


def write(workspace, shard, table, record, records):
    now = "2026-01-01T00:00:00+00:00"
    rows = [StageRow(RowState(one.article_id, OK, None, None, "hash", "test", 1, 1.0, now), one) for one in records]
    workspace.tables.write(table, record, shard, rows)


def another_attempt(workspace, article_id, attempt=2, shard=SHARD):
    """Makes a further picture of an article, which the tables hold from now on."""
    rows = workspace.tables.read("generated_images", GeneratedImage, shard)
    image = workspace.images.put(shard, rendered(article_id, attempt))
    records = [image if row.record.article_id == article_id else row.record for row in rows.values()]
    write(workspace, shard, "generated_images", GeneratedImage, records)
    return image
