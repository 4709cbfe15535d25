"""Selects over the trail: `listing` is what readers see, `tree` what sequencing, verification and erasure need."""
from castingops.audit.queries.listing import (
    PAGE_SIZE,
    EntryRow,
    Filters,
    list_actions,
    list_entries,
    stream_entries,
)
from castingops.audit.queries.tree import (
    count_pending,
    erase_payloads,
    find_checkpoint,
    find_last_checkpoint,
    find_last_verification,
    list_checkpoints,
    list_entries_to_erase,
    list_of_person,
    list_pending,
    place_leaves,
    stream_leaf_hashes,
    stream_rows,
    take_time,
    take_turn,
    tree_size,
    wait_for_turn,
)

__all__ = [
    "PAGE_SIZE", "EntryRow", "Filters", "count_pending", "erase_payloads", "find_checkpoint",
    "find_last_checkpoint", "find_last_verification", "list_actions", "list_checkpoints", "list_entries",
    "list_entries_to_erase", "list_of_person", "list_pending", "place_leaves", "stream_entries", "stream_leaf_hashes",
    "stream_rows", "take_time", "take_turn", "tree_size", "wait_for_turn",
]
