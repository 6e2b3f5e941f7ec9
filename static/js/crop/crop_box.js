// The rectangle {left, top, width, height} that is cut out of a picture, in shares of its sides. Pure functions.

const STEP = 0.03; // of the picture's side, for each press of a key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export const firstBox = Object.freeze({ left: 0.1, top: 0.1, width: 0.8, height: 0.8 });

export function moved(box, right, down) {
  return { ...box, left: clamp(box.left + right, 0, 1 - box.width), top: clamp(box.top + down, 0, 1 - box.height) };
}

// Moves one corner, [-1 or 1, -1 or 1] for left or right and top or bottom. The box keeps at least {width, height}.
export function resized(box, [side, end], right, down, least) {
  const [left, width] = resizedSpan(box.left, box.width, side, right, least.width);
  const [top, height] = resizedSpan(box.top, box.height, end, down, least.height);
  return { left, top, width, height };
}

// Returns the box after a press of an arrow key, which moves it or with Shift its lower right corner; otherwise null.
export function pressed(box, { key, shiftKey }, least) {
  if (!(key in ARROWS)) return null;
  const [right, down] = ARROWS[key].map((direction) => direction * STEP);
  return shiftKey ? resized(box, [1, 1], right, down, least) : moved(box, right, down);
}

// Returns the corner within reach {x, y} of a point {x, y}, [0, 0] for the inside of the box, or null.
export function gripAt(box, point, reach) {
  const across = sideAt(point.x, box.left, box.width, reach.x);
  const down = sideAt(point.y, box.top, box.height, reach.y);
  if (across === null || down === null) return null;
  return across && down ? [across, down] : [0, 0];
}

// Returns the box in whole pixels of a picture {width, height}.
export function toPixels(box, picture) {
  const left = Math.floor(box.left * picture.width);
  const top = Math.floor(box.top * picture.height);
  const width = Math.max(1, Math.round(box.width * picture.width));
  const height = Math.max(1, Math.round(box.height * picture.height));
  return { left, top, width: Math.min(width, picture.width - left), height: Math.min(height, picture.height - top) };
}

// Returns [start, length] after one end, -1 or 1, has moved by a distance.
function resizedSpan(start, length, end, distance, least) {
  if (end > 0) return [start, clamp(length + distance, Math.min(least, 1 - start), 1 - start)];
  const moved = clamp(start + distance, 0, Math.max(0, start + length - least));
  return [moved, start + length - moved];
}

// Returns -1 or 1 near an end of a span, 0 between them, null outside.
function sideAt(place, start, length, reach) {
  const [before, after] = [Math.abs(place - start), Math.abs(place - start - length)];
  if (Math.min(before, after) <= reach) return before < after ? -1 : 1;
  return place > start && place < start + length ? 0 : null;
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
