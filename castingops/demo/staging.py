"""Performs the acts of the history, one by one, as the people who did them."""
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from sqlalchemy import insert, select

from castingops.audit import service as audit
from castingops.casting import service as casting
from castingops.core import clock, crypto, ids
from castingops.core.actor import Actor, Origin, system
from castingops.core.db import Base, entered, session
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.demo import accounts, profiles, words
from castingops.demo.history import Act
from castingops.demo.people import Person
from castingops.demo.portraits.press import Press, Printed, Sitter
from castingops.identity import service as identity
from castingops.identity.service.passwords import hash_password
from castingops.identity.types import Registration
from castingops.media import service as media
from castingops.media.types import PhotoKind, Rendered, Variant
from castingops.moderation import service as moderation
from castingops.moderation.service import decisions, leases
from castingops.moderation.service.profiles import KIND
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.decisions import DecisionState, Seen
from castingops.notifications import service as notifications
from castingops.notifications.service import Bilingual

_APP = "castingops/1.8 (Android 16)"
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"
_PHOTO_POLICY = "PR-4.1"
_TITLES = {str(AppRole.GUARDIAN): "أم سارة القحطاني", str(AppRole.HIRER): "Desert Lens Productions"}
_ACCEPTED = {"terms": True, "privacy_notice_version": "", "purposes": ()}  # which version is for consent to say
_TOLD = {"approve": "casting.profile.approved", "changes": "casting.profile.changes_requested",
         "reject": "casting.profile.rejected"}
_NOBODYS = crypto.token()  # the password of all who are not handed out; nobody is told
_OWN_WORDS = 0.6  # share of decisions for which a moderator words the facts instead of taking the usual ones


@dataclass
class Life:
    """What has become of one person so far."""

    person: Person
    subject_id: UUID | None = None
    document: profiles.Document = field(default_factory=dict)
    case: str = ""
    objected: str | None = None  # the policy of the last decision
    drawing: "Future[list[Printed]] | None" = None
    spare: Printed | None = None  # a second picture, for when the first is objected to

    @property
    def known_id(self) -> UUID:
        """Their id, once they have registered."""
        assert self.subject_id is not None
        return self.subject_id


