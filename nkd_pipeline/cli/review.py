"""`nkd review`: people look at pictures."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nkd_pipeline.cli.options import DEFAULT_PROFILE, HomeOption, ProfileOption, home_place

review = typer.Typer(name="review", help="People mark, compare and rate pictures on a page of this machine.", invoke_without_command=True)

ShardOption = Annotated[list[str] | None, typer.Option(help="Only this shard; repeatable. Default: all.")]


class Mode(StrEnum):
    """Ways of reviewing."""

    rubric = "rubric"
    ab = "ab"
    survey = "survey"


@review.callback()
def serve(  # noqa: PLR0913 - the options of a command
    context: typer.Context,
    *,
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    shard: ShardOption = None,
    reviewer: Annotated[list[str] | None, typer.Option(help="Name of a reviewer; repeatable, each gets an address. Default: your user name.")] = None,
    mode: Annotated[
        Mode, typer.Option(help="rubric: mark nine aspects; ab: which of two pictures is better; survey: questions from 1 to 5.")
    ] = Mode.rubric,
    against: Annotated[
        Path | None,
        typer.Option(parser=home_place, metavar="PATH", help="ab: compare with the same articles in this home. Default: attempts with each other."),
    ] = None,
    questions: Annotated[Path | None, typer.Option(help="survey: TOML file with questions of your own.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0: any that is free.")] = 8765,
    host: Annotated[str, typer.Option(help="Address to listen on. Beyond this machine, tokens and pictures travel unencrypted.")] = "127.0.0.1",
) -> None:
    """Serves the review page until Ctrl+C, and says then what was reviewed. Every answer is saved at once; the next start goes on from there."""
    if context.invoked_subcommand:
        given = [name for name in context.params if (source := context.get_parameter_source(name)) and source.name == "COMMANDLINE"]
        if given:
            raise typer.BadParameter(f"write --{given[0]} after {context.invoked_subcommand}, where it is read")
        return
    from nkd_pipeline.cli.reviewing import Review, serve_review

    serve_review(home, profile, Review(mode.value, shard or [], reviewer or [], against, questions), host, port)


@review.command()
def apply(home: HomeOption = None, profile: ProfileOption = DEFAULT_PROFILE) -> None:
    """Judges the marked shards again, so that marks overrule the machine. Exit code 3 when articles have no approved picture."""
    from nkd_pipeline.cli.reviewing import apply_marks

    raise typer.Exit(apply_marks(home, profile))


@review.command("export")
def export_(
    out: Annotated[Path, typer.Option(help="CSV file to write.")],
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
    shard: ShardOption = None,
) -> None:
    """Writes all marks to a CSV file."""
    from nkd_pipeline.cli.reviewing import write_marks

    write_marks(home, profile, out, shard or [])


@review.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV file as `nkd review export` writes it.")],
    home: HomeOption = None,
    profile: ProfileOption = DEFAULT_PROFILE,
) -> None:
    """Adds the marks of a CSV file. When one row is wrong, nothing is imported."""
    from nkd_pipeline.cli.reviewing import take_marks

    take_marks(home, profile, file)


@review.command()
def agreement(home: HomeOption = None, profile: ProfileOption = DEFAULT_PROFILE, shard: ShardOption = None) -> None:
    """Shows how far reviewers agree by aspect (Krippendorff's alpha), and how the machine's verdicts compare with theirs."""
    from nkd_pipeline.cli.review_results import show_agreement

    show_agreement(home, profile, shard or [])


@review.command()
def results(home: HomeOption = None, profile: ProfileOption = DEFAULT_PROFILE, shard: ShardOption = None) -> None:
    """Shows what came of comparisons and surveys."""
    from nkd_pipeline.cli.review_results import show_results

    show_results(home, profile, shard or [])
