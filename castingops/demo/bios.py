"""What people write about themselves, in the first person and in both languages, out of many parts.

Arabic agrees with the writer: `{كاتبًا|كاتبة}` is read by gender, masculine first. English needs no such marks.
A bio uses each kind of sentence at most once, in one of a few orders, so that few of 300 sound alike.
"""
import re
from random import Random
from typing import NamedTuple

from castingops.casting.types import CITIES, DIALECTS, Words
from castingops.demo.people import Person

_GENDERED = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")


class Line(NamedTuple):
    """One thing to say, in both languages."""

    en: str
    ar: str


OPENINGS = (
    Line("I am an actor from %(city)s.", "{ممثل|ممثلة} من %(city)s."),
    Line("Born and raised in %(city)s, on stage since school.", "نشأت في %(city)s، وعلى المسرح منذ أيام المدرسة."),
    Line("I live in %(city)s and travel for work without trouble.", "أقيم في %(city)s، والسفر للعمل لا يقلقني."),
    Line("%(age)d years old, based in %(city)s.", "عمري %(age)d، ومقر إقامتي %(city)s."),
    Line("Stage and screen performer working out of %(city)s.", "{مؤدٍّ|مؤدية} للمسرح والشاشة، أعمل من %(city)s."),
    Line("I came to acting late and have not stopped since.",
         "جئت إلى التمثيل {متأخرًا|متأخرة} ولم أتوقف منذ ذلك الحين."),
    Line("Acting is my full-time work.", "التمثيل مهنتي بدوام كامل."),
    Line("I act, write a little, and listen a lot.", "أمثّل، وأكتب قليلًا، وأستمع كثيرًا."),
    Line("People tell me I have a calm face and quick timing.", "يقال لي إن ملامحي هادئة وإيقاعي سريع."),
    Line("A newcomer with patience for long shooting days.", "وجه جديد بصبر طويل على أيام التصوير."),
    Line("I have lived in three cities and call %(city)s home.", "عشت في ثلاث مدن، و%(city)s هي البيت."),
    Line("Comedy found me first, drama kept me.", "بدأت بالكوميديا، ثم استبقتني الدراما."),
)
ROADS = (
    Line("I trained for two years with the university theatre club.", "تدربت عامين في نادي المسرح بالجامعة."),
    Line("My first teacher was a school play about the pearl divers.",
         "معلمتي الأولى كانت مسرحية مدرسية عن الغواصين."),
    Line("I hold a diploma in performing arts.", "أحمل دبلومًا في فنون الأداء."),
    Line("I studied %(studied_en)s and took evening classes in acting.",
         "درست %(studied_ar)s، وحضرت دورات مسائية في التمثيل."),
    Line("Workshops in voice and movement taught me to arrive prepared.",
         "علّمتني ورش الصوت والحركة أن أحضر {مستعدًا|مستعدة}."),
    Line("A summer course in camera acting changed how I prepare a scene.",
         "غيّرت دورة صيفية في التمثيل أمام الكاميرا طريقتي في التحضير للمشهد."),
    Line("I began as a stagehand and learned by watching.", "بدأت {مساعدًا|مساعدة} خلف الستار، وتعلمت بالمراقبة."),
    Line("I started in front of a phone camera, with short sketches for friends.",
         "بدأت أمام كاميرا الهاتف بمقاطع قصيرة للأصدقاء."),
    Line("I spent three seasons with an amateur troupe.", "قضيت ثلاثة مواسم مع فرقة هواة."),
    Line("Radio taught me to act with the voice alone.", "علّمتني الإذاعة أن أمثّل بالصوت وحده."),
    Line("I took the improvisation course of the culture house in %(city)s.",
         "حضرت دورة الارتجال في بيت الثقافة في %(city)s."),
    Line("A casting day for extras led to my first line on screen.",
         "قادني يوم اختيار للكومبارس إلى أول جملة لي على الشاشة."),
)
WORKS = (
    Line("My work so far: two short films and a Ramadan series in a supporting part.",
         "أعمالي حتى الآن فيلمان قصيران ودور مساند في مسلسل رمضاني."),
    Line("I have appeared in several commercials, from coffee to telecoms.",
         "ظهرت في إعلانات تجارية عدة، من القهوة إلى الاتصالات."),
    Line("I played the eldest child in a family drama filmed in %(city)s.",
         "أديت دور {الأخ الأكبر|الأخت الكبرى} في دراما عائلية صُوّرت في %(city)s."),
    Line("Last year I was in a play that toured five cities.", "شاركت العام الماضي في مسرحية جالت خمس مدن."),
    Line("I have voiced characters in two animated series.", "أديت أصوات شخصيات في مسلسلين من الرسوم المتحركة."),
    Line("Student films mostly, and one of them went to a festival.",
         "معظم أعمالي أفلام طلابية، وصل أحدها إلى مهرجان."),
    Line("I was a day player on a historical series and rode in every battle scene.",
         "عملت في مسلسل تاريخي، وركبت الخيل في مشاهد المعارك كلها."),
    Line("I have a small part in a feature film that is in post-production.",
         "لي دور صغير في فيلم طويل قيد المونتاج."),
    Line("I present live events and keep calm when the schedule falls apart.",
         "أقدّم فعاليات مباشرة، وأبقى {هادئًا|هادئة} حين يضطرب الجدول."),
    Line("Theatre takes most of my year: a children's play in winter, a comedy in summer.",
         "يأخذ المسرح معظم عامي، مسرحية أطفال شتاءً وكوميديا صيفًا."),
    Line("I have no credits yet, and I am ready to be measured on a self-tape.",
         "لا أعمال سابقة لي بعد، ويمكن الحكم عليّ بتجربة أداء مصوّرة."),
    Line("I dubbed a documentary series about the desert.", "دبلجت سلسلة وثائقية عن الصحراء."),
    Line("A web series of short episodes, mostly comedy.", "مسلسل على الإنترنت من حلقات قصيرة، معظمه كوميدي."),
    Line("I acted in an awareness campaign about road safety.", "مثّلت في حملة توعوية عن السلامة على الطرق."),
)
CRAFTS = (
    Line("I move easily between %(dialects_en)s.", "أتنقل بسهولة بين %(dialects_ar)s."),
    Line("%(skill_en)s is part of my life, not a line in a list.", "%(skill_ar)s جزء من حياتي، وليس سطرًا في قائمة."),
    Line("I learn text fast and hold it under pressure.", "أحفظ النص سريعًا وأثبت عليه تحت الضغط."),
    Line("I do my own light stunts and know where to stop.", "أؤدي المشاهد الحركية الخفيفة بنفسي، وأعرف أين أتوقف."),
    Line("Directors have used me for quiet scenes that carry weight.",
         "اعتمد عليّ مخرجون في المشاهد الهادئة ذات الثقل."),
    Line("Physical comedy comes naturally to me.", "الكوميديا الحركية طبع فيّ."),
    Line("I can cry on the third take as on the first.", "أصل إلى الدمعة في الإعادة الثالثة كما في الأولى."),
    Line("I work on accents with recordings and a notebook.", "أتدرب على اللهجات بالتسجيلات ودفتر صغير."),
    Line("Good at period language and comfortable in classical Arabic.",
         "أجيد لغة الأعمال التاريخية، وأرتاح في الفصحى."),
    Line("I take notes well and give the editor options.", "أتقبل الملاحظات، وأعطي المونتير خيارات."),
    Line("Long silences in front of the camera do not frighten me.", "لا يخيفني الصمت الطويل أمام الكاميرا."),
    Line("%(skill_en)s and %(other_en)s have both won me parts.", "كسبت أدوارًا بفضل %(skill_ar)s و%(other_ar)s."),
)
LIVES = (
    Line("Between jobs I teach at a primary school.", "أعمل بين الأدوار {معلمًا|معلمة} في مدرسة ابتدائية."),
    Line("By day I am an engineer.", "أعمل نهارًا {مهندسًا|مهندسة}."),
    Line("I run a small bakery with my family.", "أدير مع عائلتي مخبزًا صغيرًا."),
    Line("I work as a nurse on night shifts, so mornings are mine.", "أعمل في التمريض ليلًا، فالصباح لي."),
    Line("Parent of two, and very good at waiting.", "{أب|أم} لطفلين، وخبرتي في الانتظار كبيرة."),
    Line("I play in a local team every Thursday.", "ألعب مع فريق الحي كل خميس."),
    Line("I am in my last year at university.", "أنا في سنتي الجامعية الأخيرة."),
    Line("I take photographs of old houses before they disappear.", "أصوّر البيوت القديمة قبل أن تختفي."),
    Line("I read everything, from folk tales to manuals.", "أقرأ كل شيء، من الحكايات الشعبية إلى كتيبات الأجهزة."),
    Line("My grandmother's stories are where my characters come from.", "شخصياتي تأتي من حكايات جدتي."),
    Line("I keep goats, two of them, and they are in my showreel.", "أربي ماعزين، ولهما ظهور في مقطع أعمالي."),
    Line("Weekends belong to the mountains.", "نهاية الأسبوع للجبال."),
    Line("I volunteer with a reading club for children.", "أتطوع في نادي قراءة للأطفال."),
)
WISHES = (
    Line("I am looking for a part with a secret.", "أبحث عن دور يحمل سرًا."),
    Line("Open to lead and supporting parts, film before television.",
         "أرحب بالأدوار الرئيسة والمساندة، والسينما قبل التلفزيون."),
    Line("I would like to work with first-time directors.", "يسعدني العمل مع مخرجين في تجربتهم الأولى."),
    Line("Available most weekends, and full-time from the spring.",
         "{متفرغ|متفرغة} معظم نهايات الأسبوع، وبدوام كامل من الربيع."),
    Line("I prefer comedy that does not laugh at people.", "أفضّل كوميديا لا تسخر من الناس."),
    Line("I am ready to cut or grow hair, learn a dialect, or ride.",
         "{مستعد|مستعدة} لتغيير المظهر أو تعلّم لهجة أو ركوب الخيل."),
    Line("Historical drama is the dream.", "الدراما التاريخية هي الحلم."),
    Line("I want to play people I would not agree with.", "أريد أن أؤدي شخصيات لا أتفق معها."),
    Line("Happy to read for any part, large or small.", "أرحب بتجربة الأداء لأي دور، كبيرًا كان أو صغيرًا."),
    Line("I have a valid passport and can leave within two days.", "جواز سفري سارٍ، ويمكنني السفر خلال يومين."),
)
STUDIES = (Line("law", "القانون"), Line("architecture", "العمارة"), Line("marketing", "التسويق"),
           Line("media", "الإعلام"),
           Line("biology", "الأحياء"), Line("accounting", "المحاسبة"), Line("Arabic literature", "الأدب العربي"),
           Line("computer science", "علوم الحاسب"))

