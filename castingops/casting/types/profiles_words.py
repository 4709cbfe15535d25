"""Closed lists of talent profiles alone, and which attributes are more than a matter of looks."""
from castingops.casting.types.words import Words

BUILDS: dict[str, Words] = {
    "slim": Words("Slim", "نحيف"),
    "average": Words("Average", "متوسط"),
    "athletic": Words("Athletic", "رياضي"),
    "muscular": Words("Muscular", "عضلي"),
    "broad": Words("Broad", "عريض البنية"),
    "full": Words("Full", "ممتلئ"),
}
HAIR_COLORS: dict[str, Words] = {
    "black": Words("Black", "أسود"),
    "dark_brown": Words("Dark brown", "بني داكن"),
    "brown": Words("Brown", "بني"),
    "light_brown": Words("Light brown", "بني فاتح"),
    "blonde": Words("Blonde", "أشقر"),
    "red": Words("Red", "أحمر"),
    "grey": Words("Grey", "رمادي"),
    "white": Words("White", "أبيض"),
    "other": Words("Another colour", "لون آخر"),
}
HAIR_LENGTHS: dict[str, Words] = {
    "none": Words("No hair", "بلا شعر"),
    "shaved": Words("Shaved", "محلوق"),
    "short": Words("Short", "قصير"),
    "medium": Words("Medium", "متوسط"),
    "long": Words("Long", "طويل"),
}
EYE_COLORS: dict[str, Words] = {
    "black": Words("Black", "سوداء"),
    "dark_brown": Words("Dark brown", "بنية داكنة"),
    "brown": Words("Brown", "بنية"),
    "hazel": Words("Hazel", "عسلية"),
    "green": Words("Green", "خضراء"),
    "blue": Words("Blue", "زرقاء"),
    "grey": Words("Grey", "رمادية"),
}
FACIAL_HAIR: dict[str, Words] = {
    "none": Words("None", "بلا لحية أو شارب"),
    "stubble": Words("Stubble", "لحية خفيفة جدًا"),
    "moustache": Words("Moustache", "شارب"),
    "goatee": Words("Goatee", "لحية الذقن"),
    "short_beard": Words("Short beard", "لحية قصيرة"),
    "full_beard": Words("Full beard", "لحية كاملة"),
}
TATTOOS: dict[str, Words] = {
    "none": Words("None", "لا يوجد"),
    "coverable": Words("Can be covered", "يمكن تغطيته"),
    "visible": Words("Visible", "ظاهر"),
}
HIJAB: dict[str, Words] = {
    "always": Words("Always worn", "ترتديه دائمًا"),
    "by_role": Words("Depends on the role", "حسب الدور"),
    "never": Words("Not worn", "لا ترتديه"),
}
DRIVING: dict[str, Words] = {
    "car": Words("Car", "سيارة"),
    "manual": Words("Manual gearbox", "ناقل حركة يدوي"),
    "motorcycle": Words("Motorcycle", "دراجة نارية"),
    "truck": Words("Truck", "شاحنة"),
    "bus": Words("Bus", "حافلة"),
    "boat": Words("Boat", "قارب"),
}
VISIBILITIES: dict[str, Words] = {
    "public": Words("Production companies", "شركات الإنتاج"),
    "applied": Words("Only where applied", "جهات التقديم فقط"),
    "hidden": Words("Nobody", "لا أحد"),
}

# What tells of belief or health (PDPL art. 1): written and shown only while consent to exactly that stands. Nationality
# is not in that list, and a work permit depends on it.
SENSITIVE = ("hijab", "scars")
# What nobody needs to know of a child (minimum data: PDPL art. 11; Children's Code, standard 8): never written at all.
NEVER_OF_MINORS = ("build", "facial_hair", "tattoos", *SENSITIVE)
# Sizes go to whoever applied to or booked (Casting Networks' size sheet), never into the marketplace, for any age.
SIZES = ("chest_cm", "waist_cm", "hips_cm", "inseam_cm", "shoe_eu")
# Kept for a child's guardian and the house, and not shown to the marketplace: what a child weighs, earns and when and
# where they can be found.
NEVER_SHOWN_OF_MINORS = ("weight_kg", "day_rate_min_halalas", "day_rate_max_halalas", "training", "availability",
                         "travels", "relocates", "union_status")
