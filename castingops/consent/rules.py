"""Pure decisions about consents: no database, no framework."""
from datetime import date

from castingops.consent.errors import GuardianNeeded, NotByConsent, NotForMinors
from castingops.consent.types import NEVER_OF_MINORS, AgeBand, Basis

_MAJORITY = 18  # Gregorian years: the later of the two ages of majority, so that children's protection lasts longer


def age_band(birth_date: date | None, *, today: date) -> AgeBand:
    """For whom to word things; an adult when no birth date was asked for.

    18 Hijri years, the civil majority, come about half a year earlier: until the later day the careful side holds.
    """
    if birth_date is None:
        return AgeBand.ADULT
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    age = today.year - birth_date.year - (0 if had_birthday else 1)
    return AgeBand.ADULT if age >= _MAJORITY else AgeBand.MINOR


def require_consentable(basis: str, band: str, *, code: str = "", guarded: bool = False) -> None:
    """Whether somebody of this age may be asked for this consent. `guarded`: a guardian gives it, or the young person
    has the civil majority.

    Errors: NotByConsent for a purpose of another basis; NotForMinors for marketing; GuardianNeeded for a minor.
    """
    if basis != Basis.CONSENT:
        raise NotByConsent
    if band == AgeBand.MINOR and code in NEVER_OF_MINORS:
        raise NotForMinors
    if band == AgeBand.MINOR and not guarded:
        raise GuardianNeeded
