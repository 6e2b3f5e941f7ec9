// A stroke is {colour, width, x: […], y: […], t: […]}; x and y are in sheet units, t is in milliseconds.

export const SHEET_SIDE = 600; // units; the same at every size on screen, so that resizing never distorts
const MIN_STEP = 0.75; // units; a point closer to the previous one makes no visible difference
const ERASER_REACH = 12; // units
const DOT_REACH = 2; // units; a pointer that moved less than this made a dot

export function startStroke({ x, y, t }, { colour, width }) {
  return { colour, width, x: [toSheet(x)], y: [toSheet(y)], t: [Math.round(t)] };
}

// Appends a point to the stroke. Returns false if the point is too close to the last one.
export function addPoint(stroke, { x, y, t }) {
  const last = stroke.x.length - 1;
  if (Math.hypot(x - stroke.x[last], y - stroke.y[last]) < MIN_STEP) return false;
  stroke.x.push(toSheet(x));
  stroke.y.push(toSheet(y));
  stroke.t.push(Math.round(t));
  return true;
}

// Returns the finished stroke; a stroke shorter than DOT_REACH becomes a single point.
export function finishStroke(stroke) {
  if (reach(stroke) >= DOT_REACH) return stroke;
  return { ...stroke, x: stroke.x.slice(0, 1), y: stroke.y.slice(0, 1), t: stroke.t.slice(0, 1) };
}

// Returns strokes in the API's format, [[[x…], [y…], [t…]], …]; t counts milliseconds from the drawing's first point.
export function toApiStrokes(strokes) {
  const start = strokes.length ? strokes[0].t[0] : 0;
  return strokes.map(({ x, y, t }) => [x, y, t.map((time) => time - start)]);
}

// Returns the pens of strokes in the API's format, [[colour, width], …].
export function toApiPens(strokes) {
  return strokes.map(({ colour, width }) => [colour, width]);
}

// Returns whether an eraser at {x, y} touches the stroke.
export function touches(stroke, { x, y }) {
  return stroke.x.some((_, i) => distanceToLine(stroke, i, x, y) < ERASER_REACH);
}

// Returns the distance of (x, y) from the line between the points i - 1 and i, or from the first point for i = 0.
function distanceToLine(stroke, i, x, y) {
  const from = Math.max(0, i - 1);
  const [left, top] = [stroke.x[from], stroke.y[from]];
  const [width, height] = [stroke.x[i] - left, stroke.y[i] - top];
  const along = ((x - left) * width + (y - top) * height) / (width ** 2 + height ** 2 || 1);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - left - share * width, y - top - share * height);
}

// Returns the largest distance between the first point and any other.
function reach({ x, y }) {
  return Math.max(...x.map((value, i) => Math.hypot(value - x[0], y[i] - y[0])));
}

// Clamps a coordinate to the sheet and rounds it to a tenth of a unit.
function toSheet(coordinate) {
  return Math.round(Math.min(SHEET_SIDE, Math.max(0, coordinate)) * 10) / 10;
}
