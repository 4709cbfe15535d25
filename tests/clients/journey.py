"""The journey of a talent and a hirer by the client generated from openapi.json: nothing here knows a URL (API-9).

    openapi-python-client generate --path openapi.json --meta none --output-path somewhere/castingops_client
    PYTHONPATH=somewhere python tests/clients/journey.py http://127.0.0.1:5000 portrait.jpg

Run so, it asks for the links of the letters that come to .local/mail, and waits two minutes for a moderator to approve
the profile in the console.
"""
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from castingops_client import AuthenticatedClient, Client
from castingops_client.api.consent import change_consent, list_consents, list_privacy_notices
from castingops_client.api.decisions import list_decisions
from castingops_client.api.identity import change_me, get_me, login, logout, refresh, register
from castingops_client.api.letters import confirm_email
from castingops_client.api.notifications import list_notifications
from castingops_client.api.organizations import create_organization, get_organization, list_organizations
from castingops_client.api.photos import add_photo, list_photos
from castingops_client.api.reports import list_report_reasons, list_reports, send_report
from castingops_client.api.talent_profiles import (
    get_published_profile,
    get_talent_profile,
    list_published_profiles,
    submit_talent_profile,
    write_talent_profile,
)
from castingops_client.models import (
    ConfirmEmail,
    ConsentChange,
    ListPublishedProfilesCity,
    Login,
    MePatch,
    NewOrganization,
    NewReport,
    PhotoUpload,
    Refresh,
    Register,
    TalentProfile,
)
from castingops_client.types import File, Response

PASSWORD = "three quiet palm trees"
PROFILE = {
    "display_name_ar": "ريم الدوسري", "display_name_en": "Reem Al-Dosari", "birth_date": "1996-05-04",
    "gender": "female", "nationality": "SA", "city": "riyadh", "playing_age_min": 22, "playing_age_max": 32,
    "height_cm": 165, "languages": [{"code": "ar", "level": "native"}], "dialects": ["najdi"],
    "skills": ["Horse riding"], "bio_ar": "ممثلة مسرح من الرياض.", "bio_en": "Stage actor from Riyadh."}


def key() -> str:
    """A key of one intended effect."""
    return str(uuid4())


def good(answer: Response[Any], status: int = 200) -> Any:
    """The data of an answer that has to be a success. Errors: AssertionError with what it is instead."""
    assert answer.status_code == status, (answer.status_code, answer.content.decode())
    told_again = "Idempotent-Replayed" in answer.headers  # with the body of the first answer, its request's id too
    assert told_again or answer.headers["X-Request-Id"] == str(answer.parsed.meta.request_id)
    return answer.parsed.data


def ask_for_link(email: str) -> str:
    """The token of the letter that came to an address, from whoever runs this."""
    return input(f"the link in the letter to {email}: ").strip().rpartition("/")[2]


def enter(url: str, role: str, open_letter: Callable[[str], str]) -> AuthenticatedClient:
    """A new account of this role, confirmed and signed in."""
    anonymous = Client(base_url=url)
    notices = good(list_privacy_notices.sync_detailed(client=anonymous))
    version = next(notice.version for notice in notices if notice.kind == "privacy")
    email = f"{role}-{uuid4().hex[:10]}@clients.example"
    body = Register.from_dict({
        "email": email, "password": PASSWORD, "display_name": "Reem", "locale": "ar", "role": role,
        "birth_date": "1996-05-04", "accepts": {"terms": True, "privacy_notice_version": version}})
    assert good(register.sync_detailed(client=anonymous, body=body), 201).status == "confirmation_sent"
    proof = ConfirmEmail(token=open_letter(email), password=PASSWORD)
    assert good(confirm_email.sync_detailed(client=anonymous, body=proof)).status == "confirmed"
    tokens = good(login.sync_detailed(client=anonymous, body=Login(email=email, password=PASSWORD)))
    renewed = good(refresh.sync_detailed(client=anonymous, body=Refresh(refresh_token=tokens.refresh_token)))
    assert renewed.access_token != tokens.access_token
    signed_in = AuthenticatedClient(base_url=url, token=renewed.access_token)
    assert good(get_me.sync_detailed(client=signed_in)).roles == [role]
    return signed_in


