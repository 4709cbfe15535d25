"""What a person of the demo sends to the API as their profile, and how it changes from one submission to the next."""
from datetime import date
from random import Random
from typing import Any

from castingops.casting.types import ADULT_AT
from castingops.demo import bios
from castingops.demo.people import SKILLS, Person

Document = dict[str, Any]


def profile(rng: Random, person: Person, *, today: date, breach: str | None = None) -> Document:
    """The whole profile. With `breach`, a policy code, its text holds a sentence against that policy."""
    stage = person.stage_name
    text = bios.bio(rng, person, age=person.age_on(today), breach=breach if breach in bios.BREACHES else None)
    arabic = person.written == "ar" or (person.written == "both" and rng.random() < 0.7)
    return {
        "display_name_ar": person.name.ar, "display_name_en": person.name.en,
        "stage_name_ar": stage.ar if stage else None, "stage_name_en": stage.en if stage else None,
        "birth_date": person.birth_date.isoformat(), "gender": person.gender, "nationality": person.nationality,
        "city": person.city, "playing_age_min": person.playing_age[0], "playing_age_max": person.playing_age[1],
        "height_cm": person.height_cm,
        "languages": [{"code": code, "level": level} for code, level in person.languages],
        "dialects": list(person.dialects), "skills": [skill.ar if arabic else skill.en for skill in person.skills],
        "bio_ar": text.ar if person.written != "en" else None, "bio_en": text.en if person.written != "ar" else None,
        **attributes(person, today=today),
    }


def attributes(person: Person, *, today: date) -> Document:
    """Looks and work of two people in three, drawn from their own dice: nobody else's story changes by them."""
    dice = Random(f"{person.name.en} {person.birth_date}")
    if dice.random() < 0.33 or person.age_on(today) < ADULT_AT:
        return {}
    rate = dice.randrange(80, 400, 10) * 1000
    return {
        "hair_color": dice.choice(("black", "black", "dark_brown", "brown")), "eye_color": dice.choice((
            "dark_brown", "brown", "brown", "hazel")),
        "hair_length": "short" if person.gender == "male" else dice.choice(("medium", "long")),
        "build": dice.choice(("slim", "average", "average", "athletic")), "travels": dice.random() < 0.7,
        "shoe_eu": dice.randint(41, 45) if person.gender == "male" else dice.randint(36, 40),
        "driving": ["car"] if dice.random() < 0.6 else [],
        "credits": [{"role": role, "production": production, "year": today.year - dice.randint(1, 6)}
                    for role, production in dice.sample(PARTS, dice.randint(0, 2))],
        "representation": {"kind": "self"}, "day_rate_min_halalas": rate, "day_rate_max_halalas": rate * 2,
    }


PARTS = (("نورة", "بيت الطين"), ("The neighbour", "Salt Road"), ("المعلم صالح", "مسرحية السوق"),
         ("Second officer", "Night Watch on King Road"), ("الأم", "عودة"), ("Shopkeeper", "Three Lanterns"))


def unfinished(rng: Random, whole: Document) -> Document:
    """A draft that still lacks this and that."""
    lacking = rng.sample(["city", "playing_age_min", "bio_ar", "bio_en", "languages", "height_cm", "dialects"], 3)
    return {name: None if name in lacking else value for name, value in whole.items()}


def mended(rng: Random, person: Person, before: Document, *, today: date) -> Document:
    """The profile after a moderator asked for a change: the text is written again without what was objected to."""
    fresh = profile(rng, person, today=today)
    return {**before, "bio_ar": fresh["bio_ar"], "bio_en": fresh["bio_en"]}


def grown(rng: Random, person: Person, before: Document, *, today: date, breach: str | None = None) -> Document:
    """The profile a season later: a new text or a new skill, an older playing age, perhaps another city."""
    after = dict(before)
    change = rng.choice(("text", "skills", "both"))
    if change != "skills" or breach:
        fresh = profile(rng, person, today=today, breach=breach)
        after.update(bio_ar=fresh["bio_ar"], bio_en=fresh["bio_en"])
    if change != "text":
        in_arabic = any("\u0600" < letter < "\u06ff" for letter in str(before["skills"]))
        known = set(before["skills"])
        words = [skill.ar if in_arabic else skill.en for skill in SKILLS]
        after["skills"] = [*before["skills"], rng.choice([word for word in words if word not in known])]
    if rng.random() < 0.4:
        after["playing_age_max"] = before["playing_age_max"] + 1
    if rng.random() < 0.15:
        after["city"] = rng.choice(("riyadh", "jeddah", "khobar", "neom", "alula"))
    return after
