"""What consent decides without a database: age bands, and who can consent to what (COMP-1)."""
from datetime import date

import pytest

from castingops.consent import rules
from castingops.consent.errors import GuardianNeeded, NotByConsent
from castingops.consent.types import AgeBand, Basis

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(("born", "band"), [
    (None, AgeBand.ADULT), (date(2008, 11, 20), AgeBand.ADULT), (date(2008, 11, 21), AgeBand.MINOR),
    (date(2008, 12, 1), AgeBand.MINOR), (date(2008, 2, 29), AgeBand.ADULT), (date(1980, 1, 1), AgeBand.ADULT),
    (TODAY, AgeBand.MINOR),
])
def test_age_band_changes_on_the_eighteenth_birthday(born: date | None, band: AgeBand) -> None:
    assert rules.age_band(born, today=TODAY) is band


def test_born_on_a_leap_day_comes_of_age_the_day_after_february() -> None:
    born = date(2008, 2, 29)
    assert rules.age_band(born, today=date(2026, 2, 28)) is AgeBand.MINOR
    assert rules.age_band(born, today=date(2026, 3, 1)) is AgeBand.ADULT


def test_require_consentable_takes_an_adults_consent_alone() -> None:
    rules.require_consentable(Basis.CONSENT, AgeBand.ADULT)
    with pytest.raises(GuardianNeeded):
        rules.require_consentable(Basis.CONSENT, AgeBand.MINOR)
    for basis in (Basis.CONTRACT, Basis.LEGAL_OBLIGATION, Basis.LEGITIMATE_INTEREST):
        with pytest.raises(NotByConsent):
            rules.require_consentable(basis, AgeBand.ADULT)
