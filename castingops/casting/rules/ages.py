"""Who is protected as a child on a day."""
from datetime import date

from castingops.casting.types import ADULT_AT


def age_on(birth_date: date, day: date) -> int:
    """Full years on `day`. Who was born on 29 February completes a year on 1 March where there is no such day."""
    before_birthday = (day.month, day.day) < (birth_date.month, birth_date.day)
    return day.year - birth_date.year - before_birthday


def is_minor(birth_date: date, *, today: date) -> bool:
    """Whether a person is protected as a child on `today` (the day in Riyadh)."""
    return age_on(birth_date, today) < ADULT_AT


def youngest_adult(today: date) -> date:
    """The latest birth date of who is no longer protected as a child on `today`, for selects."""
    if (today.month, today.day) == (2, 29):
        today = today.replace(day=28)  # nobody born on a 29th completes years before March
    return today.replace(year=today.year - ADULT_AT)
