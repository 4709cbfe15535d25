"""How a request to somebody else fails. What matters to whoever sent it: may they have acted on it, or surely not?"""
from castingops.core.errors import Unavailable
from castingops.core.messages import N_


class ProviderFailed(Unavailable):
    """A provider gave no answer that could be used. Its classes say whether it may have acted all the same."""

    code = "provider_failed"
    message = N_("A service that we need is not answering. Please try again in a few minutes.")


class NotAttempted(ProviderFailed):
    """Not one byte of the request left: whoever sent it may send it again, whatever it asks for."""

    code = "provider_unreachable"


class ProviderPaused(NotAttempted):
    """The breaker is open: the provider failed several times in a row, and is left alone for `retry_after` seconds."""

    code = "provider_paused"


class AddressRefused(NotAttempted):
    """An address that we do not send to: not public, not https, or spelled to mislead. Trying again changes nothing."""

    code, status = "address_refused", 422
    message = N_("This address cannot be used. Use a public https address without a user name.")


class OutcomeUnknown(ProviderFailed):
    """The request left and no whole answer came back: the provider may have acted on it, or not.

    Send it again only where the provider recognizes it; else ask for the state of things first.
    """

    code = "provider_outcome_unknown"


class AnswerUnusable(OutcomeUnknown):
    """An answer came, and is too large or cannot be read."""

    code = "provider_answer_unusable"
    message = N_("A service that we need gave an answer that cannot be read. Please try again in a few minutes.")


PROVIDER_FAILS = (NotAttempted, ProviderPaused, OutcomeUnknown, AnswerUnusable)  # for a route that waits for an answer
