"""What the cells of a workbook hold: its shared texts, its number formats, and one cell's XML as a plain value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from nkd_pipeline.catalog.markup import Reader
from nkd_pipeline.catalog.source import DeliveryError, Unreadable, Value, reading, too_long

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how Excel writes characters that XML cannot hold
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_ONLY_ZEROS = re.compile(r"0{2,}")
_LONGEST_NUMBER = 40  # characters; Excel writes 17 digits at most
_MOST_STYLES = 100_000  # Excel ends at 65,490
_TYPE_AGAIN = "Type the value again"
_DAY_ZERO_1904 = datetime(1904, 1, 1)


class Text:
    """Collects pieces of text; of a text that is too long only its length."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        self._length += len(piece)
        if self._length <= reading().limits.cell_chars:
            self._pieces.append(piece)

    def value(self) -> str | Unreadable:
        if self._length > reading().limits.cell_chars:
            return too_long(self._length)
        text = "".join(self._pieces)
        return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class SharedTexts(Reader):
    """`sharedStrings.xml`: the texts that cells refer to by number. Readings aids above Asian characters (rPh) are left out."""

    def __init__(self, file: str) -> None:
        self.texts: list[str | Unreadable] = []
        self._file = file
        self._text = Text()
        self._inside = self._aid = False

    def start(self, name: str, _: Mapping[str, str]) -> None:
        if name == "si":
            self._text = Text()
            if len(self.texts) >= reading().limits.cells:
                raise DeliveryError(
                    f"{self._file}: more than {len(self.texts):,} texts. Delete the columns that are not needed, or split the delivery."
                )
        elif name == "rPh":
            self._aid = True
        self._inside = name == "t" and not self._aid

    def end(self, name: str) -> None:
        self._inside = False
        if name == "rPh":
            self._aid = False
        elif name == "si":
            self.texts.append(self._text.value())

    def text(self, data: str) -> None:
        if self._inside:
            self._text.add(data)


@dataclass(frozen=True, slots=True)
class Format:
    """How a cell's number is shown, as far as it changes what the number means."""

    date: bool = False
    duration: bool = False
    digits: int = 0  # a number shown as 004711 is an article number of so many digits

    @classmethod
    def of(cls, code: str) -> Format:
        """The format of a code such as "dd.mm.yyyy", "[h]:mm" or "000000"."""
        from openpyxl.styles.numbers import is_date_format, is_timedelta_format

        if not code.isascii() or len(code) > 255:
            code = code.encode("ascii", "ignore").decode()[:255]
        return cls(bool(is_date_format(code)), bool(is_timedelta_format(code)), len(code) if _ONLY_ZEROS.fullmatch(code) else 0)


class Formats(Reader):
    """`styles.xml`: the number format of each cell style."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.styles: list[str] = []  # id of the number format of each style
        self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside and len(self.styles) < _MOST_STYLES:
            self.styles.append(attributes.get("numFmtId", "0"))
        elif name == "numFmt" and len(self.codes) < _MOST_STYLES:
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def formats(self) -> list[Format]:
        """Formats by style number."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        known = {str(number): code for number, code in BUILTIN_FORMATS.items()} | self.codes
        made = {number: Format.of(known.get(number, "")) for number in set(self.styles)}
        return [made[number] for number in self.styles]


@dataclass(frozen=True)
class Values:
    """Turns the XML of cells into values."""

    texts: Sequence[str | Unreadable] = ()
    formats: Sequence[Format] = ()
    from_1904: bool = False
    _plain: Format = field(default_factory=Format)

    def value(self, kind: str, style: str, content: str) -> Value:
        """The value of a cell.

        Args:
            kind: Its attribute `t`.
            style: Its attribute `s`.
            content: Its element `v`; not empty.
        """
        if kind == "s":
            known = content.isdecimal() and len(content) < 9 and int(content) < len(self.texts)
            return self.texts[int(content)] if known else Unreadable("a text that the workbook does not have", _TYPE_AGAIN)
        if kind == "str":
            text = Text()
            text.add(content)
            return text.value()
        if kind == "b":
            return content == "1"
        if kind == "e":
            known = content.strip().casefold() in reading().cells.errors
            return content if known else Unreadable(content[:40], "Repair the formula or type the text, then deliver the file again")
        return self._date(content) if kind == "d" else self._number(content, style)

    def _number(self, content: str, style: str) -> Value:
        form = self.formats[int(style)] if style.isdecimal() and len(style) < 7 and int(style) < len(self.formats) else self._plain
        try:
            if len(content) > _LONGEST_NUMBER:
                raise ValueError
            number = int(content) if _WHOLE.fullmatch(content) else float(content)
        except ValueError:
            return Unreadable(f'"{content[:40]}" instead of a number', _TYPE_AGAIN)
        if isinstance(number, float) and not math.isfinite(number):
            return None if math.isnan(number) else Unreadable("a number that is too large", _TYPE_AGAIN)
        if form.date or form.duration:
            return self._from_serial(number, form.duration)
        return str(number).zfill(form.digits) if form.digits and isinstance(number, int) and number >= 0 else number

    def _from_serial(self, number: float, duration: bool) -> Value:
        from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

        try:
            found: Value = from_excel(number, _DAY_ZERO_1904 if self.from_1904 else WINDOWS_EPOCH, timedelta=duration)
        except (ArithmeticError, ValueError):
            return Unreadable(f"the number {number} shown as a date, which it cannot be", _TYPE_AGAIN)
        return found

    def _date(self, content: str) -> Value:
        from openpyxl.utils.datetime import from_ISO8601

        try:
            found: Value = from_ISO8601(content[:_LONGEST_NUMBER])
        except (ArithmeticError, ValueError, TypeError, AttributeError):
            found = None
        return found if found is not None else Unreadable(f'"{content[:40]}" instead of a date', _TYPE_AGAIN)
