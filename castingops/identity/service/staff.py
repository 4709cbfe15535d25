"""Sign-ins of staff: a password, then a code, then a session on the server that ends when we say so (ID-5, ID-6)."""
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import Update, update

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor, Origin, system
from castingops.core.config import current_settings
from castingops.core.crypto import hash_token, token
from castingops.core.db import entered, save, session, unit_of_work
from castingops.core.i18n import LOCALES
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.errors import CodeWrong, CredentialsWrong, FactorNotFound
from castingops.identity.models import StaffSessionRow
from castingops.identity.service import ceremonies, challenges, codes, factors, guesses, notices, providers
from castingops.identity.service.accounts import checked_new_password, get_user, set_password
from castingops.identity.service.proofs import calm_guess, house, prove_factor, prove_password, refused
from castingops.identity.types import (
    SEEN_EVERY,
    AccountKind,
    AccountStatus,
    CeremonyStart,
    ChallengePurpose,
    Credentials,
    FactorKind,
    Provider,
    Shown,
    StaffSession,
)


def prove_first(email: str, password: str, *, actor: Actor) -> Credentials:
    """The first step: the password. Who has no code yet gets a new secret to enrol; an older unproved one is void.

    Errors: CredentialsWrong, also for staff whom the directory alone vouches for; SignInSlowed.
    """
    account = prove_password(email, password, kind=AccountKind.STAFF, actor=actor)
    with entered(house(actor), account.user_id) as inside:
        if providers.is_directory_alone() and queries.find_identity(Provider.SSO, actor=inside) is not None:
            raise CredentialsWrong
        prepare_second(actor=inside)
    return account


def prepare_second(*, actor: Actor) -> None:
    """Have a second step ready for the entered subject: who has no code yet gets a new secret to enrol."""
    if not factors.are_enrolled(actor=actor):
        codes.enrol(pyotp.random_base32(), actor=actor, confirmed=False)


def secret_to_enrol(user_id: UUID, *, actor: Actor) -> tuple[str, str] | None:
    """Secret and e-mail to show to someone who has to enrol; None when a code was proved before."""
    with entered(house(actor), user_id) as inside:
        secret = None if factors.are_enrolled(actor=inside) else codes.unproved_secret(actor=inside)
        return (secret, get_user(user_id).email or "") if secret else None


def has_password_once(user_id: UUID, *, actor: Actor) -> bool:
    """Whether this account has to choose its own password with its next code."""
    with entered(house(actor), user_id):
        return get_user(user_id).password_once


def start_passkey_sign_in(user_id: UUID, *, epoch: int, actor: Actor) -> CeremonyStart:
    """What a browser needs to have a passkey answer as the second step. Errors: FactorNotFound without a passkey."""
    with entered(house(actor), user_id) as inside:
        known = queries.list_passkeys(inside)
        if not known:
            raise FactorNotFound
        opaque = challenges.make(ChallengePurpose.SIGN_IN, epoch=epoch, actor=inside)
        return factors.started(opaque, ceremonies.request_options(opaque, known))


def has_passkeys(user_id: UUID) -> bool:
    """Whether this account may finish its sign-in, and prove who it is, with a passkey."""
    return queries.has_passkey(user_id)


def prove_second(user_id: UUID, shown: Shown, *, epoch: int, new_password: str, actor: Actor) -> str:
    """The second step: a code, a passkey's answer or a recovery code. Opens a session and returns its token, which only
    the browser keeps.

    Who still has the password that we drew chooses one with it. Errors: CodeWrong (also for what was used before, and
    for an account that has changed since the first step); SignInSlowed after too many wrong ones; WeakPassword and
    PasswordUsedBefore, which leave the code unused.
    """
    guess = calm_guess(user_id, actor)
    with entered(house(actor), user_id) as inside:
        user, first = get_user(user_id), not factors.are_enrolled(actor=inside)
        if user.status == AccountStatus.ACTIVE and user.epoch == epoch:
            chosen = checked_new_password(user, new_password, actor=inside) if user.password_once else None
            kind = _enrolled(shown, inside) if first else factors.answer(shown, user, ChallengePurpose.SIGN_IN,
                                                                         actor=inside)
            if kind is not None:
                guesses.forget(guess)
                if chosen is not None:
                    set_password(user, chosen)
                if kind is FactorKind.RECOVERY:
                    notices.tell(notices.RECOVERY_USED, user_id, actor=inside)
                return open_session(queries.list_roles(user_id), by=str(kind), first=first, chose=chosen is not None,
                                    actor=inside)
    raise refused(guess, user_id, CodeWrong(), actor=actor)


