"""Commands of `nkd`. Heavy imports stand inside the commands, so that `nkd --help` answers at once."""

from __future__ import annotations

import gc
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nkd_pipeline.cli.models import models
from nkd_pipeline.cli.options import DEFAULT_PROFILE, HomeOption, ProfileOption
from nkd_pipeline.cli.release import release
from nkd_pipeline.cli.review import review
from nkd_pipeline.cli.serve import serve
from nkd_pipeline.cli.study import study
from nkd_pipeline.cli.train import train

# imports and event logs make many objects and few cycles: at the usual 700, a tenth of a short command is spent looking for them
gc.set_threshold(50_000)

app = typer.Typer(
    name="nkd",
    help="German article texts in, judged product pictures out. Everything a run writes lies in one home folder.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.add_typer(models)
app.add_typer(review)
app.add_typer(serve)
app.add_typer(train)


class ExportFormat(StrEnum):
    """Formats of `nkd export`."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"


@app.command()
def run(
    delivery: Annotated[Path, typer.Argument(help="Delivery file: .xlsx or .csv.")],
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first N valid rows.")] = None,
    column: Annotated[list[str] | None, typer.Option(help='Column with an unusual header, e.g. description="Werbetext". Repeatable.')] = None,
) -> None:
    """Takes in a delivery and makes, judges and releases a picture of each article.

    Run again at any time: only rows that are new, changed or failed are computed. Exit code 0: all articles released; 3: some failed; 2: wrong input.
    """
    from nkd_pipeline.cli.running import run_delivery

    raise typer.Exit(run_delivery(delivery, home, profile, limit, column or []))


@app.command()
def status(
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    json: Annotated[bool, typer.Option("--json", help="All of it as one JSON object, for other programs.")] = False,
) -> None:
    """What is done, running and failed, why, what helps, what it has cost, and what starts by itself next."""
    from nkd_pipeline.cli.status import show_status

    show_status(home, profile, as_json=json)


@app.command()
def failed(home: HomeOption = None, profile: ProfileOption = DEFAULT_PROFILE) -> None:
    """Lists the failed articles and the quarantined rows, each with its reason."""
    from nkd_pipeline.cli.reporting import show_failed

    show_failed(home, profile)


@app.command()
def retry(
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    article: Annotated[list[str] | None, typer.Option(help="Article id; repeatable. Default: all failed articles.")] = None,
) -> None:
    """Makes failed articles anew: a new picture where the one before failed, else another try at what failed. Exit code 3 when some fail again."""
    from nkd_pipeline.cli.running import retry_failed

    raise typer.Exit(retry_failed(home, profile, article or []))


@app.command()
def waive(
    article: Annotated[str, typer.Argument(help="Article id.")],
    reason: Annotated[str, typer.Option(help="Why the article need not have a picture.")] = "",
    person: Annotated[str, typer.Option(help="Who decides that. Default: the user of this computer.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Takes the waiver back.")] = False,
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
) -> None:
    """Does without an article's picture: its shard turns green although it has none, and shows who decided that and why."""
    from nkd_pipeline.cli.waiving import waive_article

    waive_article(home, profile, article, reason, person, withdraw=withdraw)


@app.command()
def prune(
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    keep: Annotated[int | None, typer.Option(min=1, help="Latest pictures of each article that stay.  [default: keep_attempts]")] = None,
    days: Annotated[int | None, typer.Option(min=0, help="Younger pictures stay.  [default: keep_days]")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only says what would go.")] = False,
) -> None:
    """Removes pictures of earlier attempts. Chosen ones and those that people marked always stay, and so does what the tables say of each."""
    from nkd_pipeline.cli.pruning import prune_home

    prune_home(home, profile, keep, days, dry_run=dry_run)


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="File to write.")],
    format: Annotated[ExportFormat, typer.Option(help="csv opens in Excel; jsonl and parquet keep types.")] = ExportFormat.csv,  # noqa: A002 - the option's name
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    shard: Annotated[list[str] | None, typer.Option(help="Only this shard; repeatable. Default: all.")] = None,
) -> None:
    """Writes one row per article: texts, prompts, attributes, picture, scores, verdict, status."""
    from nkd_pipeline.cli.reporting import write_export

    write_export(home, profile, format.value, out, shard or [])


app.command()(release)
app.command()(study)


@app.command(name="judge-bench")
def judge_bench(
    profile: ProfileOption = DEFAULT_PROFILE,
    count: Annotated[int, typer.Option(min=2, help="Sketches; every other one has a planted defect.")] = 600,
    seed: Annotated[int, typer.Option(help="Another seed draws other articles and defects.")] = 1,
    size: Annotated[int, typer.Option(min=256, max=2048, help="Width of the pictures.")] = 1024,
    keep: Annotated[Path | None, typer.Option(help="Folder in which the pictures stay.")] = None,
) -> None:
    """Measures the judges: recall of planted defects and false alarms on good sketches, by aspect and by defect."""
    from nkd_pipeline.cli.judging import judge_bench

    judge_bench(profile, count, seed, size, keep)


@app.command()
def ui(
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    port: Annotated[int, typer.Option(help="Port of the web server.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on; anybody who reaches it can run jobs.")] = "127.0.0.1",
) -> None:
    """Starts the Dagster UI with its daemon (schedules and sensors) for a home."""
    from nkd_pipeline.cli.running import serve_ui

    serve_ui(home, profile, host, port)
