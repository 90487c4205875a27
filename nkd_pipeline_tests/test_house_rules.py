"""Rules that hold for the whole tree and that no linter knows."""

import subprocess
import sys
from pathlib import Path

import pytest

import nkd_pipeline

PACKAGE = Path(nkd_pipeline.__file__).parent
HEAVY = ("torch", "transformers", "diffusers", "pandas", "matplotlib", "cv2", "openpyxl", "polars", "duckdb")


@pytest.mark.parametrize("module", ["nkd_pipeline.definitions", "nkd_pipeline.cli.running"])
def test_definitions_load_without_heavy_libraries(module):
    # every schedule tick, sensor tick and short command pays for what is imported here
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"


def test_help_does_not_wait_for_dagster():
    code = "import sys, nkd_pipeline.cli.app; print('dagster' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "False"


@pytest.mark.parametrize("folder", [PACKAGE, PACKAGE.parent / "nkd_pipeline_tests", PACKAGE.parent / "benchmarks"], ids=lambda folder: folder.name)
def test_files_fit_on_three_screens(folder):
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in folder.rglob("*.py")}
    assert {name: length for name, length in lengths.items() if length > 250} == {}
