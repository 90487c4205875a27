"""Workbooks written part by part, so that every byte of them can be wrong."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

HEADERS = ("name", "description", "model_name", "model_descr", "article_id")
GOOD = (("Damen-Hose", "Eine Hose.", "Hose", "schwarz", "G-1"), ("Damen-Rock", "Ein Rock.", "Rock", "weiß", "G-2"))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


class Raw(str):
    """A cell as XML."""


def cell(value: object) -> str:
    """XML of a cell: texts as texts, numbers as numbers, None as an empty cell."""
    if isinstance(value, Raw):
        return value
    if value is None:
        return "<c/>"
    return (
        f"<c><v>{value}</v></c>"
        if isinstance(value, int | float)
        else f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
    )


def row(*values: object, attributes: str = "") -> str:
    """XML of a row."""
    return f"<row{attributes}>{''.join(map(cell, values))}</row>"


def sheet(*rows: Sequence[object] | str, after: str = "") -> str:
    """XML of a sheet; rows as values or as XML, `after` stands behind them."""
    data = "".join(entry if isinstance(entry, str) else row(*entry) for entry in rows)
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetData>{data}</sheetData>{after}</worksheet>'


def relations(entries: Mapping[str, tuple[str, str]], mode: str = "") -> str:
    """XML of relations: id -> (kind, target)."""
    attributes = f' TargetMode="{mode}"' if mode else ""
    lines = [f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target={quoteattr(target)}{attributes}/>' for key, (kind, target) in entries.items()]
    return f'<Relationships xmlns="{RELATIONS}">{"".join(lines)}</Relationships>'


def parts(sheets: Mapping[str, str], states: Mapping[str, str] | None = None, strings: str | None = None, styles: str = "") -> dict[str, str]:
    """Parts of a workbook by name.

    Args:
        sheets: Sheet name -> XML.
        states: Sheet name -> hidden or veryHidden.
        strings: XML within the table of shared texts.
        styles: XML of the styles.
    """
    listed, related, made = [], {}, {}
    for number, (name, xml) in enumerate(sheets.items(), 1):
        state = f' state="{states[name]}"' if states and name in states else ""
        listed.append(f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="s{number}"/>')
        related[f"s{number}"] = ("worksheet", f"worksheets/sheet{number}.xml")
        made[f"xl/worksheets/sheet{number}.xml"] = xml
    if strings is not None:
        related["t"] = ("sharedStrings", "sharedStrings.xml")
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    if styles:
        related["y"] = ("styles", "styles.xml")
        made["xl/styles.xml"] = styles
    made["_rels/.rels"] = relations({"b": ("officeDocument", "xl/workbook.xml")})
    made["xl/workbook.xml"] = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{"".join(listed)}</sheets></workbook>'
    made["xl/_rels/workbook.xml.rels"] = relations(related)
    return made


def written(path: Path, content: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of parts."""
    with zipfile.ZipFile(path, "w", compression, compresslevel=1) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path


def book(folder: Path, *rows: Sequence[object] | str, after: str = "", name: str = "d.xlsx", **more: str | bytes) -> Path:
    """A workbook of one sheet: headers, two good rows, and the rows given. `more` are further parts, with _ for / and __ for a dot."""
    extra = {key.replace("__", ".").replace("_", "/"): value for key, value in more.items()}
    return written(folder / name, {**parts({"Artikel": sheet(HEADERS, *GOOD, *rows, after=after)}), **extra})


def good_parts() -> dict[str, str]:
    """Parts of a workbook with two good rows."""
    return parts({"Artikel": sheet(HEADERS, *GOOD)})
