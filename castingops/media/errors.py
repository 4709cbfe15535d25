"""What can be refused about photos, each refusal with a code of its own."""
from castingops.core.errors import Conflict, DomainError, Invalid, NotFound
from castingops.core.messages import N_


class PhotoNotFound(NotFound):
    code, message = "photo_not_found", N_("There is no such photo.")


class UploadRefused(Invalid):
    """A file that does not become a photo; the reason stands at the field `photo` too."""

    code, message = "photo_refused", N_("This file cannot be used as a photo.")

    def __init__(self) -> None:
        super().__init__(photo=self.message)


class PhotoMissing(UploadRefused):
    code, message = "photo_missing", N_("Attach the photo as a file in the field “photo”.")


class PhotoEmpty(UploadRefused):
    code, message = "photo_empty", N_("This file is empty. Please choose the photo again.")


class PhotoTooLarge(UploadRefused):
    code, status = "photo_too_large", 413
    message = N_("A photo may have at most 10 MB.")


class PhotoFormatRefused(UploadRefused):
    code, message = "photo_format_refused", N_("Photos are accepted as JPEG, PNG or WebP.")


class PhotoAnimated(UploadRefused):
    code, message = "photo_animated", N_("Moving images are not accepted. Please send a still photo.")


class PhotoBroken(UploadRefused):
    code, message = "photo_broken", N_("This photo is damaged or incomplete. Please export it again.")


class PhotoPolyglot(UploadRefused):
    code, message = "photo_polyglot", N_("This file contains more than a photo. Please export the photo again.")


class PhotoTooManyPixels(UploadRefused):
    code, message = "photo_too_many_pixels", N_("A photo may have at most 50 megapixels.")


class PhotoTooSmall(UploadRefused):
    code, message = "photo_too_small", N_("A photo needs at least 200 pixels on its shorter side.")


class PhotoTooHeavy(UploadRefused):
    code, message = "photo_too_heavy", N_("This photo takes too long to read. Please export it smaller.")


class PhotoLimitReached(Conflict):
    code, message = "photo_limit_reached", N_("You have 20 photos. Remove one before adding another.")


class PhotoDuplicate(Conflict):
    code, message = "photo_duplicate", N_("You have uploaded this photo already.")


class PhotosChanged(Conflict):
    code, message = "photos_changed", N_("Your photos have changed in the meantime. Please try again.")


class UnknownPhotoKind(Invalid):
    code, message = "photo_kind_unknown", N_("The kind of a photo is headshot, full_length or other.")

    def __init__(self) -> None:
        super().__init__(kind=self.message)


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_photos_subject_id_primary": PhotosChanged,
    "uq_photos_subject_id_sha256_active": PhotoDuplicate,
}
