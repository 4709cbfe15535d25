"""People who do not exist: who they are, where they live, what they can do. The same seed gives the same people."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal, NamedTuple

from castingops.demo.names import FAMILIES, MEN, WOMEN, Name

Gender = Literal["male", "female"]
Written = Literal["ar", "en", "both"]

ADULT_DAYS = 365 * 19 + 40  # grown up all through the year of history
_LEVELS = ("fluent", "intermediate", "basic")


class Region(NamedTuple):
    """Where someone is at home: cities with their weight, the dialect spoken there, the passport."""

    cities: dict[str, int]
    dialect: str
    nationality: str = "SA"


REGIONS = {
    "najd": Region({"riyadh": 26, "diriyah": 2, "al_kharj": 2, "buraidah": 4, "unaizah": 2, "al_majmaah": 1,
                    "shaqra": 1}, "najdi"),
    "hejaz": Region({"jeddah": 22, "makkah": 7, "madinah": 6, "taif": 4, "yanbu": 2, "al_baha": 1, "alula": 1},
                    "hijazi"),
    "east": Region({"dammam": 7, "khobar": 8, "dhahran": 3, "jubail": 2, "qatif": 3, "al_ahsa": 6}, "sharqawi"),
    "south": Region({"abha": 6, "khamis_mushait": 4, "jazan": 4, "najran": 3, "bisha": 1}, "southern"),
    "north": Region({"tabuk": 5, "hail": 5, "arar": 2, "sakaka": 2, "neom": 1}, "northern"),
    "egypt": Region({"jeddah": 4, "riyadh": 5}, "egyptian", "EG"),
    "levant": Region({"riyadh": 5, "jeddah": 3, "khobar": 1}, "syrian", "SY"),
    "sudan": Region({"riyadh": 2, "jeddah": 3}, "sudanese", "SD"),
    "yemen": Region({"jeddah": 4, "riyadh": 2}, "yemeni", "YE"),
}
_REGION_WEIGHTS = (34, 27, 15, 10, 8, 3, 3, 2, 2)
_LEVANT = (("syrian", "SY"), ("jordanian", "JO"), ("lebanese", "LB"), ("palestinian", "PS"))

SKILLS: tuple[Name, ...] = (
    Name("Horse riding", "ركوب الخيل"), Name("Stage fighting", "القتال المسرحي"), Name("Swimming", "السباحة"),
    Name("Improvisation", "الارتجال"), Name("Oud", "عزف العود"), Name("Piano", "عزف البيانو"),
                            Name("Singing", "الغناء"),
    Name("Voice-over", "التعليق الصوتي"), Name("Dubbing", "الدبلجة"), Name("Stand-up comedy", "الكوميديا الارتجالية"),
    Name("Ardah dance", "العرضة"), Name("Khatwa dance", "رقصة الخطوة"), Name("Calligraphy", "الخط العربي"),
    Name("Manual driving", "القيادة بناقل يدوي"), Name("Motorcycle riding", "قيادة الدراجة النارية"),
                            Name("Diving", "الغوص"),
    Name("Football", "كرة القدم"), Name("Basketball", "كرة السلة"), Name("Taekwondo", "التايكوندو"),
                            Name("Boxing", "الملاكمة"),
    Name("Yoga", "اليوغا"), Name("Rock climbing", "تسلق الصخور"), Name("Camel riding", "ركوب الإبل"),
                            Name("Falconry", "الصقارة"),
    Name("Cooking", "الطبخ"), Name("Photography", "التصوير"), Name("Puppetry", "تحريك الدمى"),
                            Name("Mime", "التمثيل الصامت"),
    Name("Archery", "الرماية بالقوس"), Name("Presenting", "تقديم البرامج"), Name("Storytelling", "سرد الحكايات"),
    Name("Sign language", "لغة الإشارة"), Name("Poetry recital", "إلقاء الشعر"),
                            Name("Skateboarding", "التزلج باللوح"),
    Name("Percussion", "الإيقاع"), Name("Sewing", "الخياطة"), Name("Sword handling", "المبارزة بالسيف"),
)
_MORE_LANGUAGES = (("fr", 10), ("ur", 5), ("tr", 8), ("es", 5), ("ko", 5), ("hi", 4), ("ja", 3), ("it", 3), ("fa", 2),
                   ("de", 3), ("sw", 2), ("am", 1), ("ha", 2), ("id", 2), ("ru", 1))
_OTHER_DIALECTS = ("najdi", "hijazi", "egyptian", "kuwaiti", "emirati", "bedouin", "southern", "syrian", "iraqi",
                   "hasawi",
                   "lebanese", "northern", "sudanese", "moroccan")


@dataclass(frozen=True)
class Person:
    """One talent. `home` is a key of REGIONS; skills are in both languages, a profile shows them in one."""

    number: int
    gender: Gender
    given: Name
    father: Name
    family: Name
    home: str
    nationality: str
    city: str
    birth_date: date
    height_cm: int
    playing_age: tuple[int, int]
    languages: tuple[tuple[str, str], ...]
    dialects: tuple[str, ...]
    skills: tuple[Name, ...]
    written: Written
    has_stage_name: bool
    long_name: bool

    @property
    def name(self) -> Name:
        """The name they go by, in both scripts: some use their father's name, too."""
        parts = (self.given, self.father, self.family) if self.long_name else (self.given, self.family)
        return Name(" ".join(part.en for part in parts), " ".join(part.ar for part in parts))

    @property
    def stage_name(self) -> Name | None:
        """A shorter name for the credits, if they have one."""
        if not self.has_stage_name:
            return None
        return Name(f"{self.given.en} {self.father.en}", f"{self.given.ar} {self.father.ar}")

    @property
    def email(self) -> str:
        """An address at a domain that is reserved for examples (RFC 2606), so that no letter can reach anybody."""
        local = f"{self.given.en}.{self.family.en}".lower().replace("al-", "").replace(" ", "").replace("-", "")
        return f"{local}{self.number}@talent.example"

    def age_on(self, day: date) -> int:
        """Full years on `day`."""
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


