"""Cells of files that people open in a spreadsheet."""

_FORMULA = tuple("=+-@\t\r\0\uff1d\uff0b\uff0d\uff20")  # ASCII and full width


def guarded_cell(cell: object) -> str:
    """A cell as text that no spreadsheet takes for a formula: a quote goes before what could start one (ASVS 1.2.10).

    None is an empty cell; space of any kind in front hides nothing.
    """
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
