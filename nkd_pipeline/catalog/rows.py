"""One row of a sheet to one article row, or to a quarantined row that says why not and what to do."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from nkd_pipeline.catalog.cleaning import clean_text
from nkd_pipeline.catalog.headers import Header, column_words
from nkd_pipeline.catalog.identifiers import hashed_id, id_fault
from nkd_pipeline.catalog.source import SourceRow, Unreadable, Value, is_blank, reading, shown
from nkd_pipeline.records import DeliveryRow, QuarantinedRow

_TEXTS = ("name", "description", "model_name", "model_descr", "color", "gender", "category", "brand")
_LONGEST_RAW = 2000
# What spreadsheet programs take for a formula: an equals sign, or another first character before a function or a call of a program
_FORMULA = re.compile(r"\s*(?:=[\w(\"'+@-]|[@+-][A-Za-z]\w*[(|])")


class UnfitRowError(Exception):
    """Why a row is no article."""

    def __init__(self, kind: str, field: str, says: str) -> None:
        super().__init__(says)
        self.kind = kind
        self.field = field


def value_text(value: Value) -> str:
    """A cell as text; "" when it is empty or says so ("nan", "-", "k. A.")."""
    if value is None or isinstance(value, Unreadable):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value
    text = clean_text(value if isinstance(value, str) else str(value))
    return "" if text.strip().casefold() in reading().cells.empty else text


@dataclass(frozen=True)
class RowReader:
    """Reads the rows below one header."""

    file: str
    sheet: str
    header: Header

    def read(self, row: SourceRow) -> DeliveryRow | QuarantinedRow:
        """The row as an article row; duplicates are not looked for here."""
        try:
            if row.problem:
                raise UnfitRowError("shifted", "", f"{row.problem}. Repair the row in the file")
            texts = {field: self._text(row, field) for field in _TEXTS if field in self.header.columns}
            article_id = self._id(row, texts)
            return DeliveryRow(article_id, self.file, self.sheet, row.number, **{"name": "", **texts})
        except UnfitRowError as fault:
            return self.quarantined(row, fault)

    def quarantined(self, row: SourceRow, fault: UnfitRowError) -> QuarantinedRow:
        """The row's record of why it is left out."""
        title = self.header.title(fault.field) if fault.field in self.header.columns else ""
        place = f'row {row.number}, column "{title}"' if title else f"row {row.number}"
        raw = {self._title(at): shown(cell) for at, cell in enumerate(row.cells) if not is_blank(cell)}
        as_json = json.dumps({key: clean_text(text[:_LONGEST_RAW]) for key, text in raw.items()}, ensure_ascii=False)
        return QuarantinedRow(self.file, self.sheet, row.number, title, fault.kind, f"{place}: {fault}.", as_json[:_LONGEST_RAW])

    def _title(self, position: int) -> str:
        titles = self.header.titles
        return (titles[position] if position < len(titles) else "") or f"column {position + 1}"

    def _cell(self, row: SourceRow, field: str) -> Value:
        position = self.header.columns[field]
        value = row.cells[position] if position < len(row.cells) else None
        if isinstance(value, Unreadable):
            raise UnfitRowError(value.kind, field, f"the cell holds {clean_text(value.shown)}. {value.cure}")
        if isinstance(value, str) and value.strip().casefold() in reading().cells.errors:
            cure = "Repair the formula or type the text, then deliver the file again"
            raise UnfitRowError("error_cell", field, f"the cell shows {value.strip()}. {cure}")
        if isinstance(value, str) and _FORMULA.match(value):
            cure = "Copy the column and insert it as values, or type the text"
            raise UnfitRowError("error_cell", field, f"the cell shows a formula ({clean_text(value[:40]).strip()}), not its value. {cure}")
        return value

    def _text(self, row: SourceRow, field: str) -> str:
        value = self._cell(row, field)
        text = value_text(value)
        if column_words().accepts[field] == "words" and text and not isinstance(value, str):
            raise UnfitRowError("not_text", field, f"the cell holds {_kind(value)} ({text[:40]}), not a text. Type the text there")
        if field == "name" and text.strip() and not any(char.isalpha() for char in text):
            raise UnfitRowError("not_text", field, f'the cell holds no word ("{text.strip()[:40]}"). Type the article\'s name there')
        return text if text.strip() else ""

    def _id(self, row: SourceRow, texts: Mapping[str, str]) -> str:
        keys = [texts.get(field, "") for field in ("name", "description", "model_descr")]
        if not any(keys):
            raise UnfitRowError("no_text", "name", "name, description and model_descr are empty. Write what the article is, or delete the row")
        if keys[0].strip(" :").casefold() in reading().cells.totals and not any(keys[1:]):
            raise UnfitRowError("no_text", "name", f'"{keys[0].strip()}" begins a row of totals, which is no article. Delete the row')
        if "article_id" not in self.header.columns:
            return hashed_id(*keys)
        value = self._cell(row, "article_id")
        article_id = unicodedata.normalize("NFC", value_text(value)).strip()
        if isinstance(value, bool | date | time | timedelta):
            cure = "Format the column as text and type the id again"
            raise UnfitRowError("bad_id", "article_id", f"the cell holds {_kind(value)} ({article_id}), no id. {cure}")
        if article_id and (fault := id_fault(article_id)):
            raise UnfitRowError("bad_id", "article_id", f'"{article_id[:60]}" cannot be used as an id: {fault}. Change the id')
        return article_id or hashed_id(*keys)


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "a truth value"
    return "a number" if isinstance(value, int | float) else "a date"
