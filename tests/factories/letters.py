"""Letters as their readers get them: the worker's part is done here and now, then the mail's file is read."""
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from os import urandom
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from castingops.core import consumer
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.identity import service
from castingops.notifications import service as notifications

_LINK = re.compile(r"/account/(confirm|reset|email|undo)/([\w-]{43})")
_ASKED = text(
    "select o.id from outbox o where o.status = 'pending' and (o.payload->>'pending_id' in"
    " (select p.id::text from pending_accounts p where p.email = :email) or o.payload->>'letter_id' in"
    " (select l.id::text from asked_letters l where l.email = :email)) order by o.id")
_OWNERS = (
    "(select id from users where email = :email union select id from pending_accounts where email = :email"
    " union select subject_id from emailed_links where email = :email)")
_DUE = text("select o.id from outbox o where o.status = 'pending' and o.name = 'notifications.email.due'"
            f" and o.subject_id in {_OWNERS} order by o.id")
_MAILS = text(f"select id from email_messages where subject_id in {_OWNERS} and state = 'sent' order by id desc")
_PENDING = text("select id from pending_accounts where email = :email order by id desc limit 1")
_LETTER = text("select id from email_messages where subject_id = :subject_id")


def deliver(app: Flask, email: str) -> None:
    """Do what a worker would for this address: write the letters that were asked for, and send them."""
    with app.app_context():
        for due in (_ASKED, _DUE):
            with unit_of_work(system(), read_only=True) as session:
                ids = [str(row) for row in session.scalars(due, {"email": email})]
            consumer.deliver(ids)


def mails_to(app: Flask, email: str) -> list[str]:
    """The text of every letter that came to this very address, the newest first."""
    deliver(app, email)
    with app.app_context(), unit_of_work(system(), read_only=True) as session:
        ids = [str(row) for row in session.scalars(_MAILS, {"email": email})]
    mails = [_file(app, id_) for id_ in ids]
    return [mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            for mail in mails if email in str(mail["To"])]


def tokens_to(app: Flask, email: str, kind: str) -> list[str]:
    """The tokens of every letter's link of this kind, the newest first."""
    return [token for mail in mails_to(app, email) for which, token in dict.fromkeys(_LINK.findall(mail))
            if which == kind]


def token_to(app: Flask, email: str, kind: str) -> str:
    """The token of the newest letter's link of this kind."""
    found = tokens_to(app, email, kind)
    assert found, f"no letter with a {kind} link came to {email}"
    return found[0]


def confirm(app: Flask, email: str, password: str) -> None:
    """Open the letter and confirm the account as its owner would; quicker than `deliver`: many tests begin here."""
    with app.app_context():
        with unit_of_work(system()) as session:
            pending = session.scalar(_PENDING, {"email": email})
            service.send_confirmation(pending, actor=system())
        with unit_of_work(system(pending)) as session:
            (letter,) = session.scalars(_LETTER, {"subject_id": pending}).all()
            notifications.send_email(letter, actor=system(pending))
    ((_, token),) = set(_LINK.findall(read_mail(app, str(letter))))
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"10.{'.'.join(str(octet) for octet in urandom(3))}"  # no guess came from it
    answer = client.post("/api/v1/auth/confirm-email", json={"token": token, "password": password})
    assert answer.status_code == 200, answer.text


def read_mail(app: Flask, email_id: str) -> str:
    """The text of an e-mail that was sent, by its row's id."""
    mail = _file(app, email_id)
    return mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def _file(app: Flask, email_id: str) -> EmailMessage:
    name = f"{sha256(email_id.encode()).hexdigest()[:32]}.eml"
    folder = Path(app.extensions["settings"].home) / "mail"
    mail = message_from_bytes((folder / name).read_bytes(), policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail
