"""The pictures room: what mail shows is small, plain, and the same on every computer."""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from syndicate import pictures
from syndicate.models import Picture
from syndicate.sources.pictures import Pictures

SITE = "https://example.org/"


@dataclass(frozen=True)
class Given:
    root: Path

    @property
    def place(self):
        return pictures.Place(self.root, "articles", SITE)

    @property
    def folder(self):
        return self.root / "articles"

    def picture(self, name, size=(1600, 900), mode="RGB", **save):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        colour = {"RGBA": (40, 90, 60, 128), "CMYK": (0, 9, 9, 9), "P": 3}.get(mode, (40, 90, 60))
        Image.new(mode, size, colour).save(path, **save)
        return Picture(SITE + name, "x", *size, file=f"articles/{name}")

    def for_mail(self, picture, box):
        return pictures.for_mail(picture, box, self.place)

    def made(self, *shown, out="public"):
        html = "".join(f'<p><img class="a" src="{one.url}" alt="x"></p>' for one in shown)
        listed = pictures.of_message(html, self.place)
        made = {
            name: pictures.make(name, source, self.root / out / name) for name, source in listed
        }
        return {name: data for name, data in made.items() if data}


@pytest.fixture
def given(tmp_path):
    return Given(tmp_path)


def read(data):
    return Image.open(io.BytesIO(data))


def test_a_lead_picture_is_twice_as_wide_as_it_appears(given):
    shown = given.for_mail(given.picture("images/desk.jpg", (3000, 2000)), pictures.LEAD)
    assert shown.url == f"{SITE}email/fit-1200x2400/images/desk.jpg"
    assert (shown.width, shown.height) == (1200, 800)
    [(name, data)] = given.made(shown).items()
    assert name == "email/fit-1200x2400/images/desk.jpg"
    assert (read(data).format, read(data).size) == ("JPEG", (1200, 800))


def test_a_small_picture_is_cut_to_its_box(given):
    shown = given.for_mail(given.picture("desk.jpg"), pictures.THUMB)
    assert (shown.width, shown.height) == (288, 216)
    [data] = given.made(shown).values()
    assert read(data).size == (288, 216)


@pytest.mark.parametrize(
    ("size", "expected"), [((200, 400), (200, 150)), ((1000, 60), (80, 60)), ((1, 1), (1, 1))]
)
def test_nothing_is_made_larger(given, size, expected):
    shown = given.for_mail(given.picture("tiny.png", size), pictures.THUMB)
    assert (shown.width, shown.height) == expected


def test_what_fits_goes_out_as_it_is(given):
    picture = given.picture("desk.jpg", (1200, 675))
    assert given.for_mail(picture, pictures.LEAD) == picture
    assert given.made(picture) == {}


@pytest.mark.parametrize(
    ("name", "mode", "ending", "kind"),
    [
        ("a.webp", "RGB", ".jpg", "JPEG"),
        ("b.webp", "RGBA", ".png", "PNG"),
        ("c.gif", "P", ".jpg", "JPEG"),
        ("d.png", "RGBA", "", "PNG"),
        ("e.png", "P", "", "PNG"),
        ("f.jpg", "CMYK", "", "JPEG"),
    ],
)
def test_every_format_becomes_one_that_every_mail_program_shows(given, name, mode, ending, kind):
    shown = given.for_mail(given.picture(name, mode=mode), pictures.THUMB)
    assert shown.url == f"{SITE}email/crop-288x216/{name}{ending}"
    [data] = given.made(shown).values()
    assert (read(data).format, read(data).size) == (kind, (288, 216))


def test_a_picture_on_its_side_is_turned_and_says_nothing_of_its_camera(given):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secret camera"
    picture = given.picture("turned.jpg", (2000, 1000), exif=exif)
    shown = given.for_mail(picture, pictures.LEAD)
    assert (shown.width, shown.height) == (1000, 2000)
    [data] = given.made(shown).values()
    assert read(data).size == (1000, 2000)
    assert b"Secret" not in data


