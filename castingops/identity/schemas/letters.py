"""What the API takes and documents of links that were e-mailed. Shapes and sizes; meaning lives in rules."""
import marshmallow as ma
from marshmallow.validate import Length

_TEXT = Length(max=1_000)  # characters


class AskLetterSchema(ma.Schema):
    email = ma.fields.String(required=True, validate=_TEXT, metadata={"format": "email"})


class LetterAskedSchema(ma.Schema):
    """The same whether a letter will come or not: only who reads that address learns."""

    email = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": ["asked"]})


class ConfirmEmailSchema(ma.Schema):
    """The token is the last part of the link in the letter, the password the one given at registration."""

    token = ma.fields.String(required=True, validate=_TEXT)
    password = ma.fields.String(required=True, validate=_TEXT)


class ConfirmedSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["confirmed"]})


class ResetPasswordSchema(ma.Schema):
    """The token is the last part of the link in the letter."""

    token = ma.fields.String(required=True, validate=_TEXT)
    new_password = ma.fields.String(required=True, validate=_TEXT)


class PasswordResetSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["password_changed"]})
