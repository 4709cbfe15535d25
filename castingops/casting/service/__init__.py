"""The use cases of talent profiles: write, send for review, decide, publish, withhold."""
from castingops.casting.service.guarding import drop_for_ward, has_submitted, keep_for_ward
from castingops.casting.service.profiles import (
    approve_revision,
    birth_date_of,
    find_shown,
    get_own,
    get_revision,
    list_revisions,
    previous_approved,
    reject_revision,
    request_changes,
    start_profile,
    submit,
    write,
)
from castingops.casting.service.profiles_describing import GENDERS, Described, describe
from castingops.casting.service.profiles_showing import (
    choose_visibility,
    drop_sensitive,
    forget_photo,
    hide,
    settle_visibility,
)
from castingops.casting.service.remedies import provide_call_remedy, provide_remedy, with_remedy
from castingops.casting.service.withholding import reopen_revision, settle_guardian, show_again, show_restored, withhold

__all__ = [
    "GENDERS", "Described", "approve_revision", "birth_date_of", "choose_visibility", "describe", "drop_for_ward",
    "drop_sensitive", "find_shown", "forget_photo", "get_own", "get_revision", "has_submitted", "hide",
    "keep_for_ward", "list_revisions", "previous_approved", "provide_call_remedy", "provide_remedy",
    "reject_revision", "reopen_revision", "request_changes", "settle_guardian", "settle_visibility", "show_again",
    "show_restored", "start_profile", "submit", "with_remedy", "withhold", "write",
]
