"""Names that staff give: queues, views, holidays. One line, both languages where people read them."""
from castingops.core.arabic import is_line, tidy
from castingops.core.messages import N_, Message


def name_problem(text: str, most: int) -> Message | None:
    """What keeps these words from being a name of at most `most` characters; None when nothing does."""
    name = tidy(text)
    if not name:
        return N_("Write something.")
    if len(name) > most:
        return N_("Use at most %(max)d characters.", max=most)
    return None if is_line(name) else N_("This holds a character that nobody sees, or several lines.")
