"""A delivery file to clean typed rows: what can become an article, what cannot and why, and the photos that came with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

from nkd_pipeline.catalog.cleaning import clean_text
from nkd_pipeline.catalog.drawings import rows_listed
from nkd_pipeline.catalog.formats import is_workbook
from nkd_pipeline.catalog.headers import Header, column_words, find_header, header_key, repeats_header, titles_of
from nkd_pipeline.catalog.identifiers import catalog_name
from nkd_pipeline.catalog.rows import RowReader, UnfitRowError, value_text
from nkd_pipeline.catalog.source import MEGABYTE, DeliveryError, Source, SourceRow, SourceSheet, is_blank, reading
from nkd_pipeline.catalog.textfile import read_textfile
from nkd_pipeline.catalog.workbook import read_workbook
from nkd_pipeline.records import DeliveryRow, QuarantinedRow

__all__ = ["Delivery", "DeliveryError", "catalog_name", "read_delivery"]


@dataclass(frozen=True)
class Delivery:
    """All that was found in a delivery file."""

    catalog: str
    rows: tuple[DeliveryRow, ...]
    quarantined: tuple[QuarantinedRow, ...]
    pictures: Mapping[str, str]  # article_id -> part of the workbook with its photo; `read_photos` reads them
    columns: Mapping[str, str]  # field -> header as found
    notes: tuple[str, ...]  # what a person should know, a sentence each


@dataclass
class _Intake:
    """Collects rows of all sheets and keeps out duplicates."""

    file: str
    limit: int | None
    rows: list[DeliveryRow] = field(default_factory=list)
    quarantined: list[QuarantinedRow] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)  # article_id -> part of the workbook
    notes: list[str] = field(default_factory=list)
    _seen: dict[str, DeliveryRow] = field(default_factory=dict)
    _chars: int = 0

    @property
    def full(self) -> bool:
        return self.limit is not None and len(self.rows) >= self.limit

    def note(self, sheet: str, text: str) -> None:
        self.notes.append(f'{self.file}, sheet "{sheet}": {text}.' if sheet else f"{self.file}: {text}.")

    def drop_placeholders(self) -> None:
        """Leaves out pictures that lie beside more rows than one product has variants."""
        times = Counter(self.pictures.values())
        for part, rows in times.items():
            if rows > reading().limits.photo_rows:
                self.note("", f'the picture "{part}" lies beside {rows:,} rows, so it is no photo of an article and was left out')
                self.pictures = {article: other for article, other in self.pictures.items() if other != part}

    def count(self, row: DeliveryRow | QuarantinedRow) -> None:
        """Counts a row's texts in: a small workbook may refer to one long text from each cell."""
        limit = reading().limits.text_mb
        self._chars += sum(len(value) for value in astuple(row) if isinstance(value, str))
        if self._chars > limit * MEGABYTE:
            raise DeliveryError(f"{self.file}: the rows have more than {limit:,} MB of text together. Split the delivery into several files.")

    def take(self, sheet: SourceSheet, header: Header) -> None:
        """Reads the sheet's rows below its header until enough are valid."""
        reader = RowReader(self.file, sheet.name, header)
        repeated = 0
        beside = {row for row in sheet.pictures if row > header.row} - {row.number for row in sheet.rows}
        for row in sheet.rows:
            if self.full:
                break
            if row.number <= header.row:
                continue
            if repeats_header(row, header):
                repeated += 1
                continue
            self._add(reader, row, sheet.pictures.get(row.number))
        if repeated:
            self.note(sheet.name, f"{repeated} rows below the header repeat it and were skipped")
        if beside:
            self.note(sheet.name, f"photos beside no article were not read. Move each to the row of its article ({rows_listed(beside)})")

    def _add(self, reader: RowReader, source: SourceRow, picture: str | None) -> None:
        row = reader.read(source)
        self.count(row)
        if isinstance(row, QuarantinedRow):
            self.quarantined.append(row)
            return
        # Ids that differ in case alone would share their files on Windows and macOS.
        first = self._seen.setdefault(row.article_id.casefold(), row)
        if first is row:
            self.rows.append(row)
            if picture:
                self.pictures[row.article_id] = picture
            return
        self.quarantined.append(reader.quarantined(source, _duplicate(reader, source, row, first)))


def _duplicate(reader: RowReader, source: SourceRow, row: DeliveryRow, first: DeliveryRow) -> UnfitRowError:
    place = f"row {first.source_row}" + (f' of sheet "{first.source_sheet}"' if first.source_sheet else "")
    column = reader.header.columns.get("article_id")
    has_id = column is not None and column < len(source.cells) and value_text(source.cells[column]).strip()
    if has_id:
        same = "same id" if row.article_id == first.article_id else f'same id but for capitals ("{first.article_id}")'
        cure = "Give each article an id of its own, or delete the row"
        return UnfitRowError("duplicate_id", "article_id", f'"{row.article_id}": {same} as {place}. {cure}')
    return UnfitRowError("duplicate", "name", f"same texts as {place}. Delete the row, or add a column with article ids if both are wanted")


