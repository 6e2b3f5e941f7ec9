import assert from "node:assert/strict";
import test from "node:test";

import { columns, percent, reach, some, told, width } from "../../static/js/charts/chart_data.js";

const DAY = 86400;
const line = { values: [0.8, null, 0.95], low: [0.62, null, 0.7], high: [0.9, null, 0.99] };
const chart = { axis: "time", title: "day", places: [0, DAY, 2 * DAY], lines: [line] };

test("a chart's numbers are its places and then one column for each line", () => {
  assert.deepEqual(columns(chart), [[0, DAY, 2 * DAY], [0.8, null, 0.95]]);
});

test("the axis of shares begins at a whole tenth below all that is shown", () => {
  assert.deepEqual(reach(chart), [0.6, 1]);
  assert.deepEqual(reach({ ...chart, lines: [{ values: [0.999], low: [] }] }), [0.9, 1]);
  assert.deepEqual(reach({ ...chart, lines: [{ values: [0], low: [0] }] }), [0, 1]);
});

test("confidence is shown on the whole of both axes", () => {
  assert.deepEqual(reach({ ...chart, axis: "share" }), [0, 1]);
  assert.deepEqual(width({ ...chart, axis: "share" }), [0, 1]);
});

test("there is room for half a step beside the first and the last place", () => {
  assert.deepEqual(width(chart), [-DAY / 2, 2.5 * DAY]);
  assert.deepEqual(width({ ...chart, title: "week" }), [-3.5 * DAY, 5.5 * DAY]);
  assert.deepEqual(width({ axis: "version", places: [4] }), [3.5, 4.5]);
});

test("as many places are named as there is room for, the last among them", () => {
  assert.deepEqual(some([1, 2, 3, 4, 5], 10), [1, 2, 3, 4, 5]);
  assert.deepEqual(some([1, 2, 3, 4, 5], 3), [1, 3, 5]);
  assert.deepEqual(some([1, 2, 3, 4, 5], 0.5), [5]);
});

test("a place is told with its interval", () => {
  assert.equal(told(line, 0), "80.0% (62.0–90.0%)");
  assert.equal(told(line, 1), "–");
  assert.equal(told({ values: [0.5], low: [], high: [] }, 0), "50.0%");
});

test("a share reads as per cent", () => {
  assert.equal(percent(0.9125), "91.3%");
  assert.equal(percent(null), "–");
});
