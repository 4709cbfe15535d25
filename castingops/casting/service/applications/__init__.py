"""The use cases of applications: talent apply and take back, hirers look, rate, note and move."""
from castingops.casting.service.applications.applying import apply_to_role
from castingops.casting.service.applications.desk import section_of_talent
from castingops.casting.service.applications.own import decline, edit, get_own, list_own, withdraw
from castingops.casting.service.applications.reviewing import (
    add_note,
    get_received,
    list_notes,
    list_received,
    mark_viewed,
    move,
    move_many,
    rate,
)
from castingops.casting.service.applications.showing import show_applicant

__all__ = [
    "add_note", "apply_to_role", "decline", "edit", "get_own", "get_received", "list_notes", "list_own",
    "list_received", "mark_viewed", "move", "move_many", "rate", "section_of_talent",
    "show_applicant",
    "withdraw",
]
