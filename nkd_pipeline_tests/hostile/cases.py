"""All cases."""

from __future__ import annotations

from nkd_pipeline_tests.hostile import archives, cells, ids, paths, photos, sheets, textfiles

GROUPS = {
    "archive": archives.CASES,
    "sheet": sheets.CASES,
    "cell": cells.CASES,
    "id": ids.CASES,
    "text file": textfiles.CASES,
    "photo": photos.CASES,
    "path": paths.CASES,
}
CASES = [(group, case) for group, cases in GROUPS.items() for case in cases]
