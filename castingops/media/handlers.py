"""What media does when something happens. Runs inside the consumer's unit of work."""
from castingops.core.actor import Actor
from castingops.media import service
from castingops.media.events import PhotosErased


def destroy_files(event: PhotosErased, *, actor: Actor) -> None:
    """Delete the files of photos whose rows are gone."""
    service.destroy_files(event.photo_ids)


SUBSCRIPTIONS = [(PhotosErased, destroy_files)]