# What a moderator sends back, by the policy it is about. Numbers and names are of nobody: reserved or made up.
BREACHES: dict[str, tuple[Line, ...]] = {
    "PR-1.1": (
        Line("Reach me on Snapchat: demo.actor, or on +966 50 000 0000.",
             "للتواصل عبر سناب: demo.actor أو على 0500000000."),
        Line("Write to me directly at actor@mail.example.", "يمكن مراسلتي مباشرة على actor@mail.example."),
        Line("WhatsApp +966 55 000 0000 for bookings.", "للحجز عبر الواتس 0550000000."),
    ),
    "PR-1.2": (
        Line("I also sell acting courses, first lesson free.", "أقدّم كذلك دورات تمثيل، والدرس الأول مجاني."),
        Line("My studio rents cameras at good prices.", "يؤجر الاستوديو الذي أملكه كاميرات بأسعار مناسبة."),
    ),
    "PR-3.1": (
        Line("I starred in “The Golden Dune”, seen by forty million people.",
             "أديت البطولة في «الكثيب الذهبي» الذي شاهده أربعون مليونًا."),
        Line("Winner of the best performance award at every festival I attended.",
             "{حائز|حائزة} على جائزة أفضل أداء في كل مهرجان حضرته."),
    ),
    "PR-3.2": (
        Line("Thirty years of experience on the big screen.", "ثلاثون عامًا من الخبرة على الشاشة الكبيرة."),
    ),
}

