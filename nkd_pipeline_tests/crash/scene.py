"""What all crash tests run: a small delivery with everything that a run can meet, in homes whose every computation is counted."""

from __future__ import annotations

from pathlib import Path

from nkd_pipeline_tests.catalog.books import HEADERS, picture, place, workbook
from nkd_pipeline_tests.crash.counted import STAGES

CATALOG = "ernte"
SHARD = f"{CATALOG}.000"
# C-2 is good at the second attempt; C-6 only at the fourth, which nobody makes unasked: until then the best of three stays, the second
ROWS = [
    HEADERS,
    ("Herren-T-Shirt", "Das T-Shirt mit Rundhalsausschnitt hat kurze Ärmel.", "T-Shirt", "r-neck,ssr,navy", "C-1"),
    ("Damen-Bluse mit Blumenmuster", "Die Bluse mit langen Ärmeln und Knopfleiste.", "Bluse", "lsr,rosa,aop", "C-2"),
    ("Kinder-Jogginghose", "Mit Kordelzug und Taschen.", "Hose", "grün", "C-3"),
    ("Mädchen-Kleid", "Ärmelloses Kleid mit Punkten.", "Kleid", "gelb", "C-4"),
    ("", "", "", "", "C-5"),  # quarantined: nothing says what it is
    ("Damen-Rock", "Kurzer Rock aus Jeans.", "Rock", "dunkelblau", "C-6"),
]
WRONG = {"C-2": ["grey"], "C-6": ["grey tilted", "grey", "grey tilted"]}
PHOTO_CELL = "F2"


def write_delivery(folder: Path) -> Path:
    """The delivery as a workbook, with one photo."""
    photo = picture("PNG", (64, 64), "navy")
    return workbook(folder / f"{CATALOG}.xlsx", ROWS, change=lambda book: place(book.active, photo, PHOTO_CELL))


def write_settings(home: Path, workers: int) -> None:
    """Settings of a home: small pictures, a flush after every batch, and the counted stages."""
    home.mkdir(parents=True, exist_ok=True)
    wrong = ", ".join(f"{key} = {value}" for key, value in WRONG.items())
    stages = "".join(f'[stages.{asset}]\nstage = "{stage.__module__}:{stage.__name__}"\n' for asset, stage in STAGES.items())
    stages = stages.replace(':Artist"\n', f':Artist"\nsize = 256\nwrong = {{ {wrong} }}\n')
    (home / "settings.toml").write_text(f"[run]\nworkers = {workers}\nflush_seconds = 0.001\n{stages}")
