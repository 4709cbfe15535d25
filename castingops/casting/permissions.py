"""Who may do what with talent profiles and casting calls. Deciding on them is moderation's."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS, AppRole, OrgRole, StaffRole

OWN = [AppRole.TALENT, AppRole.GUARDIAN]

READ_OWN = define("casting.own_profile.read", N_("See one's own talent profile"), roles=OWN, reads=True, for_ward=True)
CHANGE_OWN = define("casting.own_profile.change", N_("Write and submit one's own talent profile"), roles=OWN,
                    for_ward=True)
READ_SHARES = define("casting.share_link.read", N_("See one's own share links"), roles=OWN, reads=True, for_ward=True)
SHARE_OWN = define("casting.share_link.change", N_("Share one's own profile by a link, and take it back"), roles=OWN,
                   for_ward=True)
READ_PUBLISHED = define("casting.published_profile.read", N_("See published talent profiles"), roles=APPS, reads=True,
                        for_ward=True)

READ_OPEN_CALLS = define("casting.open_call.read", N_("See published casting calls"), roles=APPS, reads=True,
                         for_ward=True)
HIRERS = [AppRole.HIRER]
READ_CALLS = define("casting.call.read", N_("Read the casting calls of your organization"), roles=HIRERS, reads=True,
                    org=OrgRole.VIEWER)
WRITE_CALLS = define("casting.call.write", N_("Write, submit and close casting calls of your organization"),
                     roles=HIRERS, org=OrgRole.MEMBER)  # a member's own; the service sees to it

APPLY = define("casting.application.send", N_("Apply to roles, and take applications back"), roles=OWN, for_ward=True)
READ_APPLIED = define("casting.application.read", N_("Read one's own applications"), roles=OWN, reads=True,
                      for_ward=True)
READ_RECEIVED = define("casting.received.read", N_("Read the applications that your organization received"),
                       roles=HIRERS, reads=True, org=OrgRole.VIEWER)
DECIDE_RECEIVED = define("casting.received.decide", N_("Rate, note and move the applications to your casting calls"),
                         roles=HIRERS, org=OrgRole.MEMBER)  # a member's own calls; the service sees to it

# Staff: who moderates calls sees them all, and ends one that should not have gone on.
READ_BOARD = define("casting.board.read", N_("See the casting calls of all organizations"), reads=True, roles=[
    StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.SUPPORT,
    StaffRole.AUDITOR])
CLOSE_BOARD = define("casting.board.close", N_("Close a published casting call"), roles=[
    StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR])
EXPORT_BOARD = define("casting.board.export", N_("Export casting calls"), reads=True, roles=[
    StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR])

# Talents as persons: covered by default; a child in full is compliance's alone (reliability.md §3, "View person").
_SEE_TALENTS = [StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.SUPPORT,
                StaffRole.AUDITOR]
READ_TALENTS = define("casting.talent.read", N_("See talents, masked"), reads=True, roles=_SEE_TALENTS)
UNMASK_TALENTS = define("casting.talent.unmask", N_("See a talent in full, with a reason"), roles=[
    StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER])
EXPORT_TALENTS = define("casting.talent.export", N_("Export the list of talents, without names"), reads=True, roles=[
    StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR])
END_SHARES = define("casting.share_link.end", N_("End a share link, with a reason"), roles=[
    StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER])
