"""The picture of a project: what was uploaded is never kept, only what we encoded anew from its pixels.

So nothing that hides in a file reaches a reader: no place, device or date of the photo, no script, no second format.
"""

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from cities.models import Project, ProjectPicture
from portal.accounts.models import User
from portal.accounts.refusals import Refusal
from portal.accounts.roles import Right, may

MAX_BYTES = 8_000_000
MAX_PIXELS = 40_000_000  # up to 600 MB of memory while it is read (WebP; a JPEG takes 150)
LONG_SIDE = 1600
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPE = "image/webp"
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # a second lock: Pillow itself looks at the header of formats within formats
# What Pillow's readers raise on broken files; none of it is documented as complete.
BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, AttributeError),
    *(struct.error, zlib.error),
)
TOO_MANY_PIXELS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class PictureError(Refusal):
    """The file is no picture we can show, or the project takes none; the message is for the person."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept: WebP, sizes in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


def read(upload: "File[Any]") -> Picture:
    """Encode what was uploaded anew, upright and at most 1600 pixels long; refuses what is no single still picture."""
    if upload.size > MAX_BYTES:
        raise PictureError(_("Die Datei ist größer als 8\u00a0MB. Bitte verkleinern Sie das Bild."))
    try:
        upload.seek(0)
        with Image.open(upload, formats=FORMATS) as image:
            _require_still_and_small(image)
            return _encoded(image)
    except TOO_MANY_PIXELS as error:
        raise _too_many_pixels() from error
    except BROKEN as error:
        raise PictureError(
            _("Diese Datei können wir nicht als Bild lesen. Bitte nehmen Sie ein JPEG, PNG oder WebP.")
        ) from error


def attach(project: Project, upload: "File[Any]", alternative_text: str, *, by: User) -> ProjectPicture:
    """Give the project this picture in place of the one it has."""
    picture = read(upload)
    with transaction.atomic():
        row = _editable(project, by)
        values = {
            "content": picture.content,
            "width": picture.width,
            "height": picture.height,
            "digest": picture.digest,
            "alternative_text": _required(alternative_text),
            "uploaded_at": timezone.now(),
        }
        return ProjectPicture.objects.update_or_create(project=row, defaults=values)[0]


@transaction.atomic
def describe(project: Project, alternative_text: str, *, by: User) -> None:
    """Say anew what the picture shows."""
    row = _editable(project, by)
    ProjectPicture.objects.filter(project=row).update(alternative_text=_required(alternative_text))


@transaction.atomic
def remove(project: Project, *, by: User) -> None:
    """Take the picture away; where there is none, nothing changes."""
    ProjectPicture.objects.filter(project=_editable(project, by)).delete()


def _require_still_and_small(image: Image.Image) -> None:
    """Only the header has been read so far."""
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    if getattr(image, "is_animated", False):
        raise PictureError(_("Bewegte Bilder können wir nicht zeigen. Bitte nehmen Sie ein Standbild."))


def _encoded(image: Image.Image) -> Picture:
    image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a large JPEG is decoded smaller at once
    mode = "RGBA" if image.has_transparency_data else "RGB"
    pixels = image if image.mode == mode else image.convert(mode)  # a copy more of 40 million pixels is 160 MB
    pixels.thumbnail((LONG_SIDE, LONG_SIDE))
    pixels = ImageOps.exif_transpose(pixels)
    pixels.info.clear()
    encoded = BytesIO()
    pixels.save(encoded, "WEBP", quality=QUALITY)
    return Picture(encoded.getvalue(), pixels.width, pixels.height)


def _too_many_pixels() -> PictureError:
    return PictureError(_("Das Bild hat mehr als 40 Millionen Bildpunkte. Bitte verkleinern Sie es."))


def _editable(project: Project, person: User) -> Project:
    """The project under its lock, for one of the town's people."""
    if not may(person, Right.EDIT, organisation=project.city.organisation):
        raise PictureError(_("Das können nur die Personen, die „%(city)s“ betreuen.") % {"city": project.city})
    row = Project.objects.select_for_update().get(pk=project.pk)
    if row.state == Project.State.WITHDRAWN:
        raise PictureError(_("„%(title)s“ ist zurückgezogen und lässt sich nicht mehr ändern.") % {"title": row.title})
    return row


def _required(alternative_text: str) -> str:
    if not alternative_text.strip():
        raise PictureError(_("Bitte beschreiben Sie, was auf dem Bild zu sehen ist."))
    return alternative_text.strip()
