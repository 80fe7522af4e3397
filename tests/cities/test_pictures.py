"""Pictures of projects: what is kept is encoded anew; everything that is no still picture is refused in words."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cities import pictures
from cities.models import ProjectPicture
from cities.pictures import PictureError
from tests.factories import make_city, make_project

SECRET = b"Heimatadresse 48291"
GPS, ORIENTATION = 0x8825, 0x0112


def upload(content, name="bild.jpg", content_type="image/jpeg"):
    return SimpleUploadedFile(name, content, content_type=content_type)


def encoded(image, kind="JPEG", **options):
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def photo(size=(400, 300), mode="RGB", kind="JPEG", **options):
    return encoded(Image.new(mode, size, "green" if mode == "RGB" else None), kind, **options)


def decoded(picture):
    return Image.open(BytesIO(picture.content))


def png_header(width, height):
    """A PNG that claims to be that large in a few bytes."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_format_becomes_webp(kind):
    picture = pictures.read(upload(photo(kind=kind)))
    assert decoded(picture).format == "WEBP"
    assert (picture.width, picture.height) == decoded(picture).size == (400, 300)


@pytest.mark.parametrize(
    ("size", "kept"), [((4000, 2000), (1600, 800)), ((500, 3200), (250, 1600)), ((20, 9), (20, 9))]
)
def test_the_long_side_has_at_most_1600_pixels(size, kept):
    assert decoded(pictures.read(upload(photo(size)))).size == kept


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16", "1"])
def test_every_kind_of_pixels_is_understood(mode):
    assert decoded(pictures.read(upload(photo(mode=mode, kind="PNG")))).size == (400, 300)


def test_print_colours_are_understood():
    assert decoded(pictures.read(upload(photo(mode="CMYK")))).mode == "RGB"


def test_what_is_transparent_stays_so():
    assert decoded(pictures.read(upload(photo(mode="RGBA", kind="PNG")))).mode == "RGBA"


def test_nothing_the_camera_wrote_is_kept():
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(GPS)[1] = "N"
    content = photo(exif=exif, comment=SECRET)
    assert SECRET in content
    picture = pictures.read(upload(content))
    assert SECRET not in picture.content
    assert not dict(decoded(picture).getexif())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_upright_stands_upright(kind):
    image = Image.new("RGB", (3200, 2400), "green")
    image.paste("red", (0, 0, 3200, 400))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned: the top of the pixels is the right of the photo
    shown = decoded(pictures.read(upload(encoded(image, kind, exif=exif)))).convert("RGB")
    assert shown.size == (1200, 1600)
    red, green, _blue = shown.getpixel((1190, 800))
    assert red > 200 > green


def test_what_follows_the_picture_is_not_kept():
    """A file that is a picture and a page at once stays a picture only."""
    picture = pictures.read(upload(photo() + b"<script>alert(1)</script>"))
    assert b"script" not in picture.content


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "bild.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bild.svg"),
        (b"%PDF-1.7", "bild.png"),
        (b"\xff\xd8\xff", "bild.jpg"),
        (b"x", "bild.jpg"),
        (b"", "bild.jpg"),
        (photo(kind="GIF"), "bild.gif"),
        (photo(kind="BMP"), "bild.png"),
        (photo(kind="TIFF"), "bild.jpg"),
        (photo(kind="PNG")[:60], "bild.png"),
        (photo((900, 900))[:2000], "bild.jpg"),
        (photo(kind="WEBP")[:40], "bild.webp"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "bild.png"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(content, name):
    with pytest.raises(PictureError, match="nicht als Bild lesen"):
        pictures.read(upload(content, name))


@pytest.mark.parametrize("cut", [1, 20, 100, 300])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_bytes_that_were_changed_are_a_picture_or_a_refusal(kind, cut):
    content = bytearray(photo((300, 300), kind=kind))
    content[cut : cut + 8] = b"\xff\x00\xfe\x01\x80\x7f\xaa\x55"
    with suppress(PictureError):
        pictures.read(upload(bytes(content)))


@pytest.mark.parametrize("size", [(30_000, 30_000), (8000, 6000), (10_000, 9000)])
def test_too_many_pixels_are_refused_before_they_are_read(size):
    with pytest.raises(PictureError, match="40 Millionen"):
        pictures.read(upload(png_header(*size)))


def test_a_file_that_is_too_large_is_not_opened():
    with pytest.raises(PictureError, match="größer als 8\u00a0MB"):
        pictures.read(upload(photo() + b"\0" * pictures.MAX_BYTES))


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_moving_pictures_are_refused(kind):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green")]
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(PictureError, match="Bewegte Bilder"):
        pictures.read(upload(content))


@pytest.fixture
def project(db):
    return make_project(make_city("Telgte", contact="stefan@telgte.example"))


@pytest.fixture
def stefan(project):
    return project.city.organisation.contact


def test_a_picture_replaces_the_one_before(project, stefan):
    first = pictures.attach(project, upload(photo()), "Ein Lastenrad", by=stefan)
    second = pictures.attach(project, upload(photo((50, 50))), "Zwei Lastenräder", by=stefan)
    assert first.digest != second.digest
    kept = ProjectPicture.objects.get()
    assert (kept.alternative_text, kept.width) == ("Zwei Lastenräder", 50)


def test_the_same_picture_twice_is_one(project, stefan):
    assert pictures.attach(project, upload(photo()), "Rad", by=stefan).digest == (
        pictures.attach(project, upload(photo()), "Rad", by=stefan).digest
    )


def test_a_picture_needs_a_description(project, stefan):
    with pytest.raises(PictureError, match="beschreiben Sie"):
        pictures.attach(project, upload(photo()), "  ", by=stefan)
    assert not ProjectPicture.objects.exists()


def test_a_description_can_change_alone(project, stefan):
    pictures.attach(project, upload(photo()), "Rad", by=stefan)
    pictures.describe(project, "Ein rotes Lastenrad", by=stefan)
    assert ProjectPicture.objects.get().alternative_text == "Ein rotes Lastenrad"


def test_a_picture_goes(project, stefan):
    pictures.attach(project, upload(photo()), "Rad", by=stefan)
    for _ in range(2):
        pictures.remove(project, by=stefan)
    assert not ProjectPicture.objects.exists()


def test_strangers_cannot_touch_it(project):
    clara = make_city("Bocholt", contact="clara@bocholt.example").organisation.contact
    for touch in (
        lambda: pictures.attach(project, upload(photo()), "Rad", by=clara),
        lambda: pictures.describe(project, "Rad", by=clara),
        lambda: pictures.remove(project, by=clara),
    ):
        with pytest.raises(PictureError, match="betreuen"):
            touch()


def test_a_project_taken_back_gets_no_picture(project, stefan):
    with pytest.raises(PictureError, match="zurückgezogen"):
        pictures.attach(make_project(project.city, "Alt", state="withdrawn"), upload(photo()), "Rad", by=stefan)
