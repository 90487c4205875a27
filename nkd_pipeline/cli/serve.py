"""`nkd serve`: models behind HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nkd_pipeline.cli.options import DEFAULT_PROFILE, HomeOption, ProfileOption

serve = typer.Typer(name="serve", help="Models that answer over HTTP, for programs that need an answer at once.", no_args_is_help=True)


@serve.callback()
def _group() -> None:
    """Keeps the command's name where it is the only one."""


@serve.command()
def attributes(  # noqa: PLR0913 - the options of a command
    *,
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    model: Annotated[Path | None, typer.Option(help="Folder of the model.  [default: the one that `nkd study attributes` trained]")] = None,
    max_batch: Annotated[int, typer.Option(min=1, max=1024, help="Questions that are computed together; 1: one by one.")] = 32,
    max_wait_ms: Annotated[float, typer.Option(min=0, max=1000, help="For which the first question of a batch waits for others.")] = 5.0,
    waiting: Annotated[int, typer.Option(min=1, max=4096, help="Questions that may wait; beyond them 503.")] = 128,
    per_client: Annotated[int, typer.Option(min=1, max=4096, help="Of these, those of one address; beyond them 429.")] = 64,
    timeout: Annotated[float, typer.Option(min=0.1, max=600, help="Seconds for which a request is read, and then for its answer.")] = 30.0,
    megabytes: Annotated[float, typer.Option(min=0.001, max=256, help="Of a request's body; beyond them 413.")] = 12.0,
    megapixels: Annotated[float, typer.Option(min=0.001, max=64, help="Of one picture; beyond them 413.")] = 24.0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any that is free.")] = 8900,
    host: Annotated[str, typer.Option(help="Address to listen on; anybody who reaches it may ask.")] = "127.0.0.1",
) -> None:
    """Answers questions about a product's picture until Ctrl+C: {"image": "<base64>", "prompt": "Sleeve Length"} gives {"Sleeve Length": "…"}.

    POST /attributes for one question, POST /attributes/batch for several ({"questions": [...]}), GET /health. Questions that come at about the same
    time are computed together.
    """
    from nkd_pipeline.cli.serving import serve_attributes
    from nkd_pipeline.serving.limits import Limits

    limits = Limits(
        max_batch=max_batch,
        max_wait_ms=max_wait_ms,
        waiting=waiting,
        per_client=per_client,
        timeout_seconds=timeout,
        megabytes=megabytes,
        megapixels=megapixels,
    )
    serve_attributes(home, profile, model, limits, host, port)