def people(rng: Random, *, count: int, today: date, minors: int = 0) -> Iterator[Person]:
    """`count` people of different names, the last `minors` of them children."""
    taken: set[tuple[str, str]] = set()
    number = 0
    while number < count:
        person = _person(rng, number + 1, today, minor=number >= count - minors)
        if (person.given.en, person.family.en) not in taken:
            taken.add((person.given.en, person.family.en))
            number += 1
            yield person


def _person(rng: Random, number: int, today: date, *, minor: bool) -> Person:
    gender: Gender = "female" if rng.random() < 0.47 else "male"
    home = rng.choices(list(REGIONS), _REGION_WEIGHTS)[0]
    region = REGIONS[home]
    dialect, nationality = rng.choice(_LEVANT) if home == "levant" else (region.dialect, region.nationality)
    birth_date = _birth_date(rng, today, minor=minor)
    age = (today - birth_date).days // 365
    father = rng.choice(MEN)
    given = rng.choice([name for name in (MEN if gender == "male" else WOMEN) if name != father])
    return Person(
        number=number, gender=gender, given=given, father=father, family=rng.choice(FAMILIES[home]), home=home,
        nationality=nationality, city=_city(rng, region), birth_date=birth_date,
        height_cm=_height(rng, gender, age), playing_age=_playing_age(rng, age, minor=minor),
        languages=_languages(rng), dialects=_dialects(rng, dialect),
        skills=tuple(rng.sample(SKILLS, rng.choice((2, 3, 3, 4, 4, 5, 6)))),
        written=rng.choices(("both", "ar", "en"), (56, 30, 14))[0],
        has_stage_name=rng.random() < 0.12, long_name=rng.random() < 0.2)


def _city(rng: Random, region: Region) -> str:
    """Mostly a city of home; one in five has moved to where the work is."""
    if rng.random() < 0.2:
        return rng.choice(("riyadh", "riyadh", "jeddah", "khobar"))
    return rng.choices(list(region.cities), list(region.cities.values()))[0]


def _birth_date(rng: Random, today: date, *, minor: bool) -> date:
    if minor:
        return today - timedelta(days=rng.randint(365 * 8, 365 * 16))
    years = min(int(rng.gammavariate(3.2, 4.2)), 46)
    return today - timedelta(days=ADULT_DAYS + years * 365 + rng.randint(0, 364))


def _height(rng: Random, gender: Gender, age: int) -> int:
    if age < 18:
        return round(115 + (age - 6) * 5.5 + rng.gauss(0, 4))
    mean, low, high = (173.5, 160, 193) if gender == "male" else (160.5, 147, 178)
    return round(min(max(rng.gauss(mean, 6.2), low), high))


def _playing_age(rng: Random, age: int, *, minor: bool) -> tuple[int, int]:
    if minor:
        return max(5, age - 2), age + 1
    low = max(16, age - rng.randint(2, 7))
    return low, age + rng.randint(1, 6)


def _languages(rng: Random) -> tuple[tuple[str, str], ...]:
    spoken = [("ar", "native")]
    if rng.random() < 0.93:
        spoken.append(("en", rng.choices(("native", *_LEVELS), (3, 36, 42, 19))[0]))
    for _ in range(rng.choices((0, 1, 2), (72, 24, 4))[0]):
        code = rng.choices([code for code, _ in _MORE_LANGUAGES], [weight for _, weight in _MORE_LANGUAGES])[0]
        if code not in dict(spoken):
            spoken.append((code, rng.choices(_LEVELS, (15, 35, 50))[0]))
    return tuple(spoken)


def _dialects(rng: Random, own: str) -> tuple[str, ...]:
    others = [dialect for dialect in _OTHER_DIALECTS if dialect != own]
    spoken = [own, *rng.sample(others, rng.choices((0, 1, 2, 3), (30, 38, 22, 10))[0])]
    return tuple(spoken if rng.random() < 0.45 else [*spoken, "fusha"])
