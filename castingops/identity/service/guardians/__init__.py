"""Guardians and wards: what guardians do, what staff rule, what the calendar ends, and what other features ask."""
from castingops.identity.service.guardians.acting import act_for
from castingops.identity.service.guardians.calendar import keep_time
from castingops.identity.service.guardians.documents import destroy_files, provide_redraw
from castingops.identity.service.guardians.handover import claim, invite
from castingops.identity.service.guardians.rights import (
    covers,
    find_ward,
    has_own_capacity,
    is_disputed,
    is_guarded,
    is_over,
    readers_of,
    require_acting,
    stands,
)
from castingops.identity.service.guardians.rulings import ward_dropped
from castingops.identity.service.guardians.wards import (
    add_document,
    add_ward,
    change_ward,
    dispute,
    get_ward,
    list_wards,
    ward_kept,
)

__all__ = [
    "act_for", "add_document", "add_ward", "change_ward", "claim", "covers", "destroy_files", "dispute", "find_ward",
    "get_ward", "has_own_capacity", "invite", "is_disputed", "is_guarded", "is_over", "keep_time", "list_wards",
    "provide_redraw", "readers_of", "require_acting", "stands", "ward_dropped", "ward_kept",
]
