"""The use cases of moderation."""
from castingops.moderation.service import profiles
from castingops.moderation.service.cases import (
    add_note,
    export,
    get_case,
    get_row,
    give_back,
    list_earlier,
    list_queue,
    load,
    load_or_blank,
    receive,
    reveal_photo,
    take,
)
from castingops.moderation.service.decisions import Preview, decide, find_decision, neighbours, preview
from castingops.moderation.service.figures import (
    Trend,
    figures,
    list_queue_counted,
    my_work,
    next_ref,
    open_count,
    trend,
)
from castingops.moderation.service.subjects import SubjectKind, all_kinds, kind_of, register_subject

register_subject(profiles.TalentProfiles())

__all__ = [
    "Preview",
    "SubjectKind",
    "Trend",
    "add_note",
    "all_kinds",
    "decide",
    "export",
    "figures",
    "find_decision",
    "get_case",
    "get_row",
    "give_back",
    "kind_of",
    "list_earlier",
    "list_queue",
    "list_queue_counted",
    "load",
    "load_or_blank",
    "my_work",
    "neighbours",
    "next_ref",
    "open_count",
    "preview",
    "receive",
    "register_subject",
    "reveal_photo",
    "take",
    "trend",
]
