"""Second factors for the apps: finishing a sign-in, proving again who one is, enrolling and removing (ID-5).

What shows a secret takes no idempotency key, whose stored reply would keep it. It may simply be sent again: a new key
or new codes take the place of those before.
"""
from typing import Any
from uuid import UUID

from flask import Response

from castingops.core.actor import Actor
from castingops.core.permissions import PUBLIC
from castingops.identity import permissions, service
from castingops.identity.api.tokens import answer_proof, answer_tokens
from castingops.identity.errors.factors import PasskeyKnown
from castingops.identity.schemas.accounts import TokensSchema
from castingops.identity.schemas.factors import (
    CeremonySchema,
    FactorRemovedSchema,
    FactorSchema,
    FactorsSchema,
    PasskeySchema,
    ProofSchema,
    RecoveryCodesSchema,
    SecondFactorSchema,
    StepUpSchema,
    TotpConfirmSchema,
    TotpEnrolmentSchema,
)
from castingops.identity.types import Shown, Transport
from castingops.web.blueprints import BOTH, ApiBlueprint, success
from castingops.web.cookies import check_origin

blueprint = ApiBlueprint("factors", __name__, description="Second factors")


@blueprint.post("/auth/login/second-factor", permission=PUBLIC, audience=BOTH, limit="auth")
@blueprint.arguments(SecondFactorSchema())
@blueprint.response(200, TokensSchema)
def finish_login(sent: dict[str, Any], *, actor: Actor) -> Response:
    """Finish a sign-in that asked for a second factor"""
    tokens = service.pass_second(Shown(**sent), actor=actor)
    if tokens.transport == Transport.COOKIE:
        check_origin()  # another site must not sign its visitors in to an account of its own
    return answer_tokens(tokens)


@blueprint.post("/auth/step-up/options", permission=permissions.PROVE, audience=BOTH, limit="auth")
@blueprint.response(200, CeremonySchema)
def start_step_up(*, actor: Actor) -> Response:
    """Get a challenge for your passkey, to prove again that it is you"""
    return success(service.start_proof(actor=actor))


@blueprint.post("/auth/step-up", permission=permissions.PROVE, audience=BOTH, limit="auth")
@blueprint.arguments(StepUpSchema())
@blueprint.response(200, ProofSchema)
def step_up(sent: dict[str, Any], *, actor: Actor) -> Response:
    """Prove again that it is you, before an act that asks for it"""
    return answer_proof(service.prove_again(Shown(**sent), actor=actor))


@blueprint.get("/me/factors", permission=permissions.READ_FACTORS, audience=BOTH)
@blueprint.response(200, FactorsSchema)
def list_factors(*, actor: Actor) -> Response:
    """List your second factors"""
    return success(service.list_factors(actor=actor))


@blueprint.post("/me/factors/totp", permission=permissions.CHANGE_FACTORS, audience=BOTH, limit="auth")
@blueprint.response(201, TotpEnrolmentSchema)
def start_totp(*, actor: Actor) -> Response:
    """Get a key for an authenticator app; it counts once a code of it is confirmed"""
    return success(service.start_totp(actor=actor), status=201)


@blueprint.post("/me/factors/totp/confirm", permission=permissions.CHANGE_FACTORS, audience=BOTH, limit="auth")
@blueprint.arguments(TotpConfirmSchema())
@blueprint.response(200, FactorsSchema)
def confirm_totp(sent: dict[str, str], *, actor: Actor) -> Response:
    """Confirm the authenticator app by its first code"""
    return success(service.confirm_totp(sent["code"], actor=actor))


@blueprint.post("/me/factors/webauthn/options", permission=permissions.CHANGE_FACTORS, audience=BOTH, limit="auth")
@blueprint.response(200, CeremonySchema)
def start_passkey(*, actor: Actor) -> Response:
    """Get a challenge to make a passkey"""
    return success(service.start_passkey(actor=actor))


@blueprint.post("/me/factors/webauthn", permission=permissions.CHANGE_FACTORS, audience=BOTH, limit="auth",
                idempotent=True, errors=(PasskeyKnown,))
@blueprint.arguments(PasskeySchema())
@blueprint.response(201, FactorSchema)
def add_passkey(sent: dict[str, Any], *, actor: Actor) -> Response:
    """Add the passkey that was made"""
    added = service.add_passkey(sent["credential"], sent["challenge"], sent["name"], actor=actor)
    return success(added, status=201)


@blueprint.delete("/me/factors/<uuid:factor_id>", permission=permissions.CHANGE_FACTORS, audience=BOTH, limit="write")
@blueprint.response(200, FactorRemovedSchema)
def remove_factor(*, actor: Actor, factor_id: UUID) -> Response:
    """Remove a second factor; with the last one go the recovery codes"""
    service.remove_factor(factor_id, actor=actor)
    return success({"status": "removed"})


@blueprint.post("/me/factors/recovery-codes", permission=permissions.CHANGE_FACTORS, audience=BOTH, limit="auth")
@blueprint.response(201, RecoveryCodesSchema)
def renew_recovery_codes(*, actor: Actor) -> Response:
    """Make ten recovery codes, shown this once; those before are void"""
    return success({"codes": service.renew_recovery_codes(actor=actor)}, status=201)
