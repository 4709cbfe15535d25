"""What can go wrong with the trail itself. None of it may be swallowed."""
from castingops.core.errors import DomainError, Invalid
from castingops.core.messages import N_


class TreeBroken(DomainError):
    """The stored tree does not fit its last checkpoint: nothing is signed on top of it until someone has looked."""

    code, status = "audit_tree_broken", 500
    message = N_("The audit trail does not fit its last checkpoint. Run a verification.")


class NothingToProve(Invalid):
    """A proof needs a checkpoint that covers the entry."""

    code, message = "audit_nothing_to_prove", N_("No checkpoint covers these entries yet.")


CONSTRAINTS: dict[str, type[DomainError]] = {}
