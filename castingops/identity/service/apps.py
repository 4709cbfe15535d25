"""Sign-ins of the apps: a short access token beside a refresh token that changes with each use (ID-2)."""
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import structs
from sqlalchemy import literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import NoResultFound

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor, Origin
from castingops.core.config import current_settings
from castingops.core.crypto import hash_token, token
from castingops.core.db import entered, save, session
from castingops.core.errors import Forbidden, NotSignedIn
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.identity import queries, rules
from castingops.identity.errors import ChallengeOver, CodeWrong, CredentialsWrong, ProofWrong, SecondFactorNeeded
from castingops.identity.errors.sessions import RefreshInvalid, RefreshRaced, RefreshReused
from castingops.identity.models import RefreshFamily, RefreshToken, RevokedToken
from castingops.identity.service import ceremonies, challenges, devices, factors, guesses, notices, states, tokens
from castingops.identity.service.accounts import get_user
from castingops.identity.service.guardians import acting as guardians
from castingops.identity.service.passwords import nobodys_hash
from castingops.identity.service.proofs import calm_guess, house, prove_factor, prove_password, refused
from castingops.identity.types import (
    APP_AUDIENCE,
    CHALLENGE_LIVES,
    REVOCATION_KEPT,
    Access,
    Account,
    AccountKind,
    AccountStatus,
    ChallengePurpose,
    Credentials,
    FactorKind,
    Proof,
    Shown,
    Tokens,
    Transport,
    Turn,
)
from castingops.identity.types.guardians import Acting

_OPAQUE = re.compile(r"[A-Za-z0-9_-]{43}")


def warm_up() -> None:
    """Read the keys and make the hash that unknown e-mails are checked against: a bad key stops the start, and the
    first failure takes as long as any."""
    tokens.key_ring()
    nobodys_hash()


def login(*, actor: Actor, email: str, password: str, transport: Transport, device: str = "") -> Tokens:
    """Sign an app in, a suspended or banned person too: they may read decisions and appeal. Errors: CredentialsWrong,
    SignInSlowed, SecondFactorNeeded."""
    account = prove_password(email, password, kind=AccountKind.APP, actor=actor, device=device)
    return pass_first(account, transport=transport, proved_at=clock.now(), actor=actor)


def pass_first(account: Credentials | Account, *, transport: Transport, proved_at: datetime | None, actor: Actor,
               by: str = "password") -> Tokens:
    """Whoever has shown who they are (`by` what, the trail says) is signed in, or asked for their second factor.

    `proved_at` is when they last proved it, where that is known: a provider may have remembered them for weeks.
    Errors: SecondFactorNeeded where one is enrolled; its details say how to go on.
    """
    with entered(house(actor), account.user_id) as inside:
        if not factors.are_enrolled(actor=inside):
            return _open_family(account, transport, proved_at=proved_at, by=by, actor=inside)
        known = queries.list_passkeys(inside)
        opaque = challenges.make(ChallengePurpose.SIGN_IN, epoch=account.epoch, actor=inside, transport=transport)
        methods = [kind for kind, there in (
            (FactorKind.TOTP, queries.find_totp(inside, confirmed=True) is not None), (FactorKind.PASSKEY, bool(known)),
            (FactorKind.RECOVERY, queries.count_recovery_codes(inside) > 0)) if there]
        raise SecondFactorNeeded(details={
            "challenge": opaque, "expires_in": int(CHALLENGE_LIVES.total_seconds()), "methods": methods,
            "webauthn": ceremonies.request_options(opaque, known) if known else None})


def pass_second(shown: Shown, *, actor: Actor) -> Tokens:
    """Finish a sign-in that asked for a second factor. Its challenge is good until the right answer, or five minutes.

    Errors: ChallengeOver; CodeWrong (also for what was used before); SignInSlowed after too many wrong ones.
    """
    user_id = queries.find_challenged(hash_token(shown.challenge)) if _OPAQUE.fullmatch(shown.challenge) else None
    if user_id is None:
        raise ChallengeOver
    guess = calm_guess(user_id, actor)
    account = queries.find_account(user_id)
    with entered(house(actor), user_id) as inside:
        user = get_user(user_id)
        asked = challenges.lock(shown.challenge, ChallengePurpose.SIGN_IN, epoch=user.epoch, actor=inside)
        if account is None or account.status != AccountStatus.ACTIVE or asked is None or asked.transport is None:
            raise ChallengeOver
        transport = Transport(asked.transport)
        kind = factors.answer(shown, user, ChallengePurpose.SIGN_IN, actor=inside)
        if kind is not None:
            guesses.forget(guess)
            challenges.use_up(asked)
            if kind is FactorKind.RECOVERY:
                notices.tell(notices.RECOVERY_USED, user_id, actor=inside)
            return _open_family(account, transport, proved_at=clock.now(), by=str(kind), actor=inside)
    raise refused(guess, user_id, CodeWrong(), actor=actor)


