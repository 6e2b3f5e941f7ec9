// A stroke as a hand makes it: {colour, width, x: […], y: […], t: […]}, in units of the sheet.

export const SIDE = 600; // units; the sheet is a square of this side at every size on screen, so resizing never distorts
const NEAR = 0.75; // units; a point nearer than this to the one before adds nothing that can be seen
const DOT = 2; // units; a pointer that travelled less meant a dot

export function begin({ x, y, t }, { colour, width }) {
  return { colour, width, x: [tidy(x)], y: [tidy(y)], t: [Math.round(t)] };
}

// Adds a point to the stroke and tells whether it did.
export function extend(stroke, { x, y, t }) {
  const last = stroke.x.length - 1;
  if (Math.hypot(x - stroke.x[last], y - stroke.y[last]) < NEAR) return false;
  stroke.x.push(tidy(x));
  stroke.y.push(tidy(y));
  stroke.t.push(Math.round(t));
  return true;
}

// Returns the stroke as it is kept: one that went nowhere becomes a single point.
export function finished(stroke) {
  if (reach(stroke) >= DOT) return stroke;
  return { ...stroke, x: stroke.x.slice(0, 1), y: stroke.y.slice(0, 1), t: stroke.t.slice(0, 1) };
}

// Returns strokes as the API takes them: [[[x…], [y…], [t…]], …], t in milliseconds from the first point of the drawing.
export function toWire(strokes) {
  const start = strokes.length ? strokes[0].t[0] : 0;
  return strokes.map(({ x, y, t }) => [x, y, t.map((moment) => moment - start)]);
}

// The longest way from the first point to any other.
function reach({ x, y }) {
  return Math.max(...x.map((each, i) => Math.hypot(each - x[0], y[i] - y[0])));
}

// Keeps a point on the sheet, to a tenth of a unit.
function tidy(coordinate) {
  return Math.round(Math.min(SIDE, Math.max(0, coordinate)) * 10) / 10;
}
