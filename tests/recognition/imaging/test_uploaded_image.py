from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageColor, ImageDraw

from recognition import starter
from recognition.imaging.bitmap import Bitmap, is_blank_or_dot
from recognition.imaging.rasterize import rasterize
from recognition.imaging.rendering import bitmap_to_png
from recognition.imaging.strokes import Strokes
from recognition.imaging.uploaded_image import InvalidImage, find_drawing, image_to_bitmap
from recognition.inference.classifier import Classifier
from tests.canvas import Canvas, encoded
from tests.parity import Parity

HOUSE: Strokes = [[[0, 0, 200, 200, 0, 100, 200], [255, 100, 100, 255, 255, 0, 100]]]
HOUSE_PNG = Canvas().png(HOUSE)


def looks_like_the_house(bitmap: Bitmap) -> bool:
    assert (bitmap.shape, bitmap.dtype) == ((28, 28), np.uint8)
    return bool(np.abs(bitmap.astype(int) - rasterize(HOUSE)).mean() < 8)


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """Return a greyscale PNG whose head promises a size, whatever pixels follow."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


# What comes out


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 30}), ("WEBP", {"quality": 50})])
def test_every_format_shows_the_drawing(kind: str, options: dict[str, int]) -> None:
    picture = Image.fromarray(Canvas().picture(HOUSE)[:, :, :3])
    assert looks_like_the_house(image_to_bitmap(encoded(picture, kind, **options)))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_kind_of_pixels_shows_the_drawing(mode: str) -> None:
    picture = Image.open(BytesIO(HOUSE_PNG)).convert("L").convert(mode)
    assert looks_like_the_house(image_to_bitmap(encoded(picture, "JPEG" if mode == "CMYK" else "PNG")))


def test_an_image_of_16_bits_shows_the_drawing() -> None:
    grey = Canvas().picture(HOUSE)[:, :, 0].astype(np.uint16) * 257
    assert looks_like_the_house(image_to_bitmap(encoded(Image.fromarray(grey))))


@pytest.mark.parametrize("colour", ["black", "white", "#2a7"])
def test_ink_on_nothing_shows_the_drawing(colour: str) -> None:
    ink = Image.fromarray(255 - Canvas().picture(HOUSE)[:, :, 0])
    picture = Image.new("RGBA", ink.size, colour)
    picture.putalpha(ink)
    assert looks_like_the_house(image_to_bitmap(encoded(picture)))


def test_a_photograph_is_turned_as_its_camera_says() -> None:
    upright = Image.open(BytesIO(HOUSE_PNG)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by 90° clockwise
    assert looks_like_the_house(image_to_bitmap(encoded(upright.rotate(90), "JPEG", exif=exif)))


@pytest.mark.parametrize(
    "canvas",
    [
        Canvas(size=64, pen=1.5),
        Canvas(size=2000, pen=4),
        Canvas(size=2000, pen=40),
        Canvas(size=1000, extent=0.1, pen=3),
    ],
)
def test_the_size_of_the_image_makes_no_difference(canvas: Canvas) -> None:
    assert looks_like_the_house(image_to_bitmap(canvas.png(HOUSE)))


@pytest.mark.parametrize("scale", [1, 8, 40])
def test_our_own_picture_of_a_drawing_comes_back_as_it_is(scale: int) -> None:
    bitmap = rasterize(HOUSE)
    assert np.array_equal(image_to_bitmap(bitmap_to_png(bitmap, scale)), bitmap)


@pytest.mark.parametrize("colour", ["white", "black", "#7af", (0, 0, 0, 0)])
def test_a_blank_image_is_a_blank_sheet(colour: str | tuple[int, ...]) -> None:
    assert not image_to_bitmap(encoded(Image.new("RGBA", (100, 80), colour))).any()


@pytest.mark.parametrize("pen", [4, 30])
def test_a_dot_is_nothing_to_recognize(pen: float) -> None:
    assert is_blank_or_dot(image_to_bitmap(Canvas(pen=pen).png([[[5], [5]]])))


# What surrounds a drawing


def canvas_in_the_middle() -> Image.Image:
    return Image.fromarray(Canvas(left=0.2, top=0.2, extent=0.6).picture(HOUSE)[:, :, :3])


@pytest.mark.parametrize("colour", ["black", "#c33", "#aaa"])
@pytest.mark.parametrize(("inset", "width"), [(0, 1), (0, 3), (6, 2)])
def test_a_thin_frame_is_ignored(colour: str, inset: int, width: int) -> None:
    picture = canvas_in_the_middle()
    box = (inset, inset, 449 - inset, 449 - inset)
    ImageDraw.Draw(picture).rectangle(box, outline=colour, width=width)
    assert looks_like_the_house(image_to_bitmap(encoded(picture)))


@pytest.mark.parametrize("desk", ["#6e4a32", "#346", "#222"])
@pytest.mark.parametrize("turn", [-7, 0, 4])
def test_a_sheet_is_found_on_a_darker_desk(desk: str, turn: int) -> None:
    photo = Image.new("RGB", (800, 700), desk)
    sheet, shape = canvas_in_the_middle().rotate(turn, expand=True), Image.new("L", (450, 450), 255)
    photo.paste(sheet, (150, 90), shape.rotate(turn, expand=True))
    upright = encoded(photo.rotate(-turn, fillcolor=desk), "JPEG", quality=85)
    assert looks_like_the_house(image_to_bitmap(upright))


@pytest.mark.parametrize("box", [(430, 0, 450, 450), (0, 0, 12, 450), (0, 0, 450, 40), (0, 400, 450, 450)])
def test_a_bar_or_a_dark_edge_is_ignored(box: tuple[int, int, int, int]) -> None:
    picture = canvas_in_the_middle()
    ImageDraw.Draw(picture).rectangle(box, fill="#333")
    assert looks_like_the_house(image_to_bitmap(encoded(picture, "JPEG", quality=80)))


def test_specks_are_ignored() -> None:
    picture = canvas_in_the_middle()
    for x, y in [(5, 5), (440, 9), (20, 430), (445, 445)]:
        ImageDraw.Draw(picture).rectangle((x, y, x + 2, y + 2), fill="black")
    assert looks_like_the_house(image_to_bitmap(encoded(picture)))


@pytest.mark.parametrize("colour", ["#f83", "#88f", "#555"])
def test_the_outline_of_a_filled_shape_decides(colour: str) -> None:
    picture = canvas_in_the_middle()
    ImageDraw.floodfill(picture, (200, 300), ImageColor.getrgb(colour))
    assert looks_like_the_house(image_to_bitmap(encoded(picture)))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_end_shows_the_drawing(progressive: bool) -> None:
    data = encoded(canvas_in_the_middle(), "JPEG", quality=85, progressive=progressive)
    assert looks_like_the_house(image_to_bitmap(data[:-150]))


def test_a_whole_jpeg_on_the_grey_of_missing_rows_is_taken_whole() -> None:
    data = Canvas(left=0.2, top=0.2, extent=0.6, paper="#808080").jpeg(HOUSE, quality=85)
    assert looks_like_the_house(image_to_bitmap(data))


def on_lines(colour: str, step: int, *, is_squared: bool, turn: float = 0) -> bytes:
    """Return the house on paper with lines."""
    paper = Image.new("RGB", (700, 700), "white")
    for place in range(step // 2, 700, step):
        ImageDraw.Draw(paper).line((0, place, 700, place), colour, 2)
        if is_squared:
            ImageDraw.Draw(paper).line((place, 0, place, 700), colour, 2)
    turned = paper.rotate(turn, Image.Resampling.BICUBIC).crop((125, 125, 575, 575))
    return encoded(ImageChops.darker(turned, canvas_in_the_middle()), "JPEG", quality=85)


@pytest.mark.parametrize("colour", ["#acd", "#ccc", "#e9b0b0"])
@pytest.mark.parametrize(
    ("step", "is_squared", "turn"), [(30, False, 0), (22, False, 2), (24, True, 0), (18, True, -3)]
)
def test_the_lines_of_paper_are_ignored(colour: str, step: int, is_squared: bool, turn: float) -> None:
    assert looks_like_the_house(image_to_bitmap(on_lines(colour, step, is_squared=is_squared, turn=turn)))


def test_lines_as_dark_as_a_pen_leave_no_clear_drawing() -> None:
    assert not find_drawing(on_lines("#222", 24, is_squared=True, turn=2)).is_clear


@pytest.mark.parametrize("colours", [3, 1])
def test_a_texture_is_no_clear_drawing(colours: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, colours), dtype=np.uint8)
    texture = Image.fromarray(np.broadcast_to(noise, (300, 300, 3)).copy())
    assert not find_drawing(encoded(texture)).is_clear
    assert find_drawing(HOUSE_PNG).is_clear


# What is refused


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "must be a PNG, JPEG or WebP file"),
        (b"hello", "must be a PNG, JPEG or WebP file"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "must be a PNG, JPEG or WebP file"),
        (encoded(Image.new("RGB", (40, 40)), "GIF"), "must be a PNG, JPEG or WebP file"),
        (encoded(Image.new("RGB", (40, 40)), "BMP"), "must be a PNG, JPEG or WebP file"),
        (HOUSE_PNG[:30], "must be a PNG, JPEG or WebP file"),
        (HOUSE_PNG[: len(HOUSE_PNG) // 2], "damaged or cut off"),
        (Canvas().jpeg(HOUSE, 90)[:2000], "damaged or cut off"),
        (png(40, 40, b"too few"), "damaged or cut off"),
        (png(0, 0), "must be a PNG, JPEG or WebP file"),
        (png(10_000, 1), "10,000 × 1 pixels; it must be at least 16 wide and high"),
        (png(1, 10_000), "1 × 10,000 pixels; it must be at least 16 wide and high"),
        (png(2_001, 2_000), "2,001 × 2,000 pixels; at most 4,000,000 are allowed"),
        (png(12_000, 12_000), "too many pixels; at most 4,000,000 are allowed"),
        (png(2**31 - 1, 2**31 - 1), "too many pixels; at most 4,000,000 are allowed"),
        (animated("PNG"), "animated"),
        (animated("WEBP"), "animated"),
    ],
)
def test_bad_images_are_told_what_is_wrong(data: bytes, complaint: str) -> None:
    with pytest.raises(InvalidImage, match=complaint):
        image_to_bitmap(data)


@given(st.randoms(use_true_random=False), st.sampled_from(["PNG", "JPEG", "WEBP"]), st.integers(1, 8))
def test_damaged_files_are_read_or_refused(chance: random.Random, kind: str, damages: int) -> None:
    data = bytearray(encoded(Image.open(BytesIO(HOUSE_PNG)).convert("RGB").reduce(10), kind))
    for _ in range(damages):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        bitmap = image_to_bitmap(bytes(data))
    except InvalidImage:
        return
    assert (bitmap.shape, bitmap.dtype) == ((28, 28), np.uint8)


@given(st.integers(16, 90), st.integers(16, 90), st.integers(0, 2**32 - 1))
def test_whatever_the_image_shows_there_is_a_bitmap(width: int, height: int, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    assert image_to_bitmap(encoded(Image.fromarray(noise))).shape == (28, 28)


# What it is for


@pytest.fixture(scope="module")
def network() -> Classifier:
    model = starter.read()
    return Classifier(model.artifact, model.labels, model.calibration)


@pytest.mark.parametrize(
    ("canvas", "may_lose"),
    [
        (Canvas(pen=4), 0.05),
        (Canvas(pen=12, left=0.02, top=0.25), 0.05),
        (Canvas(pen=30), 0.1),  # it fills small loops and gaps, which tell some of 345 words
        (Canvas(pen=10, ink="white", paper="#333"), 0.05),
    ],
)
def test_drawings_are_recognized_in_images_almost_as_well_as_from_strokes(
    network: Classifier, parity: Parity, canvas: Canvas, may_lose: float
) -> None:
    chosen = [index for label in network.labels for index in np.flatnonzero(np.array(parity.words) == label)[:3]]
    words = np.array([parity.words[index] for index in chosen])
    from_strokes = np.stack([rasterize(parity.strokes[index]) for index in chosen])
    from_images = np.stack([image_to_bitmap(canvas.jpeg(parity.strokes[index], 50)) for index in chosen])
    right, right_in_images = (
        (np.array(network.labels)[network.logits(bitmaps).argmax(axis=1)] == words).mean()
        for bitmaps in (from_strokes, from_images)
    )
    assert right_in_images >= right - may_lose
