"""Deliveries that are no ordinary files, and files with names that could do harm."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from nkd_pipeline_tests.hostile.books import GOOD, book
from nkd_pipeline_tests.hostile.case import Case, refused, taken
from nkd_pipeline_tests.hostile.cells import named


def called(name: str | bytes) -> Callable[[Path], Path]:
    """Writes a good workbook of this name."""

    def make(folder: Path) -> Path:
        book(folder)
        target = os.path.join(os.fsencode(folder), os.fsencode(name))
        os.rename(folder / "d.xlsx", target)
        return Path(os.fsdecode(target))

    return make


def link(target: str) -> Callable[[Path], Path]:
    """A symbolic link, beside a good workbook d.xlsx."""

    def make(folder: Path) -> Path:
        book(folder)
        (folder / "link.xlsx").symlink_to(target)
        return folder / "link.xlsx"

    return make


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "d.xlsx")
    return folder / "d.xlsx"


def directory(folder: Path) -> Path:
    (folder / "d.xlsx").mkdir()
    return folder / "d.xlsx"


def unreadable(folder: Path) -> Path:
    book(folder).chmod(0)
    return folder / "d.xlsx"


def sparse(folder: Path) -> Path:
    with (folder / "d.csv").open("wb") as stream:
        stream.truncate(3_000_000_000)
    return folder / "d.csv"


def roundabout(folder: Path) -> Path:
    book(folder)
    (folder / "a").mkdir()
    return folder / "a" / ".." / "a" / ".." / "d.xlsx"


def catalogs(*names: str) -> Callable[[Path], str]:
    """A check that the home holds these catalogs."""

    def check(home: Path) -> str:
        found = sorted(path.stem.rpartition(".")[0] for path in (home / "tables" / "delivery_rows").glob("*.parquet"))
        return "" if found == sorted(names) else f"catalogs {found}"

    return check


def gallery_is_sound(home: Path) -> str:
    pages = [path.read_text(encoding="utf-8") for path in home.rglob("*.html")]
    if not pages:
        return "no gallery"
    if any("<script>alert" in page or "<b>evil" in page for page in pages):
        return "a delivered text became markup of the gallery"
    exported = "".join(path.read_text(encoding="utf-8-sig") for path in home.rglob("*.csv"))
    return "a delivered text became a formula of an export" if any(line.startswith(("=", "@", "+")) for line in exported.splitlines()) else ""


TEXTS = (
    "Damen-Rock <script>alert(1)</script> <b>evil</b>",
    "Herren-Hose 👖 [red]rot[/red]",
    "فستان Damen-Kleid",
    "=HYPERLINK(1)",
    "\u202eRock\u202c",
)

CASES = [
    Case("a link to a delivery", link("d.xlsx"), taken(2)),
    Case("a link to nowhere", link("fehlt.xlsx"), refused("no such file", "Check the name")),
    Case("a link to itself", link("link.xlsx"), refused("link.xlsx: ", "Check")),
    Case("a link to a device that never ends", link("/dev/zero"), refused("device or a pipe", "Copy the delivery")),
    Case("a pipe that nobody writes to", pipe, refused("device or a pipe", "Copy the delivery")),
    Case("a folder called d.xlsx", directory, refused("this is a folder", "Name the delivery file")),
    Case("a file that may not be read", unreadable, refused("cannot be opened", "Check who may read it"), as_nobody=True),
    Case("a file that is not there", lambda folder: folder / "d.xlsx", refused("no such file", "Check the name")),
    Case("a file name longer than the disk allows", lambda folder: folder / ("x" * 300 + ".csv"), refused("too long", "Check")),
    Case("a file whose reading fails", lambda _: Path("/proc/self/mem"), refused("mem: ", "Check")),
    Case("no bytes at all", lambda folder: (folder / "d.xlsx").write_bytes(b"") * 0 or folder / "d.xlsx", refused("is empty", "copied completely")),
    Case("3 GB of nothing", sparse, refused("more than 1,200 MB", "Split")),
    Case("a lock file of Excel", called("~$d.xlsx"), refused("lock file", "Deliver d.xlsx")),
    Case("a path with .. in it", roundabout, taken(2), check=catalogs("d")),
    Case("a file called CON.xlsx", called("CON.xlsx"), taken(2), check=catalogs("delivery-con")),
    Case("a file called ...xlsx", called("...xlsx"), taken(2)),
    Case("a file called -rf ; $(reboot) `id`.xlsx", called("-rf ; $(reboot) `id`.xlsx"), taken(2), check=catalogs("rf-reboot-id")),
    Case("a file named in emoji", called("👗👖.xlsx"), taken(2)),
    Case("a file named from right to left", called("\u202exslx.elif\u202c.xlsx"), taken(2)),
    Case("a file with line breaks and terminal codes in its name", called("a\n\x1b[2Jb.xlsx"), taken(2), check=catalogs("a-2jb")),
    Case("a file with markup in its name", called("[red]<b>x[bold].xlsx"), taken(2), check=catalogs("red-b-x-bold")),
    Case("a file name that is no Unicode", called(b"caf\xe9.xlsx"), taken(2)),
    Case("a file name of 255 bytes", called("ü" * 125 + ".xlsx"), taken(2)),
    Case(
        "hostile texts through all stages",
        lambda folder: named(*TEXTS)(folder).rename(folder / "<b>evil 👗.xlsx"),
        taken(len(GOOD) + 4, 1),
        whole_run=True,
        memory_mb=1500,
        seconds=120,
        check=gallery_is_sound,
    ),
    Case("a folder, by the command itself", directory, refused("this is a folder"), whole_run=True, memory_mb=800, seconds=60),
]
