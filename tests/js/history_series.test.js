import assert from "node:assert/strict";
import test from "node:test";

import { CHARTS, epochRange, historySeries } from "../../static/js/training/history_series.js";

const [loss, accuracy] = CHARTS;
const history = [
  { epoch: 1, loss: 0.9, val_loss: 0.8, accuracy: 0.7, val_accuracy: 0.75 },
  { epoch: 2, loss: 0.5, accuracy: 0.85 },
];

test("a chart shows epochs from 1, training and validation", () => {
  assert.deepEqual(historySeries(history, loss), [[1, 2], [0.9, 0.5], [0.8, null]]);
  assert.deepEqual(historySeries(history, accuracy), [[1, 2], [0.7, 0.85], [0.75, null]]);
});

test("a run that has not finished an epoch has empty curves", () => {
  assert.deepEqual(historySeries([], loss), [[], [], []]);
});

test("the axis reaches to the last epoch that is planned", () => {
  assert.deepEqual(epochRange(history, 12), [1, 12]);
});

test("the axis of a run whose end nobody knows grows with it", () => {
  assert.deepEqual(epochRange(history, 0), [1, 2]);
  assert.deepEqual(epochRange([...history, {}], 0), [1, 3]);
});

test("an accuracy reads as per cent", () => {
  assert.equal(accuracy.format(0.9125), "91.3\u00a0%");
});
