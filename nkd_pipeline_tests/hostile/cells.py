"""Workbooks with cells that are no texts, or texts that are no article's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nkd_pipeline_tests.hostile.books import GOOD, HEADERS, MAIN, Raw, parts, sheet, written
from nkd_pipeline_tests.hostile.case import Case, refused, taken

DATES = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/><xf numFmtId="44"/></cellXfs></styleSheet>'


def with_rows(*entries: object, strings: str | None = None) -> Callable[[Path], Path]:
    """Writes a workbook of two good rows and these."""
    return lambda folder: written(folder / "d.xlsx", parts({"Artikel": sheet(HEADERS, *GOOD, *entries)}, strings=strings, styles=DATES))


def named(*names: object) -> Callable[[Path], Path]:
    """Writes a workbook of two good rows and one with each of these names; without a description, so that the name counts."""
    return with_rows(*((name, None, None, None, f"N-{number}") for number, name in enumerate(names)))


def with_ids(*ids: object) -> Callable[[Path], Path]:
    """Writes a workbook of two good rows and one with each of these ids."""
    return with_rows(*((f"Kleid {number}", "Text", "", "", value) for number, value in enumerate(ids)))


def typed(kind: str, content: str, style: int = 0) -> Raw:
    """A cell of a type."""
    return Raw(f'<c t="{kind}" s="{style}"><v>{content}</v></c>')


def megabyte_referred_to(folder: Path) -> Path:
    shared = f"<si><t>{'x' * 1_000_000}</t></si>"
    entry = f"<row>{typed('s', '0') * 5}</row>"
    return with_rows(*[entry] * 20_000, strings=shared)(folder)


def text_referred_to(folder: Path) -> Path:
    shared = f"<si><t>{'Rock ' * 3_990}</t></si>"
    return with_rows(*[f"<row>{typed('s', '0') * 4}<c><v>{number}</v></c></row>" for number in range(30_000)], strings=shared)(folder)


def checked(home: Path) -> str:
    from nkd_pipeline.execution.workspace import Workspace

    workspace = Workspace.open(str(home))
    names = [row.name for shard in workspace.shards() for row in workspace.delivered(shard)]
    return "" if all(name in names for name in KEPT) else f"texts were changed: {names}"


FORMULA = Raw("<c><f>A1</f></c>")
STORED = Raw('<c t="str"><f>A2&amp;"x"</f><v>Kleid</v></c>')
EMPTY_RESULT = Raw('<c t="str"><f>IF(1,"","")</f><v></v></c>')
OUTSIDE = Raw("<c><f>[1]Tabelle1!A1</f></c>")
ERRORS = [typed("e", code) for code in ("#REF!", "#N/A", "#PYTHON!", "#BEZUG!")]
INJECTED = ['=HYPERLINK("http://192.0.2.1","Rock")', "@SUM(1+1)", "=cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "-IMPORTXML(A1)"]
NUMBERS = [typed("n", content) for content in ("NaN", "INF", "1e999", "9" * 5_000, "zwölf", "0x10", "12.5")]
SHARED = [typed("s", content) for content in ("99", "-1", "x", "1.5", "9" * 400)]
DATED = [typed("n", content, 1) for content in ("46000", "1e300", "-9", "0.5")]
ODD_IDS = (typed("n", "46000", 1), typed("b", "1"), typed("e", "#N/A"), typed("n", "1e300"))
KEPT = (
    "Rock 👗🏽‍🦰",
    "فستان أحمر",
    "שמלה אדומה",
    "Ⓡöck ﬁne",
    "<script>alert(1)</script> Rock",
    "Rock [red]rot[/red] [/]",
    "Rock {{ 7*7 }} ${HOME} %s",
)
INVISIBLE = "Ro\u200bck \u202egnal\u202c _xD83D__xDC57_ _xD800_ _x0000_ _x001B_[2J"
BLANKS = ["\u200b", "\u00a0", "_x0000_", "_xD800_"]

CASES = [
    Case(
        "a cell of 1 MB",
        with_rows(("Kleid", "x" * 1_048_576, "", "", "X-1")),
        taken(2, 1, "1,048,576 characters", 'column "description"', "Shorten it"),
    ),
    Case("a cell of 5 MB", with_rows((Raw(f'<c t="str"><v>{"x " * 2_500_000}</v></c>'),)), taken(2, 1, "5,000,000 characters")),
    Case("one text of 1 MB that 100,000 cells refer to", megabyte_referred_to, taken(2, 20_000, "1,000,000 characters"), seconds=15, memory_mb=150),
    Case("one long text that 120,000 cells refer to", text_referred_to, refused("200 MB of text", "Split"), seconds=15, memory_mb=350),
    Case("300,000 shared texts that are empty", with_rows(strings="<si/>" * 300_000), taken(2)),
    Case("formulas that were never calculated", named(FORMULA, OUTSIDE), taken(2, 2, "row 4", 'column "name"', "Open the file in Excel and save it")),
    Case("a sheet of formulas alone", with_rows((FORMULA,) * 5, (FORMULA,) * 5), taken(2, 2, "formula without a stored value")),
    Case("formulas with their values", named(STORED, EMPTY_RESULT), taken(3, 1, "are empty")),
    Case("error cells", named(*ERRORS), taken(2, 4, "#REF!", "#PYTHON!", "Repair the formula")),
    Case("formulas as texts, to run in the reader's Excel", named(*INJECTED), taken(2, 5, "shows a formula", "insert it as values")),
    Case("NaN, infinity, 5,000 digits and words as numbers", named(*NUMBERS), taken(2, 7, "too large", "instead of a number", "a number (12.5)")),
    Case("texts that the workbook does not have", named(*SHARED), taken(2, 5, "a text that the workbook does not have", "Type the value again")),
    Case("dates for names", named(*DATED), taken(2, 4, "holds a date", "which it cannot be", "Type the text there")),
    Case("truth values for names", named(typed("b", "1"), typed("b", "?")), taken(2, 2, "a truth value", "Type the text there")),
    Case("money for a name", named(typed("n", "9.99", 3)), taken(2, 1, "a number (9.99)")),
    Case("emoji, right-to-left text, HTML, templates, markup", named(*KEPT), taken(2 + len(KEPT)), check=checked),
    Case("control characters, direction marks, halves of characters", named(INVISIBLE), taken(3)),
    Case("names of nothing that can be seen", named(*BLANKS), taken(2, 4, "are empty", "delete the row")),
    Case("words for nothing", named("nan", "NULL", "N/A", "-", "k. A."), taken(2, 5, "are empty")),
    Case("the same rows again", with_rows(*GOOD, *GOOD), taken(2, 4, 'same id as row 2 of sheet "Artikel"', "an id of its own")),
    Case("dates, truth values and errors as ids", with_ids(*ODD_IDS), taken(2, 4, "holds a date", "a truth value", 'column "article_id"', "#N/A")),
    Case("unknown cell types", named(typed("zzz", "Kleid"), typed("d", "gestern"), typed("d", "2026-02-30")), taken(2, 3, "instead of a date")),
]
