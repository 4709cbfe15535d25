"""The people of the demo: believable, bilingual, nobody real (issue 2 §3)."""
import re
from collections import Counter
from datetime import date
from random import Random

import pytest

from castingops.casting import rules
from castingops.demo import bios, profiles
from castingops.demo.names import FAMILIES, MEN, WOMEN, Name
from castingops.demo.people import REGIONS, SKILLS, Person, people
from castingops.moderation.rules import names_contact

TODAY = date(2026, 11, 20)
A_YEAR_AGO = date(2025, 11, 17)


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return list(people(Random(7), count=300, today=TODAY, minors=4))


def test_same_seed_gives_the_same_people(crowd: list[Person]) -> None:
    assert list(people(Random(7), count=300, today=TODAY, minors=4)) == crowd
    assert list(people(Random(8), count=300, today=TODAY, minors=4)) != crowd


def test_names_and_addresses_are_distinct_and_cannot_reach_anybody(crowd: list[Person]) -> None:
    assert len({(person.given.en, person.family.en) for person in crowd}) == 300
    assert len({person.email for person in crowd}) == 300
    assert all(re.fullmatch(r"[a-z.]+[0-9]+@talent\.example", person.email) for person in crowd)


@pytest.mark.parametrize("names", [MEN, WOMEN, *FAMILIES.values()])
def test_every_name_is_written_in_both_scripts(names: tuple[Name, ...]) -> None:
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Z][A-Za-z -]+", name.en)
        assert re.fullmatch("[\u0621-\u064a ]+", name.ar)
        assert name.en.startswith(("Al-", "Al ")) == name.ar.startswith("ال") or name.en in OPEN_FORMS


OPEN_FORMS = {"Aljohara", "Al Bin Ali", "El-Sayed", "Ali"}  # written in one word, or with another article


def test_only_the_last_are_minors_and_adults_were_grown_up_a_year_ago(crowd: list[Person]) -> None:
    assert [person.age_on(TODAY) < 18 for person in crowd] == [False] * 296 + [True] * 4
    assert all(person.age_on(A_YEAR_AGO) >= 18 for person in crowd[:296])


def test_bodies_and_ages_fit(crowd: list[Person]) -> None:
    adults = crowd[:296]
    assert all(158 <= person.height_cm <= 195 for person in adults if person.gender == "male")
    assert all(145 <= person.height_cm <= 180 for person in adults if person.gender == "female")
    for person in adults:
        low, high = person.playing_age
        assert 16 <= low <= person.age_on(TODAY) <= high


def test_the_crowd_is_varied(crowd: list[Person]) -> None:
    assert len(Counter(person.city for person in crowd)) > 20
    assert {person.home for person in crowd} == set(REGIONS)
    assert 110 < sum(person.gender == "female" for person in crowd) < 190
    assert {person.written for person in crowd} == {"both", "ar", "en"}


def test_profiles_are_what_the_api_takes(crowd: list[Person]) -> None:
    rng = Random(1)
    for person in crowd:
        first = profiles.profile(rng, person, today=TODAY, breach=rng.choice([None, *bios.BREACHES]))
        for document in (first, profiles.unfinished(rng, first), profiles.mended(rng, person, first, today=TODAY),
                         profiles.grown(rng, person, first, today=TODAY)):
            rules.checked_fields(document, today=TODAY)
        assert not rules.missing(rules.checked_fields(first, today=TODAY), has_primary_photo=True)


def test_bios_agree_with_their_writer_and_leave_nothing_open(crowd: list[Person]) -> None:
    rng = Random(2)
    for person in crowd[:296]:
        text = bios.bio(rng, person, age=person.age_on(TODAY))
        assert not re.search(r"[{}|%]", text.en + text.ar)
        assert not re.search(r"[A-Za-z!?]", text.ar)
        assert ("ممثلة" in text.ar.split(".")[0]) <= (person.gender == "female")
        assert not names_contact([text.en, text.ar])


def test_few_bios_are_alike(crowd: list[Person]) -> None:
    rng = Random(3)
    texts = [bios.bio(rng, person, age=person.age_on(TODAY)).en for person in crowd[:296]]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("policy", list(bios.BREACHES))
def test_a_breach_is_there_in_both_languages(crowd: list[Person], policy: str) -> None:
    text = bios.bio(Random(4), crowd[0], age=30, breach=policy)
    assert any(line.en in text.en and bios.agreeing(line.ar, crowd[0]) in text.ar for line in bios.BREACHES[policy])
    assert names_contact([text.en]) == (policy == "PR-1.1")


def test_skills_are_named_in_both_languages() -> None:
    assert len({skill.en for skill in SKILLS}) == len({skill.ar for skill in SKILLS}) == len(SKILLS)
