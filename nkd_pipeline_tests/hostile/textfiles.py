"""Text files: encodings, separators, quotes, and bytes that are none of these."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from nkd_pipeline_tests.hostile.case import Case, refused, taken

HEAD = "name;description;article_id\n"
GOOD = f"{HEAD}Größe für Mädchen;Weiß, schön;G-1\nDamen-Rock;Ein Röckchen.;G-2\n"
MEGABYTE = 1_000_000


def text(content: str, encoding: str = "utf-8", name: str = "d.csv") -> Callable[[Path], Path]:
    """Writes a text file."""
    return raw(content.encode(encoding), name)


def raw(data: bytes, name: str = "d.csv") -> Callable[[Path], Path]:
    """Writes a file of these bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def one_line(folder: Path) -> Path:
    return text("Rock;blau," * (5 * MEGABYTE))(folder)


def one_line_among_others(folder: Path) -> Path:
    return text(GOOD + "Rock;" * (10 * MEGABYTE) + "\n" + "Kleid;Text;X-1\n")(folder)


def many_columns(folder: Path) -> Path:
    head = HEAD.strip() + ";" + ";".join(f"c{number}" for number in range(100_000))
    return text(f"{head}\nKleid;Text;X-1\n")(folder)


def wide_rows(folder: Path) -> Path:
    return text(HEAD + (";" * 255 + "x\n") * 20_000)(folder)


def open_quotes(folder: Path) -> Path:
    return text(HEAD + '"Kleid;Text;X\n' * 20_000 + "Rock;Text;G-1\n")(folder)


def endless_quote(folder: Path) -> Path:
    return text(HEAD + '"' + "Rock;Text;X-1\n" * 20_000)(folder)


def too_many_rows(folder: Path) -> Path:
    return text(HEAD + "".join(f"a;b;{number}\n" for number in range(200_001)))(folder)


def values_kept(*names: str) -> Callable[[Path], str]:
    """A check that these names were stored."""

    def check(home: Path) -> str:
        from nkd_pipeline.execution.workspace import Workspace

        workspace = Workspace.open(str(home))
        stored = [row.name for shard in workspace.shards() for row in workspace.delivered(shard)]
        return "" if set(names) <= set(stored) else f"names were changed: {stored}"

    return check


UMLAUTS = values_kept("Größe für Mädchen")
MIXED_ENCODINGS = GOOD.encode() + "Hös;Text;X-1\n".encode("cp1252")
MIXED_SEPARATORS = GOOD + "Kleid,Text,X-1\nHose\tText\tX-2\nRock;weich, warm\tschön|gut;X-3\n"
NULS = GOOD.replace("Damen", "Da\0men").encode()
QUOTED = f'{HEAD}"Rock ""Ella""\nin rot; blau";"Zeile 1\r\nZeile 2\n\n";X-1\n'
UNBALANCED = GOOD + '"Kleid;Text;X-1\nHose;Text;X-2\n'
MARK_INSIDE = "\ufeff" + GOOD + "\ufeff" + HEAD + "\ufeffKleid;Text;X-1\n"
ESCAPES = GOOD + "\x1b[2J\x1b]2 evil\x07Kleid;\x9b31mText;X-1\n"
MARKUP = HEAD.replace("description", "description;[/red]spalte") + "Kleid [bold]x[/bold] [/];Text;x;X-1\nHose;Text;x;[/red]\n"
INJECTED = GOOD + '"=HYPERLINK(""http://192.0.2.1"")";Text;X-1\n=1+1;Text;X-2\nKleid;"@SUM(A1)";X-3\nHose;Text;="0815"\n'
JSON = json.dumps([{"name": "Rock", "description": "Text"}])

CASES = [
    Case("UTF-16 with its mark", text(GOOD, "utf-16"), taken(2), check=UMLAUTS),
    Case("UTF-16, little end first, without its mark", text(GOOD, "utf-16-le"), taken(2, 0, "read as UTF-16"), check=UMLAUTS),
    Case("UTF-16, big end first, without its mark", text(GOOD, "utf-16-be"), taken(2, 0, "read as UTF-16"), check=UMLAUTS),
    Case("UTF-16 cut within a character", raw(GOOD.encode("utf-16")[:-3]), taken(1, 1, "REPLACEMENT CHARACTER"), check=UMLAUTS),
    Case("UTF-32", text(GOOD, "utf-32"), taken(2), check=UMLAUTS),
    Case("Windows-1252 with ß", text(GOOD, "cp1252"), taken(2, 0, "read as cp1252", "Check the umlauts"), check=UMLAUTS),
    Case("UTF-8 with a line in Windows-1252", raw(MIXED_ENCODINGS), taken(3, 0, "1 damaged characters"), check=UMLAUTS),
    Case("a byte order mark in the middle, where files were joined", text(MARK_INSIDE), taken(3, 0, "repeat it"), check=values_kept("Kleid")),
    Case("NUL bytes", raw(NULS), taken(2), check=values_kept("Damen-Rock")),
    Case("random bytes", raw(bytes(range(256)) * 400), refused("binary data", "Save it as .xlsx or .csv")),
    Case("only NUL bytes", raw(bytes(100_000)), refused("d.csv: ")),
    Case("line breaks and quotes in quotes", text(QUOTED), taken(1), check=values_kept('Rock "Ella"\nin rot; blau')),
    Case("a quote that never closes", text(UNBALANCED), taken(3, 1, "row 4", "double quote", "Close it")),
    Case("20,000 quotes that never close", open_quotes, taken(1, 20_000, "double quote"), seconds=10, memory_mb=150),
    Case("a quote that swallows 20,000 lines", endless_quote, taken(1, 19_999, "double quote", "same id"), seconds=10),
    Case("semicolons, commas and tabs in one file", text(MIXED_SEPARATORS), taken(5)),
    Case("separators that shift a row", text(GOOD + "Kleid; rot;Text;X-1\n"), taken(2, 1, "row 4", "more cells than the 3 headers", "double quotes")),
    Case("50 MB in one line", one_line, refused("no column looks like", "50,000,000 characters", "at most 1,000,000"), memory_mb=200),
    Case("50 MB in one line among others", one_line_among_others, taken(3, 1, "row 4: the line has 50,000,001 characters"), memory_mb=200),
    Case("a text of 1 MB in a line", text(GOOD + f"Kleid;{'x' * 1_048_576};X-1\n"), taken(2, 1, "at most 1,000,000 are read")),
    Case("100,000 columns", many_columns, taken(1)),
    Case("five million cells", wide_rows, refused("5,000,000 cells", "Delete the columns"), memory_mb=150),
    Case("200,001 rows", too_many_rows, refused("more than 200,000 rows", "Split"), seconds=8, memory_mb=200),
    Case("signs that steer a terminal", text(ESCAPES), taken(3)),
    Case("markup in headers, names and ids", text(MARKUP), taken(1, 1, "cannot be used as an id")),
    Case("formulas, to run in the reader's Excel", text(INJECTED), taken(3, 3, "shows a formula", "insert it as values")),
    Case("JSON", text(JSON, name="d.json"), refused("Save it as .xlsx or .csv")),
    Case("JSON called .csv", text(JSON), refused("no column looks like", "--column")),
    Case("blanks and line ends alone", text(" \r\n\t\n" * 1000), refused("is empty", "copied completely")),
    Case("old Mac line ends", text(GOOD.replace("\n", "\r")), taken(2)),
    Case("a separator named and then nothing", text("sep=;\n"), refused("no rows found")),
]