_ORDERS = (
    (OPENINGS, ROADS, WORKS, CRAFTS), (OPENINGS, WORKS, LIVES, WISHES), (OPENINGS, ROADS, CRAFTS, WISHES),
    (WORKS, CRAFTS, LIVES), (OPENINGS, CRAFTS, WORKS, ROADS, WISHES), (ROADS, WORKS, WISHES),
           (OPENINGS, LIVES, WORKS),
    (OPENINGS, WORKS, CRAFTS, LIVES, WISHES), (LIVES, ROADS, WORKS, CRAFTS),
)


def bio(rng: Random, person: Person, *, age: int, breach: str | None = None) -> Line:
    """A person's text in both languages; with `breach`, a policy code, it holds a sentence against that policy."""
    lines = [rng.choice([line for line in kind if _fits(line, person, age)]) for kind in rng.choice(_ORDERS)]
    if breach is not None:
        lines.insert(rng.randint(1, len(lines)), rng.choice(BREACHES[breach]))
    values = _values(rng, person, age)
    english = " ".join(line.en % values["en"] for line in lines)
    arabic = " ".join(agreeing(line.ar, person) % values["ar"] for line in lines)
    return Line(english, arabic)


def agreeing(text: str, person: Person) -> str:
    """The Arabic sentence as this person says it."""
    return _GENDERED.sub(r"\1" if person.gender == "male" else r"\2", text)


def _fits(line: Line, person: Person, age: int) -> bool:
    """Whether this can be true of the person: no student at fifty, no parent at nineteen."""
    if "last year at university" in line.en:
        return age <= 25
    if line.en.startswith(("Parent of", "By day", "Between jobs", "I work as a nurse")):
        return age >= 26
    if "move easily between" in line.en:
        return len(person.dialects) >= 2
    return not (line.en.startswith("I came to acting late") and age < 32)


def _values(rng: Random, person: Person, age: int) -> dict[str, dict[str, object]]:
    skill, other = rng.sample(person.skills, 2)
    studied = rng.choice(STUDIES)
    city = CITIES[person.city]
    dialects = [DIALECTS[code] for code in person.dialects]
    return {
        "en": {"age": age, "city": city.en, "studied_en": studied.en, "skill_en": skill.en,
               "other_en": other.en.lower(),
               "dialects_en": _and([dialect.en for dialect in dialects])},
        "ar": {"age": age, "city": city.ar, "studied_ar": studied.ar, "skill_ar": skill.ar, "other_ar": other.ar,
               "dialects_ar": " و".join(map(_spoken, dialects))},
    }


def _spoken(dialect: Words) -> str:
    """A dialect as Arabic names it inside a sentence: «اللهجة النجدية», but «الفصحى»."""
    return dialect.ar if dialect.ar.startswith("ال") else f"اللهجة ال{dialect.ar}"


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
