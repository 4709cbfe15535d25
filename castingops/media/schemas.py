"""What the API of photos takes and documents."""
import marshmallow as ma
from flask_smorest.fields import Upload

from castingops.media.types import PHOTOS_MAX, PhotoKind


class PhotoFileSchema(ma.Schema):
    """The file part of an upload."""

    photo = Upload(metadata={"description": "JPEG, PNG or WebP, at most 10 MB and 50 megapixels"})


class PhotoFormSchema(ma.Schema):
    """The text parts of an upload."""

    class Meta:
        unknown = ma.EXCLUDE  # the file is a part as well

    kind = ma.fields.String(load_default=PhotoKind.OTHER, metadata={"enum": list(PhotoKind)})
    primary = ma.fields.Boolean(load_default=False)


class PhotoSchema(ma.Schema):
    """One of your photos. The addresses work for a few minutes."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, metadata={"enum": list(PhotoKind)})
    is_primary = ma.fields.Boolean(required=True)
    width = ma.fields.Integer(required=True, metadata={"description": "pixels of the original, upright"})
    height = ma.fields.Integer(required=True)
    large_url = ma.fields.String(required=True)
    thumb_url = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class PhotoOrderSchema(ma.Schema):
    """All your photos, each once, in the order that they are shown in."""

    photo_ids = ma.fields.List(ma.fields.UUID(), required=True, validate=ma.validate.Length(min=1, max=PHOTOS_MAX))


class RemovedPhotoSchema(ma.Schema):
    """The photo that was removed."""

    id = ma.fields.UUID(required=True)
