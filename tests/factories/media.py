"""Photos, good and hostile, made in memory. Nothing here is a picture of anybody."""
import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

RIYADH_GPS = {1: "N", 2: (24.0, 42.0, 49.0), 3: "E", 4: (46.0, 40.0, 31.0)}


def picture(width: int = 640, height: int = 800, *, shade: int = 90) -> Image.Image:
    """A gradient with a circle on it: enough structure to survive scaling. `shade` makes another picture."""
    image = Image.linear_gradient("L").resize((width, height))
    colour = Image.merge("RGB", (image, image.transpose(Image.Transpose.ROTATE_180), image.point(lambda v: v // 2)))
    box = (width // 4, height // 6, width // 4 + width // 3, height // 6 + width // 3)
    ImageDraw.Draw(colour).ellipse(box, fill=(shade, 255 - shade, (shade * 7) % 256))
    return colour


def encode(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """`image` as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(shade: int = 90, **size: int) -> bytes:
    """An ordinary photo."""
    return encode(picture(shade=shade, **size), quality=90)


def with_exif(image: Image.Image, *, orientation: int = 1) -> bytes:
    """A photo as a phone writes it: maker, owner, place and how it was held."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0xA430] = orientation, "Phone Maker", "Owner Name"
    exif.get_ifd(0x8825).update(RIYADH_GPS)
    return encode(image, exif=exif, quality=90, comment=b"taken at home")


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims width × height pixels, all black."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + (width + 7) // 8)
    packer, packed = zlib.compressobj(9), b""
    for _ in range(height):
        packed += packer.compress(row)
    packed += packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG whose text chunk unpacks to 100 MB."""
    plain = encode(picture(), "PNG")
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 100_000_000, 9))
    return plain[:33] + bomb + plain[33:]


def zip_behind(photo: bytes) -> bytes:
    """A photo with an archive behind it that an unzipper opens."""
    name, body = b"a.txt", b"hello"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 0, zlib.crc32(body), 5, 5, 5, 0) + name + body
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, zlib.crc32(body), 5, 5, 5, 0, 0, 0, 0,
                        0, len(photo)) + name
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(photo) + len(local), 0)
    return photo + local + entry + end


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64


def hostile() -> dict[str, tuple[bytes, str]]:
    """Labelled samples: name → the file, and the code it is refused with (reliability.md §1 row 14)."""
    good_jpeg, good_png, good_webp = jpeg(), encode(picture(), "PNG"), encode(picture(), "WEBP")
    frames = {"save_all": True, "append_images": [picture(shade=20)], "duration": 100}
    return {
        "empty": (b"", "photo_empty"),
        "too large": (b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), "photo_too_large"),
        "svg": (SVG, "photo_format_refused"),
        "heic": (HEIC, "photo_format_refused"),
        "pdf": (b"%PDF-1.7\n" + good_jpeg, "photo_format_refused"),
        "html": (b"<!doctype html><script>alert(1)</script>", "photo_format_refused"),
        "text": ("صورة".encode(), "photo_format_refused"),
        "gif": (encode(picture().convert("P"), "GIF"), "photo_format_refused"),
        "gif with a jpeg name": (encode(picture().convert("P"), "GIF"), "photo_format_refused"),
        "tiff": (encode(picture(), "TIFF"), "photo_format_refused"),
        "bmp": (encode(picture(), "BMP"), "photo_format_refused"),
        "jpeg 2000": (encode(picture(), "JPEG2000"), "photo_format_refused"),
        "eicar": (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*", "photo_format_refused"),
        "signature only": (b"\xff\xd8\xff", "photo_broken"),
        "jpeg cut": (good_jpeg[: len(good_jpeg) // 2], "photo_broken"),
        "png cut": (good_png[: len(good_png) // 2], "photo_broken"),
        "webp cut": (good_webp[: len(good_webp) // 2], "photo_broken"),
        "jpeg of noise": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, "photo_broken"),
        "png signature on noise": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "photo_broken"),
        "png with a wrong checksum": (good_png[:29] + b"\0\0\0\0" + good_png[33:], "photo_broken"),
        "png bomb": (png_bomb(50_000, 50_000), "photo_too_many_pixels"),
        "png text bomb": (text_bomb(), "photo_broken"),
        "tiny": (encode(picture(64, 64), "PNG"), "photo_too_small"),
        "a line": (encode(picture(4000, 3), "PNG"), "photo_too_small"),
        "animated webp": (encode(picture(), "WEBP", **frames), "photo_animated"),
        "animated png": (encode(picture(), "PNG", **frames), "photo_animated"),
        "zip behind jpeg": (zip_behind(good_jpeg), "photo_polyglot"),
        "zip behind png": (zip_behind(good_png), "photo_polyglot"),
        "html in jpeg comment": (encode(picture(), comment=b"<html><script>alert(1)</script>"), "photo_polyglot"),
        "php in png text": (good_png[:33] + chunk(b"tEXt", b"C\0<?php system($_GET[0]);") + good_png[33:],
                            "photo_polyglot"),
        "pdf behind webp": (good_webp + b"%PDF-1.7", "photo_polyglot"),
        "program behind jpeg": (good_jpeg + b"\x7fELF" + b"\0" * 60, "photo_polyglot"),
        "svg behind png": (good_png + SVG, "photo_polyglot"),
    }
