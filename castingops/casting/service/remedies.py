"""How a decision on a profile or call can be appealed: a higher feature knows, the message that tells of it says it."""
from collections.abc import Callable
from uuid import UUID

from castingops.core.actor import Actor
from castingops.notifications.service import Bilingual

Remedy = Callable[[UUID], Bilingual | None]
CallRemedy = Callable[..., Bilingual | None]  # remedy(call_id, actor=…)

_REMEDIES: list[Remedy] = []
_CALL_REMEDIES: list[CallRemedy] = []


def provide_remedy(remedy: Remedy) -> None:
    """Say how a person appeals the newest decision on their profile: `remedy(subject_id)`, None for not at all."""
    _REMEDIES[:] = [remedy]


def with_remedy(subject_id: UUID, statement: Bilingual) -> Bilingual:
    """The statement of a decision, and below it how to appeal it."""
    return _with(_REMEDIES[0](subject_id) if _REMEDIES else None, statement)


def provide_call_remedy(remedy: CallRemedy) -> None:
    """Say how the newest decision on a call is appealed: `remedy(call_id, actor=…)`, None for not at all."""
    _CALL_REMEDIES[:] = [remedy]


def with_call_remedy(call_id: UUID, statement: Bilingual, *, actor: Actor) -> Bilingual:
    """The statement of a decision on a call, and below it how to appeal it."""
    return _with(_CALL_REMEDIES[0](call_id, actor=actor) if _CALL_REMEDIES else None, statement)


def _with(found: Bilingual | None, statement: Bilingual) -> Bilingual:
    return Bilingual(f"{statement.en}\n\n{found.en}", f"{statement.ar}\n\n{found.ar}") if found else statement
