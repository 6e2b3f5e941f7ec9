"""Pictures as people send them: one drawing under many conditions, each at random."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from recognition.imaging.strokes import Strokes
from tests.canvas import Canvas, encoded

Random = np.random.Generator
Colour = tuple[int, int, int]
Condition = Callable[[Strokes, Random], bytes]


def conditions() -> dict[str, Condition]:
    return {
        "black on white": lambda strokes, random: encoded(drawn(strokes, random)),
        "light on dark": light_on_dark,
        "light ink on transparency": on_transparency(200, 255),
        "coloured ink on transparency": on_transparency(0, 160),
        "grey ink on grey ground": grey_on_grey,
        "sheet on a plain desk": on_desk(plain_desk),
        "sheet on a wooden desk": on_desk(wooden_desk),
        "sheet on a chequered cloth": on_desk(chequered_cloth),
        "sheet in perspective": in_perspective,
        "soft shadow": shaded,
        "dark edge of a scan": with_dark_edge,
        "edge and shadow of a page": with_page_edge,
        "screenshot of a phone, light": phone(is_dark=False),
        "screenshot of a phone, dark": phone(is_dark=True),
        "program with toolbars": with_toolbars,
        "rounded corners": with_rounded_corners,
        "frame at the edge, 1 to 3 pixels": framed(0, 1),
        "frame further in, 1 to 3 pixels": framed(2, 13),
        "specks under 0.01 %": with_specks,
        "one area filled": filled(1),
        "all areas filled": filled(99),
        "end of a JPEG missing": without_end(progressive=False),
        "end of a progressive JPEG missing": without_end(progressive=True),
        "JPEG at quality 15": lambda strokes, random: encoded(drawn(strokes, random), "JPEG", quality=15),
        "pen of 40 on 450": thick,
        "drawing of 60 pixels": tiny,
        "canvas of 1,900 pixels": lambda strokes, random: encoded(drawn(strokes, random, size=1_900, pen=4)),
        "framed, specks, light on dark, JPEG": mixed,
    }


def drawn(strokes: Strokes, random: Random, *, size: int = 500, **options: Any) -> Image.Image:
    """Return a drawing somewhere on a canvas, RGB."""
    extent = random.uniform(0.45, 0.8)
    left, top = random.uniform(0.05, 0.95 - extent, 2)
    pen = random.uniform(0.008, 0.022) * size
    canvas = replace(Canvas(size, pen, left, top, extent), **options)
    return Image.fromarray(canvas.picture(strokes)[:, :, :3])


def light_on_dark(strokes: Strokes, random: Random) -> bytes:
    return encoded(drawn(strokes, random, ink=css(colour(random, 190, 255)), paper=css(colour(random, 0, 60))))


def on_transparency(darkest: int, lightest: int) -> Condition:
    def condition(strokes: Strokes, random: Random) -> bytes:
        alpha = Image.fromarray(255 - np.asarray(drawn(strokes, random))[:, :, 0])
        picture = Image.new("RGBA", alpha.size, colour(random, darkest, lightest))
        picture.putalpha(alpha)
        return encoded(picture, random.choice(["PNG", "WEBP"]), lossless=True)

    return condition


def grey_on_grey(strokes: Strokes, random: Random) -> bytes:
    paper = int(random.integers(90, 180))
    ink = paper + int(random.integers(60, 75)) * int(random.choice([-1, 1]))
    picture = drawn(strokes, random, ink=css((ink,) * 3), paper=css((paper,) * 3))
    return encoded(noisy(picture, random, 3), "JPEG", quality=85)


def on_desk(make_desk: Callable[[tuple[int, int], Random], Image.Image]) -> Condition:
    def condition(strokes: Strokes, random: Random) -> bytes:
        side, turn = 1_000, random.uniform(-8, 8)
        sheet = Image.new("RGB", (side, side), colour(random, 225, 250, spread=8))
        ink = drawn(strokes, random, size=side, pen=random.uniform(5, 14)).convert("L")
        sheet.paste(colour(random, 0, 90, spread=40), mask=Image.fromarray(255 - np.asarray(ink)))
        width, height = int(side * random.uniform(0.62, 0.9)), int(side * random.uniform(0.62, 0.9))
        desk = make_desk((side, side), random)
        left, top, right, bottom = inked_box(ink)
        crop = left - 30, top - 30, right + 30, bottom + 30  # the sheet is cut to the drawing, then laid down
        sheet = sheet.crop(crop).resize(fitted(crop, width, height), Image.Resampling.BICUBIC)
        shape = Image.new("L", sheet.size, 255).rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
        sheet = sheet.rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
        x, y = (int(random.uniform(0.1, 0.9) * (side - length)) for length in shape.size)
        shadow = Image.new("L", desk.size, 0)
        shadow.paste(90, (x + 6, y + 8), shape)
        desk.paste((0, 0, 0), mask=shadow.filter(ImageFilter.GaussianBlur(8)))
        desk.paste(sheet, (x, y), shape)
        return encoded(noisy(lit(desk, random, 0.2), random, 4), "JPEG", quality=85)

    return condition


def fitted(box: tuple[int, ...], width: int, height: int) -> tuple[int, int]:
    """Return the size of a box that is scaled into width × height."""
    scale = min(width / (box[2] - box[0]), height / (box[3] - box[1]))
    return round((box[2] - box[0]) * scale), round((box[3] - box[1]) * scale)


def plain_desk(size: tuple[int, int], random: Random) -> Image.Image:
    return Image.new("RGB", size, colour(random, 40, 150, spread=60))


def wooden_desk(size: tuple[int, int], random: Random) -> Image.Image:
    y, x = np.mgrid[: size[1], : size[0]].astype(np.float32) / size[0]
    slant = random.uniform(-0.3, 0.3)
    rings = x + slant * y + 0.02 * np.sin(9 * y + random.uniform(0, 6)) + 0.03 * np.sin(4 * x + 3 * y)
    grain = 0.5 + 0.5 * np.sin(random.uniform(60, 160) * rings) * (0.6 + 0.4 * np.sin(17 * rings))
    dark, light = (np.array(tone) for tone in ((96, 60, 34), (156, 108, 66)))
    wood = dark + grain[..., np.newaxis] * (light - dark)
    wood[:: int(random.integers(150, 300))] *= 0.5  # joints between the boards
    return Image.fromarray(wood.clip(0, 255).astype(np.uint8))


def chequered_cloth(size: tuple[int, int], random: Random) -> Image.Image:
    cell = int(random.integers(25, 90))
    tones = np.array([colour(random, 30, 110, spread=40), colour(random, 110, 180, spread=40)])
    rows, columns = np.arange(size[1]) // cell, np.arange(size[0]) // cell
    return Image.fromarray(tones[(rows[:, np.newaxis] + columns) % 2].astype(np.uint8))


def in_perspective(strokes: Strokes, random: Random) -> bytes:
    sheet = drawn(strokes, random, size=900, pen=9, paper=css(colour(random, 225, 250, spread=8)))
    corners = np.array([[70, 60], [70, 940], [930, 940], [930, 60]]) + random.uniform(-60, 60, (4, 2))
    shape = Image.new("L", sheet.size, 255)
    to_source = perspective(corners, np.array([[0, 0], [0, 900], [900, 900], [900, 0]]))
    sheet, shape = (
        picture.transform((1_000, 1_000), Image.Transform.PERSPECTIVE, to_source, Image.Resampling.BICUBIC)
        for picture in (sheet, shape)
    )
    desk = wooden_desk((1_000, 1_000), random) if random.random() < 0.5 else plain_desk((1_000, 1_000), random)
    desk.paste(sheet, mask=shape)
    return encoded(noisy(lit(desk, random, 0.35), random, 4), "JPEG", quality=80)


def perspective(places: npt.NDArray[np.float64], sources: npt.NDArray[np.int_]) -> list[float]:
    """Return Pillow's eight coefficients that map places (4, 2) to sources (4, 2)."""
    rows = [
        row
        for (x, y), (u, v) in zip(places, sources, strict=True)
        for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
    ]
    return list(np.linalg.solve(np.array(rows), sources.ravel()))


