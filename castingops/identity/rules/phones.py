"""Which numbers people may give, and how often they are sent a code."""
from collections.abc import Collection
from datetime import timedelta

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from castingops.core.arabic import fold_digits
from castingops.core.messages import N_
from castingops.identity.errors.verified import InvalidPhone
from castingops.identity.rules.turns import Limits

HOME = "SA"
_LONGEST = 40  # characters: the longest number has 15 digits and may be grouped
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}

# A text costs money, and who is sent it has not asked for it (SMS pumping): to one number, of one account, from one
# address. What the house sends on one day in all is a setting.
NUMBER_LIMITS: Limits = [(3, timedelta(minutes=10)), (5, timedelta(days=1))]
ACCOUNT_LIMITS: Limits = [(5, timedelta(hours=1)), (10, timedelta(days=1))]
ADDRESS_LIMITS: Limits = [(10, timedelta(hours=1)), (30, timedelta(days=1))]


def checked_phone(text: str, countries: Collection[str]) -> str:
    """The number in E.164, out of digits of any script; without a country it is Saudi. Errors: InvalidPhone."""
    typed = fold_digits(text).strip()
    try:
        number = phonenumbers.parse(typed, HOME) if len(typed) <= _LONGEST else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise InvalidPhone(number=N_("Write a mobile number such as 0512345678 or +966512345678."))
    if phonenumbers.number_type(number) not in _MOBILE or phonenumbers.region_code_for_number(number) not in countries:
        raise InvalidPhone(number=N_("We send texts to mobiles of these countries only: %(countries)s.",
                                     countries=", ".join(sorted(countries))))
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def shown_phone(number: str) -> str:
    """A number as people write it: a Saudi one nationally, another with its country."""
    parsed = phonenumbers.parse(number)
    own = phonenumbers.region_code_for_number(parsed) == HOME
    return str(phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if own
                                          else PhoneNumberFormat.INTERNATIONAL))
