"""The use cases of identity: accounts and roles, the apps' tokens, the console's sessions."""
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
    register,
    registering,
    reset_mfa,
    staff_names,
    user_registered,
)
from castingops.identity.service.apps import authenticate_bearer, login, logout, prove_again, refresh, warm_up
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
from castingops.identity.service.staff import prove_again as prove_staff_again
from castingops.identity.service.states import forget_after_commit as forget_account
from castingops.identity.service.states import has_second_factor
from castingops.identity.service.sweep import sweep

__all__ = [
    "authenticate_bearer", "authenticate_session", "change_me", "change_password", "checked_address",
    "choose_language", "contacts_of",
    "create_staff", "directory", "end_session", "forget_account", "get_me", "get_user_id", "grant",
    "has_password_once", "has_second_factor", "holders_of", "login", "logout", "note_seen", "prove_again",
    "prove_first", "prove_second", "prove_staff_again", "refresh", "register", "registering", "reset_mfa",
    "restrict", "roles_of", "secret_to_enrol", "staff_actor", "staff_names", "sweep", "user_registered", "warm_up",
]
