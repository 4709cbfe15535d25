"""People who can apply: profiles that were approved, verified identities, photos; and applications they send."""
import io
import json
from typing import Any
from uuid import UUID, uuid4

import psycopg
from flask import Flask

from castingops.casting import service as casting
from castingops.casting.service import withholding
from castingops.casting.types.applications import Card
from castingops.core.actor import system
from castingops.core.db import unit_of_work
from tests.factories import calls, doors, guardians
from tests.factories.casting import document as profile
from tests.factories.casting import staff
from tests.factories.doors import Someone
from tests.factories.guardians import Desk
from tests.factories.media import jpeg
from tests.factories.organizations import House

PATH = "/api/v1/applications"
PROFILE = "/api/v1/me/talent-profile"


def verify(superuser: psycopg.Connection, user_id: UUID | str) -> None:
    """A verification of identity by the database's own means: Nafath's doors are proved elsewhere."""
    superuser.execute(
        "insert into identity_verifications (subject_id, provider, id_digest, name_ar, name_en, verified_at,"
        " expires_at) values (%s, 'direct', %s, 'ريم', 'Reem', now(), now() + interval '1 year')",
        [user_id, uuid4().hex])


def approve(app: Flask, subject_id: UUID | str) -> None:
    """What moderation's approval of the first submission does."""
    moderator = staff()
    with app.app_context(), unit_of_work(moderator):
        casting.approve_revision(actor=moderator, subject_id=UUID(str(subject_id)), number=1)


def photo(someone: Someone, shade: int = 90) -> str:
    """A headshot of theirs; the same picture is taken once."""
    form = {"photo": (io.BytesIO(jpeg(shade)), "me.jpg"), "kind": "headshot"}
    answer = someone.ask("POST", "/api/v1/me/photos", data=form)
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["id"])


def submit(someone: Someone, *shades: int, **changes: Any) -> str:
    """A profile sent for review, with a headshot and one more for each shade; returns the first photo's id."""
    assert someone.ask("PUT", PROFILE, json=profile(**changes)).status_code == 200
    picture = photo(someone)
    for shade in shades:
        photo(someone, shade)
    answer = someone.ask("POST", f"{PROFILE}/submissions")
    assert answer.status_code == 201, answer.text
    return picture


def talent(app: Flask, superuser: psycopg.Connection, *shades: int, **changes: Any) -> tuple[Someone, str]:
    """Somebody who can apply, and an approved photo of theirs."""
    someone = doors.register(app, "talent", birth_date="1998-04-12")
    picture = submit(someone, *shades, **changes)
    approve(app, someone.user_id)
    verify(superuser, someone.user_id)
    return someone, picture


def ward(app: Flask, superuser: psycopg.Connection, desk: Desk, **changes: Any) -> tuple[Someone, dict[str, Any], str]:
    """A guardian at work for a ward who can apply, the ward, and a photo of hers."""
    mother, child = guardians.verified(app, desk, **changes)
    acting = guardians.acting(app, mother, child["id"])
    picture = submit(acting, birth_date=child["birth_date"], playing_age_min=8, playing_age_max=12)
    approve(app, child["id"])
    with app.app_context(), unit_of_work(system()):
        withholding.show_again(UUID(child["id"]), actor=system())
    verify(superuser, mother.user_id)
    return acting, child, picture


def open_role(app: Flask, house: House, **changes: Any) -> tuple[dict[str, Any], str]:
    """A published call, and the id of its role."""
    permit = {"permit_number": "HRSD-118", "permit_until": calls.day(200)} if changes.get("minors") else {}
    call = calls.publish(app, house, roles=[calls.role(**changes)], **permit)
    return call, str(call["roles"][0]["id"])


def body(role_id: str, picture: str, **changes: Any) -> dict[str, Any]:
    """An application that passes."""
    return {"role_id": role_id, "cover_note": "I ride, and speak Najdi.", "photo_ids": [picture], **changes}


def send(someone: Someone, role_id: str, picture: str, **changes: Any) -> Any:
    """The answer to an application."""
    return someone.ask("POST", PATH, json=body(role_id, picture, **changes))


def sent(someone: Someone, role_id: str, picture: str, **changes: Any) -> dict[str, Any]:
    """An application as its talent reads it."""
    answer = send(someone, role_id, picture, **changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json["data"]
    return found


def move(house: House, application_id: str, status: str, rank: str = "owner") -> Any:
    """The answer to a move."""
    return house.ask(rank, "PUT", f"/applications/{application_id}/status", json={"status": status})


def view(house: House, application_id: str, rank: str = "owner") -> Any:
    """The answer to a first look."""
    return house.ask(rank, "POST", f"/applications/{application_id}/events/viewed")


def put(superuser: psycopg.Connection, ids: dict[str, Any], subject_id: UUID) -> None:
    """An application under these ids by the database's own means, past every gate, as if nothing was done with it."""
    superuser.execute("set session_replication_role = replica")  # neither gates nor keys
    superuser.execute(
        "insert into call_roles (org_id, id, call_id, position, languages, dialects, skills, assets, openings, minors)"
        " values (%(org_id)s, %(role_id)s, %(call_id)s, 0, '{}', '{}', '{}', '{}', 1, false)"
        " on conflict do nothing", ids)
    superuser.execute(
        "insert into applications (org_id, id, call_id, role_id, subject_id, applied_by, minor, profile_revision,"
        " shown, public_status, submitted_at, version)"
        " values (%(org_id)s, %(application_id)s, %(call_id)s, %(role_id)s, %(me)s, %(me)s, false, 1, %(shown)s,"
        " 'submitted', now(), 1)"
        " on conflict (org_id, id) do update set public_status = 'submitted', viewed_at = null, withdrawn_at = null",
        {**ids, "me": subject_id, "shown": json.dumps(dict.fromkeys(Card.__struct_fields__))})
    superuser.execute(
        "insert into application_reviews (org_id, application_id, role_id, status, moved_at, version)"
        " values (%(org_id)s, %(application_id)s, %(role_id)s, 'viewed', now(), 1)"
        " on conflict (org_id, application_id) do update set status = 'viewed'", ids)
    superuser.execute("set session_replication_role = origin")
