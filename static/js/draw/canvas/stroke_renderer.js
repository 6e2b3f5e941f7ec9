// Puts ink on a 2D context whose unit is the sheet's. Lines are smoothed through the midpoints between their points.

export const WIDTHS = { thin: 4, medium: 8, thick: 16 }; // units of the sheet

// colourOf(name) returns a CSS colour.
export function paintStroke(context, stroke, colourOf) {
  dip(context, stroke, colourOf);
  if (stroke.x.length === 1) {
    dot(context, stroke);
    return;
  }
  context.beginPath();
  context.moveTo(stroke.x[0], stroke.y[0]);
  for (let i = 1; i < stroke.x.length; i += 1) curveTo(context, stroke, i);
  context.lineTo(stroke.x.at(-1), stroke.y.at(-1));
  context.stroke();
}

// Puts only what point `from` and those after it add to a stroke that goes on.
export function paintOn(context, stroke, from, colourOf) {
  dip(context, stroke, colourOf);
  if (from === 0) dot(context, stroke);
  context.beginPath();
  for (let i = Math.max(1, from); i < stroke.x.length; i += 1) {
    context.moveTo(...middle(stroke, i - 1));
    curveTo(context, stroke, i);
  }
  context.stroke();
}

function dip(context, { colour, width }, colourOf) {
  context.strokeStyle = context.fillStyle = colourOf(colour);
  context.lineWidth = WIDTHS[width] ?? WIDTHS.medium;
  context.lineCap = context.lineJoin = "round";
}

function dot(context, { x, y }) {
  context.beginPath();
  context.arc(x[0], y[0], context.lineWidth / 2, 0, 2 * Math.PI);
  context.fill();
}

// From the middle before point i - 1 to the middle after it, bending at that point.
function curveTo(context, stroke, i) {
  context.quadraticCurveTo(stroke.x[i - 1], stroke.y[i - 1], ...middle(stroke, i));
}

// Half way between points i - 1 and i; the first point stands for itself.
function middle({ x, y }, i) {
  return i < 1 ? [x[0], y[0]] : [(x[i - 1] + x[i]) / 2, (y[i - 1] + y[i]) / 2];
}
