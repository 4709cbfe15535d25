"""Selects over what waits for a proof by e-mail. A link's token is all that its holder has: the house looks it up."""
from uuid import UUID

from sqlalchemy import Text, bindparam, select, update

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.identity.models import AskedLetter, EmailedLink, PendingAccount
from castingops.identity.types import Link, Pending

_P = PendingAccount
_pending = select(_P.id, _P.email, _P.password_hash, _P.registration, _P.expires_at)
PENDING = Read(_pending.where(_P.token_hash == bindparam("token_hash", type_=Text), _P.expires_at > bindparam("at")),
               Pending)
LINK = Read(
    select(EmailedLink.id, EmailedLink.subject_id, EmailedLink.kind, EmailedLink.email, EmailedLink.keep_id)
    .where(EmailedLink.token_hash == bindparam("token_hash", type_=Text), EmailedLink.kind == bindparam("kind"),
           EmailedLink.used_at.is_(None), EmailedLink.expires_at > bindparam("at")), Link)


def find_pending(token_hash: str) -> Pending | None:
    """The registration that a letter's link belongs to, while it can be confirmed."""
    return next(iter(PENDING(system(), token_hash=token_hash, at=clock.now())), None)


def find_link(token_hash: str, kind: str) -> Link | None:
    """The link of this kind with this hash, while it works."""
    return next(iter(LINK(system(), token_hash=token_hash, kind=kind, at=clock.now())), None)


def lock_pending(pending_id: UUID) -> PendingAccount | None:
    """A registration that waits, held until this transaction ends. Runs as the system."""
    return session().get(PendingAccount, pending_id, with_for_update=True, populate_existing=True)


def list_pending(email: str) -> list[PendingAccount]:
    """What waits for the proof of this address, the newest first. Runs as the system."""
    mine = select(PendingAccount).where(PendingAccount.email == email, PendingAccount.expires_at > clock.now())
    return list(session().scalars(mine.order_by(PendingAccount.id.desc())))


def take_link(link: Link) -> bool:
    """Use a link up; False when another request was faster. Runs inside its owner."""
    mine = update(EmailedLink).where(EmailedLink.subject_id == link.user_id, EmailedLink.id == link.id,
                                     EmailedLink.used_at.is_(None))
    return session().scalar(mine.values(used_at=clock.now()).returning(EmailedLink.id)) is not None


def void_links(user_id: UUID, *kinds: str) -> None:
    """Have no link of these kinds work any more. Runs inside its owner."""
    session().execute(update(EmailedLink).where(
        EmailedLink.subject_id == user_id, EmailedLink.kind.in_(kinds), EmailedLink.used_at.is_(None))
        .values(used_at=clock.now()))


def take_asked(letter_id: UUID) -> AskedLetter | None:
    """A letter that was asked for; it is forgotten with this transaction. Runs as the system."""
    asked = session().get(AskedLetter, letter_id)
    if asked is not None:
        session().delete(asked)
    return asked