def submit(talent: AuthenticatedClient, portrait: bytes) -> None:
    """Write a profile, add a photo, send it for review; each retry has no second effect."""
    assert good(change_me.sync_detailed(client=talent, body=MePatch(display_name="ريم"))).display_name == "ريم"
    profile = good(write_talent_profile.sync_detailed(client=talent, body=TalentProfile.from_dict(PROFILE)))
    assert profile.display_name_ar == PROFILE["display_name_ar"]
    one = key()
    for _ in range(2):
        photo = PhotoUpload.from_dict({"kind": "headshot", "primary": True})
        photo.photo = File(payload=io.BytesIO(portrait), file_name="portrait.jpg", mime_type="image/jpeg")
        added = add_photo.sync_detailed(client=talent, body=photo, idempotency_key=one)
        assert good(added, 201).is_primary
    assert added.headers["Idempotent-Replayed"] == "true"
    assert len(good(list_photos.sync_detailed(client=talent))) == 1
    sent = good(submit_talent_profile.sync_detailed(client=talent, idempotency_key=key()), 201)
    assert (sent.number, sent.status) == (1, "pending")
    again = submit_talent_profile.sync_detailed(client=talent, idempotency_key=key())
    assert again.status_code == 409 and again.parsed.error.code == "submission_pending", again.content


def await_decision(talent: AuthenticatedClient, seconds: float) -> Any:
    """One's profile once the submission is decided. Errors: AssertionError when it takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        profile = good(get_talent_profile.sync_detailed(client=talent))
        if profile.submission.status != "pending":
            return profile
        time.sleep(0.2)
    raise AssertionError("nobody decided the submission")


def look(hirer: AuthenticatedClient, profile_id: Any) -> None:
    """A hirer finds the published profile, reads it, and reports it."""
    listed = good(list_published_profiles.sync_detailed(client=hirer, city=ListPublishedProfilesCity.RIYADH))
    assert profile_id in [one.id for one in listed]
    whole = good(get_published_profile.sync_detailed(profile_id, client=hirer))
    assert (whole.display_name_en, len(whole.photos)) == (PROFILE["display_name_en"], 1)
    reason = good(list_report_reasons.sync_detailed(client=hirer))[0].code
    body = NewReport.from_dict({"what": {"kind": "talent_profile", "id": str(profile_id)}, "reason": str(reason)})
    report = good(send_report.sync_detailed(client=hirer, body=body, idempotency_key=key()), 201)
    assert [one.id for one in good(list_reports.sync_detailed(client=hirer))] == [report.id]


def found(hirer: AuthenticatedClient) -> None:
    """A hirer founds an organization, and is its owner; nobody else sees that it is there."""
    body = NewOrganization(name_ar="نخلة للإنتاج", name_en="Nakhla Productions", slug=f"nakhla-{uuid4().hex[:12]}")
    made = good(create_organization.sync_detailed(client=hirer, body=body, idempotency_key=key()), 201)
    assert [(one.id, one.role) for one in good(list_organizations.sync_detailed(client=hirer))] == [(made.id, "owner")]
    assert good(get_organization.sync_detailed(made.id, client=hirer)).slug == body.slug
    nobodys = get_organization.sync_detailed(uuid4(), client=hirer)
    assert nobodys.status_code == 404 and nobodys.parsed.error.code == "not_found", nobodys.content


def leave(someone: AuthenticatedClient) -> None:
    """What the house holds and told, a consent, and out."""
    purpose = next(one for one in good(list_consents.sync_detailed(client=someone)) if one.withdrawable)
    change = ConsentChange.from_dict({"purpose": str(purpose.purpose), "change": "withdrawn"})
    assert good(change_consent.sync_detailed(client=someone, body=change, idempotency_key=key()), 201).given is False
    assert len(good(list_decisions.sync_detailed(client=someone))) <= 1
    good(list_notifications.sync_detailed(client=someone, unread=True))
    good(logout.sync_detailed(client=someone, body=Refresh()))


def travel(url: str, portrait: bytes, *, submitted: Callable[[], None] = lambda: None, patience: float = 120,
           open_letter: Callable[[str], str] = ask_for_link) -> None:
    """The whole journey. `submitted` is called when the profile waits for a moderator, `open_letter` for the token of
    the letter that confirms an address."""
    talent, hirer = enter(url, "talent", open_letter), enter(url, "hirer", open_letter)
    submit(talent, portrait)
    submitted()
    profile = await_decision(talent, patience)
    assert profile.submission.status == "approved" and profile.published_id, profile
    look(hirer, profile.published_id)
    found(hirer)
    refused = submit_talent_profile.sync_detailed(client=hirer, idempotency_key=key())
    assert refused.status_code == 403 and refused.parsed.error.code == "forbidden"
    leave(talent)
    leave(hirer)


if __name__ == "__main__":
    travel(sys.argv[1], Path(sys.argv[2]).read_bytes())
