"""How a decision on a profile can be appealed: a higher feature knows, the message that tells of it says it."""
from collections.abc import Callable
from uuid import UUID

from castingops.notifications.service import Bilingual

Remedy = Callable[[UUID], Bilingual | None]

_REMEDIES: list[Remedy] = []


def provide_remedy(remedy: Remedy) -> None:
    """Say how a person appeals the newest decision on their profile: `remedy(subject_id)`, None for not at all."""
    _REMEDIES[:] = [remedy]


def with_remedy(subject_id: UUID, statement: Bilingual) -> Bilingual:
    """The statement of a decision, and below it how to appeal it."""
    found = _REMEDIES[0](subject_id) if _REMEDIES else None
    return Bilingual(f"{statement.en}\n\n{found.en}", f"{statement.ar}\n\n{found.ar}") if found else statement
