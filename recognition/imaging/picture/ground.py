"""The ground on which somebody drew: the sheet within a picture, and its colour under uneven light."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from recognition.imaging.picture.regions import Labels, convex_hull, dilated, labelled, without_holes
from recognition.imaging.skeleton import Mask

RgbPixels = npt.NDArray[np.uint8]  # (height, width, 3)
Floats = npt.NDArray[np.float32]

SMALL_SIDE = 192  # pixels of the larger side of the picture in which regions are found; noise is gone, lines are left
MAX_STEP = 14  # of 255, between neighbours in a flat region; uneven light makes less
MAX_GROUND_CONTRAST = 48  # of 255; uneven light makes less within a sheet, ink makes more
MIN_SHEET = 0.03  # of the picture
MAX_CROSSED = 0.7  # of the rim of a shadow is crossed by lines
MAX_TINGE = 32  # of 255, between the parts of a sheet
MAX_BASE = 0.05  # of a sheet: holes in it do not show the desk
ENCLOSED = 0.9  # of a sheet on a desk
MIN_CUT_SHEET = 0.2  # of the picture, for a sheet that the picture cuts off
MIN_LIGHT = 0.4  # of the ground's light in a shadow
MAX_TINT = 0.15  # of the ground's light, between the channels
BLUR = 6  # pixels of the small picture, over which the light may change
MIN_FILL = 12  # pixels of the small picture
MIN_BOXINESS = 0.82  # of the box around a sheet; a disc has 0.79
LINE_CONTRAST = 40  # of 255: what separates an outline from the two colours beside it
MIN_OUTLINED = 0.4  # of the rim of a filled area


@dataclass(frozen=True)
class Ground:
    """The ground in a picture: where it is, how it is lit, and the areas on it that are filled with a colour."""

    sheet: Mask  # (height, width) of the picture
    colour: list[Floats]  # three times (height, width)
    fills: Mask  # (height, width): flat areas with an outline of another colour


def find_ground(picture: RgbPixels) -> Ground:
    """Find the largest flat region, or a sheet that lies on it."""
    factor = -(-max(picture.shape) // SMALL_SIDE)
    small = np.asarray(Image.fromarray(picture).reduce(factor)).astype(np.float32)
    labels = labelled(_flat(small))
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    large = [int(number) for number in np.argsort(sizes)[::-1][:8] if sizes[number] >= MIN_SHEET * labels.size]
    if not large:
        return _whole(picture)
    shapes = {number: without_holes(labels == number) for number in large}
    base = max(large, key=lambda number: int(shapes[number].sum()))
    region = labels == base
    factors = _fit(small, region)
    area = np.ones(region.shape, np.bool_)
    if (sheet := _sheet_on(small, labels, shapes, base, factors)) is not None:
        area, region = sheet, (labels > 0) & sheet
        factors = _fit(small, region)
    contrast = _difference(small, factors)
    ground = region | ((labels > 0) & (contrast < MAX_GROUND_CONTRAST) & area)
    for number in large:
        if _is_shade(small, labels == number, shapes[number] & area, factors):
            ground |= labels == number
    hull = convex_hull(ground)
    colour = _colours(small, factors)
    colour += _blurred((small - colour) * ground[..., np.newaxis]) / np.maximum(_blurred(ground[..., np.newaxis]), 0.05)
    is_other = np.abs(small - colour).max(axis=2) >= MAX_GROUND_CONTRAST
    fills = _fills(small, labels, hull & ~ground & is_other, factors)
    return Ground(_enlarged(hull, factor, picture), _resized(colour, picture.shape), _enlarged(fills, factor, picture))


def _whole(picture: RgbPixels) -> Ground:
    everything = np.ones(picture.shape[:2], np.bool_)
    factors = _fit(picture[::4, ::4].astype(np.float32), everything[::4, ::4])
    return Ground(everything, _surfaces(picture, factors), ~everything)


def _flat(small: Floats) -> Mask:
    """Tell for each pixel whether it differs little from its neighbours."""
    padded = np.pad(small, [(1, 1), (1, 1), (0, 0)], mode="edge")
    highest, lowest = small, small
    height, width = small.shape[:2]
    for row, column in ((0, 1), (2, 1), (1, 0), (1, 2)):
        neighbour = padded[row : row + height, column : column + width]
        highest, lowest = np.maximum(highest, neighbour), np.minimum(lowest, neighbour)
    flat: Mask = (highest - lowest).max(axis=2) <= MAX_STEP
    return flat


def _sheet_on(small: Floats, labels: Labels, shapes: dict[int, Mask], base: int, factors: Floats) -> Mask | None:
    """Return the shape of a sheet on a desk, a page or a screen: a box with something on it."""
    on_base = _difference(small, factors) < MAX_GROUND_CONTRAST
    for number in sorted(shapes, key=lambda number: -int(shapes[number].sum())):
        region = labels == number
        if number == base or (on_base & region).sum() > region.sum() / 2:
            continue
        parts = _alike(small, labels, shapes, region)
        shape = convex_hull(parts)
        if not _holds_a_drawing(shape, parts, on_base & (labels > 0)):
            continue
        is_lighter = bool(np.median(small[region], axis=0).mean() > small[labels == base].mean())
        if not _lies_on(shapes[base], shape, is_lighter=is_lighter) or _boxiness(shape) < MIN_BOXINESS:
            continue
        if is_lighter or _outlined(small, region, shape, factors) < MIN_OUTLINED:
            return shape
    return None


def _alike(small: Floats, labels: Labels, numbers: Iterable[int], region: Mask) -> Mask:
    """Return all numbered regions of a region's colour: a drawing's lines may divide a sheet."""
    colour = np.median(small[region], axis=0)
    alike = [part for part in numbers if np.abs(np.median(small[labels == part], axis=0) - colour).max() < MAX_TINGE]
    return np.isin(labels, alike)


def _holds_a_drawing(shape: Mask, parts: Mask, desk: Mask) -> bool:
    """Tell whether something is on the parts of a sheet's shape, and not only the desk between them."""
    holes = shape & ~parts
    return bool(holes.sum() >= MIN_FILL and (holes & desk).sum() <= MAX_BASE * shape.sum())


