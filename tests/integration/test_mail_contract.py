"""One contract for every carrier of mail (NOTE-1, ARCHITECTURE §8): files and SMTP behave alike."""
import datetime
import email
import email.policy
import socket
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from castingops.core.mail import FileMailer, Mail, Mailer, MailRefused, MailUnavailable, SmtpMailer

SENDER = "castingops <no-reply@castingops.example>"
Read = Callable[[], list[EmailMessage]]


def mail(**changes: Any) -> Mail:
    """A bilingual message as the house sends it."""
    kept = {"to": "sara@example.com", "to_name": "سارة Al-Zahrani", "subject": "اعتُمد ملفك \u2068CO-7\u2069",
            "text": "اعتُمد ملفك التعريفي.\n\nYour profile is approved.\n",
            "html": "<p dir='rtl'>اعتُمد ملفك التعريفي.</p>", "message_id": "018f-1", "language": "ar"}
    return Mail(**{**kept, **changes})


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


class Inbox(Sink):
    """An SMTP server's end: keeps what it is handed, answers what it is told to."""

    def __init__(self, answer: str = "250 OK", to: str = "250 OK") -> None:
        super().__init__()
        self.received: dict[str, bytes] = {}
        self.answer, self.to = answer, to

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.to.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.received[parsed(envelope.content)["Message-ID"]] = envelope.content
        return self.answer


