"""How a person looks: drawn by lot within what fits their gender, age and dress."""
from dataclasses import dataclass
from random import Random
from typing import Literal

from castingops.demo.portraits.canvas import Color, mix

Gender = Literal["male", "female"]
Head = Literal["hair", "hijab", "shemagh", "ghutra", "kufi"]

SKINS: tuple[Color, ...] = (
    (244, 214, 189), (236, 198, 168), (228, 184, 148), (216, 166, 126), (198, 145, 104), (172, 120, 82),
                            (141, 94, 63),
    (112, 74, 52),
)
_SKIN_WEIGHTS = (6, 14, 20, 22, 18, 11, 6, 3)
_HAIRS: tuple[Color, ...] = ((28, 22, 22), (42, 29, 24), (62, 41, 30), (86, 57, 38), (35, 27, 34))
_GREY: Color = (176, 172, 168)
_BACKDROPS: tuple[tuple[Color, Color], ...] = (
    ((232, 226, 214), (206, 197, 180)), ((214, 226, 228), (178, 200, 206)), ((226, 219, 230), (197, 186, 207)),
    ((222, 231, 216), (188, 206, 181)), ((240, 222, 206), (219, 188, 164)), ((205, 214, 226), (164, 180, 203)),
    ((236, 232, 222), (214, 208, 190)), ((96, 112, 122), (60, 74, 84)), ((122, 96, 88), (84, 62, 58)),
    ((238, 218, 218), (214, 184, 186)), ((88, 104, 92), (56, 70, 62)), ((244, 236, 216), (230, 212, 170)),
)
_SCARVES: tuple[Color, ...] = (
    (34, 34, 38), (34, 34, 38), (52, 48, 54), (222, 211, 196), (196, 178, 160), (150, 116, 104), (108, 122, 110),
                               (170, 150, 176),
    (96, 112, 138), (206, 160, 152), (128, 62, 70), (230, 224, 218), (64, 84, 96), (178, 140, 96),
)
_CLOTHES: tuple[Color, ...] = (
    (44, 52, 66), (92, 104, 96), (150, 72, 62), (188, 152, 96), (70, 96, 122), (232, 228, 220), (54, 54, 58),
                               (116, 84, 102),
    (202, 120, 88), (124, 142, 156), (78, 62, 54), (166, 178, 160),
)
_EYES: tuple[Color, ...] = ((48, 30, 22), (66, 42, 28), (92, 62, 38), (38, 26, 22), (98, 92, 62))
_EYE_WEIGHTS = (34, 30, 18, 14, 4)


@dataclass(frozen=True)
class Look:
    """Everything that tells one portrait from another. Sizes are factors round 1."""

    gender: Gender
    age: int
    skin: Color
    hair: Color
    eye: Color
    backdrop: tuple[Color, Color]
    accent: Literal["none", "disc", "arch", "band", "sun"]
    head: Head
    hair_style: str
    beard: str
    dress: str
    cloth: Color
    scarf: Color
    glasses: str
    face_width: float
    jaw: float
    chin: float
    eye_size: float
    eye_gap: float
    brow: float
    nose: float
    lips: float
    smile: float
    tilt: float
    grey: float


def look_of(rng: Random, *, gender: Gender, age: int) -> Look:
    """A look for one person. The same state of `rng` gives the same look."""
    head = _head(rng, gender)
    dress = _dress(rng, gender, head)
    grey = max(0.0, min(1.0, (age - 42) / 28 + rng.uniform(-0.25, 0.2))) if age > 38 else 0.0
    hair = mix(rng.choice(_HAIRS), _GREY, grey * 0.9)
    male = gender == "male"
    return Look(
        gender=gender, age=age, skin=rng.choices(SKINS, _SKIN_WEIGHTS)[0], hair=hair,
        eye=rng.choices(_EYES, _EYE_WEIGHTS)[0], backdrop=rng.choice(_BACKDROPS),
        accent=rng.choice(("none", "none", "disc", "arch", "band", "sun")),
        head=head, hair_style=_hair_style(rng, gender, age), beard=_beard(rng, age) if male else "none", dress=dress,
        cloth=rng.choice(_CLOTHES), scarf=rng.choice(_SCARVES),
        glasses=rng.choices(("none", "round", "square"), (82, 9, 9) if age < 40 else (66, 16, 18))[0],
        face_width=rng.uniform(0.94, 1.07) * (1.02 if male else 0.97),
        jaw=rng.uniform(0.80, 0.90) if male else rng.uniform(0.70, 0.79),
        chin=rng.uniform(0.42, 0.54) if male else rng.uniform(0.32, 0.42),
        eye_size=rng.uniform(0.90, 1.04) if male else rng.uniform(1.02, 1.18), eye_gap=rng.uniform(0.95, 1.05),
        brow=rng.uniform(0.9, 1.35) if male else rng.uniform(0.6, 0.85), nose=rng.uniform(0.85, 1.2),
        lips=rng.uniform(0.8, 1.05) if male else rng.uniform(0.95, 1.2), smile=rng.uniform(-0.1, 1.0),
        tilt=rng.uniform(-3.5, 3.5), grey=grey,
    )


def _head(rng: Random, gender: Gender) -> Head:
    if gender == "female":
        return "hijab" if rng.random() < 0.66 else "hair"
    heads: tuple[Head, ...] = ("hair", "shemagh", "ghutra", "kufi")
    return rng.choices(heads, (66, 15, 14, 5))[0]


def _dress(rng: Random, gender: Gender, head: Head) -> str:
    if head in ("shemagh", "ghutra"):
        return rng.choices(("thobe", "thobe bisht"), (85, 15))[0]
    if head == "kufi":
        return "thobe"
    if gender == "male":
        return rng.choices(("thobe", "shirt", "tee", "blazer", "hoodie", "roll"), (14, 24, 24, 18, 10, 10))[0]
    if head == "hijab":
        return rng.choices(("abaya", "abaya trim", "blazer", "blouse"), (46, 24, 16, 14))[0]
    return rng.choices(("abaya", "blouse", "blazer", "roll", "tee"), (22, 26, 22, 16, 14))[0]


def _hair_style(rng: Random, gender: Gender, age: int) -> str:
    if gender == "female":
        return rng.choices(("long", "wavy", "bob", "bun", "curly", "tail"), (24, 22, 18, 14, 14, 8))[0]
    if age > 40:
        return rng.choices(("short", "side", "buzz", "bald", "receding", "curly"), (24, 22, 14, 14, 20, 6))[0]
    return rng.choices(("short", "side", "buzz", "curly", "quiff", "fade", "waves"), (18, 18, 12, 18, 14, 12, 8))[0]


def _beard(rng: Random, age: int) -> str:
    if age < 22:
        return rng.choices(("none", "stubble", "moustache"), (64, 30, 6))[0]
    return rng.choices(("none", "stubble", "moustache", "goatee", "short", "full"), (18, 20, 8, 14, 24, 16))[0]
