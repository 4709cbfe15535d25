"""Selects over cases: the queue (fast reads of plain rows), and what one case's page shows."""
from castingops.moderation.queries.board import Board, read_beat, read_board, read_counts
from castingops.moderation.queries.cases import (
    PolicyRow,
    find_case,
    find_policy,
    find_row,
    last_revision,
    list_policies,
    lock_case,
    lock_open,
)
from castingops.moderation.queries.figures import NAV_CAP, Duties, Figures, count_open, read_home
from castingops.moderation.queries.queue import CaseRow, list_export, list_queue, order_of

__all__ = [
    "NAV_CAP", "Board", "CaseRow", "Duties", "Figures", "PolicyRow", "count_open", "find_case", "find_policy",
    "find_row", "last_revision", "list_export", "list_policies", "list_queue", "lock_case", "lock_open",
    "order_of", "read_beat", "read_board", "read_counts", "read_home",
]
