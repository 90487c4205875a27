"""What happened, as lines of JSON in `<home>/logs/nkd.jsonl`: one for each batch, failed row and finished stage, and the warnings of all modules.

`jq 'select(.event == "row_failed")' data/home/logs/nkd*.jsonl` reads them. Several processes write the same file.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from nkd_pipeline.storage import files

ROOT = logging.getLogger("nkd_pipeline")
events = logging.getLogger("nkd_pipeline.events")
events.setLevel(logging.INFO)
events.propagate = False  # libraries give the root logger a handler that prints; events are for the file alone
LARGEST_FILE = 10_000_000  # bytes; then a new file is begun
KEPT_FILES = 5  # besides the one that is written


def event(name: str, /, level: int = logging.INFO, **fields: object) -> None:
    """Logs that something happened; `fields` become fields of the line."""
    events.log(level, name, extra={"nkd": fields})


class JsonLine(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, event, then the fields of the event or the name of the logger."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "nkd", None)
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **(fields if fields is not None else {"logger": record.name}),
            "process": record.process,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        # separators inside a line would make two of it for readers that split at every line end that Unicode knows
        return json.dumps(line, ensure_ascii=False, default=str).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


class SharedFile(logging.Handler):
    """Appends to a file that other processes append to as well, and begins a new one when it is large.

    The standard rotating handler keeps its file open: after another process has rotated, it goes on writing into the old one.
    """

    def __init__(self, path: Path, largest: int = LARGEST_FILE, kept: int = KEPT_FILES) -> None:
        super().__init__()
        self.path, self._largest, self._kept = path, largest, kept
        self.setFormatter(JsonLine())

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = (self.format(record) + "\n").encode("utf-8", "backslashreplace")
            with files.locked(self.path.with_name(f".{self.path.name}.lock")):
                if self._size() + len(line) > self._largest:
                    self._rotate()
                with self.path.open("ab", buffering=0) as stream:
                    stream.write(line)
        except Exception:  # noqa: BLE001 - a full disk must not end a run for its log; logging decides what to say
            self.handleError(record)

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def _rotate(self) -> None:
        for number in range(self._kept, 0, -1):
            older, younger = self._numbered(number), self._numbered(number - 1) if number > 1 else self.path
            if younger.exists():
                os.replace(younger, older)

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.stem}.{number}{self.path.suffix}")


@contextlib.contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Sends what is logged meanwhile to the file; does nothing when that is so already."""
    if any(isinstance(handler, SharedFile) and handler.path == path for handler in ROOT.handlers):
        yield
        return
    handler = SharedFile(path)
    for logger in (ROOT, events):
        logger.addHandler(handler)
    # a logger that has a handler is no longer one whose warnings Python itself puts on the screen
    screen = None if logging.root.handlers else logging.lastResort
    if screen:
        ROOT.addHandler(screen)
    try:
        yield
    finally:
        if screen:
            ROOT.removeHandler(screen)
        for logger in (ROOT, events):
            logger.removeHandler(handler)
