"""Article ids that would become bad file names, and ids that would become the same one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nkd_pipeline_tests.hostile.books import GOOD, book
from nkd_pipeline_tests.hostile.case import Case, taken


def ids(*values: object) -> Callable[[Path], Path]:
    """Writes a workbook of two good rows and one with each of these ids."""
    return lambda folder: book(folder, *((f"Kleid {number}", "Text", "", "", value) for number, value in enumerate(values)))


def bad(name: str, *values: object, says: str = "cannot be used as an id") -> Case:
    """A case of ids none of which may pass."""
    return Case(name, ids(*values), taken(len(GOOD), len(values), says, 'column "article_id"', "Change the id"))


def pairs(name: str, *values: object, says: str) -> Case:
    """A case of ids the first of which passes and the others not."""
    return Case(name, ids(*values), taken(len(GOOD) + 1, len(values) - 1, says))


def filed_safely(home: Path) -> str:
    from nkd_pipeline.execution.workspace import Workspace

    workspace = Workspace.open(str(home))
    stored = {row.article_id for shard in workspace.shards() for row in workspace.delivered(shard)}
    return "" if {"00123", "123", "HÜ-12", "A 1"} <= stored else f"ids were changed: {sorted(stored)}"


DEVICES = ("CON", "con.txt", "NUL.txt", "LPT1", "aux", "COM1.tar.gz")

CASES = [
    bad("ids that lead to other folders", "../../x", "..\\..\\x", "..", "a/../b", "x..y"),
    bad("ids that are paths", "/etc/passwd", "C:\\x", "C:x", "\\\\server\\share", "file:///etc/passwd", "https://192.0.2.1/x", "~/x"),
    bad("ids that Windows keeps for devices", *DEVICES, says="device"),
    bad("ids of 300 and of 19,000 characters", "x" * 300, "y" * 19_000, says="at most 100"),
    bad("ids that begin or end as no file name may", ".hidden", "-rf", "x.", "x. ", " .", says="begins with a letter or digit"),
    bad("ids for a shell", "$(reboot)", "`id`", "a;b", "a|b", "a&b", "a*", "a?", "a<b>", 'a"b', "a'b", "a%00b", "a\nb", "a\tb"),
    bad("ids that rich text or a template would read", "[red]", "{{x}}", "{shard}", "<b>", says="cannot be part of a file name"),
    bad("ids in Cyrillic that look Latin", "А-1", "Х-1", says="CYRILLIC CAPITAL LETTER"),
    bad("ids from right to left", "شال-1", "שמלה", says="cannot be part of a file name"),
    bad("ids with joiners that nobody sees", "G\u200d-1", "G\u00ad-1", says="(U+"),
    bad("ids shortened by Excel", "1.23E+05", "4,06123E+12", says='"+"'),
    pairs("zero-width spaces in ids", "Z-1", "Z\u200b-1", "\ufeffZ-1", says="same id as row 4"),
    pairs("ids that differ in how an umlaut is composed", "M\u00e4-1", "Ma\u0308-1", says="same id as row 4"),
    pairs("ids that differ in case alone", "case-1", "CASE-1", says="same id but for capitals"),
    pairs("ids that differ in spaces around them", "S-1", " S-1 ", "S-1\u00a0", says="same id as row 4"),
    pairs("an id used three times", "D-1", "D-1", "D-1", says="an id of its own"),
    Case("numbers, texts of digits, umlauts, spaces", ids("00123", 123, "HÜ-12", "A 1"), taken(6), check=filed_safely),
    Case("empty ids beside filled ones", ids(None, "", "-", "X-1"), taken(6)),
]
