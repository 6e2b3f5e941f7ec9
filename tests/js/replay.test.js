import assert from "node:assert/strict";
import { test } from "node:test";

import { countFinished, scaleTimes, strokeProgress } from "../../static/js/drawing/replay.js";

test("strokes take as long as they did", () => {
  assert.deepEqual(scaleTimes([[0, 200], [500, 900]]), [[0, 200], [500, 900]]);
});

test("a slow drawing is sped up to twelve seconds", () => {
  assert.deepEqual(scaleTimes([[0, 12_000], [12_000, 24_000]]), [[0, 6000], [6000, 12_000]]);
});

test("a dot takes a moment, so that it is seen", () => {
  assert.deepEqual(scaleTimes([[0, 0]]), [[0, 60]]);
});

test("a stroke is drawn little by little, one after the other", () => {
  const times = [[0, 100], [100, 300]];
  assert.deepEqual(strokeProgress(50, times), [0.5, 0]);
  assert.deepEqual(strokeProgress(200, times), [1, 0.5]);
  assert.equal(countFinished(200, times), 1);
  assert.equal(countFinished(300, times), 2);
});
