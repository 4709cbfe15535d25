"""The use cases of organizations: themselves, their members, invitations, transfers, their end, their trail."""
from castingops.organizations.service.base import ends_at
from castingops.organizations.service.closing import close, organization_closed, restore, sweep
from castingops.organizations.service.gate import cache_figures, enter, is_manager
from castingops.organizations.service.invitations import accept, decline, invite, list_invitations, resend, revoke
from castingops.organizations.service.letters import (
    ADDED,
    CHANGED,
    CLOSING,
    OFFERED,
    REMOVED,
    RESTORED,
    SEND,
    tell,
    tell_all,
)
from castingops.organizations.service.members import change_role, is_member, list_members, remove
from castingops.organizations.service.organizations import (
    change,
    check_registration,
    choose,
    create,
    find_by_words,
    get,
    list_own,
    names_of,
    start,
)
from castingops.organizations.service.plans import is_entitled, set_plan
from castingops.organizations.service.trail import TrailView, export_trail, list_trail
from castingops.organizations.service.transfers import end_offer, get_offer, offer, take_over

__all__ = [
    "ADDED", "CHANGED", "CLOSING", "OFFERED", "REMOVED", "RESTORED", "SEND", "TrailView", "accept", "cache_figures",
    "change", "change_role", "check_registration", "choose", "close", "create", "decline", "end_offer", "ends_at",
    "enter", "export_trail", "find_by_words", "get", "get_offer", "invite", "is_entitled", "is_manager", "is_member",
    "list_invitations", "list_members", "list_own", "list_trail", "names_of", "offer", "organization_closed",
    "remove", "resend", "restore", "revoke", "set_plan", "start", "sweep", "take_over", "tell", "tell_all",
]
