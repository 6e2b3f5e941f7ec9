import assert from "node:assert/strict";
import test from "node:test";

import { formatPercent, formatTick, legendText, tickPlaces, toColumns, xRange, yRange } from "../../static/js/charts/chart_data.js";

const DAY = 86400;
const line = { values: [0.8, null, 0.95], low: [0.62, null, 0.7], high: [0.9, null, 0.99] };
const chart = { axis: "time", title: "day", places: [0, DAY, 2 * DAY], lines: [line] };

test("a chart's numbers are its places and then one column for each line", () => {
  assert.deepEqual(toColumns(chart), [[0, DAY, 2 * DAY], [0.8, null, 0.95]]);
});

test("the axis of shares begins at a whole tenth below all that is shown", () => {
  assert.deepEqual(yRange(chart), [0.6, 1]);
  assert.deepEqual(yRange({ ...chart, lines: [{ values: [0.999], low: [] }] }), [0.9, 1]);
  assert.deepEqual(yRange({ ...chart, lines: [{ values: [0], low: [0] }] }), [0, 1]);
});

test("confidence is shown on the whole of both axes", () => {
  assert.deepEqual(yRange({ ...chart, axis: "share" }), [0, 1]);
  assert.deepEqual(xRange({ ...chart, axis: "share" }), [0, 1]);
});

test("other numbers begin at 0 and are told as they are", () => {
  const losses = { axis: "number", unit: "number", lines: [{ values: [2, null, 0.5], low: [] }] };
  assert.deepEqual(yRange(losses), [0, 2.1]);
  assert.equal(formatTick(losses, 1.5), "1.5");
  assert.equal(legendText(losses.lines[0], 2, losses), "0.500");
});

test("counts begin at 0 and are told whole", () => {
  const drawings = { axis: "time", unit: "count", lines: [{ values: [0, null, 2000], low: [] }] };
  assert.deepEqual(yRange(drawings), [0, 2100]);
  assert.equal(formatTick(drawings, 1000), "1,000");
  assert.equal(legendText(drawings.lines[0], 2, drawings), "2,000");
});

test("there is room for half a step beside the first and the last place", () => {
  assert.deepEqual(xRange(chart), [-DAY / 2, 2.5 * DAY]);
  assert.deepEqual(xRange({ ...chart, title: "week" }), [-3.5 * DAY, 5.5 * DAY]);
  assert.deepEqual(xRange({ axis: "number", places: [4] }), [3.5, 4.5]);
});

test("as many places are named as there is room for, the last among them", () => {
  assert.deepEqual(tickPlaces([1, 2, 3, 4, 5], 10), [1, 2, 3, 4, 5]);
  assert.deepEqual(tickPlaces([1, 2, 3, 4, 5], 3), [1, 3, 5]);
  assert.deepEqual(tickPlaces([1, 2, 3, 4, 5], 0.5), [5]);
});

test("a place is told with its interval", () => {
  assert.equal(legendText(line, 0), "80.0\u00a0% (62.0–90.0\u00a0%)");
  assert.equal(legendText(line, 1), "–");
  assert.equal(legendText({ values: [0.5], low: [], high: [] }, 0), "50.0\u00a0%");
});

test("a share reads as per cent", () => {
  assert.equal(formatPercent(0.9125), "91.3\u00a0%");
  assert.equal(formatPercent(null), "–");
});