class House:
    """The house while its past is played: who works here, who has come, and the logins that are handed out.

    Portraits and the hashes of passwords are begun at once, beside whoever makes the house: a second thread for each
    of two processors. Nothing else is done before `open_doors`.
    """

    def __init__(self, rng: Random, members: Sequence[Person], acts: Sequence[Act], press: Press, *, seed: int) -> None:
        self._staff = [(employee, accounts.staff_login(employee)) for employee in accounts.EMPLOYEES]
        self.logins = [login for employee, login in self._staff if employee.shown]
        self.logins += [accounts.app_login(role, locale) for role, locale in accounts.APP_LOGINS]
        self._hashes = _hashing([*(login.password for _, login in self._staff),
                                 *(login.password for login in self.logins), _NOBODYS])
        self._rng = rng
        self._lives = {person.number: Life(person) for person in members}
        self._moderators: list[Actor] = []
        self.colleagues: dict[str, Actor] = {}  # by e-mail
        self._policies: dict[str, UUID] = {}
        refused = {act.number for act in acts if act.policy == _PHOTO_POLICY and act.verb == "decide"}
        for number in dict.fromkeys(act.number for act in acts if act.verb == "submit"):  # as they are needed
            views = 2 if number in refused else 1
            self._lives[number].drawing = press(self._sitter(number, seed, views))

    def open_doors(self) -> None:
        """Before anyone came: staff, logins, policies."""
        for employee, login in self._staff:
            made = identity.create_staff(
                actor=system(), email=employee.email, roles=[employee.role], locale=employee.locale,
                display_name=employee.name, password=login.password, totp_secret=login.totp_secret,
                hashed=self._hashed(login.password))
            actor = Actor("staff", user_id=made.user_id, roles=frozenset({str(employee.role)}))
            self.colleagues[employee.email] = actor
            if employee.role in accounts.DECIDING:
                self._moderators.append(actor)
        policies = Base.metadata.tables["policies"]
        rows = session().execute(select(policies.c.code, policies.c.id).order_by(policies.c.version))
        self._policies = {code: policy_id for code, policy_id in rows}
        for login in self.logins:
            if login.role in (AppRole.GUARDIAN, AppRole.HIRER):
                self._account(self._new_id(), login.email, _TITLES[login.role], login.locale, AppRole(login.role),
                              date(1985, 3, 14), self._hashed(login.password))

    def hirer(self, email: str, name: str, locale: str) -> UUID:
        """A new account of a production company, which nobody is given the password of."""
        user_id = self._new_id()
        self._account(user_id, email, name, locale, AppRole.HIRER, date(1990, 5, 20), self._hashed(_NOBODYS))
        return user_id

    def perform(self, act: Act) -> None:
        """Have `act` happen now."""
        getattr(self, f"_{act.verb}")(act, self._lives[act.number])

    # --- who and what, for what lies on the desks today ------------------------------------------------------------

    def life(self, number: int) -> Life:
        """What has become of a person."""
        return self._lives[number]

    def as_person(self, number: int) -> AbstractContextManager[Actor]:
        """A person at work in their own rows."""
        return self._as(self._lives[number])

    def moderator(self, place: int) -> Actor:
        """One of those who decide, at their desk."""
        actor = self._moderators[place]
        return Actor(actor.kind, user_id=actor.user_id, roles=actor.roles, origin=self._origin("192.0.2", _BROWSER))

    @property
    def moderators(self) -> int:
        """How many decide."""
        return len(self._moderators)

    def policy(self, code: str) -> UUID:
        """The newest version of a policy."""
        return self._policies[code]

    # --- talents -------------------------------------------------------------------------------------------------

    def _register(self, act: Act, life: Life) -> None:
        person = life.person
        life.subject_id = self._new_id()
        email, hashed, locale = person.email, self._hashed(_NOBODYS), "en" if person.written == "en" else "ar"
        if act.number == 1:
            login = next(login for login in self.logins if login.role == AppRole.TALENT)
            email, hashed, locale = login.email, self._hashed(login.password), login.locale
        self._account(life.subject_id, email, person.name.ar if locale == "ar" else person.name.en, locale,
                      AppRole.TALENT, person.birth_date, hashed)

    def _account(self, user_id: UUID, email: str, name: str, locale: str, role: AppRole, birth_date: date,
                 hashed: str) -> None:
        """As identity registers a person, but for the password: hashing 300 of them takes half a minute."""
        now, tables = clock.now(), Base.metadata.tables
        new = Registration(user_id=user_id, role=role, display_name=name, locale=locale, birth_date=birth_date,
                           accepts=_ACCEPTED)
        with entered(Actor("system", origin=self._origin("198.51.100", _APP)), user_id) as inside:
            session().execute(insert(tables["subjects"]).values(id=user_id, created_at=now))
            session().execute(insert(tables["users"]).values(
                subject_id=user_id, id=user_id, kind="app", status="active", email=email, display_name=name,
                locale=locale, password_hash=hashed, password_set_at=now, epoch=1, created_at=now, version=1))
            session().execute(insert(tables["role_grants"]).values(
                user_id=user_id, kind="app", role=role, granted_by=None, granted_at=now))
            identity.user_registered(new, inside)
            audit.record("identity.user.register", actor=inside, entity="user", entity_id=user_id,
                         purpose=Purpose.ACCOUNT, after={"role": role, "locale": locale})

    def _draft(self, act: Act, life: Life) -> None:
        whole = profiles.profile(self._rng, life.person, today=clock.today_riyadh())
        with self._as(life) as actor:
            casting.write(profiles.unfinished(self._rng, whole), actor=actor)

    def _submit(self, act: Act, life: Life) -> None:
        today = clock.today_riyadh()
        if act.edit == "first":
            life.document = profiles.profile(self._rng, life.person, today=today, breach=act.policy)
        elif act.edit == "mended":
            life.document = profiles.mended(self._rng, life.person, life.document, today=today)
        else:
            life.document = profiles.grown(self._rng, life.person, life.document, today=today, breach=act.policy)
        with self._as(life) as actor:
            casting.write(life.document, actor=actor)
            self._hang_photos(life, actor)
            submission = casting.submit(actor=actor)
            case = moderation.receive(KIND, actor.subject, submission.number, actor=system(actor.subject))
        if case is not None:
            life.case = case.ref

    def _hang_photos(self, life: Life, actor: Actor) -> None:
        """The first picture with the first submission, the other one when that was objected to."""
        if life.drawing is not None:
            first, *more = life.drawing.result()
            _keep(first, actor)
            life.drawing, life.spare = None, more[0] if more else None
        elif life.spare is not None and life.objected == _PHOTO_POLICY:
            _keep(life.spare, actor)
            life.spare = None

    # --- moderators ----------------------------------------------------------------------------------------------

    def _take(self, act: Act, life: Life) -> None:
        moderation.take(life.case, actor=self._moderator(act))

    def _note(self, act: Act, life: Life) -> None:
        moderation.add_note(life.case, actor=self._moderator(act), body=self._rng.choice(words.NOTES))

    def _decide(self, act: Act, life: Life) -> None:
        facts = words.FACTS.get(act.policy or "", ())
        own = self._rng.choice(facts) if facts and self._rng.random() < _OWN_WORDS else None
        draft = Draft(
            outcome=Outcome(act.outcome), policy_id=self._policies[act.policy] if act.policy else None,
            facts_en=own.en if own else "", facts_ar=own.ar if own else "")
        actor, case = self._moderator(act), moderation.get_case(life.case)
        lease = leases.acquire(life.case, actor=actor)
        seen = Seen(case.version, case.subject_revision, lease.token)
        decision = decisions.propose(life.case, draft, actor=actor, seen=seen)
        if decision.state == DecisionState.SCHEDULED:
            with clock.held_at(decision.execute_after):
                decisions.execute(decision.id, actor=actor)
        life.objected = act.policy
        if act.number == 1:  # nobody else's inbox can be looked into
            told = {"statement": Bilingual(en=decision.statement_en, ar=decision.statement_ar)}
            notifications.notify(_TOLD[act.outcome], actor=system(), recipient=life.known_id, channels=("inbox",),
                                 values=told if act.policy else {})

    def _moderator(self, act: Act) -> Actor:
        return self.moderator(act.moderator)

    # --- who and where from --------------------------------------------------------------------------------------

    @contextmanager
    def _as(self, life: Life) -> Iterator[Actor]:
        """The person, in their own rows. The transaction stays the system's, which may go on to the next."""
        subject_id = life.known_id
        with entered(system(), subject_id):
            yield Actor("person", user_id=subject_id, subject_id=subject_id, roles=frozenset({str(AppRole.TALENT)}),
                        origin=self._origin("198.51.100", _APP))

    def _origin(self, network: str, agent: str) -> Origin:
        """An address out of a network that is reserved for documentation (RFC 5737)."""
        return Origin(f"{network}.{self._rng.randint(1, 254)}", agent, self._new_id())

    def _new_id(self) -> UUID:
        """An id of the moment at which the clock is held."""
        milliseconds = int(clock.now().timestamp() * 1000)
        return ids.uuid7(milliseconds, fraction=self._rng.getrandbits(12), noise=self._rng.getrandbits(62))

    def _hashed(self, password: str) -> str:
        return self._hashes[password].result()

    def _sitter(self, number: int, seed: int, views: int) -> Sitter:
        person = self._lives[number].person
        return Sitter(f"{seed}/{number}", person.gender, person.age_on(clock.today_riyadh()), views)


def _hashing(passwords: Sequence[str]) -> "dict[str, Future[str]]":
    """The hash of each password, as costly as anyone's, made in the background."""
    threads = ThreadPoolExecutor(2)
    begun = {password: threads.submit(copy_context().run, hash_password, password) for password in set(passwords)}
    threads.shutdown(wait=False)
    return begun


def _keep(printed: Printed, actor: Actor) -> None:
    variants = {variant: printed.parts[variant] for variant in Variant}
    rendered = Rendered(width=printed.width, height=printed.height, variants=variants, grey=printed.parts["grey"])
    media.keep_photo(rendered, actor=actor, kind=PhotoKind.HEADSHOT, primary=True, size=printed.file_size,
                     digest=printed.sha256)
