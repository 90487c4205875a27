"""The pack: approved pictures for the shop, the files that list them, checksums and a manifest, in one folder that is replaced as a whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nkd_pipeline.execution.workspace import Workspace
from nkd_pipeline.shop.articles import ApprovedArticle, MissingArticle, shop_articles
from nkd_pipeline.shop.credentials import credentials
from nkd_pipeline.shop.folder import PackError, check_replaceable, recover, replaced, write_durably
from nkd_pipeline.shop.manifest import (
    CHECKSUMS,
    MANIFEST,
    PackedPicture,
    checksums_text,
    digest,
    file_digest,
    is_intact,
    manifest_text,
    read_pack,
)
from nkd_pipeline.shop.media_csv import handle, media_csv
from nkd_pipeline.shop.packing import Packer, file_name
from nkd_pipeline.shop.settings import ShopSettings, shop_settings
from nkd_pipeline.storage import files
from nkd_pipeline.storage.exports import write_export

Progress = Callable[[int, int], None]
VERSION = version("nkd_pipeline")
IMAGES = "images"
MISSING_COLUMNS = {"shard": str, "article_id": str, "name": str, "status": str, "reason": str}


@dataclass(frozen=True, slots=True)
class Packed:
    """What a run came to. `written` is False when the pack was there already as it should be."""

    folder: Path
    written: bool
    made_at: str
    pictures: tuple[PackedPicture, ...]
    missing: tuple[MissingArticle, ...]
    settings: ShopSettings

    @property
    def blocking(self) -> list[MissingArticle]:
        """Articles without an approved picture that nobody has waived."""
        return [article for article in self.missing if article.status != "waived"]


def write_pack(workspace: Workspace, shards: Sequence[str], out: Path, progress: Progress = lambda *_: None) -> Packed:
    """Packs the approved pictures of the shards into the folder `out`; writes nothing when that is what lies there already.

    Calls `progress` with articles done and to do. Raises PackError when `out` cannot be replaced or names clash, and ProfileError for settings that
    cannot be used; the folder is then as it was.
    """
    settings = shop_settings(workspace.profile)
    signer = credentials(settings.c2pa, workspace.home.local, VERSION) if settings.c2pa else None
    approved, missing = shop_articles(workspace, shards, settings.alt_length)
    check_names(approved, settings)
    out = out.resolve()  # behind a link lies what is replaced
    packer = Packer(out / IMAGES, settings, signer)
    facts = {"made_by": f"nkd_pipeline {VERSION}", "profile": workspace.profile.name, "shards": list(shards)}
    inputs = _inputs(facts, packer, approved, missing)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with files.locked(workspace.home.lock("shop_pack")):
            recover(out)
            check_replaceable(out)
            before = read_pack(out)
            if before and before.inputs == inputs and is_intact(out):
                return Packed(out, False, before.made_at, tuple(before.pictures.values()), tuple(missing), settings)
            with replaced(out) as folder:
                known = before.pictures if before else {}
                pictures, unusable = _write_pictures(packer, approved, known, folder / IMAGES, workspace.profile.run.workers, progress)
                packed = Packed(out, True, datetime.now(UTC).isoformat(timespec="seconds"), tuple(pictures), (*missing, *unusable), settings)
                left = {article.article_id for article in unusable}
                _write_lists(packed, [article for article in approved if article.article_id not in left], folder)
                # what could not be used is looked at again next time
                _seal(folder, packed, {**facts, "made_at": packed.made_at, "inputs": "" if unusable else inputs})
    except OSError as error:
        raise PackError(f"{out} cannot be written: {error}. Nothing there has changed.") from error
    return packed


def _inputs(facts: Mapping[str, Any], packer: Packer, approved: Iterable[ApprovedArticle], missing: Iterable[MissingArticle]) -> str:
    """Hash of all that a pack's files depend on."""
    settings = packer.settings.model_dump(mode="json", exclude={"c2pa"})
    # where the home lies makes no difference
    names = [field.name for field in fields(ApprovedArticle) if field.name != "source"]
    articles = [([getattr(article, name) for name in names], packer.made_from(article)) for article in approved]
    return digest(facts, settings, articles, [asdict(article) for article in missing])


def check_names(articles: Sequence[ApprovedArticle], settings: ShopSettings) -> None:
    """Raises PackError when two articles would get one file or one address."""
    shards: dict[str, str] = {}
    files_of: dict[str, str] = {}
    for article in articles:
        if other := shards.get(article.article_id):
            cure = "Pack them into different folders: nkd release SHARD --out FOLDER."
            raise PackError(f"Article {article.article_id} is in the shards {other} and {article.shard}. {cure}")
        shards[article.article_id] = article.shard
        # file systems of Windows and macOS do not tell capitals apart
        for name in (file_name(article, settings.formats[0], settings.sizes[0], settings).casefold(), f"address {handle(article.article_id)}"):
            if other := files_of.get(name):
                cure = "Give one of them another id in the delivery, or pack them into different folders."
                raise PackError(f"The articles {other} and {article.article_id} would both get {name} in the shop. {cure}")
            files_of[name] = article.article_id


def _write_pictures(
    packer: Packer, articles: Sequence[ApprovedArticle], before: Mapping[str, PackedPicture], folder: Path, workers: int, progress: Progress
) -> tuple[list[PackedPicture], list[MissingArticle]]:
    folder.mkdir()
    pictures: list[PackedPicture] = []
    unusable: list[MissingArticle] = []
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        made = pool.map(lambda article: packer.pack(article, before, folder), articles)
        try:
            for done, result in enumerate(made, start=1):
                if isinstance(result, MissingArticle):
                    unusable.append(result)
                else:
                    pictures += result
                progress(done, len(articles))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return pictures, unusable


def _write_lists(packed: Packed, articles: Sequence[ApprovedArticle], folder: Path) -> None:
    settings = packed.settings
    main = {article.article_id: file_name(article, settings.formats[0], settings.sizes[0], settings) for article in articles}
    for name in settings.csv:
        layout = settings.layouts[name]
        write_durably(folder / layout.file, media_csv(layout, articles, main, settings.base_url))
    write_export(folder / "missing.csv", "csv", MISSING_COLUMNS, [asdict(article) for article in packed.missing])


def _seal(folder: Path, packed: Packed, facts: Mapping[str, Any]) -> None:
    """Manifest and checksums, which are last."""
    text = manifest_text({**facts, "missing": [asdict(article) for article in packed.missing]}, packed.pictures)
    write_durably(folder / MANIFEST, text.encode("utf-8", "backslashreplace"))
    sums = {path.relative_to(folder).as_posix(): file_digest(path) or "" for path in folder.rglob("*") if path.is_file()}
    write_durably(folder / CHECKSUMS, checksums_text(sums).encode())
