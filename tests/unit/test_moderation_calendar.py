"""The business calendar: Sunday to Thursday in Riyadh, holidays and pauses left out (MOD-1, domain rule 5.6)."""
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from castingops.core.clock import RIYADH
from castingops.moderation.rules import calendar, routing
from castingops.moderation.types.queues import Facts, Holiday, MatchedBy, Pause, Queue

NATIONAL = Holiday(date(2026, 9, 23), "National Day", "اليوم الوطني")  # a Wednesday
HOLIDAYS = {NATIONAL.day: NATIONAL}
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda after: datetime(2026, 1, 1, tzinfo=UTC) + after)
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=12))
DAYS_OFF = st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 31)), max_size=12).map(
    lambda days: {day: Holiday(day, f"Day {day}", "يوم") for day in days})


def riyadh(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=RIYADH)


def test_weekend_does_not_count() -> None:
    """Thursday noon and 24 hours: the rest of Thursday, then Sunday noon."""
    assert calendar.add_working(riyadh(11, 19, 12), timedelta(hours=24), {}) == riyadh(11, 22, 12)


def test_opened_on_a_weekend_begins_on_sunday() -> None:
    assert calendar.add_working(riyadh(11, 20, 15), timedelta(hours=8), {}) == riyadh(11, 22, 8)


def test_holiday_does_not_count_and_is_named() -> None:
    made = calendar.due(riyadh(9, 22, 12), 24, 40, HOLIDAYS)
    assert made.at == riyadh(9, 24, 12)
    assert [reason["code"] for reason in made.reasons] == ["opened", "hours", "holiday"]
    assert made.reasons[2] == {"code": "holiday", "en": "National Day", "ar": "اليوم الوطني", "moves": False, "days": 1}


def test_day_is_riyadhs() -> None:
    """22:30 UTC on a Thursday is Friday in Riyadh."""
    start = datetime(2026, 11, 19, 22, 30, tzinfo=UTC)
    assert calendar.add_working(start, timedelta(hours=1), {}) == riyadh(11, 22, 1)


def test_pause_over_weekend_and_holiday() -> None:
    """MOD-1: 48 hours from Tuesday noon; waits from Tuesday 18:00 till Sunday 06:00: 42 hours are left on Sunday."""
    pause = Pause(riyadh(9, 22, 18), riyadh(9, 27, 6), "reply")
    made = calendar.due(riyadh(9, 22, 12), 48, 20, HOLIDAYS, [pause])
    assert made.at == riyadh(9, 29, 0)
    assert [reason["code"] for reason in made.reasons] == ["opened", "hours", "weekend", "holiday", "paused"]
    assert calendar.again(made.reasons, HOLIDAYS) == made
    moved = calendar.again(made.reasons, {})
    assert moved is not None and moved.at == made.at  # the holiday lay inside the pause


def test_what_was_made_before_due_times_were_explained_is_not_made_again() -> None:
    assert calendar.again([], HOLIDAYS) is None


@given(MOMENTS, LENGTHS, LENGTHS, DAYS_OFF)
def test_adding_is_monotone_and_additive(start: datetime, first: timedelta, more: timedelta,
                                         days: calendar.Holidays) -> None:
    once = calendar.add_working(start, first, days)
    assert start <= once <= calendar.add_working(start, first + more, days)
    assert calendar.add_working(once, more, days) == calendar.add_working(start, first + more, days) or not first


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=12)), DAYS_OFF)
def test_between_is_the_inverse_of_adding(start: datetime, length: timedelta, days: calendar.Holidays) -> None:
    end = calendar.add_working(start, length, days)
    assert calendar.working_between(start, end, days) == length
    assert calendar.is_working((end - timedelta(microseconds=1)).astimezone(RIYADH).date(), days)


@given(MOMENTS, LENGTHS, DAYS_OFF, st.dates(date(2026, 1, 1), date(2028, 1, 31)))
def test_another_holiday_never_makes_it_sooner(start: datetime, length: timedelta, days: calendar.Holidays,
                                               day: date) -> None:
    more = {**days, day: Holiday(day, "One more", "آخر")}
    assert calendar.add_working(start, length, more) >= calendar.add_working(start, length, days)


@given(MOMENTS, st.integers(1, 96), st.timedeltas(timedelta(0), timedelta(days=9)),
       st.timedeltas(timedelta(0), timedelta(days=9)), DAYS_OFF)
def test_pause_costs_the_working_time_it_took(start: datetime, hours: int, before: timedelta, length: timedelta,
                                              days: calendar.Holidays) -> None:
    """A pause before the due time moves it by its own working time; one after it changes nothing."""
    plain = calendar.due(start, hours, 20, days)
    pause = Pause(start + before, start + before + length, "reply")
    paused = calendar.due(start, hours, 20, days, [pause])
    if pause.start >= plain.at:
        assert paused.at == plain.at
    else:
        cost = calendar.working_between(pause.start, pause.end, days)
        assert paused.at == calendar.add_working(start, timedelta(hours=hours) + cost, days) or pause.end > paused.at
        assert calendar.working_between(start, paused.at, days, [pause]) == timedelta(hours=hours)


@given(MOMENTS, st.integers(1, 96), st.lists(st.tuples(LENGTHS, LENGTHS), max_size=4), DAYS_OFF)
def test_reasons_make_the_same_time_again(start: datetime, hours: int, rests: list[tuple[timedelta, timedelta]],
                                          days: calendar.Holidays) -> None:
    pauses = [Pause(start + after, start + after + length, "reply") for after, length in rests]
    made = calendar.due(start, hours, 20, days, pauses)
    assert calendar.again(made.reasons, days) == made


# Routing ---------------------------------------------------------------------------------------------------------

LEFT = Queue("general", "General", "العامة", is_default=True)
QUEUES = [Queue("minors", "Minors", "القُصّر", minor=True), Queue("photos", "Photos", "الصور", kind="photo"),
          Queue("urgent", "Urgent", "العاجلة", language="ar", priority_from=60), LEFT]


def test_first_rule_that_matches_has_the_case() -> None:
    routed = routing.route(Facts("photo", "en", minor=True, priority=10), QUEUES)
    assert routed.queue.code == "minors" and routed.because == ((MatchedBy.MINOR, True),)


def test_every_part_of_a_rule_must_match() -> None:
    assert routing.route(Facts("talent_profile", "ar", minor=False, priority=59), QUEUES).queue is LEFT
    routed = routing.route(Facts("talent_profile", "ar", minor=False, priority=60), QUEUES)
    assert routed.because == ((MatchedBy.LANGUAGE, "ar"), (MatchedBy.PRIORITY, 60))


def test_rule_that_says_nothing_claims_nothing() -> None:
    empty = Queue("empty", "Empty", "فارغة")
    assert routing.route(Facts("photo", "en", minor=False, priority=0), [empty, *QUEUES]).queue.code == "photos"


@given(st.builds(Facts, st.sampled_from(["photo", "report", "talent_profile"]), st.sampled_from(["ar", "en", "both"]),
                 minor=st.booleans(), priority=st.integers(0, 200)))
def test_every_case_has_a_queue(facts: Facts) -> None:
    routed = routing.route(facts, QUEUES)
    assert routing.matches(routed.queue, facts)
