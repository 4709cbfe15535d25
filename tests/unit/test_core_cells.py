"""Cells of exports: nothing a stranger wrote is run by the reader's spreadsheet (ASVS 1.2.10)."""
import pytest

from castingops.core.cells import guarded_cell


@pytest.mark.parametrize("cell", ["=1+1", "+x", "-x", "@SUM", "\tx", "\rx", "\0x", "\uff1dx", "\uff0bx", "\uff0dx",
                                  "\uff20x", " =x", "\n=x", "\u00a0=x", "\u2028=x"])
def test_formula_is_defused(cell: str) -> None:
    assert guarded_cell(cell) == f"'{cell}"


def test_other_cells_stay() -> None:
    cells = ("x=1", "", None, 5, "اعتماد", "CASE-000001", "2026-11-20")
    assert [guarded_cell(cell) for cell in cells] == ["x=1", "", "", "5", "اعتماد", "CASE-000001", "2026-11-20"]
