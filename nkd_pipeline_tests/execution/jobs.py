"""A job that tells which device it was given; in a module of its own because Dagster loads it by name."""

import os
from pathlib import Path

import dagster as dg

from nkd_pipeline.execution.gpu_executor import gpu_executor


@dg.op(config_schema={"out": str})
def tell(context):
    Path(context.op_config["out"]).write_text(f"{os.environ['NKD_DEVICE']} {os.getpid()}")


@dg.job(executor_def=gpu_executor)
def telling():
    tell()
