"""What the API of second factors takes and documents. What an authenticator says is read by the service; here only its
shape and its size are bounded."""
import marshmallow as ma
from marshmallow.validate import Length

from castingops.identity.types import CODE_WAIT, FactorKind

_TEXT = Length(max=1_000)
_CODE = Length(max=64)
_CHALLENGE = {"example": "q8yF0Zt3m2h0X5l4c1nE7dJ6kq9bVw8rTs0uYp3aGfI"}
_B64 = {"example": "dGhlIGFuc3dlciBvZiBhbiBhdXRoZW50aWNhdG9y"}
_CODE_DOC = {"example": "492039", "description": "six digits of the authenticator app, in any script"}
_RECOVERY = {"example": "7K2M-9QXC-4TJH-B8VN"}
_MORE = ma.EXCLUDE  # browsers add members as the standard grows


class AssertionResponseSchema(ma.Schema):
    class Meta:
        unknown = _MORE

    clientDataJSON = ma.fields.String(required=True, validate=Length(max=4_096), metadata=_B64)
    authenticatorData = ma.fields.String(required=True, validate=Length(max=4_096), metadata=_B64)
    signature = ma.fields.String(required=True, validate=Length(max=4_096), metadata=_B64)
    userHandle = ma.fields.String(allow_none=True, validate=Length(max=128), metadata=_B64)


class AssertionSchema(ma.Schema):
    """What `navigator.credentials.get` gave, as `toJSON()` writes it."""

    class Meta:
        unknown = _MORE

    id = ma.fields.String(required=True, validate=Length(max=2_048), metadata=_B64)
    rawId = ma.fields.String(required=True, validate=Length(max=2_048), metadata=_B64)
    type = ma.fields.String(required=True, validate=Length(max=32), metadata={"example": "public-key"})
    response = ma.fields.Nested(AssertionResponseSchema, required=True)


class AttestationResponseSchema(ma.Schema):
    class Meta:
        unknown = _MORE

    clientDataJSON = ma.fields.String(required=True, validate=Length(max=4_096), metadata=_B64)
    attestationObject = ma.fields.String(required=True, validate=Length(max=16_384), metadata=_B64)
    transports = ma.fields.List(ma.fields.String(validate=Length(max=32), metadata={"example": "internal"}),
                                validate=Length(max=10))


class AttestationSchema(ma.Schema):
    """What `navigator.credentials.create` gave, as `toJSON()` writes it."""

    class Meta:
        unknown = _MORE

    id = ma.fields.String(required=True, validate=Length(max=2_048), metadata=_B64)
    rawId = ma.fields.String(required=True, validate=Length(max=2_048), metadata=_B64)
    type = ma.fields.String(required=True, validate=Length(max=32), metadata={"example": "public-key"})
    response = ma.fields.Nested(AttestationResponseSchema, required=True)


class SecondFactorSchema(ma.Schema):
    """The challenge of a sign-in that asked for a second factor, and one proof: a code, a recovery code, or a passkey's
    answer to that challenge."""

    challenge = ma.fields.String(required=True, validate=_CODE, metadata=_CHALLENGE)
    code = ma.fields.String(validate=_CODE, metadata=_CODE_DOC)
    recovery_code = ma.fields.String(validate=_CODE, metadata=_RECOVERY)
    assertion = ma.fields.Nested(AssertionSchema)


class StepUpSchema(ma.Schema):
    """What proves who you are: your password, or where a second factor is enrolled one of these, a code or a passkey's
    answer to a challenge of step-up/options. A recovery code opens a sign-in, and nothing else."""

    password = ma.fields.String(validate=_TEXT)
    code = ma.fields.String(validate=_CODE, metadata=_CODE_DOC)
    assertion = ma.fields.Nested(AssertionSchema)
    challenge = ma.fields.String(load_default="", validate=_CODE, metadata=_CHALLENGE)


class ProofSchema(ma.Schema):
    """A fresh access token of the same sign-in, good for dangerous acts for some minutes. With cookie transport it lies
    in its cookie, and `csrf_token` comes instead."""

    token_type = ma.fields.String(required=True, metadata={"enum": ["Bearer", "Cookie"]})
    access_token = ma.fields.String(required=True, allow_none=True)
    csrf_token = ma.fields.String(required=True, allow_none=True)
    expires_in = ma.fields.Integer(required=True, metadata={"description": "seconds that the access token lives"})


class FactorSchema(ma.Schema):
    """A second factor that is in use."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": [str(FactorKind.TOTP), str(FactorKind.PASSKEY)]})
    name = ma.fields.String(required=True, metadata={"example": "Laptop", "x-example-ar": "الحاسوب"})
    created_at = ma.fields.AwareDateTime(required=True)
    last_used_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class FactorsSchema(ma.Schema):
    """Everything that proves a second time who you are. `demanded`: the last factor cannot be removed."""

    factors = ma.fields.List(ma.fields.Nested(FactorSchema), required=True)
    recovery_codes_left = ma.fields.Integer(required=True, metadata={"example": 10})
    demanded = ma.fields.Boolean(required=True)


class TotpEnrolmentSchema(ma.Schema):
    """A new key for an authenticator app. Nothing has changed yet: confirm a code of it."""

    id = ma.fields.UUID(required=True)
    secret = ma.fields.String(required=True, metadata={"example": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
    otpauth_uri = ma.fields.String(required=True, metadata={
        "example": "otpauth://totp/castingops:reem%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=castingops"})


class TotpConfirmSchema(ma.Schema):
    code = ma.fields.String(required=True, validate=_CODE, metadata=_CODE_DOC)


class RecoveryCodesSchema(ma.Schema):
    """Shown this once; each opens one sign-in. Those before are void."""

    codes = ma.fields.List(ma.fields.String(metadata=_RECOVERY), required=True)


class CeremonySchema(ma.Schema):
    """What a browser needs to ask an authenticator: WebAuthn's options in JSON."""

    challenge = ma.fields.String(required=True, metadata=_CHALLENGE)
    expires_in = ma.fields.Integer(required=True, metadata={"example": int(CODE_WAIT.total_seconds())})
    options = ma.fields.Dict(keys=ma.fields.String(), required=True, metadata={
        "example": {"rpId": "example.com", "challenge": _CHALLENGE["example"], "userVerification": "required"}})


class PasskeySchema(ma.Schema):
    challenge = ma.fields.String(required=True, validate=_CODE, metadata=_CHALLENGE)
    name = ma.fields.String(required=True, validate=_TEXT, metadata={"example": "Laptop", "x-example-ar": "الحاسوب"})
    credential = ma.fields.Nested(AttestationSchema, required=True)


class FactorRemovedSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["removed"]})
