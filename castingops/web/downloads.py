"""Files that the console hands out."""
import csv
import io
from collections.abc import Iterable

from flask import Response

from castingops.core.cells import guarded_cell

_MARK = b"\xef\xbb\xbf"  # spreadsheets read Arabic only behind a byte order mark


def csv_download(rows: Iterable[Iterable[object]], name: str) -> Response:
    """Rows, the heading first, as a CSV file called `name`; a spreadsheet takes no cell for a formula (ASVS 1.2.10)."""
    text = io.StringIO()
    csv.writer(text).writerows([guarded_cell(cell) for cell in row] for row in rows)
    return download(_MARK + text.getvalue().encode(), name, "text/csv; charset=utf-8")


def download(data: bytes, name: str, content_type: str) -> Response:
    """`data` as a file called `name`, an ASCII name of ours."""
    return Response(data, content_type=content_type,
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})
