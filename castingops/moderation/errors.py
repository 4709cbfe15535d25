"""What can be refused about cases, and which constraint means which refusal."""
from castingops.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, TooManyRequests
from castingops.core.messages import N_


class CaseNotFound(NotFound):
    code, message = "case_not_found", N_("There is no such case.")


class PersonNotFound(NotFound):
    code, message = "person_not_found", N_("There is no case of such a person.")


class PhotoNotFound(NotFound):
    code, message = "photo_not_found", N_("There is no such photo on this case.")


class RevealsUsedUp(TooManyRequests):
    """`details`: `cap`, photos a day. A break, a colleague, or a senior who allows more."""

    code = "reveals_used_up"
    message = N_("You have seen as many photos today as one person should. Pass the case to a colleague, or ask a"
                 " senior moderator to allow more.")


class InvalidPhotoCare(Invalid):
    code, message = "photo_care_invalid", N_("This cannot be kept.")


class CaseAlreadyDecided(Conflict):
    """`details` name who decided, when and how."""

    code, message = "case_already_decided", N_("Someone decided this case before you. Nothing of yours was sent.")


class CasePending(CaseAlreadyDecided):
    """Decided, but not in effect yet. `details` name who decided, when and how, and `state` of the decision."""

    code = "case_pending"
    message = N_("Someone decided this case before you; it takes effect soon. Nothing of yours was sent.")


class CaseWithdrawn(Conflict):
    code, message = "case_withdrawn", N_("The person withdrew this submission. Nothing was sent.")


class CaseChanged(Conflict):
    code = "case_changed"
    message = N_("The person submitted a newer revision while you were reading. Nothing of yours was sent.")


class CaseTaken(Conflict):
    """`details` name who holds it."""

    code, message = "case_taken", N_("Someone else took this case before you.")


class LeaseLost(Conflict):
    """The token does not hold the case. `details`: `why` (types.leases.LostWhy), `by` who has or ended it, `at`,
    `reason` of a takeover, `until` of the lease that someone else has now."""

    code, message = "lease_lost", N_("You do not hold this case any more. Nothing of yours was sent.")


class InvalidTakeover(Invalid):
    code, message = "takeover_invalid", N_("Say why you take this case over.")


class QueueNotFound(NotFound):
    code, message = "queue_not_found", N_("There is no such queue.")


class InvalidQueue(Invalid):
    code, message = "queue_invalid", N_("This queue cannot be kept.")


class SavedViewNotFound(NotFound):
    code, message = "saved_view_not_found", N_("There is no such view.")


class InvalidSavedView(Invalid):
    code, message = "saved_view_invalid", N_("This view cannot be kept.")


class HolidayNotFound(NotFound):
    code, message = "holiday_not_found", N_("There is no such holiday.")


class InvalidHoliday(Invalid):
    code, message = "holiday_invalid", N_("This holiday cannot be kept.")


class InvalidDecision(Invalid):
    code, message = "decision_invalid", N_("This decision cannot be sent yet.")


class DecisionNotFound(NotFound):
    code, message = "decision_not_found", N_("There is no such decision.")


class DecisionSettled(Conflict):
    """`details` say its `state` and, when it failed, its `failure`."""

    code, message = "decision_settled", N_("This decision is no longer waiting. Nothing of yours was sent.")


class DecisionChanged(Conflict):
    code = "decision_changed"
    message = N_("This decision is not the one that you read. Read it again before you approve it.")


class DecisionNotDue(Conflict):
    code, message = "decision_not_due", N_("This decision can still be undone, so it does not take effect yet.")


class UndoOver(Conflict):
    code, message = "undo_over", N_("The time to undo is over: the decision is in effect. It can be reversed.")


class SecondPersonNeeded(Forbidden):
    code = "second_person_needed"
    message = N_("This takes a second person: whoever proposed it cannot approve it.")


class NotYours(Forbidden):
    code, message = "decision_not_yours", N_("Only who decided or a senior moderator can undo this.")


class OwnDecision(Forbidden):
    code, message = "decision_own", N_("You took part in this decision. Somebody else has to reverse it.")


class NotReversible(Conflict):
    code, message = "decision_not_reversible", N_("This decision is not in effect, so there is nothing to reverse.")


class AppealOpen(Conflict):
    """`details`: `appeal` and, once it has one, `case` name where it is decided."""

    code = "appeal_open"
    message = N_("The person appealed this decision, so their appeal decides about it. Nothing was sent.")


class PublicationBlocked(InvalidDecision):
    code, message = "publication_blocked", N_("An open compliance item keeps the person from being published.")


class InvalidPeriod(Invalid):
    code, message = "period_invalid", N_("These days make no period.")


class SampleNotFound(NotFound):
    code, message = "sample_not_found", N_("There is no such review.")


class SampleTaken(Conflict):
    code, message = "sample_taken", N_("This review is not in your hands. Take the next one.")


