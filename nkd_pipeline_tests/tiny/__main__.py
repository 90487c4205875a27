"""Builds the tiny checkpoints and prints where they lie: `python -m nkd_pipeline_tests.tiny [NAME ...]`, without names all, and their profile."""

import sys

from nkd_pipeline_tests.tiny.builders import BUILDERS
from nkd_pipeline_tests.tiny.cache import TinyCheckpoints

if __name__ == "__main__":
    checkpoints = TinyCheckpoints()
    for name in sys.argv[1:] or [*sorted(BUILDERS), "tiny.toml"]:
        sys.stdout.write(f"{checkpoints / name}\n")
