"""The pack: what the shop finds is what is approved now, complete or not at all."""

import csv
import hashlib
import json
import shutil
import subprocess

import pytest

from nkd_pipeline.catalog.delivery import DeliveryError
from nkd_pipeline.execution.steps import read_rows
from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.shop import packing
from nkd_pipeline.shop.articles import chosen_shards
from nkd_pipeline.shop.folder import PackError
from nkd_pipeline.shop.pack import write_pack
from nkd_pipeline.storage.places import place
from nkd_pipeline_tests.shop.homes import FAILED, RELEASED, SHARD, contents, state


def source(workspace, article_id):
    return workspace.images.path(read_rows(workspace, "generated_images", SHARD)[article_id].record)


def test_a_pack_holds_the_approved_pictures_and_what_lists_them(opened, out):
    write_pack(opened(), [SHARD], out)
    names = {f"images/{article_id}_{size}.jpg" for article_id in RELEASED for size in (256, 128)}
    assert set(contents(out)) == names | {"shopware6.csv", "shopify.csv", "missing.csv", "manifest.json", "checksums.sha256"}
    with (out / "shopify.csv").open(encoding="utf-8", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert [(row["URL handle"], row["Product image URL"]) for row in listed] == [(name.lower(), f"{name}_256.jpg") for name in RELEASED]
    assert listed[0]["Image alt text"] == "Herren-T-Shirt mit Frontdruck, marine"


def test_sha256sum_checks_the_pack(opened, out):
    write_pack(opened(), [SHARD], out)
    check = ["sha256sum", "--check", "--strict", "checksums.sha256"]
    told = subprocess.run(check, cwd=out, check=True, capture_output=True, text=True).stdout
    assert sorted(line.removesuffix(": OK") for line in told.splitlines()) == sorted(set(contents(out)) - {"checksums.sha256"})
    (out / "shopify.csv").write_text("")
    assert subprocess.run(check, cwd=out, check=False, capture_output=True).returncode == 1


def test_the_manifest_tells_what_each_file_is_and_comes_from(opened, out):
    workspace = opened()
    write_pack(workspace, [SHARD], out)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["schema"], manifest["schema_version"], manifest["made_by"]) == ("nkd_pipeline/shop-pack", 1, "nkd_pipeline 0.1.0")
    assert [(entry["article_id"], entry["status"]) for entry in manifest["missing"]] == [(FAILED, "failed")]
    for entry in manifest["pictures"]:
        data = (out / entry["file"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert entry["source_sha256"] == hashlib.sha256(source(workspace, entry["article_id"]).read_bytes()).hexdigest()
        assert (entry["width"], entry["attempt"], entry["source_width"]) == (256 if "_256" in entry["file"] else 128, 1, 512)
        assert entry["digital_source_type"].endswith("/algorithmicMedia")
        assert entry["verdict"] in {"excellent", "pass"}
        assert 8.5 < entry["score"] <= 10


def test_articles_without_an_approved_picture_are_listed_with_their_reason(opened, out):
    packed = write_pack(opened(), [SHARD], out)
    with (out / "missing.csv").open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["shard"], row["article_id"], row["name"], row["status"]) == (SHARD, FAILED, "Mädchen-Kleid", "failed")
    assert "[faults]" in row["reason"]
    assert [article.article_id for article in packed.blocking] == [FAILED]


def test_a_waived_article_is_left_out_without_blocking(opened, waive, out):
    waive(FAILED)
    packed = write_pack(opened(), [SHARD], out)
    assert [(article.status, article.reason) for article in packed.missing] == [("waived", "studio (Erika, 2026-11-21)")]
    assert packed.blocking == []
    assert not list(out.glob(f"images/{FAILED}*"))  # somebody does without it; nobody approved it


def test_a_second_run_with_nothing_new_writes_nothing(opened, out):
    write_pack(opened(), [SHARD], out)
    before = state(out)
    assert not write_pack(opened(), [SHARD], out).written
    assert state(out) == before


def test_packs_of_the_same_articles_are_the_same(opened, out, tmp_path):
    write_pack(opened(), [SHARD], out)
    write_pack(opened(), [SHARD], tmp_path / "other")
    first, second = contents(out), contents(tmp_path / "other")
    assert {name for name in first if first[name] != second[name]} <= {"manifest.json", "checksums.sha256"}  # which tell when


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda out: (out / "images" / "T-1_256.jpg").write_bytes(b"half"), id="a torn picture"),
        pytest.param(lambda out: (out / "images" / "T-1_256.jpg").unlink(), id="a deleted picture"),
        pytest.param(lambda out: (out / "shopify.csv").write_text("edited"), id="an edited list"),
    ],
)
def test_a_damaged_pack_is_made_whole(opened, out, harm):
    write_pack(opened(), [SHARD], out)
    good = contents(out)
    harm(out)
    assert write_pack(opened(), [SHARD], out).written
    assert {name: data for name, data in contents(out).items() if name.startswith("images")} == {
        name: data for name, data in good.items() if name.startswith("images")
    }


