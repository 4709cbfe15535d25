"""Who may do what with cases (domain rule: only moderators decide; finance and administrators do not read cases)."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS, StaffRole

_DECIDERS = [StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR]
_READERS = [*_DECIDERS, StaffRole.COMPLIANCE_OFFICER, StaffRole.SUPPORT, StaffRole.AUDITOR]

READ = define("moderation.case.read", N_("Read cases"), roles=_READERS, reads=True)
EXPORT = define("moderation.case.export", N_("Export lists of cases"), reads=True,
                roles=[*_DECIDERS, StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR])
SEND_REPORT = define("moderation.own_report.send", N_("Report something"), roles=APPS)
READ_REPORTS = define("moderation.own_report.read", N_("See one's own reports"), roles=APPS, reads=True,
                      restricted=True)
TAKE = define("moderation.case.take", N_("Take cases and return them"), roles=_DECIDERS)
QUEUES = define("moderation.queue.change", N_("Change queues and their rules"), roles=[StaffRole.SENIOR_MODERATOR])
HOLIDAYS = define("moderation.holiday.change", N_("Keep the calendar of holidays"), roles=[StaffRole.SENIOR_MODERATOR])
SAVE_VIEWS = define("moderation.view.keep", N_("Keep views of the queue"), roles=_DECIDERS)
NOTE = define("moderation.note.add", N_("Write notes on cases"), roles=_DECIDERS)
REVEAL = define("moderation.photo.reveal", N_("Reveal blurred photos"), roles=_DECIDERS)
CARE = define("moderation.photo_care.keep", N_("Choose how one sees photos"), roles=_DECIDERS)
READ_EXPOSURES = define("moderation.exposure.read", N_("See which photos one looked at"), roles=_DECIDERS, reads=True)
RAISE_CAP = define("moderation.photo_care.raise", N_("Let a colleague see more photos on a day"),
                   roles=[StaffRole.SENIOR_MODERATOR])
DECIDE = define("moderation.case.decide", N_("Decide cases"), roles=_DECIDERS)
READ_PROPOSALS = define("moderation.proposal.read", N_("Read what colleagues proposed"), reads=True,
                        roles=[StaffRole.SENIOR_MODERATOR])
# bans, minors and reversals: an approval needs a proof no older than five minutes (reliability.md §3)
APPROVE = define("moderation.decision.approve", N_("Approve what a colleague proposed"),
                 roles=[StaffRole.SENIOR_MODERATOR], step_up=True)
DECLINE = define("moderation.decision.decline", N_("Refuse what a colleague proposed"),
                 roles=[StaffRole.SENIOR_MODERATOR])
READ_DECISIONS = define("moderation.own_decision.read", N_("See decisions about oneself"), roles=APPS, reads=True,
                        restricted=True, for_ward=True)
RUN_BULK = define("moderation.bulk.run", N_("Act on many cases at once"), roles=_DECIDERS)
READ_BULK = define("moderation.bulk.read", N_("Read bulk actions and their results"), reads=True,
                   roles=[*_DECIDERS, StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR])
_ITEM_OWNERS = [StaffRole.COMPLIANCE_OFFICER, StaffRole.SENIOR_MODERATOR]
READ_ITEMS = define("moderation.item.read", N_("Read compliance items"), reads=True,
                    roles=[*_ITEM_OWNERS, StaffRole.AUDITOR])
EXPORT_ITEMS = define("moderation.item.export", N_("Export lists of compliance items"), reads=True,
                      roles=[*_ITEM_OWNERS, StaffRole.AUDITOR])
OWN_ITEMS = define("moderation.item.act", N_("Open, own and close compliance items"), roles=_ITEM_OWNERS)
REVIEW = define("moderation.quality.review", N_("Review decisions again without seeing them"), roles=_DECIDERS)
FIGURES = define("moderation.figures.read", N_("Read figures of moderation"), reads=True,
                 roles=[StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR])
TRANSPARENCY = define("moderation.report.export", N_("Download transparency reports"), reads=True,
                      roles=[StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR])
APPEAL = define("moderation.own_decision.appeal", N_("Appeal decisions about oneself"), roles=APPS,
                restricted=True, for_ward=True)
MESSAGE = define("moderation.message.send", N_("Write to the person of a case"), roles=_DECIDERS)
SETTINGS = define("moderation.settings.change", N_("Choose one's own keys and ways to compare"), roles=_DECIDERS)
REPLIES = define("moderation.quick_reply.keep", N_("Keep quick replies"), roles=_DECIDERS)
SHARE_REPLIES = define("moderation.quick_reply.share", N_("Keep quick replies that everybody uses"),
                       roles=[StaffRole.SENIOR_MODERATOR])
READ_OWN_MESSAGES = define("moderation.own_messages.read", N_("Read messages about one's own cases"), roles=APPS,
                           reads=True, restricted=True, for_ward=True)
REPLY = define("moderation.own_messages.reply", N_("Reply to messages about one's own cases"), roles=APPS,
               restricted=True, for_ward=True)