def read_delivery(path: Path, columns: Mapping[str, str] | None = None, limit: int | None = None) -> Delivery:
    """Reads a delivery.

    Args:
        path: An .xlsx, .xlsm, .csv, .tsv or .txt file; its content decides, not its ending.
        columns: field -> header, where the headers' names do not tell; the others are found by name.
        limit: How many valid rows to take, from the top; None for all.

    Raises:
        DeliveryError: The file cannot be read at all, or no column can be an article's name or description. The message gives the cure.
    """
    wanted = dict(columns or {})
    _check_arguments(path, wanted, limit)
    workbook = is_workbook(path)
    source = read_workbook(path) if workbook else read_textfile(path, wanted)
    headers = [find_header(sheet.rows, wanted) for sheet in source.sheets]  # not by name: nothing keeps a file from naming two sheets alike
    _check_columns(path.name, source, headers, wanted)
    intake = _Intake(clean_text(path.name), limit)
    for text in source.notes:
        intake.note("", text)
    found: dict[str, str] = {}
    for sheet, header in zip(source.sheets, headers, strict=True):
        if header is None:
            if sheet.rows:
                intake.note(sheet.name, f"not read, no column looks like a name or a description (found: {_listed(_first_titles(sheet))})")
            continue
        for text in (*header.notes, *sheet.notes, *_photo_column(sheet, header)):
            intake.note(sheet.name, text)
        found = {name: header.title(name) for name in header.columns} | found
        intake.take(sheet, header)
    intake.drop_placeholders()
    return Delivery(catalog_name(path), tuple(intake.rows), tuple(intake.quarantined), intake.pictures, found, few(intake.notes))


def few(notes: Sequence[str]) -> tuple[str, ...]:
    """As many notes as a person reads, and how many more there would be."""
    most = reading().limits.notes
    more = (f"… and {len(notes) - most:,} more remarks like these.",) if len(notes) > most else ()
    return (*map(clean_text, notes[:most]), *more)


def _check_arguments(path: Path, wanted: Mapping[str, str], limit: int | None) -> None:
    fields = [name for name in column_words().accepts if name != "photo"]
    for name, header in wanted.items():
        if name not in fields:
            raise DeliveryError(f'{path.name}: there is no field "{name}". A --column names one of {", ".join(fields)}.')
        if [header_key(other) for other in wanted.values()].count(header_key(header)) > 1:
            raise DeliveryError(f'{path.name}: --column names the header "{header}" for two fields. Name a column of its own for each.')
    if limit is not None and limit < 1:
        raise DeliveryError(f"{path.name}: a limit of {limit} rows leaves nothing. Use 1 or more.")


def _check_columns(file: str, source: Source, headers: Sequence[Header | None], wanted: Mapping[str, str]) -> None:
    filled = [sheet for sheet in source.sheets if sheet.rows]
    if not filled:
        hidden = " ".join(f"{note}." for note in source.notes)
        raise DeliveryError(f"{file}: no rows found. Check that the table was exported and saved. {hidden}".rstrip())
    sheet = filled[0]
    place = f'{file}, sheet "{sheet.name}"' if sheet.name else file
    for name, header in wanted.items():
        if not any(found and name in found.columns and header_key(found.title(name)) == header_key(header) for found in headers):
            raise DeliveryError(f'{place}: no column is called "{header}". Found: {_listed(_first_titles(sheet))}. Correct --column {name}="…".')
    if any(headers) and not any(row.number > header.row for at, header in zip(source.sheets, headers, strict=True) if header for row in at.rows):
        raise DeliveryError(f"{place}: there are headers but no rows below them. Check that the table was exported and saved.")
    if not any(headers):
        cure = 'Name one with --column description="…" or rename the header'
        doubt = next((f" Row {row.number}: {row.problem}." for row in sheet.rows if row.problem), "")
        raise DeliveryError(f"{place}: no column looks like a name or a description. Found: {_listed(_first_titles(sheet))}. {cure}.{doubt}")


def _first_titles(sheet: SourceSheet) -> Sequence[str]:
    """The row that the sheet's author most likely meant as the header: the fullest of the first few."""
    rows = [[title for title in titles_of(row.cells) if title] for row in sheet.rows[:5]]
    return max(rows, key=len, default=[])


def _listed(titles: Sequence[str]) -> str:
    readable = ["".join(char for char in title[:30] if char.isprintable()) for title in titles[:12]]
    return ", ".join(readable) + (" …" if len(titles) > 12 else "") if readable else "nothing that is a text"


def _photo_column(sheet: SourceSheet, header: Header) -> list[str]:
    column = header.columns.get("photo")
    if column is None or sheet.pictures:
        return []
    texts = sum(1 for row in sheet.rows if row.number > header.row and column < len(row.cells) and not is_blank(row.cells[column]))
    return [f'column "{header.title("photo")}" was not read: only photos that are embedded in the workbook count'] if texts else []
