// Draws strokes on a 2D context in sheet units. Curves are smoothed through the midpoints between neighbouring points.

const LINE_WIDTHS = { thin: 4, medium: 8, thick: 16 }; // sheet units

// colourOf(name) returns a CSS colour.
export function drawStroke(context, stroke, colourOf) {
  setStyle(context, stroke, colourOf);
  if (stroke.x.length === 1) {
    drawDot(context, stroke);
    return;
  }
  context.beginPath();
  context.moveTo(stroke.x[0], stroke.y[0]);
  for (let i = 1; i < stroke.x.length; i += 1) curveTo(context, stroke, i);
  context.lineTo(stroke.x.at(-1), stroke.y.at(-1));
  context.stroke();
}

// Draws only what the points from index `from` on add to an unfinished stroke.
export function drawStrokeFrom(context, stroke, from, colourOf) {
  setStyle(context, stroke, colourOf);
  if (from === 0) drawDot(context, stroke);
  context.beginPath();
  for (let i = Math.max(1, from); i < stroke.x.length; i += 1) {
    context.moveTo(...midpoint(stroke, i - 1));
    curveTo(context, stroke, i);
  }
  context.stroke();
}

function setStyle(context, { colour, width }, colourOf) {
  context.strokeStyle = context.fillStyle = colourOf(colour);
  context.lineWidth = LINE_WIDTHS[width] ?? LINE_WIDTHS.medium;
  context.lineCap = context.lineJoin = "round";
}

function drawDot(context, { x, y }) {
  context.beginPath();
  context.arc(x[0], y[0], context.lineWidth / 2, 0, 2 * Math.PI);
  context.fill();
}

// Curves from the midpoint before point i - 1 to the midpoint after it, with that point as the control point.
function curveTo(context, stroke, i) {
  context.quadraticCurveTo(stroke.x[i - 1], stroke.y[i - 1], ...midpoint(stroke, i));
}

// Returns the midpoint of points i - 1 and i, or the first point for i = 0.
function midpoint({ x, y }, i) {
  return i < 1 ? [x[0], y[0]] : [(x[i - 1] + x[i]) / 2, (y[i - 1] + y[i]) / 2];
}