def refresh(opaque: str, *, actor: Actor) -> Tokens:
    """Exchange a refresh token for a new pair; the old one is used up.

    Errors: RefreshInvalid; RefreshRaced when it was exchanged a moment ago (nothing changes then); RefreshReused
    when it was exchanged before that: the whole family ends, with every access token it was given.
    """
    found = queries.find_refresh(hash_token(opaque)) if _OPAQUE.fullmatch(opaque) else None
    if found is None:
        raise RefreshInvalid
    with entered(house(actor), found.user_id) as inside:
        family = queries.lock_family(found.family_id, actor=inside)
        row = queries.get_refresh_token(hash_token(opaque), actor=inside)
        turn = rules.refresh_turn(
            created_at=row.created_at, used_at=row.used_at, family_lives=_lives(family),
            idle=timedelta(days=current_settings().refresh_idle_days), at=clock.now())
        if turn is Turn.ROTATE:
            row.used_at = clock.now()
            return _hand_out(family, actor=inside)
        if turn is Turn.REUSE:
            _end(family, "reuse", actor=inside)
            audit.record("identity.token.reuse", actor=inside, entity="refresh_family", entity_id=family.id,
                         purpose=Purpose.SECURITY)
            notices.tell(notices.TOKEN_REUSED, family.subject_id, actor=inside)
            raise RefreshReused
        raise RefreshRaced if turn is Turn.RACE else RefreshInvalid


def end_family(family_id: UUID, reason: str, *, actor: Actor) -> bool:
    """End one sign-in of the entered subject, at once; False when it is not theirs or over. The trail keeps it."""
    try:
        family = queries.lock_family(family_id, actor=actor)
    except NoResultFound:
        return False
    if family.ended_at is not None:
        return False
    _end(family, reason, actor=actor)
    audit.record("identity.session.end", actor=actor, entity="refresh_family", entity_id=family_id,
                 purpose=Purpose.SECURITY)
    return True


def keep_family(family_id: UUID | None, epoch: int, *, actor: Actor) -> Tokens | None:
    """Let one sign-in of the entered subject live on in the account's new epoch; its old tokens end with the old one.

    None when it is over. Call it after the epoch was raised: everything else has ended by that.
    """
    try:
        family = queries.lock_family(family_id, actor=actor) if family_id else None
    except NoResultFound:
        family = None
    if family is None or family.ended_at is not None or family.expires_at < clock.now():
        return None
    family.epoch = epoch
    save(family)
    session().execute(update(RefreshToken).where(
        RefreshToken.subject_id == family.subject_id, RefreshToken.family_id == family.id,
        RefreshToken.used_at.is_(None)).values(used_at=clock.now()))
    return _hand_out(family, actor=actor)


def logout(*, opaque: str | None, access: str | None, actor: Actor) -> None:
    """End the sign-in that these tokens belong to, whichever is still known; no word about one that is not."""
    for user_id, family_id in sorted({*_family_by_refresh(opaque), *_family_by_access(access)}):
        with entered(house(actor), user_id) as inside:
            family = queries.lock_family(family_id, actor=inside)
            if family.ended_at is None:
                _end(family, "logout", actor=inside)
                audit.record("identity.session.end", actor=inside, entity="refresh_family", entity_id=family_id,
                             purpose=Purpose.SECURITY)


def authenticate_bearer(token_: str, audiences: tuple[str, ...], *, origin: Origin | None = None) -> Actor:
    """The person behind an access token, with the roles they hold now and what moderation restricts them to.

    An ended token passes for at most five seconds, by the epoch or its jti. One that acts for a ward makes the ward the
    subject and leaves the rights of a talent, for as long as the guardianship stands.
    Errors: NotSignedIn; Forbidden for the token of another audience's app.
    """
    acting = guardians.verify(token_) if guardians.is_act_token(token_) else None
    access = acting.access if acting else tokens.verify(token_)
    account = states.account_state(access.user_id)
    if account is None or account.status != AccountStatus.ACTIVE or account.epoch != access.epoch \
            or not {access.jti, str(access.family_id)}.isdisjoint(account.revoked):
        raise NotSignedIn
    if access.audience not in audiences:
        raise Forbidden
    person = replace(_person(access.user_id, account.roles, access.family_id), origin=origin,
                     restriction=account.restricted_at(clock.now()), proved_at=_moment(access.proved_at))
    return _for_ward(person, acting) if acting else person


def _for_ward(person: Actor, acting: Acting) -> Actor:
    """The guardian at work for a ward. Errors: NotSignedIn for no guardian, or when the guardianship does not stand."""
    if str(AppRole.GUARDIAN) not in person.roles:
        raise NotSignedIn
    guardians.standing_for(acting)
    return replace(person, subject_id=acting.ward_id, guardianship_id=acting.guardianship_id,
                   roles=frozenset({str(AppRole.TALENT)}))


