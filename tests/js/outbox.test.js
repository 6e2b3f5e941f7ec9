import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox } from "../../static/js/play/outbox.js";

const drawn = (key) => ({ word: "cat", game: "g", strokes: [{ x: [1], y: [2], t: [3], colour: "ink", width: "medium" }], key });

function outbox(store, unsent) {
  const failures = [];
  const box = new Outbox({
    store,
    getUnsent: () => unsent,
    onSent: (key) => unsent.splice(unsent.findIndex((each) => each.key === key), 1),
    onError: (error) => failures.push(error),
  });
  return { box, failures };
}

test("drawings are sent one after the other, each with its pens, word, game and key", async () => {
  const calls = [];
  const { box } = outbox(async (content, key) => calls.push([content, key]), [drawn("a"), drawn("b")]);
  await box.send();
  assert.deepEqual(calls, [
    [{ strokes: [[[1], [2], [0]]], pens: [["ink", "medium"]], prompt: "cat", game: "g" }, "a"],
    [{ strokes: [[[1], [2], [0]]], pens: [["ink", "medium"]], prompt: "cat", game: "g" }, "b"],
  ]);
});

test("a won drawing takes along the guess that won", async () => {
  const calls = [];
  const won = { strokes: [[[1], [2], [0]]], model_version: 3 };
  const { box } = outbox(async (content) => calls.push(content), [{ ...drawn("a"), won }]);
  await box.send();
  assert.deepEqual(calls[0].won, won);
});

test("what could not be sent stays and is tried again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const unsent = [drawn("a")];
  let broken = true;
  const { box, failures } = outbox(async () => {
    if (broken) throw { status: 0 };
  }, unsent);
  await box.send();
  assert.deepEqual([unsent.length, failures.length], [1, 1]);
  broken = false;
  t.mock.timers.tick(3000);
  await new Promise(setImmediate);
  assert.equal(unsent.length, 0);
});

test("what the server refuses for good does not hold up the others", async () => {
  const unsent = [drawn("a"), drawn("b")];
  const { box, failures } = outbox(async (_, key) => {
    if (key === "a") throw { status: 400 };
  }, unsent);
  await box.send();
  assert.deepEqual([unsent.length, failures.length], [0, 0]);
});
