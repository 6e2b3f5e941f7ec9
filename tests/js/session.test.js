import assert from "node:assert/strict";
import { test } from "node:test";

import { Desk } from "../../static/js/draw/state/document_store.js";
import { blank } from "../../static/js/draw/state/undo_history.js";
import { Session } from "../../static/js/draw/session.js";
import { begin } from "../../static/js/draw/canvas/strokes.js";

const cat = { label: "cat", confidence: 0.9, recognized: true, top: [] };
const dot = begin({ x: 1, y: 2, t: 3 }, { colour: "ink", width: "thin" });

// What a server would say; every answer can be replaced by one test.
function visit(answers = {}) {
  const calls = [];
  const answer = (name, usual) => async (...given) => {
    calls.push([name, ...given]);
    return (answers[name] ?? usual)();
  };
  const api = {
    guess: answer("guess", () => cat),
    store: answer("store", () => ({ id: "7", prediction: cat })),
    tell: answer("tell", () => ({})),
    classes: answer("classes", () => ["cat", "dog"]),
  };
  const session = new Session(new Desk({ sheet: blank, key: null }), api, () => {});
  return { session, calls, called: (name) => calls.filter(([each]) => each === name) };
}

const offline = () => {
  throw new Error("offline");
};

test("a drawing is stored under its key, and the words to choose from are fetched", async () => {
  const { session, called } = visit();
  session.done(dot);
  await session.store();
  assert.deepEqual(called("store"), [["store", { strokes: [[[1], [2], [0]]] }, session.desk.key]]);
  assert.deepEqual(session.words, ["cat", "dog"]);
});

test("the words are fetched once", async () => {
  const { session, called } = visit();
  session.done(dot);
  await session.store();
  session.desk.another();
  session.done(dot);
  await session.store();
  assert.equal(called("store").length, 2);
  assert.equal(called("classes").length, 1);
});

test("a picture is sent as it is", async () => {
  const { session, called } = visit();
  session.desk.setPicture("data:image/jpeg;base64,AA==");
  await session.store();
  assert.deepEqual(called("store")[0][1], { image: "data:image/jpeg;base64,AA==" });
});

test("a blank sheet is not stored", async () => {
  const { session, calls } = visit();
  await session.store();
  assert.deepEqual(calls, []);
});

test("a retry repeats the same request with the same key", async () => {
  const { session, called } = visit({ store: offline });
  session.done(dot);
  await session.store();
  assert.equal(session.desk.flow.trouble.task, "store");
  await session.retry();
  const [first, second] = called("store");
  assert.deepEqual(first, second);
});

test("an answer that did not arrive is told again", async () => {
  const { session, called } = visit({ tell: offline });
  session.done(dot);
  await session.store();
  await session.tell({ correct: false, label: "dog" });
  await session.retry();
  assert.deepEqual(called("tell").map(([, , answer]) => answer), Array(2).fill({ correct: false, label: "dog" }));
});

test("words that could not be had do not stand in the way of the answer", async () => {
  const { session } = visit({ classes: offline });
  session.done(dot);
  await session.store();
  assert.equal(session.desk.flow.trouble.task, "classes");
  await session.tell({ correct: true });
  assert.equal(session.desk.flow.phase, "thanked");
});

test("nothing went wrong, so nothing is retried", () => {
  const { session, calls } = visit();
  session.retry();
  assert.deepEqual(calls, []);
});
