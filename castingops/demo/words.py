"""What moderators write: facts that go to the talent, by policy, and notes that stay in the house."""
from castingops.demo.bios import Line

FACTS: dict[str, tuple[Line, ...]] = {
    "PR-1.1": (
        Line("The biography names a Snapchat account and a mobile number.", "تذكر النبذة حسابًا على سناب ورقم جوال."),
        Line("The last sentence of the biography asks to be contacted outside the platform.",
             "تطلب الجملة الأخيرة من النبذة التواصل خارج المنصة."),
    ),
    "PR-1.2": (
        Line("The biography offers acting courses for sale.", "تعرض النبذة دورات تمثيل للبيع."),
    ),
    "PR-2.2": (
        Line("The primary photo belongs to another member of the platform.",
             "الصورة الأساسية تعود إلى شخص آخر في المنصة."),
    ),
    "PR-3.1": (
        Line("We found no production of the name given in the biography.", "لم نعثر على عمل بالاسم المذكور في النبذة."),
    ),
    "PR-3.2": (
        Line("The biography speaks of thirty years of experience, the birth date allows fewer.",
             "تذكر النبذة ثلاثين عامًا من الخبرة، وهو ما لا يتفق مع تاريخ الميلاد."),
    ),
    "PR-4.1": (
        Line("The primary photo is dark, and part of the face lies outside it.",
             "الصورة الأساسية معتمة، وجزء من الوجه خارجها."),
    ),
}

NOTES = (
    "Asked the talent team whether the award can be confirmed.",
    "Compared with the earlier revision: only the text has changed.",
    "Photo looks retouched, but the face is clear enough.",
    "Same wording as two other profiles this week; keeping an eye on it.",
    "Called back by support yesterday, nothing open there.",
    "النص سليم، والصورة تحتاج إلى نظرة ثانية.",
    "راجعت الأعمال المذكورة، ووجدت اثنين منها.",
    "سبق التنبيه إلى بيانات التواصل في النسخة السابقة.",
    "اللهجة المذكورة لا تظهر في المقطع، لكنها ليست سببًا للرفض.",
    "أحالتها إليّ زميلتي قبل نهاية الدوام.",
)
