import assert from "node:assert/strict";
import { test } from "node:test";

import { DocumentStore } from "../../static/js/draw/state/document_store.js";
import { blankSheet } from "../../static/js/draw/state/undo_history.js";
import { Session } from "../../static/js/draw/session.js";
import { startStroke } from "../../static/js/draw/canvas/strokes.js";

const cat = { label: "cat", confidence: 0.9, recognized: true, top: [] };
const dot = startStroke({ x: 1, y: 2, t: 3 }, { colour: "ink", width: "thin" });

// What a server would say; every answer can be replaced by one test.
function visit(answers = {}) {
  const calls = [];
  const answer = (name, fallback) => async (...args) => {
    calls.push([name, ...args]);
    return (answers[name] ?? fallback)();
  };
  const api = {
    requestGuess: answer("guess", () => cat),
    storeDrawing: answer("store", () => ({ id: "7", prediction: cat })),
    sendFeedback: answer("feedback", () => ({})),
    fetchClassNames: answer("classes", () => ["cat", "dog"]),
  };
  const session = new Session(new DocumentStore({ sheet: blankSheet, key: null }), api, () => {});
  return { session, calls, called: (name) => calls.filter(([each]) => each === name) };
}

const offline = () => {
  throw new Error("offline");
};

test("a private drawing is stored as such, under another key than a public one", async () => {
  const { session, called } = visit();
  session.isPrivate = true;
  session.finishStroke(dot);
  await session.storeDrawing();
  assert.deepEqual(called("store"), [["store", { strokes: [[[1], [2], [0]]], pens: [["ink", "thin"]], private: true }, `${session.store.key}-private`]]);
});

test("a drawing is stored under its key, and the words to choose from are fetched", async () => {
  const { session, called } = visit();
  session.finishStroke(dot);
  await session.storeDrawing();
  assert.deepEqual(called("store"), [["store", { strokes: [[[1], [2], [0]]], pens: [["ink", "thin"]] }, session.store.key]]);
  assert.deepEqual(session.classNames, ["cat", "dog"]);
});

test("a picture is stored without pens", async () => {
  const { session, called } = visit();
  session.store.setPicture("data:image/png;base64,AA==");
  await session.storeDrawing();
  assert.deepEqual(called("store")[0][1], { image: "data:image/png;base64,AA==" });
});

test("the words are fetched once", async () => {
  const { session, called } = visit();
  session.finishStroke(dot);
  await session.storeDrawing();
  session.store.restart();
  session.finishStroke(dot);
  await session.storeDrawing();
  assert.equal(called("store").length, 2);
  assert.equal(called("classes").length, 1);
});

test("a picture is sent as it is", async () => {
  const { session, called } = visit();
  session.store.setPicture("data:image/jpeg;base64,AA==");
  await session.storeDrawing();
  assert.deepEqual(called("store")[0][1], { image: "data:image/jpeg;base64,AA==" });
});

test("a blank sheet is not stored", async () => {
  const { session, calls } = visit();
  await session.storeDrawing();
  assert.deepEqual(calls, []);
});

test("a retry repeats the same request with the same key", async () => {
  const { session, called } = visit({ store: offline });
  session.finishStroke(dot);
  await session.storeDrawing();
  assert.equal(session.store.state.error.task, "store");
  await session.retry();
  const [first, second] = called("store");
  assert.deepEqual(first, second);
});

test("an answer that did not arrive is told again", async () => {
  const { session, called } = visit({ feedback: offline });
  session.finishStroke(dot);
  await session.storeDrawing();
  await session.sendFeedback({ correct: false, label: "dog" });
  await session.retry();
  assert.deepEqual(called("feedback").map(([, , feedback]) => feedback), Array(2).fill({ correct: false, label: "dog" }));
});

test("words that could not be had do not stand in the way of the answer", async () => {
  const { session } = visit({ classes: offline });
  session.finishStroke(dot);
  await session.storeDrawing();
  assert.equal(session.store.state.error.task, "classes");
  await session.sendFeedback({ correct: true });
  assert.equal(session.store.state.phase, "thanked");
});

test("nothing went wrong, so nothing is retried", () => {
  const { session, calls } = visit();
  session.retry();
  assert.deepEqual(calls, []);
});
