"""The mail port: one message, two carriers. Files under <home>/mail by default, SMTP when its address is set.

A refusal is final (`MailRefused`: nobody by that address); what may pass later is `MailUnavailable`, which the
queue retries. Nothing about the recipient is logged.
"""
import hashlib
import os
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app, render_template

from castingops.core import clock
from castingops.core.arabic import is_line, stays_on_line
from castingops.core.config import Settings, current_settings
from castingops.core.errors import DomainError, Unavailable
from castingops.core.i18n import dir_of, translate
from castingops.core.messages import N_

TIMEOUT_SECONDS = 15.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class MailRefused(DomainError):
    """This message can never be delivered: the address is wrong, or the server said so for good."""

    code, status, message = "mail_refused", 422, N_("No e-mail can be delivered to this address.")


class MailUnavailable(Unavailable):
    """The carrier does not answer now, or does not offer the protection we ask for. Try again later."""

    code, message = "mail_unavailable", N_("E-mail cannot be sent at the moment.")


@dataclass(frozen=True)
class Mail:
    """One message to one person. `message_id` is the same on every try, so that a double is recognised as one."""

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str  # of the first part: for screen readers of mail
    unsubscribe: str = ""  # where one POST ends messages of this kind (RFC 8058); empty for what nobody can end


class Mailer(Protocol):
    """A carrier. `send` returns its own id of the message. Errors: MailRefused, MailUnavailable."""

    def send(self, mail: Mail) -> str: ...


def build(mail: Mail, sender: str) -> EmailMessage:
    """The message as it travels: text and HTML alternatives, headers that no value can break out of.

    Errors: MailRefused for an address that is none.
    """
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    message["From"] = Address(_one_line(name), addr_spec=address)
    message["To"] = _recipient(mail)
    message["Subject"] = _one_line(mail.subject)
    message["Message-ID"] = f"<{mail.message_id}@{address.rpartition('@')[2]}>"
    message["Date"] = format_datetime(clock.now())
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.language  # last: setting content takes Content-* headers with it
    return message


def letter_section(locale: str, *, subject: str, greeting: str, paragraphs: Sequence[str]) -> dict[str, Any]:
    """A letter in one language, as `compose_letter` takes it. `stop` may be an address that ends such letters."""
    return {"locale": locale, "dir": dir_of(locale), "subject": subject, "greeting": greeting,
            "paragraphs": list(paragraphs), "stop": "", "stop_words": "",
            "footer": translate(N_("This message was sent automatically; replies are not read."), locale)}


def compose_letter(sections: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """The text and the HTML of a letter that says the same in each of its sections' languages."""
    return compose("email/notification", sections=sections, subject=sections[0]["subject"],
                   home=current_settings().public_url)


def compose(template: str, /, **context: Any) -> tuple[str, str]:
    """The text and the HTML of a mail template (named without suffix), each escaped as its kind needs."""
    text = render_template(f"{template}.txt", **context)
    return text.strip() + "\n", render_template(f"{template}.html", **context)


@dataclass(frozen=True)
class FileMailer:
    """Writes each message to a file of its own. A message sent twice is one file."""

    folder: Path
    sender: str

    def send(self, mail: Mail) -> str:
        """Write the message, atomically and readable by us alone; its id is the file's name."""
        content = bytes(build(mail, self.sender))
        name = f"{hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]}.eml"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self.folder / f".{name}.{os.getpid()}"
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
            temporary.replace(self.folder / name)
        except OSError as error:
            raise MailUnavailable from error
        return name


@dataclass(frozen=True)
class SmtpMailer:
    """Hands messages to a server: smtp:// with STARTTLS, smtps:// with TLS from the first byte.

    A password never travels in the clear, and nothing does outside this machine unless the address says
    `?starttls=no` (a mail catcher beside us).
    """

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    implicit_tls: bool = False
    starttls: bool = True
    timeout: float = TIMEOUT_SECONDS

    @classmethod
    def from_url(cls, url: str, sender: str) -> "SmtpMailer":
        """The carrier that `smtp[s]://user:password@host:port[?starttls=no]` names. Errors: ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("an SMTP address reads smtp://host:port or smtps://host:port")
        implicit = parts.scheme == "smtps"
        wanted = parse_qs(parts.query).get("starttls", ["no" if parts.hostname in _LOOPBACK else "yes"])[0] == "yes"
        if parts.username and not (implicit or wanted):
            raise ValueError("an SMTP password needs TLS: use smtps:// or leave starttls on")
        return cls(parts.hostname, parts.port or (465 if implicit else 587), sender,
                   unquote(parts.username) if parts.username else None,
                   unquote(parts.password) if parts.password else None, implicit, wanted and not implicit)

    def send(self, mail: Mail) -> str:
        """Hand the message over; its id is our Message-ID. Errors: MailRefused, MailUnavailable."""
        message = build(mail, self.sender)
        try:
            server = self._connect()
            try:
                server.send_message(message)
            finally:
                _leave(server)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise (MailRefused if _is_final(error) else MailUnavailable) from None  # it quotes the address
        except (smtplib.SMTPException, OSError) as error:  # ssl errors are OSErrors
            raise MailUnavailable from error
        return str(message["Message-ID"])

    def _connect(self) -> smtplib.SMTP:
        if self.implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user is not None:
                server.login(self.user, self.password or "")
        except BaseException:
            server.close()
            raise
        return server


def mailer_of(settings: Settings) -> Mailer:
    """The carrier that the settings choose. Errors: ValueError for an SMTP address that cannot be read."""
    if settings.smtp_url is not None:
        return SmtpMailer.from_url(settings.smtp_url.get_secret_value(), settings.mail_from)
    return FileMailer(settings.home / "mail", settings.mail_from)


def current_mailer() -> Mailer:
    """The carrier of the running app."""
    mailer: Mailer | None = current_app.extensions.get("mailer")
    if mailer is None:
        mailer = current_app.extensions["mailer"] = mailer_of(current_settings())
    return mailer


def _one_line(text: str) -> str:
    """Header text: what could end the header or reorder the line is gone, isolates (ours) stay."""
    return " ".join("".join(" " if ord(character) < 32 or not _fits(character) else character
                            for character in text).split())


def _fits(character: str) -> bool:
    return character in "\u2068\u2069" or stays_on_line(character)


def _recipient(mail: Mail) -> Address:
    local, _, domain = mail.to.strip().rpartition("@")
    if not (local and domain and is_line(mail.to)) or set(mail.to) & set(' <>,;:"()[]\\'):
        raise MailRefused
    try:
        return Address(_one_line(mail.to_name), addr_spec=f"{local}@{domain.encode('idna').decode()}")
    except (ValueError, HeaderParseError) as error:  # a name beyond ASCII before the @: few servers take it
        raise MailRefused from error


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye. What goes wrong here is nothing: the message was taken or refused before."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _is_final(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
