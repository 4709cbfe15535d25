"""Names: what staff call queues, views and holidays, and what lists call people.

A name that staff give is one line in the language they write; a minor is never named whole in a list.
"""
from castingops.core.arabic import is_line, tidy
from castingops.core.masking import initials
from castingops.core.messages import N_, Message


def name_problem(text: str, most: int) -> Message | None:
    """What keeps these words from being a name of at most `most` characters; None when nothing does."""
    name = tidy(text)
    if not name:
        return N_("Write something.")
    if len(name) > most:
        return N_("Use at most %(max)d characters.", max=most)
    return None if is_line(name) else N_("This holds a character that nobody sees, or several lines.")



def listed(title_en: str, title_ar: str, locale: str, *, minor: bool) -> str:
    """The name of a case's person for a list in `locale`: its own, else the other; a minor's masked.

    Minors are protected by default: the whole name stands on the case alone.
    """
    name = (title_ar or title_en) if locale == "ar" else (title_en or title_ar)
    return initials(name) if minor else name