class Server(Controller):
    """On a port that the machine picks: the controller's first knock needs to know it."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()


def serving(inbox: Inbox, **options: Any) -> Controller:
    controller = Server(inbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    return controller


@pytest.fixture(params=["files", "smtp"])
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Mailer, Read]]:
    """Each adapter, and a way to read what it carried."""
    if request.param == "files":
        folder = tmp_path / "mail"
        yield FileMailer(folder, SENDER), lambda: [parsed(file.read_bytes()) for file in sorted(folder.glob("*.eml"))]
        return
    inbox = Inbox()
    controller = serving(inbox)
    yield (SmtpMailer.from_url(f"smtp://127.0.0.1:{controller.port}", SENDER),
           lambda: [parsed(content) for content in inbox.received.values()])
    controller.stop()


def test_carries_both_parts_and_the_names(carrier: tuple[Mailer, Read]) -> None:
    mailer, read = carrier
    assert mailer.send(mail())
    [message] = read()
    assert message["Subject"] == "اعتُمد ملفك \u2068CO-7\u2069"
    assert message["To"] == "سارة Al-Zahrani <sara@example.com>"
    assert message["Message-ID"] == "<018f-1@castingops.example>"
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "ar")
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain and html
    assert "Your profile is approved." in plain.get_content() and "dir='rtl'" in html.get_content()


def test_message_sent_twice_is_recognised_as_one(carrier: tuple[Mailer, Read]) -> None:
    mailer, read = carrier
    assert mailer.send(mail()) == mailer.send(mail())
    assert len(read()) == 1


@pytest.mark.parametrize("hostile", [
    "x\r\nBcc: victim@example.com", "x\nBcc: victim@example.com", "x\r\n\r\nbody", "x\x00y", "x\u2028Bcc: a@b.c",
    '"; Bcc: victim@example.com', "=?utf-8?q?x?=\r\n Bcc: victim@example.com", "\u202eevil", "<b@example.com>",
])
def test_hostile_values_stay_inside_their_header(carrier: tuple[Mailer, Read], hostile: str) -> None:
    mailer, read = carrier
    mailer.send(mail(subject=hostile, to_name=hostile))
    [message] = read()
    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["sara@example.com"]
    assert not set("\r\n\x00\u2028\u202e") & set(message["Subject"] + str(message["To"]))


@pytest.mark.parametrize("address", [
    "", "nobody", "@example.com", "a@", "a@b@c d", "a@example.com,b@example.com", "a@example.com\r\nBcc: b@example.com",
    "<a@example.com>", "سارة@example.com", "a\x00@example.com", "a@" + "x" * 70 + ".com",
])
def test_address_that_is_none_is_refused_for_good(carrier: tuple[Mailer, Read], address: str) -> None:
    mailer, read = carrier
    with pytest.raises(MailRefused):
        mailer.send(mail(to=address))
    assert read() == []


def test_domain_beyond_ascii_is_spelled_for_the_wire(carrier: tuple[Mailer, Read]) -> None:
    mailer, read = carrier
    mailer.send(mail(to="sara@موقع.السعودية"))
    assert read()[0]["To"].addresses[0].domain.isascii()


def test_files_are_readable_by_us_alone(tmp_path: Path) -> None:
    FileMailer(tmp_path / "mail", SENDER).send(mail())
    [file] = (tmp_path / "mail").iterdir()
    assert (file.stat().st_mode & 0o777, (tmp_path / "mail").stat().st_mode & 0o777) == (0o600, 0o700)


def test_folder_that_cannot_be_written_is_worth_a_retry(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(MailUnavailable):
        FileMailer(tmp_path / "mail", SENDER).send(mail())


@pytest.mark.parametrize(("options", "error"), [
    ({"to": "550 no such user"}, MailRefused), ({"to": "451 try later"}, MailUnavailable),
    ({"answer": "554 rejected"}, MailRefused), ({"answer": "452 full"}, MailUnavailable),
])
def test_smtp_tells_final_refusals_from_passing_ones(options: dict[str, str], error: type[Exception]) -> None:
    controller = serving(Inbox(**options))
    try:
        with pytest.raises(error):
            SmtpMailer.from_url(f"smtp://127.0.0.1:{controller.port}", SENDER).send(mail())
    finally:
        controller.stop()


def test_smtp_server_that_is_gone_or_silent_is_worth_a_retry() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MailUnavailable):
            SmtpMailer("127.0.0.1", port, SENDER, starttls=False, timeout=0.2).send(mail())
    with pytest.raises(MailUnavailable):
        SmtpMailer.from_url(f"smtp://127.0.0.1:{port}", SENDER).send(mail())


def test_smtp_sends_nothing_in_the_clear_when_tls_is_asked_for() -> None:
    inbox = Inbox()
    controller = serving(inbox)  # offers no STARTTLS
    try:
        with pytest.raises(MailUnavailable):
            SmtpMailer.from_url(f"smtp://127.0.0.1:{controller.port}?starttls=yes", SENDER).send(mail())
    finally:
        controller.stop()
    assert inbox.received == {}


@pytest.mark.parametrize("url", [
    "http://mail:25", "smtp://", "smtp://user:secret@localhost:25", "smtp://user:secret@mail:25?starttls=no",
    "smtp://mail:99999",
])
def test_smtp_address_that_is_wrong_or_unsafe_stops_the_start(url: str) -> None:
    with pytest.raises(ValueError, match=r"SMTP|[Pp]ort"):
        SmtpMailer.from_url(url, SENDER)


def test_smtp_address_chooses_port_and_protection() -> None:
    assert SmtpMailer.from_url("smtps://u%40x:p%2Fw@mail.example", SENDER) == SmtpMailer(
        "mail.example", 465, SENDER, "u@x", "p/w", implicit_tls=True, starttls=False)
    assert SmtpMailer.from_url("smtp://mail.example", SENDER) == SmtpMailer("mail.example", 587, SENDER)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that signs itself, key and all in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256()))
    path: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()) + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # the server does not see its outer TLS
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("trusted", [True, False])
def test_smtp_over_tls_signs_in_to_whom_it_trusts_only(
    scheme: str, trusted: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    inbox, asked = Inbox(), []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        asked.append((data.login, data.password))
        return AuthResult(success=True)

    tls = {"ssl_context": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    controller = serving(inbox, authenticator=check, auth_required=True, auth_require_tls=scheme == "smtp", **tls)
    mailer = SmtpMailer.from_url(f"{scheme}://u:p%3Aw@localhost:{controller.port}?starttls=yes", SENDER)
    try:
        if trusted:
            assert mailer.send(mail()) == "<018f-1@castingops.example>"
        else:
            with pytest.raises(MailUnavailable):
                mailer.send(mail())
    finally:
        controller.stop()
    assert (asked, len(inbox.received)) == (([(b"u", b"p:w")], 1) if trusted else ([], 0))
