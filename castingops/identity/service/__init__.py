"""The use cases of identity: accounts and roles, the apps' tokens, the console's sessions."""
from castingops.identity.rules import device_of, network_of
from castingops.identity.service import (
    sso,
)
from castingops.identity.service.accounts import (
    change_me,
    change_password,
    checked_address,
    contacts_of,
    create_staff,
    directory,
    get_me,
    get_user_id,
    grant,
    holders_of,
    open_account,
    registering,
    reset_mfa,
    staff_names,
    user_registered,
)
from castingops.identity.service.addresses import (
    ask_change as ask_email,
)
from castingops.identity.service.addresses import (
    change_email,
    undo_email,
)
from castingops.identity.service.apps import (
    authenticate_bearer,
    login,
    logout,
    pass_first,
    pass_second,
    prove_again,
    refresh,
    warm_up,
)
from castingops.identity.service.devices import (
    mark as mark_device,
)
from castingops.identity.service.factors import (
    add_passkey,
    confirm_totp,
    demand_second_factor,
    list_factors,
    remove_factor,
    renew_recovery_codes,
    start_passkey,
    start_proof,
    start_totp,
)
from castingops.identity.service.federation import (
    callback_of,
    complete_registration,
    finish_sign_in,
    link_identity,
    list_identities,
    list_providers,
    start_sign_in,
    take_flow,
    unlink_identity,
)
from castingops.identity.service.flows import (
    s256,
)
from castingops.identity.service.letters import (
    get_link,
)
from castingops.identity.service.nafath import (
    is_verified,
    verified_birth_date,
)
from castingops.identity.service.registration import (
    confirm,
    get_pending,
    register,
    send_confirmation,
)
from castingops.identity.service.resets import (
    answer_letter,
    ask_letter,
    reset_password,
)
from castingops.identity.service.restrictions import (
    restrict,
    roles_of,
)
from castingops.identity.service.sessions import (
    end_own as end_own_session,
)
from castingops.identity.service.sessions import (
    end_own_others,
    end_staff_session,
    end_staff_sessions,
    list_staff_sessions,
    renew_password,
)
from castingops.identity.service.sessions import (
    list_own as list_own_sessions,
)
from castingops.identity.service.staff import (
    authenticate_session,
    choose_language,
    end_session,
    has_passkeys,
    has_password_once,
    note_seen,
    prove_first,
    prove_second,
    secret_to_enrol,
    staff_actor,
    start_passkey_sign_in,
)
from castingops.identity.service.staff import (
    prove_again as prove_staff_again,
)
from castingops.identity.service.states import (
    forget_after_commit as forget_account,
)
from castingops.identity.service.states import (
    has_second_factor,
)
from castingops.identity.service.sweep import (
    sweep,
)

__all__ = [
    "add_passkey",
    "answer_letter",
    "ask_email",
    "ask_letter",
    "authenticate_bearer",
    "authenticate_session",
    "callback_of",
    "change_email",
    "change_me",
    "change_password",
    "checked_address",
    "choose_language",
    "complete_registration",
    "confirm",
    "confirm_totp",
    "contacts_of",
    "create_staff",
    "demand_second_factor",
    "device_of",
    "directory",
    "end_own_others",
    "end_own_session",
    "end_session",
    "end_staff_session",
    "end_staff_sessions",
    "finish_sign_in",
    "forget_account",
    "get_link",
    "get_me",
    "get_pending",
    "get_user_id",
    "grant",
    "has_passkeys",
    "has_password_once",
    "has_second_factor",
    "holders_of",
    "is_verified",
    "link_identity",
    "list_factors",
    "list_identities",
    "list_own_sessions",
    "list_providers",
    "list_staff_sessions",
    "login",
    "logout",
    "mark_device",
    "network_of",
    "note_seen",
    "open_account",
    "pass_first",
    "pass_second",
    "prove_again",
    "prove_first",
    "prove_second",
    "prove_staff_again",
    "refresh",
    "register",
    "registering",
    "remove_factor",
    "renew_password",
    "renew_recovery_codes",
    "reset_mfa",
    "reset_password",
    "restrict",
    "roles_of",
    "s256",
    "secret_to_enrol",
    "send_confirmation",
    "sso",
    "staff_actor",
    "staff_names",
    "start_passkey",
    "start_passkey_sign_in",
    "start_proof",
    "start_sign_in",
    "start_totp",
    "sweep",
    "take_flow",
    "undo_email",
    "unlink_identity",
    "user_registered",
    "verified_birth_date",
    "warm_up",
]
