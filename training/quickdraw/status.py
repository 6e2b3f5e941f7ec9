"""The status of a folder of official files, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from training.quickdraw.catalog import Format, categories, official_path
from training.quickdraw.errors import CorruptFile, MissingFile
from training.quickdraw.folder import QuickDrawFolder
from training.quickdraw.partial import Prefix


@dataclass
class CategoryStatus:
    """The files of one category."""

    name: str
    rows: dict[Format, int | None] = field(default_factory=dict)  # None: no valid file
    near: int = 0  # rows of near bitmaps
    partial: int = 0  # bytes of partial files
    corrupt: list[str] = field(default_factory=list)  # error messages

    @property
    def has_files(self) -> bool:
        return bool(self.near or self.partial or self.corrupt or any(rows is not None for rows in self.rows.values()))


def iter_statuses(folder: QuickDrawFolder) -> Iterator[CategoryStatus]:
    """Yield the status of every category; checks headers, line counts, first and last lines."""
    for name in categories():
        status = CategoryStatus(name)
        for form in Format:
            _add_format(folder, status, form)
        try:
            status.near = len(folder.near_bitmaps(name))
        except CorruptFile as error:
            status.corrupt.append(str(error))
        yield status


def _add_format(folder: QuickDrawFolder, status: CategoryStatus, form: Format) -> None:
    try:
        status.rows[form] = folder.count_rows(status.name, form)
    except MissingFile:
        status.rows[form] = None
    except CorruptFile as error:
        status.rows[form] = None
        status.corrupt.append(str(error))
    prefix = Prefix.find(folder.find(status.name, form) or folder.root / official_path(status.name, form))
    if prefix.is_partial:
        status.partial += prefix.size


def table_head() -> str:
    return f"{'class':28}{'bitmaps':>12}{'drawings':>12}{'near':>10}"


def table_row(status: CategoryStatus) -> str:
    """Return a category's line, and a line for each of its corrupt files."""
    rows = "".join(f"{_number(status.rows[form]):>12}" for form in (Format.NPY, Format.NDJSON))
    partial = f"  {status.partial:,} bytes of a download that was cut" if status.partial else ""
    line = f"{status.name:28}{rows}{_number(status.near or None):>10}{partial}"
    return "\n".join([line, *(f"  corrupt: {complaint}" for complaint in status.corrupt)])


def table_foot(statuses: Sequence[CategoryStatus]) -> str:
    """Return the totals."""
    rows = {form: sum(status.rows[form] or 0 for status in statuses) for form in Format}
    totals = f"{rows[Format.NPY]:>12,}{rows[Format.NDJSON]:>12,}{sum(status.near for status in statuses):>10,}"
    corrupt = sum(len(status.corrupt) for status in statuses)
    partial = sum(bool(status.partial) for status in statuses)
    title = f"{len(statuses)} of {len(categories())} classes"
    return f"{title:28}{totals}  {corrupt} corrupt, {partial} cut"


def _number(rows: int | None) -> str:
    return "–" if rows is None else f"{rows:,}"
