import assert from "node:assert/strict";
import { test } from "node:test";

import { addPoint, finishStroke, SHEET_SIDE, startStroke, toApiStrokes } from "../../static/js/draw/canvas/strokes.js";

const pen = { colour: "ink", width: "medium" };

function line(...points) {
  const [[x, y, t], ...rest] = points;
  const stroke = startStroke({ x, y, t }, pen);
  for (const [x, y, t] of rest) addPoint(stroke, { x, y, t });
  return stroke;
}

test("a stroke keeps its points, its pen and whole milliseconds", () => {
  assert.deepEqual(line([1, 2, 1000.4], [30.04, 40.06, 1016.6]), { x: [1, 30], y: [2, 40.1], t: [1000, 1017], ...pen });
});

test("a point too near to be seen is left out", () => {
  const stroke = startStroke({ x: 5, y: 5, t: 0 }, pen);
  assert.equal(addPoint(stroke, { x: 5.5, y: 5.5, t: 1 }), false);
  assert.equal(addPoint(stroke, { x: 6, y: 5, t: 2 }), true);
  assert.deepEqual(stroke.x, [5, 6]);
});

test("ink stays on the sheet", () => {
  const stroke = line([-3, 10, 0], [SHEET_SIDE + 50, SHEET_SIDE + 1, 5]);
  assert.deepEqual([stroke.x, stroke.y], [[0, SHEET_SIDE], [10, SHEET_SIDE]]);
});

test("a stroke that went less than two units is a dot", () => {
  const stroke = finishStroke(line([10, 10, 0], [11, 10, 8], [10, 11, 16]));
  assert.deepEqual([stroke.x, stroke.y, stroke.t], [[10], [10], [0]]);
});

test("a small circle that comes back to its start is no dot", () => {
  assert.equal(finishStroke(line([10, 10, 0], [13, 13, 8], [10, 10, 16])).x.length, 3);
});

test("in the API format, time begins with the first point of the drawing", () => {
  assert.deepEqual(toApiStrokes([line([1, 2, 5000], [9, 9, 5010]), line([3, 3, 6000])]), [
    [[1, 9], [2, 9], [0, 10]],
    [[3], [3], [1000]],
  ]);
});

test("nothing drawn is an empty list", () => {
  assert.deepEqual(toApiStrokes([]), []);
});