def _lies_on(desk: Mask, shape: Mask, *, is_lighter: bool) -> bool:
    """Tell whether a sheet lies within a desk, or is lighter and whole, or large where the picture cuts it off."""
    if (shape & desk).sum() > ENCLOSED * shape.sum():
        return True
    is_whole = not (_edge(shape) & shape).any()
    return is_lighter and (is_whole or bool(shape.mean() > MIN_CUT_SHEET))


def _is_shade(small: Floats, region: Mask, shape: Mask, factors: Floats) -> bool:
    """Tell whether a region is the ground with less light: as colourful, up to the edge, and no line before it."""
    if not (_edge(shape) & shape).any():
        return False
    light = np.median(small[region] / np.maximum(_colours(small, factors)[region], 1), axis=0)
    is_grey = MIN_LIGHT < light.mean() < 1 / MIN_LIGHT and np.ptp(light) < MAX_TINT
    return bool(is_grey) and _outlined(small, region, shape, factors) < MAX_CROSSED


def _edge(shape: Mask) -> Mask:
    edge = np.ones(shape.shape, np.bool_)
    edge[1:-1, 1:-1] = False
    return edge


def _blurred(values: npt.NDArray[np.generic]) -> Floats:
    """Return the mean (height, width, channels) around each pixel: BLUR pixels in each direction."""
    sums = values.astype(np.float32)
    for axis in (0, 1):
        padded = np.pad(sums, [(BLUR + 1, BLUR) if axis == other else (0, 0) for other in range(3)])
        totals = np.cumsum(padded, axis=axis, dtype=np.float64)
        size, step = sums.shape[axis], 2 * BLUR + 1
        mean = (np.take(totals, range(step, step + size), axis) - np.take(totals, range(size), axis)) / step
        sums = mean.astype(np.float32)
    return sums


def _resized(colour: Floats, shape: tuple[int, ...]) -> list[Floats]:
    size = shape[1], shape[0]
    return [
        np.asarray(Image.fromarray(channel).resize(size, Image.Resampling.BILINEAR))
        for channel in np.moveaxis(colour, 2, 0)
    ]