def test_only_what_has_changed_is_encoded_again(opened, out, monkeypatch):
    write_pack(opened(), [SHARD], out)
    encoded, encode = [], packing.encode
    monkeypatch.setattr(packing, "encode", lambda picture, kind, size, *more: encoded.append(size) or encode(picture, kind, size, *more))
    write_pack(opened('base_url = "https://m.example.com"'), [SHARD], out)
    assert encoded == []  # other lists, the same pictures
    assert "https://m.example.com/T-1_256.jpg" in (out / "shopware6.csv").read_text(encoding="utf-8")
    write_pack(opened(sizes="[256, 64]"), [SHARD], out)
    assert encoded == [64] * len(RELEASED)
    assert sorted(path.name for path in out.glob("images/T-1*")) == ["T-1_256.jpg", "T-1_64.jpg"]  # the old size is gone


def test_a_picture_that_is_no_longer_approved_leaves_the_pack(opened, out, shop_home):
    write_pack(opened(), [SHARD], out)
    (shop_home / "tables" / "rubric_reports" / f"{SHARD}.parquet").unlink()
    packed = write_pack(opened(), [SHARD], out)
    assert ({article.status for article in packed.missing}, list(out.glob("images/*"))) == ({"pending"}, [])


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        pytest.param(lambda path: path.unlink(), "file is gone", id="deleted"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes() + b"x"), "changed after it was judged", id="changed"),
    ],
)
def test_a_picture_that_is_not_what_was_approved_stays_at_home(opened, out, harm, says):
    workspace = opened()
    path = source(workspace, "T-2")
    good = path.read_bytes()
    harm(path)
    packed = write_pack(workspace, [SHARD], out)
    assert {article.article_id: article.status for article in packed.missing} == {FAILED: "failed", "T-2": "unusable"}
    assert says in packed.missing[-1].reason
    assert "T-2" not in (out / "shopify.csv").read_text(encoding="utf-8")
    path.write_bytes(good)
    assert write_pack(workspace, [SHARD], out).written  # it is looked at again, although no table has changed
    assert list(out.glob("images/T-2*"))


def test_a_home_in_an_object_store_is_packed_too(opened, shop_home, out, tmp_path, monkeypatch):
    monkeypatch.setenv("NKD_LOCAL", str(tmp_path / "local"))
    opened()
    remote = place("memory://shop-home")
    for path in shop_home.rglob("*"):
        if path.is_file():
            (remote / path.relative_to(shop_home).as_posix()).write_bytes(path.read_bytes())
    workspace = Workspace.open("memory://shop-home")
    assert len(write_pack(workspace, [SHARD], out).pictures) == 2 * len(RELEASED)
    assert not write_pack(workspace, [SHARD], out).written


def second_shard(workspace, shard):
    """Another delivery with the same articles."""
    for table in workspace.home.table("any", SHARD).parent.parent.glob(f"*/{SHARD}.parquet"):
        shutil.copy(table, table.with_name(f"{shard}.parquet"))


def test_an_article_of_two_deliveries_is_not_packed_twice(opened, out):
    workspace = opened()
    second_shard(workspace, "winter.000")
    with pytest.raises(PackError, match=r"T-1 is in the shards herbst\.000 and winter\.000"):
        write_pack(workspace, [SHARD, "winter.000"], out)
    assert not out.exists()


def test_shards_are_chosen_by_name_or_catalog(opened):
    workspace = opened()
    second_shard(workspace, "winter.000")
    assert chosen_shards(workspace, []) == chosen_shards(workspace, ["herbst", "winter.000"]) == [SHARD, "winter.000"]
    assert chosen_shards(workspace, ["winter"]) == ["winter.000"]
    with pytest.raises(DeliveryError, match=r"no shard or catalog fruehling\. There are the shards herbst\.000, winter\.000"):
        chosen_shards(workspace, ["winter", "fruehling"])