def shaded(strokes: Strokes, random: Random) -> bytes:
    picture = np.asarray(drawn(strokes, random, size=900, ink="#234", paper="#f4f1ea")).astype(np.float32)
    y, x = np.mgrid[:900, :900] / 900 - 0.5
    turn = random.uniform(0, 2 * math.pi)
    distance = math.cos(turn) * x + math.sin(turn) * y - random.uniform(-0.2, 0.2)
    shadow = 1 - random.uniform(0.25, 0.45) / (1 + np.exp(-distance / random.uniform(0.01, 0.06)))
    shaded = Image.fromarray((picture * shadow[..., np.newaxis]).astype(np.uint8))
    return encoded(noisy(shaded, random, 4), "JPEG", quality=85)


def with_dark_edge(strokes: Strokes, random: Random) -> bytes:
    picture = drawn(strokes, random, size=1_000, ink="#222", paper="#fafaf8")
    quarters = int(random.integers(4))  # the edge is at any side, the drawing upright
    start, end = random.uniform(5, 45, 2)
    edge = Image.new("L", picture.size, 0)
    ImageDraw.Draw(edge).polygon([(0, 0), (start, 0), (end, 999), (0, 999)], fill=255)
    picture.paste(colour(random, 10, 80, spread=10), mask=edge.rotate(90 * quarters))
    return encoded(noisy(picture, random, 3), "JPEG", quality=80)


