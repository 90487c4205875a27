"""Homes in an object store: the same calls as for a folder, and what they cost there."""

import threading

import pyarrow.parquet as pq
import pytest

from nkd_pipeline.records import RenderedImage
from nkd_pipeline.storage import files
from nkd_pipeline.storage.home import Home
from nkd_pipeline.storage.images import ImageStore, Provenance, encode_png, read_provenance
from nkd_pipeline.storage.places import PlaceError, is_remote, place, read_bytes, require_reachable
from nkd_pipeline_tests.storage.test_images import PICTURE
from nkd_pipeline_tests.storage.test_tables import PROMPT, StageRow, Tables, r, state


@pytest.fixture(params=["folder", "memory", "s3"])
def home(request, tmp_path):
    """An empty home in each kind of place."""
    if request.param == "s3":
        return Home.of(request.getfixturevalue("remote_home"))
    return Home.of(f"memory://{tmp_path.name}" if request.param == "memory" else tmp_path / "home")


def test_a_path_is_a_path_and_a_url_a_place_in_a_store(tmp_path):
    assert not is_remote(place(tmp_path))
    assert not is_remote(place("data/home"))
    remote = place("s3://bucket/shop/")
    assert (is_remote(remote), str(remote), str(remote / "tables" / "x.parquet")) == (True, "s3://bucket/shop", "s3://bucket/shop/tables/x.parquet")
    assert place(remote) is remote


def test_what_belongs_to_this_machine_lies_in_the_home_or_beside_a_remote_one(tmp_path):
    folder, remote, other = Home.of(tmp_path), Home.of("s3://bucket/shop"), Home.of("s3://bucket/shop2")
    assert (folder.local, folder.dagster) == (tmp_path, tmp_path / "dagster")
    assert len({remote.local, other.local, remote.root}) == 3
    assert remote.lock("t").is_relative_to(tmp_path / "local")  # NKD_LOCAL of the test


def test_tables_come_back_as_they_were_and_a_replaced_one_is_seen(home):
    tables = Tables(home)
    assert (tables.read("t", r.Prompt, "s"), tables.keys("t")) == ({}, [])
    with tables.locked("t", "s"):
        tables.write("t", r.Prompt, "s", [StageRow(state("a1"), PROMPT)])
    assert tables.read("t", r.Prompt, "s") == {"a1": StageRow(state("a1"), PROMPT)}
    with tables.locked("t", "s"):  # as another machine would, which this one's cache does not know of
        tables.write("t", r.Prompt, "s", [StageRow(state("a2"), PROMPT)])
    assert list(tables.read("t", r.Prompt, "s")) == ["a2"]
    assert tables.keys("t") == ["s"]
    with home.table("t", "s").open("rb") as stream:
        assert pq.read_schema(stream).metadata[b"nkd:shard"] == b"s"


def test_pictures_keep_their_history_and_all_attempts_are_found_in_one_look(home):
    store = ImageStore(home)
    history = Provenance("a1", 1, 7, "navy t-shirt", "", ("sketch",))
    assert store.attempts("s.000") == {}
    for article_id, attempt in (("a1", 1), ("a1", 10), ("a1", 2), ("b", 1)):
        stored = store.put("s.000", RenderedImage(article_id, attempt, 5, encode_png(PICTURE, history), 24, 32))
    assert stored.image_path == "images/s.000/b/1.png"
    there = store.attempts("s.000")
    assert {key: [path.name for path in paths] for key, paths in there.items()} == {"a1": ["1.png", "2.png", "10.png"], "b": ["1.png"]}
    assert store.path(stored) in there["b"]
    assert read_provenance(store.path(stored)) == history


def test_a_failing_write_leaves_the_old_bytes_and_nothing_else(home):
    path = home.root / "f"
    files.replace_text(path, "old")

    def torn(stream):
        stream.write(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.replace_atomically(path, torn)
    assert path.read_text() == "old"
    assert files.sizes_below(home.root) == {"f": 3}


def test_bytes_get_a_second_name_that_outlives_the_first(home):
    source, target = home.root / "images" / "1.png", home.root / "released" / "a.png"
    files.replace_text(source, "bytes")
    files.share(source, target)
    files.share(source, target)
    source.unlink()
    assert target.read_text() == "bytes"


def test_a_version_changes_with_the_bytes_and_only_then(home):
    path = home.root / "f"
    with pytest.raises(FileNotFoundError):
        files.version(path)
    files.replace_text(path, "one")
    first = files.version(path)
    assert files.version(path) == first
    files.replace_text(path, "two")
    assert files.version(path) != first


def test_a_browser_is_told_that_a_gallery_is_a_page(remote_home):
    page = Home.of(remote_home).gallery("s.000")
    files.replace_text(page, "<html>")
    assert page.fs.info(page.path)["ContentType"] == "text/html"


def test_an_object_is_read_whole_in_one_request_while_others_replace_it(remote_home, object_store):
    path = place(remote_home) / "f"
    files.replace_text(path, "0")
    ended = threading.Event()

    def replace():
        while not ended.is_set():
            files.replace_text(path, "1" * 70_000)

    before = object_store.requests
    assert read_bytes(path, limit=5) == b"0"
    assert (read_bytes(path), object_store.requests - before) == (b"0", 2)
    writer = threading.Thread(target=replace)
    writer.start()
    try:
        assert {len(read_bytes(path)) for _ in range(20)} <= {1, 70_000}
    finally:
        ended.set()
        writer.join(60)


def test_looking_for_pictures_costs_one_request_however_many_there_are(remote_home, object_store):
    store = ImageStore(Home.of(remote_home))
    picture = encode_png(PICTURE, Provenance("a", 1, 7, "", "", ("sketch",)))
    for number in range(20):
        store.put("s.000", RenderedImage(f"a{number}", 1, 5, picture, 24, 32))
    before = object_store.requests
    assert len(store.attempts("s.000")) == 20
    assert object_store.requests - before == 1


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param("s3://there-is-none/home", "There is no bucket there-is-none", id="no such bucket"),
        pytest.param("nfs7://host/home", "neither a folder nor the address of an object store", id="no such file system"),
    ],
)
def test_a_place_that_cannot_be_reached_is_named(remote_home, url, says):
    with pytest.raises(PlaceError, match=says):
        require_reachable(place(url))


def test_a_new_home_in_a_bucket_is_reachable(remote_home):
    require_reachable(place(remote_home))
