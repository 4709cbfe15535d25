"""Pure decisions about identities: no database, no framework."""
from castingops.identity.rules.accounts import (
    checked_birth_date,
    checked_email,
    checked_locale,
    checked_name,
    checked_roles,
    email_key,
    local_path,
)
from castingops.identity.rules.codes import folded_code, matching_step, otp_address
from castingops.identity.rules.passwords import checked_password, is_common
from castingops.identity.rules.people import (
    act_of_creating,
    act_of_granting,
    checked_staff_roles,
    grantable,
    leaves_too_few,
    masked_email,
    masked_name,
    quarter_ends,
    quarter_of,
    search_words,
)
from castingops.identity.rules.proposals import (
    checked_reason,
    is_open,
    lacking,
    may_answer,
    sees_kind,
)
from castingops.identity.rules.turns import (
    CODE_LIMITS,
    LONGEST,
    Limits,
    refresh_turn,
    seconds_to_wait,
    session_lives,
)

__all__ = [
    "CODE_LIMITS", "LONGEST", "Limits", "act_of_creating", "act_of_granting", "checked_birth_date", "checked_email",
    "checked_locale", "checked_name", "checked_password", "checked_reason", "checked_roles", "checked_staff_roles",
    "email_key", "folded_code", "grantable", "is_common", "is_open", "lacking", "leaves_too_few", "local_path",
    "masked_email", "masked_name", "matching_step", "may_answer", "otp_address", "quarter_ends", "quarter_of",
    "refresh_turn", "search_words", "seconds_to_wait", "sees_kind", "session_lives",
]