def test_the_same_picture_gives_the_same_bytes(given):
    shown = given.for_mail(given.picture("desk.jpg"), pictures.THUMB)
    assert given.made(shown) == given.made(shown)


def test_what_is_published_already_is_not_made_again(given):
    shown = given.for_mail(given.picture("desk.jpg"), pictures.THUMB)
    kept = given.root / "public/email/crop-288x216/desk.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"kept")
    assert list(given.made(shown).values()) == [b"kept"]
    assert given.made(shown, out="elsewhere") != {}


@pytest.mark.parametrize("name", ["broken.jpg", "drawing.svg", "gone.png"])
def test_what_cannot_be_read_keeps_its_address(given, name):
    given.folder.mkdir()
    if name != "gone.png":
        (given.folder / name).write_bytes(b"<svg/>")
    picture = Picture(SITE + name, "x", file=f"articles/{name}")
    assert given.for_mail(picture, pictures.LEAD) == picture


def damaged(kind):
    """Give a small picture of a format with a byte after the other spoilt."""
    file = io.BytesIO()
    Image.effect_noise((16, 16), 60).convert("RGB").save(file, kind)
    whole = file.getvalue()
    for at in range(0, len(whole), 1 + len(whole) // 60):
        yield whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        yield whole[:at]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
def test_no_damage_to_a_picture_does_worse_than_leaving_it_as_it_is(given, kind):
    given.folder.mkdir()
    original = given.folder / "damaged.png"
    original.touch()
    source = Pictures(given.root, "articles", SITE)
    picture = source.find("damaged.png", "")
    for data in damaged(kind):
        original.write_bytes(data)
        shown = given.for_mail(picture, pictures.THUMB)
        measured = Pictures(given.root, "articles", SITE).measured(picture)
        assert shown.url.endswith((picture.url, "/damaged.png", "/damaged.png.jpg"))
        assert measured.url == picture.url
        assert len(given.made(Picture(f"{SITE}email/crop-288x216/damaged.png", "x"))) <= 1


@pytest.mark.parametrize("kind", ["DDS", "TIFF", "JPEG2000"])
def test_formats_that_no_mail_program_shows_are_not_even_opened(given, kind):
    given.folder.mkdir()
    Image.new("RGB", (400, 300)).save(given.folder / "other.png", kind)
    source = Pictures(given.root, "articles", SITE)
    picture = source.find("other.png", "")
    assert source.measured(picture) == picture
    assert given.for_mail(picture, pictures.THUMB) == picture


def test_a_picture_on_the_web_stays_there(given):
    picture = Picture("https://elsewhere.example/a.jpg", "x")
    assert given.for_mail(picture, pictures.LEAD) == picture


@pytest.mark.parametrize(
    "place",
    [
        "email/crop-288x216/../../secret.jpg",
        "email/crop-288x216/%2e%2e/secret.jpg",
        "email/crop-288x216/link.jpg",
        "email/crop-9999999x1/desk.jpg",
        "email/crop-0x5/desk.jpg",
        "email/crop-288x216/gone.jpg",
    ],
)
def test_an_address_never_leads_out_of_the_articles_folder(given, place):
    given.picture("desk.jpg")
    given.picture("../secret.jpg")
    (given.folder / "link.jpg").symlink_to(given.root / "secret.jpg")
    assert given.made(Picture(SITE + place, "x")) == {}


def test_a_message_with_tampered_sizes_makes_nothing_larger_than_the_original(given):
    given.picture("desk.jpg", (400, 300))
    [data] = given.made(Picture(f"{SITE}email/crop-9999x9999/desk.jpg", "x")).values()
    assert read(data).size == (300, 300)


def test_a_preview_shows_what_mail_will_show(given):
    picture = given.picture("desk.jpg")
    shown = given.for_mail(picture, pictures.THUMB)
    original = given.folder / "desk.jpg"
    assert pictures.as_mailed(shown.url, original) == next(iter(given.made(shown).values()))
    assert pictures.as_mailed(picture.url, original) == original.read_bytes()
