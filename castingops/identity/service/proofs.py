"""Proving that one is who one says, with a password, for both doors. Slow for guessers, and silent about who exists."""
from dataclasses import replace
from uuid import UUID

from castingops.audit import service as audit
from castingops.core.actor import Actor, system
from castingops.core.db import entered
from castingops.core.errors import DomainError
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.errors import CredentialsWrong, ProofWrong, SignInSlowed
from castingops.identity.service import devices, factors, guesses
from castingops.identity.service.guesses import Guess
from castingops.identity.service.passwords import hash_password, is_costly_enough, is_password
from castingops.identity.types import (
    AccountKind,
    AccountStatus,
    ChallengePurpose,
    Credentials,
    Factor,
    FactorKind,
    Shown,
)

_NOBODY = UUID(int=0)


def house(actor: Actor) -> Actor:
    """The system at work for whoever asks before being signed in; where the request came from stays known."""
    return replace(system(), origin=actor.origin)


def prove_password(email: str, password: str, *, kind: AccountKind, actor: Actor, device: str = "") -> Credentials:
    """The account behind this door with this e-mail and password.

    One answer and one duration whether the e-mail, the password or the door was wrong, the account is disabled or
    does not exist. Errors: CredentialsWrong; SignInSlowed after too many failures from this address or at this
    account or anywhere. Nobody can lock the owner out: who proves a second factor as well still gets in with the right
    password, and so does who sends the mark of a `device` that has signed this account in before.
    """
    key = rules.email_key(email)
    guess = Guess(Factor.PASSWORD, key or ascii(email), actor.origin.ip if actor.origin else "")
    account = queries.find_credentials(key) if key else None
    own = devices.own_name(device, account)
    guess = replace(guess, account=own, ip=own) if own else guess  # counted for itself, whatever strangers do
    right = is_password(account.password_hash if account else None, password)  # slow: before any lock or connection
    guesses.hold(guess)
    guesses.require_calm(guess.from_ip, guess.factor, address=True)
    if account is None or not right or account.kind != kind or account.status != AccountStatus.ACTIVE:
        raise refused(guess, account.user_id if account else None, CredentialsWrong(), actor=actor)
    if not _proves_more(account):
        guesses.require_calm(guess.at_account, guess.factor)
        if own is None:
            guesses.require_calm_everywhere()
    with entered(house(actor), account.user_id):
        guesses.forget(guess)
        if not is_costly_enough(account.password_hash):
            queries.lock_user(account.user_id).password_hash = hash_password(password)
    return account


def _proves_more(account: Credentials) -> bool:
    """Whether a second factor follows: the right password alone opens nothing then."""
    if account.kind == AccountKind.STAFF:
        return True
    state = queries.find_account(account.user_id)
    return state is not None and state.second_factor


def prove_factor(shown: Shown, *, actor: Actor) -> FactorKind:
    """Whoever is signed in proves a second time who they are, in this session. Errors: ProofWrong, SignInSlowed."""
    assert actor.user_id is not None  # the guard lets nobody else in
    guess = calm_guess(actor.user_id, actor)
    with entered(house(actor), actor.user_id) as inside:
        user = queries.find_user(actor.user_id)
        kind = factors.answer(shown, user, ChallengePurpose.PROVE, actor=inside,
                              session_id=actor.session_id) if user else None
        if kind is not None:
            guesses.forget(guess)
            return kind
    raise refused(guess, actor.user_id, ProofWrong(code=ProofWrong.message), actor=actor)


def calm_guess(user_id: UUID, actor: Actor) -> Guess:
    """A guess at the account's second factor, alone with it. Errors: SignInSlowed after too many wrong ones."""
    guess = Guess(Factor.CODE, str(user_id), actor.origin.ip if actor.origin else "")
    guesses.hold(guess)
    guesses.require_calm(guess.at_account, guess.factor)
    return guess


def refused(guess: Guess, user_id: UUID | None, wrong: DomainError, *, actor: Actor) -> DomainError:
    """Count and record a failure; the error to raise: `wrong`, or that there were too many before it."""
    before = guesses.seconds_to_wait(guess.at_account, guess.factor)
    guesses.note(guess, account=not before)
    acts = ["identity.sign_in.fail"]
    if not before and guesses.seconds_to_wait(guess.at_account, guess.factor):
        acts.append("identity.sign_in.slow")
    details = {"factor": str(guess.factor), "account_exists": user_id is not None}
    with entered(house(actor), user_id or _NOBODY):  # the same steps for an unknown e-mail: time must not tell
        for act in acts:
            audit.record(act, actor=actor, entity="user", entity_id=user_id, subject_id=user_id,
                         purpose=Purpose.SECURITY, details=details)
    return SignInSlowed(retry_after=before) if before else wrong
