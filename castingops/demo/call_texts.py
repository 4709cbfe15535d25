"""The organizations and casting calls of the demo: who looks for whom, and what has become of it."""
from dataclasses import dataclass
from typing import Any

STUDIOS = (  # names in Arabic and English, and the address
    ("عدسة الصحراء للإنتاج", "Desert Lens Productions", "desert-lens"),
    ("مسرح الدرعية", "Diriyah Stage", "diriyah-stage"),
    ("صدى للإعلان", "Sada Advertising", "sada-ads"),
)


@dataclass(frozen=True)
class Told:
    """A call: whose, what it says, when it was written and what became of it.

    `fate`: draft, waiting, published, sent_back, rejected, closed, or changed (published, with a change that waits).
    """

    studio: int
    fate: str
    days: int  # ago
    fields: dict[str, Any]
    roles: tuple[dict[str, Any], ...]
    policy: str = ""


def _role(ar: str, en: str, kind: str, ages: tuple[int, int], **more: Any) -> dict[str, Any]:
    return {"name_ar": ar, "name_en": en, "kind": kind, "playing_age_min": ages[0], "playing_age_max": ages[1], **more}


def _call(ar: str, en: str, project: str, city: str, pay: int, basis: str, synopsis: tuple[str, str],
          **more: Any) -> dict[str, Any]:
    return {"title_ar": ar, "title_en": en, "project_type": project, "cities": [city], "pay_amount": pay * 100,
            "pay_basis": basis, "pay_guaranteed": True, "synopsis_ar": synopsis[0], "synopsis_en": synopsis[1], **more}


CALLS = (
    Told(0, "published", 12, _call(
        "مسلسل «ليالي الرياض»", "“Riyadh Nights”, a series", "series", "riyadh", 3500, "day",
        ("دراما عائلية في ثماني حلقات بين حي قديم وآخر جديد.",
         "A family drama in eight episodes, between an old quarter and a new one."), casting_director="هدى الراشد"),
        (_role("ليلى", "Layla", "lead", (25, 35), gender="female", dialects=["najdi"], assets=["headshot", "video"]),
         _role("أبو فهد", "Abu Fahd", "supporting", (55, 70), gender="male", dialects=["najdi"], assets=["headshot"]),
         _role("زبائن المقهى", "Guests of the café", "background", (20, 60), openings=25))),
    Told(1, "published", 9, _call(
        "مسرحية «بوابة الدرعية»", "“The Gate of Diriyah”, a play", "theatre", "diriyah", 24000, "flat",
        ("مسرحية تاريخية بالعربية الفصحى.", "A historical play in Modern Standard Arabic.")),
        (_role("الراوي", "The narrator", "lead", (40, 60), gender="male", dialects=["fusha"],
               assets=["headshot", "audio"]),
         _role("الفتى", "The boy", "featured", (15, 17), gender="male", minors=True, assets=["headshot"]))),
    Told(0, "changed", 8, _call(
        "فيلم «طريق العلا»", "“The Road to AlUla”, a film", "film", "alula", 4200, "day",
        ("رحلة أخوين بعد غياب طويل.", "Two brothers travel after a long absence."), confidential=True),
        (_role("سالم", "Salem", "lead", (30, 40), gender="male", dialects=["hijazi"], skills=["horse riding"],
               assets=["headshot", "full_length"]),)),
    Told(2, "published", 6, _call(
        "إعلان تجاري لعطر", "A commercial for a perfume", "commercial", "jeddah", 8000, "flat",
        ("يوم تصوير واحد في جدة.", "One day of shooting in Jeddah.")),
        (_role("الوجه الرئيس", "The face", "featured", (22, 32), gender="female",
               assets=["headshot", "full_length"]),)),
    Told(1, "published", 4, _call(
        "أداء صوتي لوثائقي عن البحر", "Voices for a documentary on the sea", "voice", "khobar", 1800, "day",
        ("تعليق صوتي بلهجة أهل الشرقية.", "Narration in the dialect of the east.")),
        (_role("المعلّق", "The narrator", "voice", (18, 90), dialects=["sharqawi"], assets=["audio"], openings=2),)),
    Told(0, "waiting", 2, _call(
        "مجاميع لمشهد السوق", "Extras for a scene at the market", "extras", "taif", 350, "day",
        ("مشهد سوق شعبي في يومين.", "A market scene over two days.")),
        (_role("متسوقون", "Shoppers", "background", (16, 70), openings=60, minors=True),)),
    Told(2, "waiting", 1, _call(
        "فيديو غنائي في الصحراء", "A music video in the desert", "music_video", "tabuk", 2500, "day",
        ("للتواصل السريع واتساب 0551234567.", "For a quick answer write to @sada_casting.")),
        (_role("الراقص", "The dancer", "featured", (20, 35), skills=["dancing"], assets=["video"]),)),
    Told(1, "waiting", 1, _call(
        "برنامج للأطفال «حكايات»", "“Tales”, a programme for children", "tv_programme", "riyadh", 1500, "day",
        ("حلقات قصيرة يرويها أطفال.", "Short episodes that children tell."), permit_number="EXAMPLE-2027-118",
        permit=True),
        (_role("الراوية الصغيرة", "The young narrator", "presenter", (10, 13), minors=True, gender="female",
               assets=["headshot", "video"]),)),
    Told(2, "sent_back", 5, _call(
        "إعلان توعوي", "A public information film", "commercial", "riyadh", 900, "day",
        ("تفاصيل التصوير تُحدد لاحقًا.", "Details of the shoot follow.")),
        (_role("الأب", "The father", "lead", (35, 50), gender="male"),), "CC-2.2"),
    Told(2, "rejected", 7, _call(
        "دورة تمثيل مع فرصة دور", "An acting course with the chance of a role", "other", "jeddah", 500, "flat",
        ("رسوم التسجيل 500 ريال تُدفع مقدمًا.", "A registration fee of SAR 500 is paid in advance.")),
        (_role("متدرب", "Trainee", "background", (18, 40)),), "CC-1.2"),
    Told(0, "closed", 30, _call(
        "فيلم قصير «نخلة»", "“A Palm Tree”, a short film", "short_film", "al_ahsa", 1200, "day",
        ("جدة وحفيدها في مزرعة.", "A grandmother and her grandson on a farm.")),
        (_role("الجدة", "The grandmother", "lead", (60, 80), gender="female", dialects=["hasawi"]),)),
    Told(1, "draft", 0, {"title_ar": "عرض ارتجالي", "title_en": "An improvised show", "project_type": "event"}, ()),
)
