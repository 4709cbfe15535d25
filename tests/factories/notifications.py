"""What tests of notifications stand on: people to tell, and a directory that knows them."""
from uuid import UUID

import psycopg

from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.notifications.types import Recipient, Template

# Sentences that the catalogue has anyway, so that tests add none to it.
NOTICE = Template("test.notice.given", subject=N_("overdue %(time)s"), body=N_("Today %(time)s"), placeholders={"time"})


def make_subject(superuser: psycopg.Connection) -> UUID:
    """A data subject without an account."""
    subject_id = new_id()
    superuser.execute("insert into subjects (id, created_at) values (%s, clock_timestamp())", [subject_id])
    return subject_id


class Directory:
    """Knows the people a test puts in."""

    def __init__(self) -> None:
        self.people: dict[UUID, Recipient] = {}

    def __call__(self, subject_id: UUID) -> Recipient | None:
        return self.people.get(subject_id)
