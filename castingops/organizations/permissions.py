"""Who may do what in organizations: hirers, by their rank in the one that the path names (reliability.md §3).

Only a hirer's account can make or join one: who works for a production company has that company's side of the house,
and talent, minors among them, never come into it. Staff read, masked; an administrator sees to webhooks that failed.
"""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import AppRole, OrgRole, StaffRole

HIRERS = [AppRole.HIRER]

CREATE = define("organizations.organization.create", N_("Make an organization"), roles=HIRERS)
LIST_OWN = define("organizations.organization.list", N_("List your own organizations"), roles=HIRERS, reads=True)
CHOOSE = define("organizations.organization.choose", N_("Choose the organization to work in"), roles=HIRERS)
ANSWER = define("organizations.invitation.answer", N_("Answer an invitation that you were sent"), roles=HIRERS)

READ = define("organizations.organization.read", N_("Read your organization"), roles=HIRERS, reads=True,
              org=OrgRole.VIEWER)
CHANGE = define("organizations.organization.change", N_("Change your organization's profile"), roles=HIRERS,
                org=OrgRole.ADMIN)
CLOSE = define("organizations.organization.close", N_("Delete your organization"), roles=HIRERS, org=OrgRole.OWNER,
               step_up=True)
RESTORE = define("organizations.organization.restore", N_("Restore your organization while its deletion can be undone"),
                 roles=HIRERS, org=OrgRole.OWNER)
OFFER = define("organizations.transfer.offer", N_("Hand your organization over to another member"), roles=HIRERS,
               org=OrgRole.OWNER, step_up=True)
TAKE_OVER = define("organizations.transfer.answer", N_("Answer the offer to take an organization over"), roles=HIRERS,
                   org=OrgRole.VIEWER)

READ_MEMBERS = define("organizations.member.read", N_("List the members of your organization"), roles=HIRERS,
                      reads=True, org=OrgRole.VIEWER)
# anybody may leave; taking another out is the service's to allow
LEAVE = define("organizations.member.remove", N_("Leave your organization, or take members out of it"), roles=HIRERS,
               org=OrgRole.VIEWER)
RANK = define("organizations.member.rank", N_("Change what members of your organization may do"), roles=HIRERS,
              org=OrgRole.ADMIN)
INVITE = define("organizations.invitation.send", N_("Invite people to your organization"), roles=HIRERS,
                org=OrgRole.ADMIN)
READ_INVITES = define("organizations.invitation.read", N_("List the invitations to your organization"), roles=HIRERS,
                      reads=True, org=OrgRole.ADMIN)
READ_TRAIL = define("organizations.trail.read", N_("Read your organization's part of the audit trail"), roles=HIRERS,
                    reads=True, org=OrgRole.ADMIN)


LIST_CREDENTIALS = define("organizations.credential.list", N_("List your organization's secrets, masked"), roles=HIRERS,
                          reads=True, org=OrgRole.MEMBER)
STORE_CREDENTIAL = define("organizations.credential.store", N_("Store a secret of your organization"), roles=HIRERS,
                          step_up=True, org=OrgRole.ADMIN)
DELETE_CREDENTIAL = define("organizations.credential.delete", N_("Delete a secret of your organization"), roles=HIRERS,
                           step_up=True, org=OrgRole.ADMIN)

READ_WEBHOOKS = define("organizations.webhook.read", N_("Read your organization's webhooks"), roles=HIRERS, reads=True,
                       org=OrgRole.ADMIN)
MANAGE_WEBHOOKS = define("organizations.webhook.manage", N_("Manage your organization's webhooks"), roles=HIRERS,
                         step_up=True, org=OrgRole.ADMIN)
PING_WEBHOOK = define("organizations.webhook.ping", N_("Send to your organization's webhooks once more"), roles=HIRERS,
                      org=OrgRole.ADMIN)

# Staff. Persons are masked for everybody but compliance, who say why (reliability.md §3, "View person").
READ_DESK = define("organizations.desk.read", N_("See organizations, their members masked"), reads=True, roles=[
    StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.FINANCE,
    StaffRole.SUPPORT, StaffRole.AUDITOR, StaffRole.ADMIN])
READ_DESK_SYSTEMS = define("organizations.desk.systems", N_("See the vaults and webhooks of organizations, masked"),
                           reads=True, roles=[StaffRole.SUPPORT, StaffRole.AUDITOR, StaffRole.ADMIN])
EXPORT_DESK = define("organizations.desk.export", N_("Export organizations"), reads=True, roles=[
    StaffRole.COMPLIANCE_OFFICER, StaffRole.FINANCE, StaffRole.AUDITOR])
UNMASK_DESK = define("organizations.desk.unmask", N_("See members of an organization in full, with a reason"),
                     roles=[StaffRole.COMPLIANCE_OFFICER])
MANAGE_DESK = define("organizations.desk.webhooks",
                     N_("Switch webhooks of organizations, and send their messages again"), roles=[StaffRole.ADMIN],
                     step_up=True)
