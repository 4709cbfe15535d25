"""What can be refused about consents."""
from castingops.core.errors import Conflict, Forbidden, Invalid
from castingops.core.messages import N_


class AcceptanceMissing(Invalid):
    """Registration without the terms, or with a notice that is not the present one."""

    code = "acceptance_missing"


class NotByConsent(Conflict):
    """The purpose rests on another legal basis."""

    code = "not_by_consent"
    message = N_("This processing does not rest on consent. The privacy notice says what it rests on.")


class GuardianNeeded(Forbidden):
    """A consent needs full capacity (Implementing Regulation art. 11)."""

    code, message = "guardian_needed", N_("A legal guardian gives this consent.")


class NotForMinors(Forbidden):
    """A guardian does not give it either (LAW 26, Implementing Regulation art. 28)."""

    code, message = "not_for_minors", N_("This is never done with the data of a minor.")


class NoticeOutdated(Conflict):
    code, message = "notice_outdated", N_("The privacy notice has a newer version. Please read that one first.")


class ConsentMissing(Conflict):
    """Something needs a consent that was not given, or was withdrawn."""

    code, message = "consent_missing", N_("This rests on a consent that was not given, or was withdrawn.")
