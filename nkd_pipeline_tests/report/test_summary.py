"""The index of all galleries."""

from pathlib import Path

from nkd_pipeline.report.statistics import shard_statistics
from nkd_pipeline.report.summary import IndexEntry, catalog_index

from .examples import shard
from .pages import Page


def test_each_shard_has_a_line_that_leads_to_its_gallery(tmp_path):
    numbers = shard_statistics(shard(tmp_path))
    shards = {"spring.001": 0, "spring.002": 3}
    entries = [IndexEntry.of(name, tmp_path / f"{name}.html", "2026-11-21 06:55", numbers, rows) for name, rows in shards.items()]
    page = Page(catalog_index(entries, folder=tmp_path))
    assert "spring.001 6 3 2 1 1 2 1 0 9.2 2026-11-21 06:55" in page.text
    assert "2 shards 12 articles 6 released 2 with failed rows 3 quarantined rows" in page.text
    links = [link["href"] for link in page.all("a")]
    assert links[:5] == ["spring.001.html", *(f"spring.001.html#verdict={value}" for value in ("excellent", "pass", "fail", "failed"))]
    assert "spring.002.html#quarantine" in links


def test_the_index_runs_no_script_and_asks_for_nothing(tmp_path):
    page = Page(catalog_index([], folder=tmp_path))
    policy = page.all("meta", http_equiv="Content-Security-Policy")[0]["content"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "script" not in policy
    assert "script" not in page.tags
    assert "http:" not in page.html
    assert "No gallery has been made yet" in page.text


def test_a_shard_without_articles_does_not_divide_by_them():
    entry = IndexEntry.of("empty.001", Path("empty.001.html"), "now", shard_statistics([]), 4)
    assert "empty.001 0 0 0 0 0 0 0 4 – now" in Page(catalog_index([entry], folder=Path())).text