def prove_again(shown: Shown, *, actor: Actor) -> Proof:
    """Note that the person at this sign-in has proved who they are just now, and mint an access token that says so.

    By their second factor; by their password where none is enrolled. The token belongs to the family of the token that
    asks; the refresh token stays as it is.
    Errors: ProofWrong, SignInSlowed; NotSignedIn for a family that ended meanwhile.
    """
    assert actor.session_id is not None  # the family: every token names one
    how = str(prove_factor(shown, actor=actor)) if factors.are_enrolled(actor=actor) else _by_password(shown, actor)
    family = queries.lock_family(actor.session_id, actor=actor)
    if not _lives(family):
        raise NotSignedIn
    family.proved_at = clock.now()
    save(family)
    audit.record("identity.proof.give", actor=actor, entity="refresh_family", entity_id=family.id,
                 purpose=Purpose.SECURITY, details={"factor": how})
    access, _jti = _mint(family)
    return Proof(access=access, access_seconds=current_settings().access_token_seconds, transport=family.transport)


def _by_password(shown: Shown, actor: Actor) -> str:
    try:
        prove_password(get_user(actor.subject).email or "", shown.password or "", kind=AccountKind.APP, actor=actor)
    except CredentialsWrong as wrong:
        raise ProofWrong(password=ProofWrong.message) from wrong
    return "password"


def _open_family(account: Credentials | Account, transport: Transport, *, proved_at: datetime | None, by: str,
                 actor: Actor) -> Tokens:
    """Begin a family of tokens of the entered subject, for somebody who has shown all that is asked."""
    now, settings = clock.now(), current_settings()
    family = RefreshFamily(
        subject_id=account.user_id, transport=transport, audience=APP_AUDIENCE[AppRole(account.roles[0])],
        epoch=account.epoch, created_at=now, expires_at=now + timedelta(days=settings.refresh_absolute_days),
        proved_at=proved_at, ip=actor.origin.ip if actor.origin else "",
        user_agent=actor.origin.user_agent if actor.origin else "")
    save(family)
    person = replace(_person(account.user_id, account.roles, family.id), origin=actor.origin)
    audit.record("identity.sign_in.succeed", actor=person, entity="user", entity_id=account.user_id,
                 purpose=Purpose.SECURITY, details={"door": family.audience, "transport": str(transport), "by": by})
    return structs.replace(_hand_out(family, actor=actor), device=devices.mark(account.user_id))


def _hand_out(family: RefreshFamily, *, actor: Actor) -> Tokens:
    """A new pair of the family, of which only a hash and the access token's jti are kept."""
    settings, now, opaque = current_settings(), clock.now(), token()
    access, jti = _mint(family)
    save(RefreshToken(subject_id=actor.subject, family_id=family.id, token_hash=hash_token(opaque), created_at=now,
                      access_jti=jti, access_until=now + timedelta(seconds=settings.access_token_seconds)))
    lives = min(timedelta(days=settings.refresh_idle_days), family.expires_at - now)
    return Tokens(access=access, refresh=opaque, access_seconds=settings.access_token_seconds,
                  refresh_seconds=int(lives.total_seconds()), transport=family.transport)


def _mint(family: RefreshFamily) -> tuple[str, str]:
    return tokens.mint(family.subject_id, family.id, epoch=family.epoch, audience=family.audience,
                       proved_at=family.proved_at)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _lives(family: RefreshFamily) -> bool:
    account = queries.find_account(family.subject_id)
    return (account is not None and account.status == AccountStatus.ACTIVE and account.epoch == family.epoch
            and family.ended_at is None and clock.now() <= family.expires_at)


def _end(family: RefreshFamily, reason: str, *, actor: Actor) -> None:
    """End a family at once: its refresh tokens by the family, its access tokens by their jti, and by the family's id
    those that were minted for a proof."""
    now = clock.now()
    family.ended_at, family.ended_for = now, reason
    save(family)
    until = RefreshToken.access_until + literal(REVOCATION_KEPT)
    alive = select(RefreshToken.subject_id, RefreshToken.access_jti, until).where(
        RefreshToken.subject_id == actor.subject, RefreshToken.family_id == family.id, until > now)
    whole = select(literal(actor.subject), literal(str(family.id)), literal(
        now + timedelta(seconds=current_settings().access_token_seconds) + REVOCATION_KEPT))
    session().execute(insert(RevokedToken).from_select(
        ["subject_id", "jti", "until"], alive.union_all(whole)).on_conflict_do_nothing())
    states.forget_after_commit(actor.subject)


def _family_by_refresh(opaque: str | None) -> set[tuple[UUID, UUID]]:
    found = queries.find_refresh(hash_token(opaque)) if opaque and _OPAQUE.fullmatch(opaque) else None
    return {(found.user_id, found.family_id)} if found else set()


def _family_by_access(access: str | None) -> set[tuple[UUID, UUID]]:
    try:
        known: Access = guardians.verify(access).access if access and guardians.is_act_token(access) else tokens.verify(
            access or "")
    except NotSignedIn:
        return set()
    return {(known.user_id, known.family_id)}


def _person(user_id: UUID, roles: list[str], family_id: UUID) -> Actor:
    return Actor("person", user_id, subject_id=user_id, roles=frozenset(roles), session_id=family_id)
