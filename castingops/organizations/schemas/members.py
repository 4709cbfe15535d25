"""Members, invitations and transfers in the API."""
import marshmallow as ma
from marshmallow.validate import Length, OneOf

from castingops.core.roles import OrgRole
from castingops.organizations.schemas.organizations import RANKS, TEXT, PageSchema
from castingops.organizations.types import InvitationState

_STATES = [str(state) for state in InvitationState]


class MembersQuerySchema(PageSchema):
    """Which members."""

    role = ma.fields.String(load_default=None, validate=OneOf(RANKS))


class MemberSchema(ma.Schema):
    """A member. The e-mail is told to owners and administrators alone."""

    user_id = ma.fields.UUID(required=True)
    membership_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(required=True, allow_none=True)
    role = ma.fields.String(required=True, metadata={"enum": RANKS})
    invited_by = ma.fields.UUID(required=True, allow_none=True)
    invited_at = ma.fields.AwareDateTime(required=True)
    accepted_at = ma.fields.AwareDateTime(required=True)


class RoleSchema(ma.Schema):
    role = ma.fields.String(required=True, validate=OneOf(RANKS), metadata={"example": str(OrgRole.MEMBER)})


class RemovedMemberSchema(ma.Schema):
    user_id = ma.fields.UUID(required=True)


class InviteSchema(ma.Schema):
    """Whom to invite. The answer is the same whether the address has an account or not."""

    email = ma.fields.String(required=True, validate=TEXT, metadata={"format": "email"})
    role = ma.fields.String(required=True, validate=OneOf(RANKS), metadata={"example": str(OrgRole.MEMBER)})


class InvitesQuerySchema(PageSchema):
    """Which invitations."""

    state = ma.fields.String(load_default=None, validate=OneOf(_STATES))


class InvitationSchema(ma.Schema):
    """An invitation; its token stands in the letter and nowhere else."""

    id = ma.fields.UUID(required=True)
    email = ma.fields.String(required=True)
    role = ma.fields.String(required=True, metadata={"enum": RANKS})
    state = ma.fields.String(required=True, metadata={"enum": _STATES})
    letter_state = ma.fields.String(required=True, metadata={"enum": ["queued", "sent", "failed"]})
    letters = ma.fields.Integer(required=True, metadata={"example": 1})
    invited_by = ma.fields.UUID(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)
    answered_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class RevokedInvitationSchema(ma.Schema):
    id = ma.fields.UUID(required=True)


class TokenSchema(ma.Schema):
    """The code that stands in the letter."""

    token = ma.fields.String(required=True, validate=Length(max=200))


class DeclinedSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["declined"]})


class TransferRequestSchema(ma.Schema):
    """To which member."""

    user_id = ma.fields.UUID(required=True)


class TransferSchema(ma.Schema):
    """An offer of the organization to one of its members."""

    from_user = ma.fields.UUID(required=True)
    to_user = ma.fields.UUID(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class EndedTransferSchema(ma.Schema):
    status = ma.fields.String(required=True, metadata={"enum": ["ended"]})