def with_page_edge(strokes: Strokes, random: Random) -> bytes:
    """Return a photo of an open book: a strip of the other page, and a shadow towards the fold."""
    picture = np.asarray(drawn(strokes, random, size=1_000, ink="#223", paper="#f2efe6")).astype(np.float32)
    fold, depth = random.uniform(15, 45), random.uniform(0.3, 0.6)
    distance = np.abs(np.arange(1_000) - fold)
    picture *= (1 - depth * np.exp(-distance / random.uniform(8, 25)))[:, np.newaxis]
    if random.random() < 0.5:
        picture = picture[:, ::-1]
    return encoded(noisy(Image.fromarray(picture.astype(np.uint8)), random, 4), "JPEG", quality=80)


def phone(*, is_dark: bool) -> Condition:
    def condition(strokes: Strokes, random: Random) -> bytes:
        width, height = 540, int(random.integers(960, 1_170))
        paper = colour(random, 0, 40, spread=8) if is_dark else colour(random, 245, 255, spread=4)
        ink = colour(random, 200, 255, spread=20) if is_dark else colour(random, 0, 120)
        screen = Image.new("RGB", (width, height), paper)
        drawing = drawn(strokes, random, size=width, ink=css(ink), paper=css(paper))
        screen.paste(drawing, (0, int(random.uniform(130, height - width - 130))))
        bars = [(0, 40), (height - int(random.integers(44, 90)), height)]
        if random.random() < 0.5:
            bars.append((40, 40 + int(random.integers(44, 64))))  # the program's own bar
        for top, bottom in bars:
            bar = paper if random.random() < 0.4 else colour(random, 20, 235)
            icons = (255,) * 3 if sum(bar) < 380 else (20,) * 3
            draw = ImageDraw.Draw(screen)
            draw.rectangle((0, top, width, bottom), fill=bar)
            middle = (top + min(bottom, top + 50)) / 2
            for x in random.uniform(15, width - 25, int(random.integers(3, 7))):
                size = random.uniform(5, 10)
                shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
                shape((x, middle - size, x + 2 * size, middle + size), outline=icons, width=2)
            draw.text((20, middle - 6), "12:34", fill=icons)
        return encoded(screen)

    return condition


def with_toolbars(strokes: Strokes, random: Random) -> bytes:
    """Return a drawing program: a bar of tools above and one at the left, on another grey."""
    size = 760
    picture = drawn(strokes, random, size=size, ink=css(colour(random, 0, 110)))
    bar, deep, wide = int(random.integers(60, 240)), int(random.integers(40, 80)), int(random.integers(40, 70))
    screen = Image.new("RGB", (size + wide, size + deep), (bar,) * 3)
    draw = ImageDraw.Draw(screen)
    for place in range(12, size - 20, 38):
        for x, y in ((place, deep / 2 - 12), (wide / 2 - 12, place + deep)):
            draw.rounded_rectangle((x, y, x + 24, y + 24), 4, fill=colour(random, 0, 255), outline=(90, 90, 90))
    screen.paste(picture, (wide, deep))
    return encoded(screen)


def with_rounded_corners(strokes: Strokes, random: Random) -> bytes:
    picture = drawn(strokes, random).convert("RGBA")
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, *(side - 1 for side in picture.size)), random.uniform(12, 60), fill=255
    )
    if random.random() < 0.5:
        picture.putalpha(mask)
        return encoded(picture)
    screen = Image.new("RGB", picture.size, colour(random, 0, 200))
    screen.paste(picture, mask=mask)
    return encoded(screen)


