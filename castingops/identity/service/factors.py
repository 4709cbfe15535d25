"""Second factors of a person who is signed in, of the apps and of staff alike: listed, enrolled, removed (ID-5).

Each of the acts here stands behind a permission that takes a fresh proof, and writes to the account's owner.
"""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.db import entered, hold, session
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.errors import (
    CodeNotConfirmed,
    FactorDemanded,
    FactorNotFound,
    PasskeyRefused,
    TooManyPasskeys,
)
from castingops.identity.models import Passkey, TotpSecret, User
from castingops.identity.service import ceremonies, challenges, codes, notices, passkeys, recovery, states
from castingops.identity.types import (
    CHALLENGE_LIVES,
    PASSKEYS_MAX,
    AccountKind,
    CeremonyStart,
    ChallengePurpose,
    FactorKind,
    Factors,
    FactorView,
    Shown,
    TotpEnrolment,
)

ISSUER = "castingops"
_demands: list[Callable[[UUID], bool]] = []


def demand_second_factor(asked: Callable[[UUID], bool]) -> None:
    """Have `asked` say of whom a second factor is demanded: they keep their last one. Asking twice changes nothing."""
    if asked not in _demands:
        _demands.append(asked)


def are_enrolled(*, actor: Actor) -> bool:
    """Whether the entered subject has a second factor; recovery codes are none."""
    return queries.find_totp(actor, confirmed=True) is not None or bool(queries.list_passkeys(actor))


def answer(shown: Shown, user: User, purpose: ChallengePurpose, *, actor: Actor, session_id: UUID | None = None
           ) -> FactorKind | None:
    """Which factor of the entered subject proves to be right, and is used up as far as it can be; None for none.

    An assertion answers a challenge of this purpose and session, once. A recovery code opens a sign-in, nothing else.
    """
    if shown.code is not None:
        return FactorKind.TOTP if codes.use(shown.code, actor=actor) else None
    if shown.recovery_code is not None and purpose is ChallengePurpose.SIGN_IN:
        return FactorKind.RECOVERY if recovery.use(shown.recovery_code, actor=actor) else None
    if shown.assertion is None:
        return None
    asked = challenges.lock(shown.challenge, purpose, epoch=user.epoch, actor=actor, session_id=session_id)
    if asked is None or not passkeys.use(shown.assertion, shown.challenge, kind=user.kind, actor=actor):
        return None
    challenges.use_up(asked)
    return FactorKind.PASSKEY


def list_factors(*, actor: Actor) -> Factors:
    """One's own factors."""
    with entered(actor, _owner(actor)) as inside:
        totp, keys = queries.find_totp(inside, confirmed=True), queries.list_passkeys(inside)
        shown = [_totp_view(totp)] if totp else []
        return Factors(factors=shown + [_passkey_view(one) for one in keys],
                       recovery_codes_left=queries.count_recovery_codes(inside), demanded=_is_demanded(inside))


def start_totp(*, actor: Actor) -> TotpEnrolment:
    """A new secret for an authenticator app, in use once a code of it is confirmed; one shown before is void."""
    with entered(actor, _owner(actor)) as inside:
        secret, user = pyotp.random_base32(), _user(inside)
        id_ = codes.enrol(secret, actor=inside, confirmed=False)
        uri = rules.otp_address(secret, email=user.email or "", issuer=ISSUER)
        return TotpEnrolment(id=id_, secret=secret, otpauth_uri=uri)


def confirm_totp(code: str, *, actor: Actor) -> Factors:
    """Put the new secret to use, in place of the one before. Errors: CodeNotConfirmed."""
    with _own_factors(actor) as inside:
        if not codes.confirm(code, actor=inside):
            raise CodeNotConfirmed
        _note_added(FactorKind.TOTP, inside)
    return list_factors(actor=actor)


def remove_factor(factor_id: UUID, *, actor: Actor) -> None:
    """Take one's authenticator app or passkey away; with the last one go the recovery codes.

    Errors: FactorNotFound; FactorDemanded for the last one of somebody who must have one.
    """
    with _own_factors(actor) as inside:
        kinds = {one.id: one.kind for one in list_factors(actor=actor).factors}
        if factor_id not in kinds:
            raise FactorNotFound
        if len(kinds) == 1:
            if _is_demanded(inside):
                raise FactorDemanded
            recovery.forget(actor=inside)
        model = TotpSecret if kinds[factor_id] is FactorKind.TOTP else Passkey
        session().execute(delete(model).where(model.subject_id == inside.subject, model.id == factor_id))
        _note("identity.factor.remove", kinds[factor_id], inside)
        notices.tell(notices.FACTOR_REMOVED, inside.subject, actor=inside)


