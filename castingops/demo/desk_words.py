"""What people write to the house and the house to them: reports, appeals, questions, answers."""
from castingops.demo.bios import Line
from castingops.moderation.types.reports import ReportReason

REPORTS: dict[str, tuple[str, ...]] = {
    ReportReason.IMPERSONATION: ("هذه الصورة لزميلة أعرفها، وليست لصاحبة الملف.",
                                 "I worked with the actor on this photo. It is not this person."),
    ReportReason.SCAM: ("طلب مني مبلغًا لترشيحي لدور.", "Asked me for a fee to put my name forward."),
    ReportReason.CONTACT: ("في النبذة حساب تواصل خارج المنصة.",),
    ReportReason.HARASSMENT: ("يرسل تعليقات مسيئة إلى من يعمل معه.",),
    ReportReason.OTHER: ("The credits listed cannot be right.",),
}
APPEALS = (
    "العمل المذكور عُرض على منصة عربية، وأرفقت رابطه في النبذة. أرجو إعادة النظر.",
    "The photo is my own, taken last month. I can show the original file.",
    "حذفت بيانات التواصل قبل القرار، وما زال القرار يذكرها.",
)
QUESTIONS = (
    Line("Could you tell us the year of the series named in your biography?", "ما سنة عرض المسلسل المذكور في نبذتك؟"),
    Line("Is the second photo a recent one?", "هل الصورة الثانية حديثة؟"),
)
ANSWERS = ("عُرض في رمضان 1445هـ.", "Yes, it was taken in September.")
PERSON_NOTES = ("Prefers to be called in the evening.", "يتعامل مع المنصة باسمه الفني فقط.")
BAN_FACTS = Line("The person asked three others for money to put their names forward.",
                 "طلب الشخص مبالغ مالية من ثلاثة أشخاص لترشيحهم.")
ITEMS = (("unverified_identity", "Two profiles carry the same name and birth date."),
         ("missing_evidence", "The licence of the agency named was not sent."),
         ("missing_guardian_evidence", "سجّل صاحب الحساب تاريخ ميلاد يدل على أنه دون الثامنة عشرة."))
