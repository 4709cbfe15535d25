"""The use cases of identity: accounts and roles, the apps' tokens, the console's sessions."""
from castingops.identity.service import directory as directory_sign_in
from castingops.identity.service.accounts import (
    change_me,
    change_password,
    create_staff,
    directory,
    get_me,
    get_user_id,
    grant,
    holders_of,
    register,
    registering,
    reset_mfa,
    staff_names,
    user_registered,
)
from castingops.identity.service.apps import authenticate_bearer, login, logout, refresh, warm_up
from castingops.identity.service.federation import (
    complete_registration,
    finish_sign_in,
    link_identity,
    list_identities,
    list_providers,
    start_sign_in,
    take_flow,
    unlink_identity,
)
from castingops.identity.service.restrictions import restrict, roles_of
from castingops.identity.service.staff import (
    authenticate_session,
    choose_language,
    end_session,
    has_password_once,
    note_seen,
    prove_first,
    prove_second,
    secret_to_enrol,
    staff_actor,
)
from castingops.identity.service.states import forget_after_commit __all__ = [
    "authenticate_bearer", "authenticate_session", "change_me", "change_password", "choose_language",
    "complete_registration", "create_staff", "directory", "directory_sign_in", "end_session", "finish_sign_in",
    "forget_account", "get_me", "get_user_id", "grant", "has_password_once", "holders_of", "link_identity",
    "list_identities", "list_providers", "login", "logout", "note_seen", "prove_first", "prove_second", "refresh",
    "register", "registering", "reset_mfa", "restrict", "roles_of", "secret_to_enrol", "staff_actor", "staff_names",
    "start_sign_in", "sweep", "take_flow", "unlink_identity", "user_registered", "warm_up",
]aff_actor",
    "staff_names", "sweep", "user_registered", "warm_up",
]
