"""The use cases of casting calls: write, send for review, decide, publish, close."""
from castingops.casting.service.calls.closing import close, close_all, close_due, end, house_closes
from castingops.casting.service.calls.deciding import approve_call, reject_call, reopen_call, request_call_changes
from castingops.casting.service.calls.looking import (
    export_board,
    find_owner,
    get_call,
    get_call_revision,
    get_for_staff,
    is_pending,
    list_board,
    list_own_calls,
    list_stop_rules,
    previous_approved_call,
    revisions_for_staff,
)
from castingops.casting.service.calls.opening import find_seen, require_open
from castingops.casting.service.calls.submitting import submit_call
from castingops.casting.service.calls.writing import change_call, create_call, delete_call, duplicate_call

__all__ = [
    "approve_call", "change_call", "close", "close_all", "close_due", "create_call", "delete_call", "duplicate_call",
    "end", "export_board", "find_owner", "find_seen", "get_call", "get_call_revision", "get_for_staff",
    "house_closes", "is_pending", "list_board", "list_own_calls", "list_stop_rules", "previous_approved_call",
    "reject_call", "reopen_call", "request_call_changes", "require_open", "revisions_for_staff", "submit_call",
]
