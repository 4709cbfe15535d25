"""What people choose to be told (NOTE-1): channels and categories, texts and their reports, marketing and its end."""
import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core.actor import system
from castingops.core.db import unit_of_work
from castingops.core.messages import N_
from castingops.core.sms import FileSender, Outcome, Sms
from castingops.notifications import privacy, service, tasks
from castingops.notifications.errors import MarketingNotAgreed
from castingops.notifications.service import marketing, templates, trail
from castingops.notifications.types import Category, Channel, Template
from tests.factories import doors
from tests.factories.deliveries import deliver
from tests.factories.doors import Someone

PREFERENCES, CONSENTS = "/api/v1/me/notification-preferences", "/api/v1/me/consents"
HOOK, SECRET = "/api/v1/webhooks/sms/unifonic", "a secret of thirty-two characters or more"
NUMBER = "+966512345678"
EVERY = {category: Template(f"test.choice.{category}", N_("Today"), N_("Today"), category=category)
         for category in Category}
WITHDRAWN = ("given", "withdrawn")


@pytest.fixture(autouse=True)
def house(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Templates of every category, and a carrier of texts of this test's own."""
    for template in EVERY.values():
        monkeypatch.setitem(templates._REGISTRY, template.name, template)
    monkeypatch.setitem(app.extensions, "sms", FileSender(tmp_path / "sms", "CASTINGOPS"))
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", type(settings).model_validate(
        {**settings.model_dump(), "unifonic_webhook_secret": SECRET}))


@pytest.fixture
def talent(app: Flask, superuser: psycopg.Connection) -> Iterator[Someone]:
    """Somebody with a proved number, who has been told of it."""
    someone = doors.register(app)
    superuser.execute("insert into phone_numbers (subject_id, number, verified_at) values (%s, %s, now())",
                      [someone.user_id, NUMBER])
    yield someone
    superuser.execute("delete from phone_numbers")
    superuser.execute("delete from suppressions")


def tell(app: Flask, someone: Someone, category: Category, *channels: str) -> None:
    with app.app_context(), unit_of_work(system()):
        service.notify(EVERY[category].name, actor=system(), recipient=someone.user_id,
                       **({"channels": channels} if channels else {}))


def sent(app: Flask, superuser: psycopg.Connection, someone: Someone, tmp_path: Path) -> tuple[int, int]:
    """How many of this test's e-mails and texts went out, once all is handled."""
    deliver(app, superuser, someone.user_id, "notifications.email.due", "notifications.sms.due")
    return len(mails(app, superuser, someone)), len(list((tmp_path / "sms").glob("*.txt")))


def mails(app: Flask, superuser: psycopg.Connection, someone: Someone) -> list[bytes]:
    """What this person got by e-mail of this test's templates."""
    rows = superuser.execute(
        "select e.provider_id from email_messages e join notifications n on n.id = e.notification_id and n.subject_id ="
        " e.subject_id where e.subject_id = %s and e.state = 'sent' and n.template like 'test.%%' order by e.id",
        [someone.user_id]).fetchall()
    folder = app.extensions["settings"].home / "mail"
    return [(folder / name).read_bytes() for name, in rows]


def states(superuser: psycopg.Connection, someone: Someone, table: str = "email_messages") -> list[tuple[str, Any]]:
    return superuser.execute(f"select state, reason from {table} where subject_id = %s order by id",
                             [someone.user_id]).fetchall()


def choose(someone: Someone, *wishes: tuple[str, str, bool]) -> Any:
    changes = [{"channel": channel, "category": category, "on": on} for channel, category, on in wishes]
    return someone.ask("PATCH", PREFERENCES, json={"changes": changes})


def consent(someone: Someone, change: str = "given", version: str = "2026-12") -> Any:
    return someone.ask("POST", CONSENTS, json={"purpose": "marketing", "change": change,
                                               "privacy_notice_version": version})


def is_agreed(someone: Someone) -> bool:
    answer = someone.ask("GET", CONSENTS)
    assert answer.json
    return any(one["given"] for one in answer.json["data"] if one["purpose"] == "marketing")


