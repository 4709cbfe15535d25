"""What can be refused about staff accounts and about acts that take two people."""
from castingops.core.errors import Conflict, Forbidden, Invalid, NotFound
from castingops.core.messages import N_


class InvalidReason(Invalid):
    code = "reason_invalid"


class ProposalNotFound(NotFound):
    code, message = "proposal_not_found", N_("There is no such proposal.")


class ProposalClosed(Conflict):
    """Answered by somebody else, withdrawn, or its time ran out."""

    code, message = "proposal_closed", N_("This proposal is settled already, or its time ran out. Nothing was done.")


class ProposalOpen(Conflict):
    code, message = "proposal_open", N_("The same is proposed already and waits for a second person.")


class ProposalChanged(Conflict):
    """The page that was read showed another version."""

    code, message = "proposal_changed", N_("The proposal has changed since you opened it. Please read it again.")


class OwnProposal(Forbidden):
    code, message = "own_proposal", N_("Whoever proposed it cannot answer it. Somebody else has to.")


class AboutOneself(Forbidden):
    code, message = "about_oneself", N_("It is about you. Somebody else has to propose and approve it.")


class ProposerLostRight(Conflict):
    """The proposer is disabled, or holds no role any more that may propose this."""

    code = "proposer_lost_right"
    message = N_("Whoever proposed it may not propose this any more. Refuse it; somebody else can propose it anew.")


class ApproversLacking(Conflict):
    """Two holders of each approving role, or the act is shut: it is never skipped (reliability.md §3)."""

    code = "approvers_lacking"
    message = N_("This is shut until at least two people hold the role %(role)s.")


class NobodyElse(Conflict):
    """With proposer and subject left out, nobody is left who may approve."""

    code = "nobody_else_approves"
    message = N_("Nobody else could approve this: it takes a third person with the role %(role)s.")


class InvalidRoles(Invalid):
    code = "roles_invalid"


class RoleNotHeld(Conflict):
    code, message = "role_not_held", N_("This person does not hold the role any more.")


class LastRole(Conflict):
    code, message = "role_last", N_("This is their only role. Disable the account instead.")


class LastAdmin(Conflict):
    code, message = "last_admin", N_("The last admin stays. Make somebody else an admin first.")


class LastHolder(Conflict):
    """An approving role would be left with one holder, and everything that it approves be shut."""

    code = "last_holder"
    message = N_("Only one person would be left with an approving role. Give it to somebody else first.")


class ProposalNeeded(Forbidden):
    """An act about staff accounts without an approved proposal, or outside its transaction."""

    code, message = "proposal_needed", N_("This takes two people: propose it, and somebody else approves it.")


class AlreadyDisabled(Conflict):
    code, message = "already_disabled", N_("This account is disabled already.")


class AlreadyEnabled(Conflict):
    code, message = "already_enabled", N_("This account is active already.")


class SignInsOver(Conflict):
    code, message = "no_sign_ins", N_("There is no sign-in to end.")


class OwnReview(Forbidden):
    code, message = "own_review", N_("Nobody reviews their own access.")
