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
from castingops.identity.rules.codes import STEP, folded_code, matching_step, otp_address
from castingops.identity.rules.factors import (
    ALPHABET,
    CODE_LENGTH,
    checked_passkey_name,
    counter_moves_on,
    folded_recovery_code,
    grouped_code,
    own_origins,
    relying_party,
)
from castingops.identity.rules.federation import (
    checked_role_map,
    confirmed_email,
    is_issuer,
    is_strong,
    list_claim,
    mapped_roles,
    moment_claim,
    suggested_name,
    text_claim,
)
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
from castingops.identity.rules.proposals import checked_reason, is_open, lacking, may_answer, sees_kind
from castingops.identity.rules.turns import CODE_LIMITS, LONGEST, Limits, refresh_turn, seconds_to_wait, session_lives

__all__ = [
    "ALPHABET", "CODE_LENGTH", "CODE_LIMITS", "LONGEST", "STEP", "Limits", "act_of_creating", "act_of_granting",
    "checked_birth_date", "checked_email", "checked_locale", "checked_name", "checked_passkey_name", "checked_password",
    "checked_reason", "checked_role_map", "checked_roles", "checked_staff_roles", "confirmed_email", "counter_moves_on",
    "email_key", "folded_code", "folded_recovery_code", "grantable", "grouped_code", "is_common", "is_issuer",
    "is_open", "is_strong", "lacking", "leaves_too_few", "list_claim", "local_path", "mapped_roles", "masked_email",
    "masked_name", "matching_step", "may_answer", "moment_claim", "otp_address", "own_origins", "quarter_ends",
    "quarter_of", "refresh_turn", "relying_party", "search_words", "seconds_to_wait", "sees_kind", "session_lives",
    "suggested_name", "text_claim",
]
