"""Who may do what with accounts."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS, STAFF, AppRole, StaffRole
from castingops.identity.types import APPROVING

READ_OWN = define("identity.me.read", N_("Read your own account"), roles=APPS, reads=True, restricted=True)
CHANGE_OWN = define("identity.me.change", N_("Change your own account"), roles=APPS, restricted=True)
CHANGE_PHONE = define("identity.phone.change", N_("Give and remove one's own mobile number"), roles=APPS,
                      restricted=True, step_up=True)
VERIFY_OWN = define("identity.nafath.verify", N_("Prove by Nafath who one is"), roles=APPS)
READ_IDENTITIES = define("identity.identities.read", N_("Read which accounts elsewhere sign you in"), roles=APPS,
                         reads=True, restricted=True)
LINK_IDENTITY = define("identity.identities.link", N_("Link an account elsewhere with your own"), roles=APPS,
                       restricted=True, step_up=True)
UNLINK_IDENTITY = define("identity.identities.unlink", N_("Unlink an account elsewhere from your own"), roles=APPS,
                         restricted=True, step_up=True)
CHANGE_PASSWORD = define("identity.password.change", N_("Change your own password"), roles=APPS, restricted=True,
                         step_up=True)
CHANGE_EMAIL = define("identity.email.change", N_("Change your own e-mail address"), roles=APPS, restricted=True,
                      step_up=True)
READ_SESSIONS = define("identity.sessions.read", N_("See where your account is signed in"), roles=APPS, reads=True,
                       restricted=True)
END_SESSIONS = define("identity.sessions.end", N_("End your own sign-ins"), roles=APPS, restricted=True)
READ_STAFF_SESSIONS = define("identity.staff_sessions.read", N_("See your own console sessions"), roles=STAFF,
                             reads=True)
END_STAFF_SESSIONS = define("identity.staff_sessions.end", N_("End your own console sessions"), roles=STAFF)
READ_COLLEAGUES_SESSIONS = define(
    "identity.colleagues_sessions.read", N_("See a colleague's console sessions"),
    roles=[StaffRole.ADMIN, StaffRole.SUPPORT, StaffRole.AUDITOR], reads=True)
END_COLLEAGUES_SESSIONS = define("identity.colleagues_sessions.end", N_("End a colleague's console sessions"),
                                 roles=[StaffRole.ADMIN, StaffRole.SUPPORT], step_up=True)
READ_FACTORS = define("identity.factor.read", N_("See one's own second factors"), roles=APPS | STAFF, reads=True,
                      restricted=True)
CHANGE_FACTORS = define("identity.factor.change", N_("Add and remove one's own second factors"), roles=APPS | STAFF,
                        restricted=True, step_up=True)
PROVE = define("identity.proof.give", N_("Confirm again that it is you"), roles=APPS | STAFF, restricted=True)

_SEE_STAFF = [StaffRole.SUPPORT, StaffRole.AUDITOR, StaffRole.ADMIN]
READ_STAFF = define("identity.staff.read", N_("See staff accounts"), roles=_SEE_STAFF, reads=True)
EXPORT_STAFF = define("identity.staff.export", N_("Export the list of staff accounts"), reads=True,
                      roles=[StaffRole.AUDITOR, StaffRole.ADMIN])
PROPOSE_STAFF = define("identity.staff.propose", N_("Propose changes of staff accounts"),
                       roles=[StaffRole.SUPPORT, StaffRole.ADMIN])
READ_ROLES = define("identity.role.read", N_("See who may do what"), roles=STAFF, reads=True)
# which of them someone sees and answers is each kind's own to say
READ_PROPOSALS = define("identity.proposal.read", N_("See what takes two people"), roles=STAFF, reads=True)
ANSWER_PROPOSALS = define("identity.proposal.answer", N_("Approve or refuse what somebody proposed"), roles=APPROVING,
                          step_up=True)
WITHDRAW_PROPOSALS = define("identity.proposal.withdraw", N_("Take one's own proposals back"),
                            roles=STAFF - {StaffRole.AUDITOR})
READ_REVIEW = define("identity.access_review.read", N_("See how the review of access stands"), reads=True,
                     roles=[StaffRole.AUDITOR, StaffRole.ADMIN])
REVIEW_ACCESS = define("identity.access_review.mark", N_("Review the access of colleagues"), roles=[StaffRole.ADMIN])
# masked but for compliance; looking is on record, and a search is an act, so that no address ends in a log
FIND_PERSON = define("identity.person.find", N_("Find a person's account by its whole e-mail"), roles=STAFF)
READ_PERSON = define("identity.person.read", N_("See the state of a person's account, masked"), roles=STAFF,
                     reads=True)
SUPPORT_PERSON = define("identity.person.support", N_("Disable, enable and sign out a person's account"),
                        roles=[StaffRole.SUPPORT], step_up=True)
PROPOSE_UNMASK = define("identity.person.unmask", N_("Propose to see a person's contact"),
                        roles=[StaffRole.SENIOR_MODERATOR])
READ_WARDS = define("identity.own_ward.read", N_("See one's own wards"), roles=[AppRole.GUARDIAN], reads=True,
                    restricted=True)
CHANGE_WARDS = define("identity.own_ward.change", N_("State, prove and dispute guardianships of one's own"),
                      roles=[AppRole.GUARDIAN])
ACT_FOR_WARD = define("identity.own_ward.act", N_("Act for one's own ward"), roles=[AppRole.GUARDIAN])

_STAFF_WHO_PROPOSE = [StaffRole.MODERATOR, StaffRole.SENIOR_MODERATOR]
_STAFF_AT_WORK = [*_STAFF_WHO_PROPOSE, StaffRole.COMPLIANCE_OFFICER]
# reliability.md §3, rows "Guardian link / dispute" and "Unmask identity evidence, minor contact"
READ_GUARDIANSHIPS = define("identity.guardianship.read", N_("See guardianships, masked"),
                            roles=[*_STAFF_AT_WORK, StaffRole.AUDITOR], reads=True)
EXPORT_GUARDIANSHIPS = define("identity.guardianship.export", N_("Export guardianships, masked"),
                              roles=[StaffRole.COMPLIANCE_OFFICER, StaffRole.AUDITOR], reads=True)
PROPOSE_GUARDIANSHIPS = define("identity.guardianship.propose", N_("Propose rulings on guardianships"),
                               roles=_STAFF_WHO_PROPOSE)
ASK_TO_UNMASK = define("identity.guardianship.unmask", N_("Ask to see names and documents of a guardianship"),
                       roles=[StaffRole.SENIOR_MODERATOR])
FREEZE_GUARDIANSHIPS = define("identity.guardianship.freeze", N_("Freeze guardianships, invite who came of age"),
                              roles=_STAFF_AT_WORK)
OPEN_EVIDENCE = define("identity.guardianship.open", N_("Open unmasked documents of a guardianship"),
                       roles=[StaffRole.SENIOR_MODERATOR, StaffRole.COMPLIANCE_OFFICER])
