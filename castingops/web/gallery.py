"""The console page that shows every component in its states: what to look at before writing markup."""
from typing import Any

from flask import Response
from wtforms import Form, SelectField, TextAreaField

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import STAFF
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.pages import page

VIEW_COMPONENTS = define("web.components.view", N_("See the components of the console"), roles=STAFF, reads=True)

blueprint = ConsoleBlueprint("gallery_console", __name__, url_prefix="/console/components")


class SampleForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """Two fields as the features build them."""

    city = SelectField(N_("City"), choices=["الرياض", "جدة"], id="g-city")  # type: ignore[list-item]  # older stubs
    bio = TextAreaField(N_("Bio"), id="g-bio")


@blueprint.get("", permission=VIEW_COMPONENTS)
def show_components(*, actor: Actor) -> Response:
    """Every component, with invented content."""
    return page("gallery/page.html", sample=sample())


def sample() -> dict[str, Any]:
    """Invented content in the language in force: the shapes that the macros take."""
    form = SampleForm(data={"city": "جدة", "bio": "ممثلة شابة من الرياض"})
    for field in form:
        field.label.text = translate(field.label.text)
    return {"city": form.city, "bio": form.bio, "reasons": _reasons(), "rows": _rows(), "changes": _changes(),
            "letter": _LETTER}


def _reasons() -> list[dict[str, str]]:
    return [
        {"value": "M-3.1", "reference": "M-3.1", "label": translate(N_("Contact details before booking"))},
        {"value": "M-3.2", "reference": "M-3.2", "label": translate(N_("Contact details of a minor"))},
        {"value": "M-5.4", "reference": "M-5.4", "label": translate(N_("Untrue credits")),
         "hint": translate(N_("Ask for proof first."))},
    ]


def _rows() -> list[dict[str, Any]]:
    return [
        {"reference": "CASE-10482", "score": 91, "name": "ليلى الحربي", "due": N_("1 h 42 min"), "tone": "warn"},
        {"reference": "CASE-10391", "score": 74, "name": "Omar Basha", "due": N_("Overdue 3 h"), "tone": "bad"},
        {"reference": "CASE-10461", "score": 41, "name": "فيصل الكثيري", "due": N_("Tomorrow 10:00"), "tone": "quiet"},
    ]


def _changes() -> list[dict[str, Any]]:
    return [
        {"label": translate(N_("Stage name")), "before": [("same", "ليلى "), ("del", "الحربي")],
         "after": [("same", "ليلى "), ("ins", "حربي")]},
        {"label": translate(N_("Height")), "before": [("del", "162 cm")], "after": [("ins", "164 cm")]},
        {"label": translate(N_("Bio, Arabic")), "lang": "ar",
         "before": "ممثلة شابة من الرياض، شاركت في مسرحيتين مدرسيتين وإعلان واحد.",
         "after": [("same", "ممثلة شابة من الرياض، شاركت في مسرحيتين مدرسيتين "), ("del", "وإعلان واحد"),
                   ("same", " "), ("ins", "وثلاثة إعلانات. للتواصل المباشر: سناب layla.h"), ("same", ".")]},
        {"label": translate(N_("Bio, English")), "lang": "en",
         "before": "Young actress from Riyadh with two school plays and one commercial.",
         "after": [("same", "Young actress from Riyadh with two school plays and "), ("del", "one commercial"),
                   ("same", " "), ("ins", "three commercials. Direct contact: snap layla.h"), ("same", ".")]},
        {"label": translate(N_("Skills")), "before": "", "after": [("ins", translate(N_("Horse riding")))]},
    ]


_LETTER = {
    "en": "We did not publish revision 7 of your profile. The bio names a Snapchat account.\n"
          "Policy M-3.2 keeps contact details of people under 18 private. You may appeal until 22 December 2026.",
    "ar": "لم ننشر النسخة 7 من ملفك التعريفي. تذكر النبذة حسابًا على سناب شات.\n"
          "تحمي السياسة M-3.2 بيانات تواصل من هم دون 18 عامًا. يمكنك الاعتراض حتى 22 ديسمبر 2026.",
}
