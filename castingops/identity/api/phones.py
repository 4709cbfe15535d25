"""One's own mobile number."""
from flask import Response

from castingops.core.actor import Actor
from castingops.identity import permissions
from castingops.identity.schemas.phones import PhoneCodeSchema, PhonePutSchema, PhoneSchema
from castingops.identity.service import phones as service
from castingops.web.blueprints import BOTH, ApiBlueprint, success

blueprint = ApiBlueprint("phones_api", __name__, description="Your mobile number")


@blueprint.get("/me/phone", permission=permissions.READ_OWN, audience=BOTH)
@blueprint.response(200, PhoneSchema)
def get_phone(*, actor: Actor) -> Response:
    """Read your own number"""
    return success(service.get_phone(actor=actor))


@blueprint.put("/me/phone", permission=permissions.CHANGE_PHONE, audience=BOTH, limit="write")
@blueprint.arguments(PhonePutSchema())
@blueprint.response(202, PhoneSchema)
def give_phone(sent: dict[str, str], *, actor: Actor) -> Response:
    """Give a number; a code is sent to it, and proves it"""
    return success(service.give_phone(sent["number"], actor=actor), status=202)


@blueprint.post("/me/phone/verification", permission=permissions.CHANGE_OWN, audience=BOTH, limit="auth")
@blueprint.arguments(PhoneCodeSchema())
@blueprint.response(200, PhoneSchema)
def prove_phone(sent: dict[str, str], *, actor: Actor) -> Response:
    """Prove the number by its code"""
    return success(service.prove_phone(sent["code"], actor=actor))


@blueprint.delete("/me/phone", permission=permissions.CHANGE_PHONE, audience=BOTH, limit="write")
@blueprint.response(200, PhoneSchema)
def remove_phone(*, actor: Actor) -> Response:
    """Take your number away"""
    return success(service.remove_phone(actor=actor))
