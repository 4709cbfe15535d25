"""Who may do what with cases (domain rule: only moderators decide; finance and administrators do not read cases)."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import StaffRole

_DECIDERS = [StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR]
_READERS = [*_DECIDERS, StaffRole.COMPLIANCE_OFFICER, StaffRole.SUPPORT, StaffRole.AUDITOR]

READ = define("moderation.case.read", N_("Read cases"), roles=_READERS, reads=True)
EXPORT = define("moderation.case.export", N_("Export lists of cases"), reads=True,
                roles=[*_DECIDERS, StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR])
TAKE = define("moderation.case.take", N_("Take cases and return them"), roles=_DECIDERS)
NOTE = define("moderation.note.add", N_("Write notes on cases"), roles=_DECIDERS)
REVEAL = define("moderation.photo.reveal", N_("Reveal blurred photos"), roles=_DECIDERS)
DECIDE = define("moderation.case.decide", N_("Decide cases"), roles=_DECIDERS)
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
