"""`nkd release`: approved pictures, packed for the shop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nkd_pipeline.cli.options import DEFAULT_PROFILE, HomeOption, ProfileOption

if TYPE_CHECKING:
    from nkd_pipeline.shop.pack import Packed


def release(
    out: Annotated[Path, typer.Option(help="Folder of the pack; one that an earlier run packed is replaced as a whole.")],
    names: Annotated[list[str] | None, typer.Argument(metavar="SHARD|CATALOG", help="What to pack. Default: all.")] = None,
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
) -> None:
    """Packs the approved pictures for the shop: formats and sizes after table shop of settings.toml, CSV for imports, checksums, manifest.

    Run again at any time: nothing is written when nothing has changed. Exit code 0: all packed or waived; 3: some are missing; 2: wrong input.
    """
    from nkd_pipeline.cli.console import ARTICLES_FAILED, INPUT_ERROR, bars, err, input_errors, open_workspace
    from nkd_pipeline.shop.articles import chosen_shards
    from nkd_pipeline.shop.folder import PackError
    from nkd_pipeline.shop.pack import write_pack

    workspace = open_workspace(home, profile)
    shown = bars()

    def show(done: int, todo: int) -> None:
        if not shown.task_ids:
            shown.add_task("articles")
            shown.start()
        shown.update(shown.task_ids[0], completed=done, total=todo)

    with input_errors():
        try:
            packed = write_pack(workspace, chosen_shards(workspace, names or []), out, show)
        except PackError as error:
            err.print(str(error), style="red", markup=False, soft_wrap=True)
            raise typer.Exit(INPUT_ERROR) from error
        finally:
            if shown.task_ids:
                shown.stop()
    _print(packed)
    raise typer.Exit(ARTICLES_FAILED if packed.blocking else 0)


def _print(packed: Packed) -> None:
    from nkd_pipeline.cli.console import out, print_failed

    print_failed([(article.shard, article.article_id, article.reason) for article in packed.blocking])
    if waived := len(packed.missing) - len(packed.blocking):
        out.print(f"{waived} waived articles are left out; missing.csv says why.")
    if not packed.settings.base_url:
        out.print('The CSV files have no addresses: say in settings.toml where images/ will lie, [shop] base_url = "https://…".', markup=False)
    if enlarged := [picture for picture in packed.pictures if max(picture.width, picture.height) > max(picture.source_width, picture.source_height)]:
        out.print(f"{len(enlarged)} pictures are larger than their source and not sharper for it: see [shop] sizes.", markup=False)
    articles = len({picture.article_id for picture in packed.pictures})
    size = f"{len(packed.pictures)} pictures of {articles} articles, {sum(picture.bytes for picture in packed.pictures) / 1e6:.1f} MB"
    done = f"{size}, packed" if packed.written else f"Nothing has changed since {packed.made_at}: {size}"
    out.print(f"{done} in {packed.folder}", markup=False, soft_wrap=True)
