"""What lies on the desks today: reports, appeals, questions to people, compliance items, decisions judged twice.

Each is done by the service that a person would reach, at the hour it happened; what an event would set off is done
here, since the past tells nobody anything.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import Base, entered, session, unit_of_work
from castingops.core.outbox import discarded
from castingops.core.roles import AppRole
from castingops.demo import desk_words as words
from castingops.demo.history import Act
from castingops.demo.staging import House
from castingops.moderation import service as moderation
from castingops.moderation.service import (
    appeals,
    conversations,
    decisions,
    items,
    leases,
    quality,
    reports,
    views,
)
from castingops.moderation.types import Draft, Outcome
from castingops.moderation.types.decisions import Action, ActionKind, Seen
from castingops.moderation.types.reports import ReportDraft, ReportReason, What

REPORTED, APPEALED, ASKED = 5, 3, 2  # people
SENIOR = 1  # place among those who decide
_AGREES = 0.85  # share of second looks that say what the first said


@dataclass(frozen=True)
class Errand:
    """Something that came onto a desk: what, when, about whom, by whom, which words."""

    at: datetime
    verb: str
    number: int
    other: int = 0
    word: int = 0


def plan(rng: Random, acts: Sequence[Act], *, now: datetime) -> list[Errand]:
    """What came in during the last three days, in no order."""
    last = {act.number: act for act in acts if act.verb in ("submit", "decide")}
    settled = [act for act in last.values() if act.verb == "decide" and act.number > 1]
    shown = sorted(act.number for act in settled if act.outcome == "approve" and act.at < now - timedelta(days=4))
    refused = sorted(act.number for act in settled
                     if act.outcome != "approve" and now - timedelta(days=29) < act.at < now - timedelta(days=3))
    waiting = sorted(act.number for act in last.values() if act.verb == "submit" and act.at < now - timedelta(days=1))
    about, others = rng.sample(shown, min(REPORTED, len(shown))), list(shown)
    reasons = list(words.REPORTS)
    errands = [Errand(_lately(rng, now), "report", number, other, index)
               for index, number in enumerate(about) for other in rng.sample(others, 1 + index % 3) if other != number]
    errands += [Errand(_lately(rng, now), "appeal", number, word=index)
                for index, number in enumerate(refused[:APPEALED])]
    errands += [Errand(now - timedelta(hours=20 - index), "ask", number, word=index)
                for index, number in enumerate(waiting[:ASKED])]
    errands += [Errand(_lately(rng, now), "item", number, word=index)
                for index, number in enumerate(rng.sample(shown, min(len(words.ITEMS), len(shown))))]
    scam = reasons.index(ReportReason.SCAM)
    errands += [Errand(now - timedelta(minutes=30), "ban", number) for number in about[scam:scam + 1]]
    return errands


def _lately(rng: Random, now: datetime) -> datetime:
    return now - timedelta(hours=rng.uniform(2, 70))


class Desk:
    """Does the errands, each when it was."""

    def __init__(self, house: House) -> None:
        self._house = house

    def perform(self, errand: Errand) -> None:
        """Have it happen now."""
        getattr(self, f"_{errand.verb}")(errand)

    def _report(self, errand: Errand) -> None:
        published = Base.metadata.tables["published_profiles"]
        about = session().scalar(select(published.c.id).where(
            published.c.subject_id == self._house.life(errand.number).known_id))
        if about is None:
            return
        reason = list(words.REPORTS)[errand.word % len(words.REPORTS)]
        text = words.REPORTS[reason][errand.other % len(words.REPORTS[reason])]
        with self._house.as_person(errand.other) as actor:
            sent = reports.submit(ReportDraft(What("talent_profile", about), reason, text), actor=actor)
            reports.fold(sent.id, actor=system(actor.subject))

    def _appeal(self, errand: Errand) -> None:
        with self._house.as_person(errand.number) as actor:
            told = Base.metadata.tables["statements"]
            newest = select(told.c.id).where(told.c.subject_id == actor.subject, told.c.appeal_until > clock.now())
            decision_id = session().scalar(newest.order_by(told.c.executed_at.desc()).limit(1))
            if decision_id is not None:
                sent = appeals.appeal(decision_id, words.APPEALS[errand.word], actor=actor)
                appeals.open_case(sent.id, actor=system(actor.subject))

    def _ask(self, errand: Errand) -> None:
        life, actor = self._house.life(errand.number), self._house.moderator(0)
        question = words.QUESTIONS[errand.word]
        conversations.send_message(life.case, f"{question.ar}\n\n{question.en}", actor=actor)
        conversations.add_person_note(life.case, words.PERSON_NOTES[errand.word], actor=actor)

    def answer(self, errands: Sequence[Errand]) -> None:
        """The first of those who were asked answers. A person's words are their own to write, so this is theirs."""
        asked = [errand for errand in errands if errand.verb == "ask"][:1]
        for errand in asked:
            life = self._house.life(errand.number)
            with clock.held_at(errand.at + timedelta(hours=3)), discarded():
                person = Actor("person", life.known_id, life.known_id, roles=frozenset({str(AppRole.TALENT)}))
                with unit_of_work(person):
                    conversations.reply(life.case, words.ANSWERS[errand.word], actor=person)
                with unit_of_work(system(life.known_id)):
                    conversations.receive_reply(moderation.get_case(life.case).id, actor=system(life.known_id))

    def _item(self, errand: Errand) -> None:
        kind, reason = words.ITEMS[errand.word]
        subject_id = self._house.life(errand.number).known_id
        with entered(system(), subject_id) as inside:
            items.open_item(kind, subject_id=subject_id, entity="subject", entity_id=subject_id, reason=reason,
                            actor=inside)

    def _ban(self, errand: Errand) -> None:
        """A moderator proposes to ban who was reported for asking for money: it waits for a senior."""
        subject_id, actor = self._house.life(errand.number).known_id, self._house.moderator(0)
        cases = Base.metadata.tables["cases"]
        ref = session().scalar(select(cases.c.ref).where(
            cases.c.subject_id == subject_id, cases.c.kind == "report", cases.c.state == "open"))
        if ref is None:
            return
        lease, case = leases.acquire(ref, actor=actor), moderation.get_case(ref)
        draft = Draft(outcome=Outcome.REJECT, policy_id=self._house.policy("RP-6"), facts_en=words.BAN_FACTS.en,
                      facts_ar=words.BAN_FACTS.ar, actions=(Action(ActionKind.BAN),))
        decisions.propose(ref, draft, actor=actor, seen=Seen(case.version, case.subject_revision, lease.token))

    def tidy_up(self, rng: Random) -> None:
        """Colleagues' own ways, and second looks at what was decided in the year."""
        senior = self._house.moderator(SENIOR)
        views.save_view("Arabic, overdue first", {"language": "ar", "due": "overdue"}, actor=senior, shared=True)
        drawn = quality.draw(actor=system(), percent=12)
        for turn in range(drawn.drawn // 2 if drawn else 0):  # the other half waits
            self._look_again(self._house.moderator(turn % self._house.moderators), rng)

    def _look_again(self, actor: Actor, rng: Random) -> None:
        number = quality.take_next(actor=actor)
        if number is not None:
            first = _first(number)
            if rng.random() > _AGREES:
                first = Draft(Outcome.APPROVE, None) if first.outcome is not Outcome.APPROVE else Draft(
                    Outcome.CHANGES, self._house.policy("PR-3.2"))
            quality.review(number, first, actor=actor)


def _first(number: int) -> Draft:
    """What was decided the first time: the demo knows what a reviewer may not."""
    samples, made = Base.metadata.tables["quality_samples"], Base.metadata.tables["decisions"]
    row = session().execute(select(made.c.outcome, made.c.policy_id).join(
        samples, samples.c.decision_id == made.c.id).where(samples.c.number == number)).one()
    outcome = Outcome(row.outcome)
    return Draft(outcome, None if outcome is Outcome.APPROVE else row.policy_id)