def _boxiness(shape: Mask) -> float:
    """Return the share of the tightest box around a shape that the shape covers."""
    rows, columns = shape.nonzero()
    turns = np.radians(np.arange(-45, 45, 5))[:, np.newaxis]
    width, height = (
        np.ptp(np.cos(turns) * a + np.sin(turns) * b, axis=1) + 1 for a, b in ((columns, rows), (rows, -columns))
    )
    return float(len(rows) / (width * height).min())


def _fills(small: Floats, labels: Labels, area: Mask, factors: Floats) -> Mask:
    """Return the flat regions in an area whose rim is a line of another colour."""
    fills = np.zeros(area.shape, np.bool_)
    sizes = np.bincount(labels[area], minlength=1)
    for number in np.flatnonzero(sizes >= MIN_FILL):
        region = (labels == number) & area
        if number and _outlined(small, region, region, factors) >= MIN_OUTLINED:
            fills |= _reach(small, region)
    return fills


def _reach(small: Floats, region: Mask) -> Mask:
    """Return a region with the pixels at its rim that have its colour."""
    near = np.abs(small - np.median(small[region], axis=0)).max(axis=2) < MAX_GROUND_CONTRAST
    reach: Mask = region | (dilated(region, 2) & near)
    return reach


def _outlined(small: Floats, region: Mask, shape: Mask, factors: Floats) -> float:
    """Return the share of a region's rim that has neither its colour, nor the ground's, nor one between them."""
    rim = dilated(shape, 3) & ~dilated(shape, 1)
    inner, outer = np.median(small[region], axis=0), _colours(small, factors)
    along = outer - inner
    position = ((small - inner) * along).sum(axis=2) / np.maximum((along * along).sum(axis=2), 1)
    nearest = inner + position.clip(0, 1)[..., np.newaxis] * along
    off = np.abs(small - nearest).max(axis=2) > LINE_CONTRAST
    # A line is often thinner than the rim: what counts is whether there is one between the region and the ground.
    return float(dilated(off & rim, 2)[rim].mean()) if rim.any() else 0.0


def _fit(small: Floats, region: Mask) -> Floats:
    """Return the colour of a region as coefficients (6, 3) of `terms`: light falls unevenly on paper."""
    terms = np.stack([np.broadcast_to(term, region.shape)[region] for term in terms_of(region.shape)], axis=1)
    colours = small[region]
    factors: Floats = np.zeros((6, 3), np.float32)
    factors[0] = np.median(colours, axis=0)
    for _ in range(3):  # each fit separates the ground from ink better
        near = np.abs(colours - terms @ factors).max(axis=1) < MAX_GROUND_CONTRAST
        if near.sum() < MIN_FILL:
            break
        normal = terms[near].T
        factors = np.linalg.lstsq(normal @ terms[near], normal @ colours[near], rcond=1e-5)[0]
    return factors


def terms_of(shape: tuple[int, ...]) -> list[Floats]:
    """Return 1, x, y, x², y² and xy, which broadcast to (height, width). x and y go from -1 to 1."""
    y, x = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape[:2])
    x, y = x[np.newaxis], y[:, np.newaxis]
    return [np.ones_like(x), x, y, x * x, y * y, x * y]


def _surfaces(picture: npt.NDArray[np.generic], factors: Floats) -> list[Floats]:
    terms = terms_of(picture.shape)
    zero = np.zeros((1, 1), np.float32)
    return [sum((factor * term for factor, term in zip(row, terms, strict=True)), zero) for row in factors.T]


def _colours(small: Floats, factors: Floats) -> Floats:
    return np.stack([np.broadcast_to(surface, small.shape[:2]) for surface in _surfaces(small, factors)], axis=2)


def _difference(small: Floats, factors: Floats) -> Floats:
    difference: Floats = np.abs(small - _colours(small, factors)).max(axis=2)
    return difference


def _enlarged(mask: Mask, factor: int, picture: RgbPixels) -> Mask:
    height, width = picture.shape[:2]
    return np.repeat(np.repeat(mask, factor, axis=0), factor, axis=1)[:height, :width]
