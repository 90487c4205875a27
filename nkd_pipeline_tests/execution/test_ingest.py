"""Deliveries into shards: stable places, nothing rewritten without need, photos kept."""

import io

import openpyxl
import pytest
from openpyxl.drawing.image import Image as Drawing
from PIL import Image

from nkd_pipeline.catalog.delivery import DeliveryError
from nkd_pipeline.execution.ingest import ingest, quarantined_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline_tests.conftest import ARTICLES, write_delivery


def test_articles_stay_in_their_shard_when_others_come_and_go(home, tmp_path):
    (home / "settings.toml").write_text("[run]\nshard_size = 2\n")
    workspace = Workspace.open(str(home))
    taken = ingest(workspace, write_delivery(tmp_path / "h.csv", ARTICLES))
    assert taken.shards == ("h.000", "h.001")
    new = {**ARTICLES[0], "article_id": "T-0"}
    ingest(workspace, write_delivery(tmp_path / "h.csv", [new, *ARTICLES[1:]]))  # T-1 is gone, T-0 is new
    places = {row.article_id: shard for shard in workspace.shards() for row in workspace.delivered(shard)}
    assert {key: places[key] for key in ("T-2", "T-3", "T-4")} == {"T-2": "h.000", "T-3": "h.001", "T-4": "h.001"}
    assert "T-1" not in places


def test_the_same_delivery_again_rewrites_no_table(workspace, delivery):
    ingest(workspace, delivery)
    files = {path: path.stat().st_mtime_ns for path in workspace.home.root.rglob("*.parquet")}
    ingest(workspace, delivery)
    assert {path: path.stat().st_mtime_ns for path in workspace.home.root.rglob("*.parquet")} == files


def test_quarantine_is_that_of_the_latest_delivery(workspace, tmp_path):
    empty = dict.fromkeys(ARTICLES[0], "") | {"article_id": "T-9"}
    ingest(workspace, write_delivery(tmp_path / "h.csv", [*ARTICLES, empty]))
    assert [(row.source_row, row.kind) for row in quarantined_rows(workspace, "h")] == [(6, "no_text")]
    ingest(workspace, write_delivery(tmp_path / "h.csv", ARTICLES))
    assert quarantined_rows(workspace, "h") == []


def test_an_embedded_photo_is_stored_and_named_in_the_row(workspace, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["name", "model_descr", "article_id"])
    book.active.append(["T-Shirt", "rot", "P-1"])
    picture = io.BytesIO()
    Image.new("RGB", (20, 30), "red").save(picture, "PNG")
    book.active.add_image(Drawing(picture), "E2")
    book.save(tmp_path / "photos.xlsx")
    ingest(workspace, tmp_path / "photos.xlsx")
    (row,) = workspace.delivered("photos.000")
    with (workspace.home.root / row.photo).open("rb") as stream, Image.open(stream) as stored:
        assert stored.size == (20, 30)


def test_a_header_can_be_named_in_the_settings(home, tmp_path):
    (home / "settings.toml").write_text('[columns]\ndescription = "Werbetext"\n')
    path = write_delivery(tmp_path / "h.csv", [{"Artikelname": "Hose", "Werbetext": "blaue Jeans"}])
    workspace = Workspace.open(str(home))
    ingest(workspace, path)
    assert workspace.delivered("h.000")[0].description == "blaue Jeans"


@pytest.mark.parametrize("catalog", ["../../x", "Herbst", "con", "a.000", "a/b"])
def test_a_catalog_named_by_hand_must_be_a_file_name(workspace, delivery, catalog):
    with pytest.raises(DeliveryError, match="cannot name a catalog"):
        ingest(workspace, delivery, catalog=catalog)
    assert workspace.shards() == []


def test_a_file_that_is_no_delivery_changes_nothing(workspace, delivery, tmp_path):
    ingest(workspace, delivery)
    (tmp_path / "herbst.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(DeliveryError, match=r"herbst\.xlsx"):
        ingest(workspace, tmp_path / "herbst.xlsx")
    assert len(workspace.delivered("herbst.000")) == 4


def test_a_delivery_of_refused_rows_alone_does_not_empty_its_catalog(workspace, delivery, tmp_path):
    # a wrong file, or texts in a column that is not read: nobody wants to lose a catalog to it
    ingest(workspace, delivery)
    nothing = [dict.fromkeys(ARTICLES[0], "") | {"article_id": key} for key in ("T-1", "T-2")]
    with pytest.raises(DeliveryError, match=r"catalog herbst keeps the 4 .* row 2, column .* row 3, column "):
        ingest(workspace, write_delivery(tmp_path / "herbst.csv", nothing))
    assert len(workspace.delivered("herbst.000")) == 4
