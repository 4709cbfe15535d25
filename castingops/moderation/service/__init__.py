"""The use cases of moderation."""
from castingops.moderation.service import appealed, casting_calls, photos, profiles, reported
from castingops.moderation.service.cases import (
    add_note,
    export,
    get_case,
    get_row,
    give_back,
    list_queue,
    load,
    load_or_blank,
    neighbours,
    open_ref,
    receive,
    take,
    withdraw,
)
from castingops.moderation.service.decisions import Preview, preview, propose
from castingops.moderation.service.figures import (
    Overview,
    Trend,
    my_work,
    open_count,
    overview,
)
from castingops.moderation.service.media_care import reveal_photo
from castingops.moderation.service.subjects import (
    SubjectKind,
    all_kinds,
    kind_of,
    outcome_act,
    outcome_state,
    register_subject,
)

register_subject(profiles.TalentProfiles())
register_subject(casting_calls.CastingCalls())
register_subject(reported.ReportedThings())
register_subject(photos.Photos())
register_subject(appealed.AppealedDecisions())

__all__ = [
    "Overview", "Preview", "SubjectKind", "Trend", "add_note", "all_kinds", "export", "get_case", "get_row",
    "give_back", "kind_of", "list_queue", "load", "load_or_blank", "my_work", "neighbours", "open_count", "open_ref",
    "outcome_act", "outcome_state", "overview", "preview", "propose", "receive", "register_subject", "reveal_photo",
    "take", "withdraw",
]
