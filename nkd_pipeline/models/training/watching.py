"""What happens beside the steps of a training: held-out loss, figures, checkpoints, log."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nkd_pipeline.models.training import checkpoints, history
from nkd_pipeline.models.training.recipe import Recipe
from nkd_pipeline.models.training.task import Task, TrainingError
from nkd_pipeline.records.studies import EpochReport

if TYPE_CHECKING:
    from transformers import TrainerCallback


def watcher(task: Task, recipe: Recipe, work: Path, tell: Callable[[EpochReport], None]) -> TrainerCallback:
    """A callback for the Trainer: saves every `save_steps` steps, and measures, saves and tells at the end of each epoch."""
    from transformers import TrainerCallback

    class Watcher(TrainerCallback):  # type: ignore[misc]  # the library is not read
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ANN401, ARG002
            # the end of an epoch is saved by itself, once it is measured
            ends = state.global_step * recipe.epochs % state.max_steps == 0
            control.should_save = state.global_step % recipe.save_steps == 0 and not ends

        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ANN401, ARG002
            control.should_evaluate = control.should_save = True

        def on_evaluate(self, args: Any, state: Any, control: Any, **rest: Any) -> None:  # noqa: ANN401, ARG002
            entry = state.log_history[-1]
            if not math.isfinite(entry["eval_loss"]):
                raise TrainingError(f"The held-out loss is {entry['eval_loss']} after step {state.global_step}. Set a lower learning_rate.")
            model = rest["model"].eval()
            entry.update({f"eval_{name}": float(value) for name, value in task.measure(model).items()})
            tell(history.epoch_reports(state.log_history)[-1])

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ANN401, ARG002
            checkpoints.seal(work / f"{checkpoints.PREFIX}{state.global_step}")
            history.write_history(work, state.log_history)
            checkpoints.prune(work, history.losses(state.log_history), recipe.keep)

    return Watcher()