def renew_recovery_codes(*, actor: Actor) -> list[str]:
    """Ten new recovery codes, shown this once; those before are void."""
    with _own_factors(actor) as inside:
        made = recovery.renew(actor=inside)
        _note("identity.recovery.renew", FactorKind.RECOVERY, inside)
    return made


def start_passkey(*, actor: Actor) -> CeremonyStart:
    """What a browser needs to have a new passkey made. Errors: TooManyPasskeys."""
    with entered(actor, _owner(actor)) as inside:
        user, known = _user(inside), queries.list_passkeys(inside)
        if len(known) >= PASSKEYS_MAX:
            raise TooManyPasskeys
        opaque = challenges.make(ChallengePurpose.REGISTER, epoch=user.epoch, actor=inside, session_id=actor.session_id)
        return started(opaque, ceremonies.creation_options(opaque, user, known))


def add_passkey(credential: dict[str, Any], challenge: str, name: str, *, actor: Actor) -> FactorView:
    """Keep a passkey that was made in answer to a challenge of this very session.

    Errors: InvalidPasskeyName, PasskeyRefused, PasskeyKnown.
    """
    name = rules.checked_passkey_name(name)
    with _own_factors(actor) as inside:
        user = _user(inside)
        asked = challenges.lock(challenge, ChallengePurpose.REGISTER, epoch=user.epoch, actor=inside,
                                session_id=actor.session_id)
        made = ceremonies.created(credential, challenge, kind=user.kind) if asked else None
        if asked is None or made is None:
            raise PasskeyRefused
        challenges.use_up(asked)
        row = passkeys.add(made, name, actor=inside)
        _note_added(FactorKind.PASSKEY, inside)
        return _passkey_view(row)


def start_proof(*, actor: Actor) -> CeremonyStart:
    """What a browser needs to have a passkey prove who is at this session. Errors: FactorNotFound without a passkey."""
    with entered(actor, _owner(actor)) as inside:
        known = queries.list_passkeys(inside)
        if not known:
            raise FactorNotFound
        opaque = challenges.make(ChallengePurpose.PROVE, epoch=_user(inside).epoch, actor=inside,
                                 session_id=actor.session_id)
        return started(opaque, ceremonies.request_options(opaque, known))


def started(opaque: str, options: dict[str, Any]) -> CeremonyStart:
    """A ceremony under way."""
    return CeremonyStart(challenge=opaque, expires_in=int(CHALLENGE_LIVES.total_seconds()), options=options)


def forget_all(*, actor: Actor) -> None:
    """Take everything that proves a second time who the entered subject is away, and every question about it."""
    for kind in (codes, passkeys, recovery, challenges):
        kind.forget(actor=actor)


def _owner(actor: Actor) -> UUID:
    assert actor.user_id is not None  # both doors let only people in
    return actor.user_id


def _user(inside: Actor) -> User:
    user = queries.find_user(inside.subject)
    assert user is not None  # who is signed in has an account
    return user


@contextmanager
def _own_factors(actor: Actor) -> Iterator[Actor]:
    """Inside oneself, alone with one's factors; afterwards every process asks anew how many there are."""
    with entered(actor, _owner(actor)) as inside:
        hold(f"identity/factors/{inside.subject}")
        yield inside
        states.forget_after_commit(inside.subject)


def _is_demanded(inside: Actor) -> bool:
    return _user(inside).kind == AccountKind.STAFF or any(asked(inside.subject) for asked in _demands)


def _note_added(kind: FactorKind, inside: Actor) -> None:
    _note("identity.factor.add", kind, inside)
    notices.tell(notices.FACTOR_ADDED, inside.subject, actor=inside)


def _note(action: str, kind: FactorKind, inside: Actor) -> None:
    audit.record(action, actor=inside, entity="user", entity_id=inside.subject, purpose=Purpose.SECURITY,
                 details={"factor": str(kind)})


def _totp_view(row: TotpSecret) -> FactorView:
    used = datetime.fromtimestamp(row.last_step * rules.STEP, UTC) if row.last_step else None
    assert row.confirmed_at is not None  # only what is in use is listed
    return FactorView(id=row.id, kind=FactorKind.TOTP, name="", created_at=row.confirmed_at, last_used_at=used)


def _passkey_view(row: Passkey) -> FactorView:
    return FactorView(id=row.id, kind=FactorKind.PASSKEY, name=row.name, created_at=row.created_at,
                      last_used_at=row.last_used_at)
