"""What identity does when something happens. Runs inside the consumer's unit of work."""
from castingops.core.actor import Actor
from castingops.identity.events import DocumentsDue
from castingops.identity.service import guardians


def destroy_documents(event: DocumentsDue, *, actor: Actor) -> None:
    """Delete the files of documents that have served their purpose."""
    guardians.destroy_files(event.evidence_ids)


SUBSCRIPTIONS = [(DocumentsDue, destroy_documents)]
