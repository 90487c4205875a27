"""Everything that a run imports on its way, imported at once: what commands are forked from."""

import cv2  # noqa: F401
import loky  # noqa: F401
import matplotlib.backends.backend_agg
import matplotlib.figure  # noqa: F401
import openpyxl  # noqa: F401
import PIL.PngImagePlugin  # noqa: F401
import rich.progress  # noqa: F401

import nkd_pipeline.cli.running
import nkd_pipeline.report.plots
import nkd_pipeline.sketch.render  # noqa: F401
import nkd_pipeline_tests.crash.counted  # noqa: F401