class SampleDone(Conflict):
    code, message = "sample_done", N_("This review is finished.")


class ItemNotFound(NotFound):
    code, message = "item_not_found", N_("There is no such compliance item.")


class ItemChanged(Conflict):
    code = "item_changed"
    message = N_("Somebody changed this item while you were reading. Nothing of yours was kept but what you typed.")


class ItemTaken(Conflict):
    """`details` name who owns it."""

    code, message = "item_taken", N_("Somebody else owns this item. Take it over first.")


class ItemClosed(Conflict):
    code, message = "item_closed", N_("This item is closed.")


class ItemUndoOver(Conflict):
    code = "item_undo_over"
    message = N_("The time to take this back is over. Open a new item if there is something new.")


class InvalidItem(Invalid):
    code, message = "item_invalid", N_("This item cannot be changed that way.")


class ReportedNotFound(NotFound):
    code, message = "reported_not_found", N_("There is nothing here that you could report.")


class ReportNotFound(NotFound):
    code, message = "report_not_found", N_("There is no such report.")


class InvalidReport(Invalid):
    code, message = "report_invalid", N_("This report cannot be sent yet.")


class AlreadyReported(Conflict):
    code = "already_reported"
    message = N_("You have reported this for the same reason, and we have not decided yet.")


class ReportsTooMany(TooManyRequests):
    code = "reports_too_many"
    message = N_("You have many reports that we are still reading. Please wait until some of them are decided.")


class ReportIsClosed(Conflict):
    code, message = "report_closed", N_("This report is decided. Send a new one if there is something new.")


class EvidenceFull(Conflict):
    code, message = "evidence_full", N_("A report takes at most 3 pictures.")


class BulkNotFound(NotFound):
    code, message = "bulk_not_found", N_("There is no such bulk action.")


class BulkStarted(Conflict):
    code, message = "bulk_started", N_("This bulk action was started or stopped already.")


class BulkOver(Conflict):
    code, message = "bulk_over", N_("This bulk action is over.")


class InvalidBulk(Invalid):
    code, message = "bulk_invalid", N_("This bulk action cannot be started that way.")


class TooManyCases(Invalid):
    code = "too_many_cases"
    message = N_("One bulk action takes at most 1,000 cases. Nothing was done: narrow the filter, or do them in parts.")


class InvalidNote(Invalid):
    code, message = "note_invalid", N_("This note cannot be kept.")


class InvalidAppeal(Invalid):
    code, message = "appeal_invalid", N_("This appeal cannot be sent yet.")


class AppealNotFound(NotFound):
    code, message = "appeal_not_found", N_("You have not appealed this decision.")


class AlreadyAppealed(Conflict):
    code, message = "already_appealed", N_("You have appealed this decision. We will tell you what came of it.")


class AppealTooLate(Conflict):
    """`details`: `appeal_until`."""

    code, message = "appeal_too_late", N_("The time to appeal this decision is over.")


class NothingToAppeal(Conflict):
    code, message = "nothing_to_appeal", N_("This decision refused nothing, so there is nothing to appeal.")


class DecisionOverturned(Conflict):
    code, message = "decision_overturned", N_("This decision is overturned already.")


class CaseBarred(Forbidden):
    """Whoever proposed or approved a decision has no part in its appeal."""

    code = "case_barred"
    message = N_("You took part in the decision that is appealed here. Somebody else decides the appeal.")


class InvalidMessage(Invalid):
    code, message = "message_invalid", N_("This message cannot be sent.")


class TooManyReplies(TooManyRequests):
    code, message = "too_many_replies", N_("We have your messages. Please wait for our answer.")


class InvalidQuickReply(Invalid):
    code, message = "quick_reply_invalid", N_("This quick reply cannot be kept.")


class QuickReplyNotFound(NotFound):
    code, message = "quick_reply_not_found", N_("There is no such quick reply.")


class QuickReplyExists(Conflict):
    code, message = "quick_reply_exists", N_("There is a quick reply with this title already.")


class InvalidKeys(Invalid):
    code, message = "keys_invalid", N_("Two acts cannot share a key.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_appeals_subject_id_decision_id": AlreadyAppealed,
    "ck_decisions_apart": CaseBarred,
    "uq_quick_replies_own": QuickReplyExists,
    "uq_quick_replies_shared": QuickReplyExists,
    "uq_reports_subject_id_open": AlreadyReported,
    "uq_saved_views_owner_id_name": InvalidSavedView,
    "uq_holidays_day": InvalidHoliday,
    "uq_queues_code": InvalidQueue,
    "uq_decisions_one_live": CaseAlreadyDecided,
    "uq_decisions_one_override": DecisionSettled,
    "ck_decisions_two_persons": SecondPersonNeeded,
    "ck_decisions_not_own": OwnDecision,
    "ck_decisions_second_person": SecondPersonNeeded,
    "ix_compliance_items_one_open": ItemChanged,
}