class TestPreferences:
    def test_defaults_are_told_whole(self, talent: Someone) -> None:
        answer = talent.ask("GET", PREFERENCES)
        assert answer.json
        found = {(one["channel"], one["category"]): (one["on"], one["changeable"]) for one in answer.json["data"]}
        assert len(found) == 12
        assert found["email", "security"] == found["sms", "security"] == found["inbox", "service"] == (True, False)
        assert found["email", "service"] == found["email", "reminder"] == (True, True)
        assert found["sms", "service"] == found["email", "marketing"] == (False, True)

    def test_choice_is_obeyed_when_it_is_sent(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        """Written before, chosen since: the choice counts."""
        tell(app, talent, Category.REMINDER)
        assert choose(talent, ("email", "reminder", False), ("sms", "service", True)).status_code == 200
        tell(app, talent, Category.SERVICE)
        assert sent(app, superuser, talent, tmp_path) == (1, 1)
        assert ("skipped", "preference") in states(superuser, talent)
        choose(talent, ("email", "reminder", True), ("sms", "service", False))
        tell(app, talent, Category.REMINDER)
        assert sent(app, superuser, talent, tmp_path) == (2, 1)
        recorded = superuser.execute("select count(*) from audit_entries where subject_id = %s and action ="
                                     " 'notifications.preference.change'", [talent.user_id]).fetchone()
        assert recorded == (2,)

    def test_text_is_dropped_by_a_choice_made_since(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        choose(talent, ("sms", "service", True))
        tell(app, talent, Category.SERVICE)
        choose(talent, ("sms", "service", False))
        assert sent(app, superuser, talent, tmp_path) == (1, 0)
        assert states(superuser, talent, "sms_messages") == [("skipped", "preference")]

    @pytest.mark.parametrize(("channel", "category"), [
        ("email", "security"), ("sms", "security"), ("inbox", "security"), ("inbox", "service"), ("inbox", "reminder")])
    def test_what_keeps_an_account_safe_stays_on(self, talent: Someone, channel: str, category: str) -> None:
        answer = choose(talent, (channel, category, False), ("email", "reminder", False))
        assert (answer.status_code, answer.json["error"]["code"]) == (422, "preference_locked")
        after = talent.ask("GET", PREFERENCES).json
        assert after and all(one["on"] for one in after["data"] if (one["channel"], one["category"])
                             in {("email", "reminder"), (channel, category)})
        assert choose(talent, (channel, category, True)).status_code == 200  # as it is

    @pytest.mark.parametrize("changes", [
        [], [{"channel": "fax", "category": "service", "on": True}], [{"channel": "sms", "category": "x", "on": True}],
        [{"channel": "sms", "category": "service"}], [{"channel": "sms", "category": "service", "on": None}],
        [{"channel": "sms", "category": "service", "on": True}] * 13, "sms", None, {}])
    def test_wish_that_is_none_is_refused(self, talent: Someone, changes: Any) -> None:
        assert talent.ask("PATCH", PREFERENCES, json={"changes": changes}).status_code == 422

    def test_act_that_cannot_be_recorded_does_not_happen(
        self, talent: Someone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(trail, "_trail", [])
        assert choose(talent, ("email", "reminder", False)).status_code == 500
        after = talent.ask("GET", PREFERENCES).json
        assert after and all(one["on"] for one in after["data"] if one["category"] == "reminder"
                             and one["channel"] == "email")


class TestTexts:
    def test_security_is_texted_to_a_proved_number(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        tell(app, talent, Category.SECURITY, "email", "sms")
        assert sent(app, superuser, talent, tmp_path) == (1, 1)
        [file] = (tmp_path / "sms").glob("*.txt")
        assert file.read_text("utf-8") == f"From: CASTINGOPS\nTo: {NUMBER}\n\ncastingops: اليوم\n"
        assert states(superuser, talent, "sms_messages") == [("sent", None)]

    def test_who_has_no_number_gets_no_text(
        self, app: Flask, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        someone = doors.register(app)
        tell(app, someone, Category.SECURITY, "email", "sms")
        assert sent(app, superuser, someone, tmp_path) == (1, 0)
        assert states(superuser, someone, "sms_messages") == [("skipped", "no_number")]

    @pytest.mark.parametrize(("retryable", "state"), [(True, ("queued", None)), (False, ("failed", "refused"))])
    def test_carrier_that_does_not_take_it(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch,
        retryable: bool, state: tuple[str, str | None],
    ) -> None:
        class No:
            name = "no"

            def send(self, sms: Sms) -> Outcome:
                return Outcome(None, (), (sms.to,), retryable, "refused")

        monkeypatch.setitem(app.extensions, "sms", No())
        tell(app, talent, Category.SECURITY, "sms")
        deliver(app, superuser, talent.user_id, "notifications.sms.due")
        assert states(superuser, talent, "sms_messages") == [state]

    def test_text_that_was_sent_or_erased_is_not_sent(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        tell(app, talent, Category.SECURITY, "sms")
        assert sent(app, superuser, talent, tmp_path)[1] == 1
        row = superuser.execute("select id from sms_messages where subject_id = %s", [talent.user_id]).fetchone()
        assert row
        for known in (row[0], uuid4()):
            with app.app_context(), unit_of_work(system(talent.user_id)):
                service.send_sms(known, actor=system(talent.user_id))
        assert len(list((tmp_path / "sms").iterdir())) == 1

    def test_choices_and_texts_go_with_their_person(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        choose(talent, ("sms", "service", True))
        tell(app, talent, Category.SERVICE)
        with app.app_context(), unit_of_work(system(talent.user_id)):
            kept = privacy.export(talent.user_id, actor=system(talent.user_id))
            assert [(row["channel"], row["category"], row["is_on"]) for row in kept if "channel" in row] == [
                ("sms", "service", True)]
            privacy.erase(talent.user_id, actor=system(talent.user_id))
        for table in ("sms_messages", "notification_preferences", "notifications"):
            left = superuser.execute(f"select count(*) from {table} where subject_id = %s", [talent.user_id])
            assert left.fetchone() == (0,)


class TestReports:
    def hear(self, app: Flask, document: Any, **options: Any) -> int:
        options.setdefault("headers", {"X-Webhook-Secret": SECRET})
        body = options if "data" in options else {"json": document, **options}
        return app.test_client().post(HOOK, **body).status_code

    def texted(self, app: Flask, talent: Someone, superuser: psycopg.Connection, provider_id: str) -> None:
        """A text that Unifonic has under this id."""
        tell(app, talent, Category.SECURITY, "sms")
        deliver(app, superuser, talent.user_id, "notifications.sms.due")
        superuser.execute("update sms_messages set provider = 'unifonic', provider_id = %s where subject_id = %s",
                          [provider_id, talent.user_id])

    def handled(self, app: Flask, superuser: psycopg.Connection) -> None:
        deliver(app, superuser, None, "notifications.sms.reported")

    @pytest.mark.parametrize(("word", "state"), [
        ("Delivered", ("delivered", None)), ("Undeliverable", ("failed", "undelivered")),
        ("Rejected", ("failed", "undelivered")), ("Sent", ("sent", None)), ("whatever", ("sent", None))])
    def test_report_is_followed_once(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, word: str, state: tuple[str, str | None]
    ) -> None:
        known = uuid4().hex
        self.texted(app, talent, superuser, known)
        for _ in range(3):
            assert self.hear(app, {"MessageID": known, "DLR": word, "Recipient": "966512345678"}) == 200
            self.handled(app, superuser)
        assert states(superuser, talent, "sms_messages") == [state]
        stored = superuser.execute("select count(*) from sms_reports where provider_id = %s", [known]).fetchone()
        assert stored == (int(state[0] != "sent"),)

    @pytest.mark.parametrize("order", [("Delivered", "Undeliverable"), ("Undeliverable", "Delivered")])
    def test_order_of_reports_does_not_matter(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, order: tuple[str, str]
    ) -> None:
        known = uuid4().hex
        self.texted(app, talent, superuser, known)
        for word in order:
            assert self.hear(app, None, data={"MessageID": known, "Status": word},
                             headers={"X-Webhook-Secret": SECRET}) == 200
            self.handled(app, superuser)
        assert states(superuser, talent, "sms_messages") == [("delivered", None)]

    def test_report_that_overtakes_its_text(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Stored while nobody knows the id; found when the text is written down as sent."""
        known = uuid4().hex

        class Quick:
            name = "unifonic"

            def send(self, sms: Sms) -> Outcome:
                return Outcome(known, (sms.to,), ())

        assert self.hear(app, {"messageId": known, "status": "delivered"}) == 200
        self.handled(app, superuser)
        monkeypatch.setitem(app.extensions, "sms", Quick())
        tell(app, talent, Category.SECURITY, "sms")
        deliver(app, superuser, talent.user_id, "notifications.sms.due")
        assert states(superuser, talent, "sms_messages") == [("delivered", None)]

    @pytest.mark.parametrize("headers", [
        {}, {"X-Webhook-Secret": ""}, {"X-Webhook-Secret": SECRET + "x"}, {"X-Webhook-Secret": SECRET[:-1]},
        {"Authorization": f"Bearer {SECRET}"}, {"Authorization": "Basic eDp5"}])
    def test_report_without_the_secret_is_refused(
        self, app: Flask, headers: dict[str, str], superuser: psycopg.Connection
    ) -> None:
        known = uuid4().hex
        assert self.hear(app, {"MessageID": known, "DLR": "Delivered"}, headers=headers) == 401
        assert superuser.execute("select count(*) from sms_reports where provider_id = %s", [known]).fetchone() == (0,)

    def test_secret_may_come_as_basic_credentials(self, app: Flask) -> None:
        answer = app.test_client().post(HOOK, json={"MessageID": uuid4().hex, "DLR": "Delivered"},
                                        auth=("unifonic", SECRET))
        assert answer.status_code == 200

    def test_without_a_secret_set_nothing_is_heard(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = app.extensions["settings"].model_copy(update={"unifonic_webhook_secret": None})
        monkeypatch.setitem(app.extensions, "settings", settings)
        assert self.hear(app, {"MessageID": "1", "DLR": "Delivered"}) == 401

    @pytest.mark.parametrize("document", [{}, [], "x", {"MessageID": "1"}, {"DLR": "Delivered"}, {"MessageID": True}])
    def test_report_of_another_form_is_refused(self, app: Flask, document: Any) -> None:
        assert self.hear(app, document) == 422

    def test_old_reports_are_forgotten(self, app: Flask, superuser: psycopg.Connection) -> None:
        known = uuid4().hex
        self.hear(app, {"MessageID": known, "DLR": "Delivered"})
        superuser.execute("update sms_reports set received_at = now() - interval '31 days'")
        with app.app_context(), unit_of_work(system()):
            tasks.forget_reports(actor=system())
        assert superuser.execute("select count(*) from sms_reports").fetchone() == (0,)
        self.handled(app, superuser)  # of one that is gone


class TestMarketing:
    """PDPL art. 25, Implementing Regulation art. 28 and 29: consent first, a named sender, one click, stop at once."""

    def test_nothing_is_written_without_consent(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        with pytest.raises(MarketingNotAgreed):
            tell(app, talent, Category.MARKETING)
        assert states(superuser, talent) == [] or all(state != "queued" for state, _ in states(superuser, talent))
        answer = choose(talent, ("email", "marketing", True))
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "marketing_not_agreed")
        assert choose(talent, ("email", "marketing", False)).status_code == 200

    def test_consent_needs_its_own_notice(self, app: Flask, talent: Someone) -> None:
        assert consent(talent, version="2025-10").json["error"]["code"] == "notice_outdated"
        assert consent(talent).status_code == 201 and is_agreed(talent)
        assert consent(talent, "withdrawn").status_code == 201 and not is_agreed(talent)

    def test_registration_cannot_agree_to_it(self, app: Flask) -> None:
        document = {"email": f"{uuid4().hex}@apps.example", "password": doors.PASSWORD, "display_name": "Reem",
                    "locale": "ar", "role": "hirer",
                    "accepts": {"terms": True, "privacy_notice_version": "2025-10", "purposes": ["marketing"]}}
        answer = app.test_client().post("/api/v1/auth/register", json=document)
        assert answer.status_code == 422 and answer.json and answer.json["error"]["code"] == "acceptance_missing"

    def test_minor_cannot_agree_to_it(self, app: Flask) -> None:
        child = doors.register(app, birth_date="2012-05-01", accepts={
            "terms": True, "privacy_notice_version": "2025-10"})
        assert consent(child).json["error"]["code"] == "not_for_minors"

    def test_proof_names_the_text_that_was_shown(self, talent: Someone, superuser: psycopg.Connection) -> None:
        consent(talent)
        proof = superuser.execute(
            "select e.change, e.means, n.kind, n.version, e.text_hash = n.text_hash from consent_events e"
            " join notices n on n.id = e.notice_id where e.subject_id = %s and e.purpose = 'marketing'",
            [talent.user_id]).fetchall()
        assert proof == [("given", "app", "marketing", "2026-12", True)]

    def mail(self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path) -> EmailMessage:
        assert consent(talent).status_code == 201
        tell(app, talent, Category.MARKETING)
        assert sent(app, superuser, talent, tmp_path)[0] == 1
        [content] = mails(app, superuser, talent)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def test_mail_names_its_sender_and_its_end(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        """RFC 8058: both headers; and a link in either part."""
        message = self.mail(app, talent, superuser, tmp_path)
        link = str(message["List-Unsubscribe"]).strip("<>")
        assert "/unsubscribe/" in link and message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for kind in ("plain", "html"):
            part = message.get_body((kind,))
            assert part and link in part.get_content().replace("&amp;", "&")
            assert "castingops, Riyadh" in part.get_content()

    def test_other_mail_offers_no_end(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        tell(app, talent, Category.SERVICE)
        sent(app, superuser, talent, tmp_path)
        [content] = mails(app, superuser, talent)
        assert b"nsubscribe" not in content

    @pytest.mark.parametrize("body", ["List-Unsubscribe=One-Click", "locale=ar", ""])
    def test_one_click_ends_it(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path, body: str
    ) -> None:
        """A mailbox's own button: a POST without cookie, page or token. Opening the link alone ends nothing."""
        link = str(self.mail(app, talent, superuser, tmp_path)["List-Unsubscribe"]).strip("<>")
        path, stranger = "/" + link.split("/", 3)[3], app.test_client()
        for locale, words in (("en", "Stop news and offers?"), ("ar", "إيقاف الأخبار والعروض؟")):
            page = stranger.get(f"{path}?locale={locale}")
            assert page.status_code == 200 and words in page.text
        assert is_agreed(talent)
        for _ in range(2):
            answer = stranger.post(path, data=body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code == 200 and "Location" not in answer.headers
        assert not is_agreed(talent)
        rows = superuser.execute("select change, means from consent_events where subject_id = %s and purpose ="
                                 " 'marketing' order by id", [talent.user_id]).fetchall()
        assert rows == [("given", "app"), ("withdrawn", "link")]
        with pytest.raises(MarketingNotAgreed):
            tell(app, talent, Category.MARKETING)

    def test_what_was_written_before_the_end_is_not_sent_after_it(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        consent(talent)
        choose(talent, ("sms", "marketing", True))
        tell(app, talent, Category.MARKETING)
        consent(talent, "withdrawn")
        assert sent(app, superuser, talent, tmp_path) == (0, 0)
        assert states(superuser, talent, "sms_messages") == [("skipped", "no_consent")]
        consent(talent)  # anew: the old messages stay unsent, new ones go
        tell(app, talent, Category.MARKETING)
        assert sent(app, superuser, talent, tmp_path) == (1, 1)
        [text] = (tmp_path / "sms").glob("*.txt")
        assert "From: CASTINGOPS-AD" in text.read_text("utf-8") and "/unsubscribe/" in text.read_text("utf-8")

    @pytest.mark.parametrize("word", ["STOP", "stop.", " إيقاف ", "ايقاف", "Unsubscribe", "إلغاء الاشتراك"])
    def test_answering_stop_ends_it(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path, word: str
    ) -> None:
        consent(talent)
        answer = app.test_client().post(HOOK, json={"From": "966512345678", "Body": word},
                                        headers={"X-Webhook-Secret": SECRET})
        assert answer.status_code == 200 and not is_agreed(talent)
        means = superuser.execute("select means from consent_events where subject_id = %s order by id desc limit 1",
                                  [talent.user_id]).fetchone()
        assert means == ("reply",)

    def test_stop_of_an_address_outlives_the_account(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection, tmp_path: Path
    ) -> None:
        """Whoever shares the number, and agreed before, gets no text; who agrees after it, gets one again."""
        consent(talent)
        choose(talent, ("sms", "marketing", True))
        with app.app_context(), unit_of_work(system()):
            marketing.suppress(Channel.SMS, NUMBER, "reply")
        tell(app, talent, Category.MARKETING)
        assert sent(app, superuser, talent, tmp_path) == (1, 0)
        assert states(superuser, talent, "sms_messages") == [("skipped", "stopped")]
        kept = superuser.execute("select who from suppressions").fetchone()
        assert kept and "966512345678" not in kept[0]
        consent(talent, "withdrawn")
        consent(talent)
        tell(app, talent, Category.MARKETING)
        assert sent(app, superuser, talent, tmp_path) == (2, 1)

    def test_answer_that_is_no_stop_ends_nothing(self, app: Flask, talent: Someone) -> None:
        consent(talent)
        app.test_client().post(HOOK, json={"from": "966512345678", "body": "thanks, do not stop"},
                               headers={"X-Webhook-Secret": SECRET})
        assert is_agreed(talent)

    @pytest.mark.parametrize("token", ["forged", "a.b", "é", "x" * 5000])
    def test_link_that_is_none_tells_nothing(self, app: Flask, token: str) -> None:
        client = app.test_client()
        answers = [client.get(f"/unsubscribe/{token}"), client.post(f"/unsubscribe/{token}")]
        assert {answer.status_code for answer in answers} == {404}
        assert all("This link does not work" in answer.text for answer in answers)

    def test_link_of_an_erased_person_ends_quietly(
        self, app: Flask, talent: Someone, superuser: psycopg.Connection
    ) -> None:
        with app.app_context():
            token = marketing.link_of(UUID(int=7)).rsplit("/", 1)[1]
        assert app.test_client().post(f"/unsubscribe/{token}").status_code == 200
        assert superuser.execute("select count(*) from suppressions").fetchone() == (0,)
