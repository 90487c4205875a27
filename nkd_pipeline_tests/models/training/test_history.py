"""What a training logged, as epochs and as a table."""

import csv

from nkd_pipeline.models.training import history
from nkd_pipeline.records.studies import EpochReport

LOG = [
    {"eval_loss": 5.0, "epoch": 0, "step": 0},
    {"loss": 4.0, "grad_norm": 1.0, "learning_rate": 0.1, "epoch": 0.5, "step": 1},
    {"loss": 2.0, "grad_norm": 1.0, "learning_rate": 0.05, "epoch": 1.0, "step": 2},
    {
        "eval_loss": 2.5,
        "eval_runtime": 9.0,
        "eval_samples_per_second": 1.0,
        "eval_steps_per_second": 1.0,
        "eval_meteor": 0.2,
        "epoch": 1.0,
        "step": 2,
    },
    {"loss": 1.0, "grad_norm": 1.0, "learning_rate": 0.0, "epoch": 1.5, "step": 3},
]


def test_reports_hold_epochs_that_are_over():
    assert history.epoch_reports(LOG) == [EpochReport(0, 0, None, 5.0), EpochReport(1, 2, 3.0, 2.5, {"meteor": 0.2})]
    assert history.losses(LOG) == {0: 5.0, 2: 2.5}


def test_reports_survive_their_file():
    reports = history.epoch_reports(LOG)
    assert history.reports_from_json(history.reports_as_json(reports)) == reports


def test_table_has_a_line_per_step_and_one_per_epoch(tmp_path):
    history.write_history(tmp_path, LOG)
    with (tmp_path / "history.csv").open(newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert [line["step"] for line in lines] == ["0", "1", "2", "2", "3"]
    assert [line["loss"] for line in lines] == ["", "4.0", "2.0", "", "1.0"]
    assert (lines[3]["held_out_loss"], lines[3]["meteor"]) == ("2.5", "0.2")
