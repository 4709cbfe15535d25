"""What readers of the trail ask for."""
from datetime import date
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _l
from msgspec.structs import replace
from wtforms import DateField, Form, StringField
from wtforms.validators import UUID as IsId  # a validator, not the type
from wtforms.validators import AnyOf, Optional, Regexp, ValidationError

from castingops.audit.queries import Filters


class IdOf(StrEnum):
    """What the id in the filter bar is an id of."""

    ENTITY = "entity"
    SUBJECT = "subject"
    ACTOR = "actor"


class FilterForm(Form):
    """The filter bar: all of it may be empty."""

    action = StringField(validators=[Optional(), Regexp(r"[a-z_.]+\Z", message=_l("Choose one from the list."))])
    of = StringField(default=IdOf.ENTITY.value,
                     validators=[AnyOf([kind.value for kind in IdOf], _l("Choose one from the list."))])
    id = StringField(validators=[Optional(), IsId(_l("A reference here has 36 characters: copy it whole."))])
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])

    def validate_until(self, field: DateField) -> None:
        """Errors: ValidationError when the days are the wrong way round."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_l("The last day lies before the first."))

    def filters(self) -> Filters:
        """What to look for, once validated."""
        reference = UUID(self.id.data) if self.id.data else None
        first: date | None = self.since.data
        last: date | None = self.until.data
        filters = Filters(action=self.action.data or None, first=first, last=last)
        return replace(filters, **{f"{self.of.data}_id": reference}) if reference else filters

    def query(self) -> dict[str, str]:
        """The filter as parameters of an address: what is empty is left out."""
        of = self.of.data if self.id.data else None
        given = {"action": self.action.data, "of": of, "id": self.id.data, "since": self.since.data,
                 "until": self.until.data}
        return {name: str(value) for name, value in given.items() if value}
