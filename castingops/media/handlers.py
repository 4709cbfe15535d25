"""What media does when something happens. Runs inside the consumer's unit of work."""
from castingops.core.actor import Actor
from castingops.media import service
from castingops.media.events import PhotoRemoved, PhotoRestored, PhotosErased


def destroy_files(event: PhotosErased, *, actor: Actor) -> None:
    """Delete the files of photos whose rows are gone."""
    service.destroy_files(event.photo_ids)


def settle_files(event: PhotoRemoved | PhotoRestored, *, actor: Actor) -> None:
    """Put a removed photo out of reach of the addresses given out for it, a restored one back."""
    service.settle_files(actor.subject, event.photo_id)


SUBSCRIPTIONS = [(PhotosErased, destroy_files), (PhotoRemoved, settle_files), (PhotoRestored, settle_files)]
