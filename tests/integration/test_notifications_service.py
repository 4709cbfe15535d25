"""Telling people (NOTE-1): inbox and e-mail, in the transaction of the act, once, in both languages."""
import email
import email.policy
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage as Parsed
from pathlib import Path
from threading import Thread
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from structlog.testing import CapturingLogger

from castingops.core import consumer
from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from castingops.core.errors import NotFound
from castingops.core.ids import new_id
from castingops.core.mail import FileMailer, Mail, MailRefused, MailUnavailable
from castingops.notifications import privacy, queries, service
from castingops.notifications.errors import NotificationIncomplete, NotificationNotFound
from castingops.notifications.service import directory as addresses
from castingops.notifications.service import sending, templates
from castingops.notifications.types import Recipient
from tests.factories.notifications import NOTICE, Directory, make_subject


@pytest.fixture
def directory(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Directory]:
    """A directory of the test's own in place of identity's, and the test's template."""
    known = Directory()
    monkeypatch.setattr(addresses, "_directory", [known])
    monkeypatch.setitem(templates._REGISTRY, NOTICE.name, NOTICE)
    with app.app_context():
        yield known


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's e-mails land."""
    monkeypatch.setitem(app.extensions, "mailer", FileMailer(tmp_path, "castingops <no-reply@castingops.example>"))
    return tmp_path


@pytest.fixture
def person(directory: Directory, superuser: psycopg.Connection) -> UUID:
    """Someone who reads Arabic and has an address."""
    subject_id = make_subject(superuser)
    directory.people[subject_id] = Recipient("sara@example.com", "ar", "سارة")
    return subject_id


@dataclass
class Carrier:
    """A mailer that does what the test says and counts how often it is asked."""

    error: type[Exception] | None = None
    slow: float = 0
    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> str:
        time.sleep(self.slow)
        self.sent.append(mail)
        if self.error:
            raise self.error
        return "provider-1"


def tell(person: UUID, value: str = "CO-7", actor: Actor | None = None, **options: object) -> UUID:
    with unit_of_work(actor or system()):
        return service.notify(NOTICE.name, actor=actor or system(), recipient=person,
                              values={"time": value}, **options)  # type: ignore[arg-type]


def due(superuser: psycopg.Connection, person: UUID) -> list[str]:
    """The outbox rows that wait to send this person's mail."""
    rows = superuser.execute("select id::text from outbox where subject_id = %s and name = 'notifications.email.due'"
                             " and queue = 'email' order by id", [person])
    return [row[0] for row in rows]


def state(superuser: psycopg.Connection, person: UUID) -> tuple[str, str | None, bool]:
    row = superuser.execute("select state, reason, sent_at is not null from email_messages where subject_id = %s",
                            [person]).fetchone()
    assert row
    return row[0], row[1], row[2]


def mails(folder: Path) -> list[Parsed]:
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*.eml")]
    return [message for message in found if isinstance(message, Parsed)]


def as_person(person: UUID) -> Actor:
    return Actor("person", person, person, roles=frozenset({"talent"}))


def test_notify_reaches_inbox_and_mail(person: UUID, folder: Path, superuser: psycopg.Connection) -> None:
    notification_id = tell(person)
    [row] = queries.list_inbox(actor=as_person(person), locale="ar").rows
    assert (row.id, row.subject, row.read_at) == (notification_id, "متأخر \u2068CO-7\u2069", None)
    assert queries.list_inbox(actor=as_person(person), locale="en").rows[0].body == "Today \u2068CO-7\u2069"
    consumer.deliver(due(superuser, person))
    [message] = mails(folder)
    assert (message["Subject"], message["To"]) == ("متأخر \u2068CO-7\u2069", "سارة <sara@example.com>")
    assert state(superuser, person) == ("sent", None, True)


def test_mail_carries_both_languages_the_persons_first(
    person: UUID, folder: Path, superuser: psycopg.Connection
) -> None:
    tell(person, "<script>alert(1)</script>")
    consumer.deliver(due(superuser, person))
    [message] = mails(folder)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain and html
    text, page = plain.get_content(), html.get_content()
    assert -1 < text.index("مرحبًا") < text.index("Hello") and "<script>alert" in text
    assert page.index('lang="ar" dir="rtl"') < page.index('lang="en" dir="ltr"')
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_locale_given_wins_over_the_directory(person: UUID, folder: Path, superuser: psycopg.Connection) -> None:
    tell(person, locale="en")
    consumer.deliver(due(superuser, person))
    assert mails(folder)[0]["Subject"] == "overdue \u2068CO-7\u2069"