def prove_again(shown: Shown, *, actor: Actor) -> None:
    """Note that the member of staff at this session has proved who they are just now, with a fresh code or a passkey.

    Errors: ProofWrong, SignInSlowed.
    """
    kind = prove_factor(shown, actor=actor)
    assert actor.user_id is not None  # the console's guard lets nobody else in
    _note_proof(replace(actor, subject_id=actor.user_id), by=str(kind))


def authenticate_session(token_: str, *, epoch: int) -> StaffSession | None:
    """The live session behind a browser's token, or None: ended, idle, too old, or its account changed or disabled."""
    found = queries.find_staff_session(hash_token(token_))
    settings, now = current_settings(), clock.now()
    idle, life = timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_absolute_hours)
    if found is None or found.status != AccountStatus.ACTIVE or found.epoch != epoch or not rules.session_lives(
            created_at=found.created_at, last_seen=found.last_seen, idle=idle, life=life, at=now):
        return None
    return found


def note_seen(found: StaffSession) -> None:
    """Note that a session is at work, at most once a minute, in a transaction of its own: call it outside any other."""
    if clock.now() - found.last_seen <= SEEN_EVERY:
        return
    with unit_of_work(system(found.user_id)):
        session().execute(_own_session(found.user_id, found.session_id).values(last_seen=clock.now()))


def note_proof(found: StaffSession, *, actor: Actor) -> None:
    """Note that whoever is at this session has proved who they are just now, elsewhere."""
    with entered(house(actor), found.user_id):
        _note_proof(replace(staff_actor(found, actor.origin), subject_id=found.user_id), by="directory")


def staff_actor(found: StaffSession, origin: Origin | None) -> Actor:
    """The member of staff at work in this session."""
    return Actor("staff", found.user_id, roles=frozenset(found.roles), session_id=found.session_id, origin=origin,
                 proved_at=found.mfa_at)


def end_session(found: StaffSession, *, actor: Actor) -> None:
    """End a session at once; its cookie is refused from the next request on."""
    with entered(house(actor), found.user_id):
        session().execute(_own_session(found.user_id, found.session_id).values(ended_at=clock.now()))
        audit.record("identity.session.end", actor=replace(staff_actor(found, actor.origin), subject_id=found.user_id),
                     entity="staff_session", entity_id=found.session_id, purpose=Purpose.SECURITY)


def choose_language(found: StaffSession, locale: str, *, actor: Actor) -> None:
    """Remember the language a member of staff works in. Errors: InvalidLocale."""
    with entered(house(actor), found.user_id):
        get_user(found.user_id).locale = rules.checked_locale(locale, LOCALES)


def _note_proof(member: Actor, *, by: str) -> None:
    with entered(house(member), member.subject):
        session().execute(_own_session(member.subject, member.session_id).values(mfa_at=clock.now()))
        audit.record("identity.proof.give", actor=member, entity="staff_session", entity_id=member.session_id,
                     purpose=Purpose.SECURITY, details={"factor": by})


def _enrolled(shown: Shown, inside: Actor) -> FactorKind | None:
    """The first code of a first authenticator app."""
    return FactorKind.TOTP if codes.confirm(shown.code or "", actor=inside) else None


def _own_session(user_id: UUID, session_id: UUID | None) -> Update:
    return update(StaffSessionRow).where(StaffSessionRow.subject_id == user_id, StaffSessionRow.id == session_id)


def open_session(roles: frozenset[str], *, actor: Actor, by: str, first: bool = False, chose: bool = False,
                 proved_at: datetime | None = None) -> str:
    """Open a session of the entered member of staff and return its token, which only the browser keeps.

    `by`: what they showed, for the trail; `first`: they enrolled with this; `chose`: they chose a password with it;
    `proved_at`: when they showed a second factor, if not just now.
    """
    opaque, now, origin = token(), clock.now(), actor.origin
    row = StaffSessionRow(
        subject_id=actor.subject, token_hash=hash_token(opaque), created_at=now, last_seen=now,
        mfa_at=min(now, proved_at or now),
        ip=origin.ip if origin else "", user_agent=origin.user_agent if origin else "")
    save(row)
    staff = Actor("staff", actor.subject, subject_id=actor.subject, roles=roles, session_id=row.id, origin=origin)
    acts = {"identity.mfa.enrol": first, "identity.password.change": chose, "identity.sign_in.succeed": True}
    for act in (act for act, happened in acts.items() if happened):
        audit.record(act, actor=staff, entity="user", entity_id=actor.subject, purpose=Purpose.SECURITY,
                     details={"door": "console", "by": by})
    return opaque