def framed(nearest: int, furthest: int) -> Condition:
    def condition(strokes: Strokes, random: Random) -> bytes:
        picture = drawn(strokes, random, size=400)
        inset = int(random.integers(nearest, furthest))
        box = (inset, inset, 399 - inset, 399 - inset)
        ImageDraw.Draw(picture).rectangle(box, outline=colour(random, 0, 200), width=int(random.integers(1, 4)))
        return encoded(picture)

    return condition


def with_specks(strokes: Strokes, random: Random) -> bytes:
    picture = drawn(strokes, random, size=800)
    draw = ImageDraw.Draw(picture)
    for x, y in random.uniform(5, 795, (int(random.integers(3, 12)), 2)):
        radius = random.uniform(0.5, 4)  # at most 0.008 % of the picture
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour(random, 0, 100))
    return encoded(picture)


def filled(most: int) -> Condition:
    def condition(strokes: Strokes, random: Random) -> bytes:
        picture = drawn(strokes, random, pen=random.uniform(5, 12))
        grown = picture.convert("L").point(lambda value: 255 if value > 200 else 0)
        fill = colour(random, 60, 255, spread=160)
        seeds = np.argwhere(np.asarray(grown) == 255)
        ImageDraw.floodfill(grown, (0, 0), 100)
        done = 0
        for row, column in random.permutation(seeds)[:400]:
            if done < most and grown.getpixel((int(column), int(row))) == 255:
                ImageDraw.floodfill(grown, (int(column), int(row)), 180)
                done += 1
        inside = Image.fromarray(((np.asarray(grown) == 180) * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(3))
        plain = Image.new("RGB", picture.size, fill)
        return encoded(
            Image.composite(Image.fromarray(np.minimum(np.asarray(picture), np.asarray(plain))), picture, inside)
        )

    return condition


def without_end(*, progressive: bool) -> Condition:
    def condition(strokes: Strokes, random: Random) -> bytes:
        data = encoded(drawn(strokes, random, size=700), "JPEG", quality=85, progressive=progressive)
        return data[: int(len(data) * random.uniform(0.9, 0.98))]

    return condition


def thick(strokes: Strokes, random: Random) -> bytes:
    left, top = random.uniform(0.05, 0.25, 2)
    return Canvas(450, 40, left, top, 0.7).png(strokes)


def tiny(strokes: Strokes, random: Random) -> bytes:
    left, top = random.uniform(0.02, 0.8, 2)
    return Canvas(450, 3, left, top, 60 / 450).png(strokes)


def mixed(strokes: Strokes, random: Random) -> bytes:
    picture = drawn(strokes, random, size=640, ink=css(colour(random, 200, 255)), paper=css(colour(random, 0, 50)))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 639, 639), outline=colour(random, 60, 255), width=2)
    for x, y in random.uniform(10, 630, (4, 2)):
        draw.ellipse((x, y, x + 3, y + 3), fill=(240, 240, 240))
    return encoded(picture, "JPEG", quality=60)


def inked_box(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what is darker than half."""
    return Image.fromarray((np.asarray(picture) < 128).astype(np.uint8)).getbbox() or (0, 0, *picture.size)


def lit(picture: Image.Image, random: Random, depth: float) -> Image.Image:
    """Return a picture under light that fades by up to `depth` to one side."""
    width, height = picture.size
    turn = random.uniform(0, 2 * math.pi)
    x, y = np.linspace(-0.5, 0.5, width)[np.newaxis], np.linspace(-0.5, 0.5, height)[:, np.newaxis]
    light = 1 - random.uniform(0, depth) * (0.5 + (math.cos(turn) * x + math.sin(turn) * y) / math.sqrt(2))
    return Image.fromarray((np.asarray(picture) * light[..., np.newaxis]).astype(np.uint8))


def noisy(picture: Image.Image, random: Random, deviation: float) -> Image.Image:
    pixels = np.asarray(picture) + random.normal(0, deviation, (picture.height, picture.width, 1))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def colour(random: Random, darkest: int, lightest: int, spread: int = 999) -> Colour:
    """Return a random colour whose channels differ by at most `spread`."""
    first = int(random.integers(darkest, lightest + 1))
    low, high = max(darkest, first - spread), min(lightest, first + spread)
    red, green, blue = (int(value) for value in random.integers(low, high + 1, 3))
    return red, green, blue


def css(value: tuple[int, ...]) -> str:
    return "rgb({},{},{})".format(*value)