@pytest.mark.parametrize("name", ["سارة\r\nBcc: x@example.com", "a\x00b", "<b>bold</b>", '"; x'])
def test_hostile_name_stays_a_name(
    person: UUID, folder: Path, superuser: psycopg.Connection, directory: Directory, name: str
) -> None:
    directory.people[person] = Recipient("sara@example.com", "en", name)
    tell(person)
    consumer.deliver(due(superuser, person))
    [message] = mails(folder)
    html = message.get_body(("html",))
    assert message["Bcc"] is None and html and "<b>bold" not in html.get_content()


def test_email_delivered_twice_is_sent_once(person: UUID, superuser: psycopg.Connection, app: Flask,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier()
    monkeypatch.setitem(app.extensions, "mailer", carrier)
    tell(person)
    [row] = due(superuser, person)
    consumer.deliver([row, row])
    superuser.execute("update outbox set status = 'sent' where id = %s", [row])  # as if its mark was lost
    superuser.execute("delete from receipts where event_id = %s", [row])  # and its receipt too
    consumer.deliver([row])
    assert len(carrier.sent) == 1
    email_id = superuser.execute("select id from email_messages where subject_id = %s", [person]).fetchone()
    assert email_id and carrier.sent[0].message_id == str(email_id[0])


def test_two_workers_at_once_send_once(person: UUID, superuser: psycopg.Connection, app: Flask,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier(slow=0.3)
    monkeypatch.setitem(app.extensions, "mailer", carrier)
    tell(person)
    row = superuser.execute("select id from email_messages where subject_id = %s", [person]).fetchone()
    assert row

    def send() -> None:
        with app.app_context(), unit_of_work(system(person)):
            service.send_email(row[0], actor=system(person))

    workers = [Thread(target=send) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(carrier.sent), state(superuser, person)) == (1, ("sent", None, True))


@pytest.mark.parametrize("error", [None, MailRefused, MailUnavailable])
def test_log_names_nobody(person: UUID, superuser: psycopg.Connection, app: Flask, monkeypatch: pytest.MonkeyPatch,
                          error: type[Exception] | None) -> None:
    monkeypatch.setitem(app.extensions, "mailer", Carrier(error=error))
    log = CapturingLogger()
    monkeypatch.setattr(sending, "log", log)
    monkeypatch.setattr(consumer, "log", log)
    tell(person, "private words")
    consumer.deliver(due(superuser, person))
    assert log.calls and not any(part in repr(log.calls) for part in ("sara", "سارة", "private words"))


def test_carrier_that_is_down_is_asked_again(person: UUID, superuser: psycopg.Connection, app: Flask,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier(error=MailUnavailable)
    monkeypatch.setitem(app.extensions, "mailer", carrier)
    tell(person)
    consumer.deliver(due(superuser, person))
    assert (state(superuser, person), len(carrier.sent)) == (("queued", None, False), 1)
    carrier.error = None
    consumer.deliver(due(superuser, person))
    assert (state(superuser, person), len(carrier.sent)) == (("sent", None, True), 2)
    assert carrier.sent[0].message_id == carrier.sent[1].message_id


def test_final_refusal_is_written_down_and_ends_there(person: UUID, superuser: psycopg.Connection, app: Flask,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = Carrier(error=MailRefused)
    monkeypatch.setitem(app.extensions, "mailer", carrier)
    tell(person)
    consumer.deliver(due(superuser, person))
    consumer.deliver(due(superuser, person))
    assert (state(superuser, person), len(carrier.sent)) == (("failed", "mail_refused", False), 1)


def test_person_without_an_address_is_told_in_the_inbox(
    directory: Directory, superuser: psycopg.Connection, folder: Path
) -> None:
    nobody = make_subject(superuser)
    tell(nobody)
    consumer.deliver(due(superuser, nobody))
    assert (state(superuser, nobody), mails(folder)) == (("failed", "no_address", False), [])
    assert len(queries.list_inbox(actor=as_person(nobody), locale="en").rows) == 1


@pytest.mark.parametrize("channels", [("inbox",), ("email",)])
def test_notify_uses_only_the_channels_asked_for(
    person: UUID, superuser: psycopg.Connection, channels: tuple[str, ...]
) -> None:
    notification_id = tell(person, channels=channels)
    assert len(queries.list_inbox(actor=as_person(person), locale="en").rows) == ("inbox" in channels)
    assert len(due(superuser, person)) == ("email" in channels)
    if channels == ("email",):
        with pytest.raises(NotificationNotFound), unit_of_work(as_person(person)):
            service.mark_read(notification_id, actor=as_person(person))


def test_notify_refused_leaves_nothing(person: UUID, superuser: psycopg.Connection) -> None:
    with pytest.raises(NotificationIncomplete):
        tell(person, "")
    assert superuser.execute("select count(*) from notifications where subject_id = %s", [person]).fetchone() == (0,)
    assert due(superuser, person) == []


def test_rolled_back_act_tells_nobody(person: UUID, superuser: psycopg.Connection) -> None:
    with pytest.raises(InterruptedError), unit_of_work(system()):
        service.notify(NOTICE.name, actor=system(), recipient=person, values={"time": "x"})
        raise InterruptedError
    assert due(superuser, person) == []


def test_staff_enter_the_person_to_tell_them(person: UUID, superuser: psycopg.Connection) -> None:
    staff = Actor("staff", new_id(), roles=frozenset({"moderator"}))
    assert tell(person, actor=staff)
    assert len(due(superuser, person)) == 1


def test_person_cannot_tell_another(person: UUID, superuser: psycopg.Connection) -> None:
    with pytest.raises(NotFound):
        tell(person, actor=as_person(make_subject(superuser)))


def test_inbox_pages_newest_first_and_filters_unread(person: UUID) -> None:
    actor = as_person(person)
    with unit_of_work(system()):
        ids = [service.notify(NOTICE.name, actor=system(), recipient=person, values={"time": n}, channels=["inbox"])
               for n in range(60)]
    with unit_of_work(actor):
        first_read = service.mark_read(ids[-1], actor=actor).read_at
    with unit_of_work(actor):
        assert service.mark_read(ids[-1], actor=actor).read_at == first_read
    page = queries.list_inbox(actor=actor, locale="en")
    rest = queries.list_inbox(actor=actor, locale="en", cursor=page.next_cursor)
    assert [row.id for row in [*page.rows, *rest.rows]] == ids[::-1] and rest.next_cursor is None
    unread = queries.list_inbox(actor=actor, locale="en", unread=True)
    assert unread.rows[0].id == ids[-2] and len(unread.rows) == queries.PAGE_SIZE


def test_other_persons_message_does_not_exist(person: UUID, superuser: psycopg.Connection) -> None:
    notification_id = tell(person)
    stranger = as_person(make_subject(superuser))
    with pytest.raises(NotificationNotFound), unit_of_work(stranger):
        service.mark_read(notification_id, actor=stranger)
    assert queries.list_inbox(actor=stranger, locale="en").rows == []
    borrowed = Actor("person", stranger.user_id, stranger.subject_id)
    assert queries.INBOX["en", False](borrowed, subject_id=person, below=queries.decode_id(None)) == []  # RLS alone


def test_privacy_exports_and_erases_this_person_only(person: UUID, directory: Directory, superuser: psycopg.Connection,
                                                     folder: Path) -> None:
    other = make_subject(superuser)
    tell(person)
    tell(other)
    with unit_of_work(system(person)) as _:
        [told] = privacy.export(person, actor=system(person))
        assert (told["subject_en"], told["facts"]) == ("overdue \u2068CO-7\u2069", {"time": "CO-7"})
        privacy.erase(person, actor=system(person))
    left = superuser.execute("select subject_id from notifications where subject_id = any(%s)", [[person, other]])
    assert left.fetchall() == [(other,)]
    consumer.deliver(due(superuser, person))  # what was waiting finds nothing to send
    assert mails(folder) == []


@pytest.mark.parametrize("unread", [False, True])
def test_inbox_plan_is_led_by_subject(app: Flask, person: UUID, superuser: psycopg.Connection, unread: bool) -> None:
    superuser.execute("analyze notifications")
    with psycopg.connect(app.extensions["settings"].database_url.get_secret_value()) as connection:
        connection.execute("select set_config('app.subject_id', %s, true), set_config('app.kind', 'person', true),"
                           " set_config('enable_seqscan', 'off', true)", [str(person)])
        lines = connection.execute(f"explain {queries.INBOX['en', unread].sql}",
                                   {"subject_id": person, "below": new_id()}).fetchall()
    plan = "\n".join(line for (line,) in lines)
    assert "Index Cond: ((subject_id = " in plan and "Sort" not in plan, plan


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_every_template_of_the_house_renders(app: Flask, locale: str) -> None:
    for template in service.all_templates():
        with app.app_context():
            texts = service.render(template, dict.fromkeys(template.placeholders, "CO-7"))
        assert "%(" not in texts[locale].subject + texts[locale].body
        assert locale == "en" or any("\u0621" <= character <= "\u064a" for character in texts["ar"].subject), template
