"""Who may do what with accounts."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS, STAFF, AppRole, StaffRole

READ_OWN = define("identity.me.read", N_("Read your own account"), roles=APPS, reads=True, restricted=True)
CHANGE_OWN = define("identity.me.change", N_("Change your own account"), roles=APPS, restricted=True)
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
PROVE = define("identity.proof.give", N_("Confirm again that it is you"), roles=APPS | STAFF, restricted=True)

READ_WARDS = define("identity.own_ward.read", N_("See one's own wards"), roles=[AppRole.GUARDIAN], reads=True,
                    restricted=True)
CHANGE_WARDS = define("identity.own_ward.change", N_("State, prove and dispute guardianships of one's own"),
                      roles=[AppRole.GUARDIAN])
ACT_FOR_WARD = define("identity.own_ward.act", N_("Act for one's own ward"), roles=[AppRole.GUARDIAN])
