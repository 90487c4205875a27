"""What the assets of all studies share: one shape, progress, epochs as they end, pictures and curves as metadata, clear failures."""

import base64
import inspect
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from nkd_pipeline.assets.common import CHECK, GPU_POOL, TABLE_ROWS, failed_rows_check, progress
from nkd_pipeline.assets.resources import WorkspaceResource
from nkd_pipeline.execution.outcome import Counts, Outcome
from nkd_pipeline.models.training.task import TrainingError
from nkd_pipeline.records.studies import EpochReport
from nkd_pipeline.report.charts import Figure
from nkd_pipeline.report.contact_sheet import contact_sheet
from nkd_pipeline.report.plots import plot_png
from nkd_pipeline.studies.common.made import Made
from nkd_pipeline.studies.common.running import SHARD, StudyError, StudyRun, study_workspace
from nkd_pipeline.studies.common.trainings import epoch_numbers

SHOWN = 12  # thumbnails in the UI; markdown metadata is stored about four times over
PLOT_WIDTH = 480  # pixels
QUALITY = 70

Asset = dg.AssetsDefinition
Compute = Callable[[StudyRun], Made]


def study_asset(study: str, name: str, compute: Compute, deps: Sequence[str] = (), *, on_device: bool = False) -> Asset:
    """The asset that runs one step of a study; the docstring of `compute` is its description. Unpartitioned: a study has one table of each kind."""

    @dg.asset(
        name=name,
        description=inspect.getdoc(compute),
        group_name=study.replace("-", "_"),
        deps=list(deps),
        pool=GPU_POOL if on_device else None,
        check_specs=[dg.AssetCheckSpec(CHECK, asset=name, description="Warns when a row failed; the others are not held up.")],
    )
    def run(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Iterator[dg.MaterializeResult[Any]]:
        main = workspace.open()
        running = StudyRun(main, study_workspace(main, study), _teller(context, name), progress.get())
        try:
            made = compute(running)
        except (StudyError, TrainingError) as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        check = failed_rows_check(SHARD, _together(running.outcomes))
        yield dg.MaterializeResult(metadata={**_counts(running.outcomes), **_metadata(made)}, check_results=[check])

    return run


def _teller(context: dg.AssetExecutionContext, asset: str) -> Callable[[EpochReport], None]:
    def told(epoch: EpochReport) -> None:
        numbers = epoch_numbers(epoch)
        context.log.info(f"{asset}: {numbers}")
        context.log_event(dg.AssetObservation(asset, metadata=dict(numbers)))

    return told


def _together(outcomes: Mapping[str, Outcome[Any]]) -> Outcome[Any]:
    rows = {f"{table} {article_id}": row for table, outcome in outcomes.items() for article_id, row in outcome.rows.items()}
    return Outcome(rows, Counts(), 0.0)


def _counts(outcomes: Mapping[str, Outcome[Any]]) -> dict[str, int]:
    names = ("computed", "kept", "failed", "skipped")
    return {name: sum(getattr(outcome.counts, name) for outcome in outcomes.values()) for name in names} if outcomes else {}


def _metadata(made: Made) -> dict[str, Any]:
    return {
        "dagster/row_count": made.rows,
        **{name: value for name, value in made.values.items() if value is not None},
        **{
            name: dg.MetadataValue.url(path.as_uri()) if path.suffix == ".html" else dg.MetadataValue.path(str(path))
            for name, path in made.files.items()
        },
        **{name: dg.MetadataValue.md(f"![{name}]({contact_sheet(files[:SHOWN])})") for name, files in made.pictures.items() if files},
        **{name: dg.MetadataValue.md(f"![{figure.title}]({_small(figure)})") for name, figure in made.figures.items() if figure.filled},
        **({"examples": _table(made.table)} if made.table else {}),
    }


def _small(figure: Figure) -> str:
    """A figure as a data URI of a small WebP."""
    from PIL import Image

    with Image.open(io.BytesIO(plot_png(figure))) as image:
        small = image.convert("RGB")
    small.thumbnail((PLOT_WIDTH, PLOT_WIDTH))
    encoded = io.BytesIO()
    small.save(encoded, "WEBP", quality=QUALITY)
    return "data:image/webp;base64," + base64.b64encode(encoded.getvalue()).decode("ascii")


def _table(rows: Sequence[Mapping[str, Any]]) -> dg.TableMetadataValue:
    columns = [dg.TableColumn(name, "string") for name in rows[0]]
    shown = [dg.TableRecord({name: str(value)[:300] for name, value in row.items()}) for row in rows[:TABLE_ROWS]]
    return dg.MetadataValue.table(shown, schema=dg.TableSchema(columns))
