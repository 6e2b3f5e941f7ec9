import assert from "node:assert/strict";
import { test } from "node:test";

import { Guesser } from "../../static/js/draw/guesser.js";

// A server that answers when it is told to, under a clock that moves when it is told to.
function table() {
  const asked = [];
  const shown = [];
  const failed = [];
  const timers = new Map();
  let now = 1000;
  const clock = {
    now: () => now,
    after(milliseconds, what) {
      const timer = Symbol("timer");
      timers.set(timer, { at: now + milliseconds, what });
      return timer;
    },
    clear: (timer) => timers.delete(timer),
  };
  const ask = (content, signal) => new Promise((answer, fail) => asked.push({ content, signal, answer, fail, at: now }));
  const guesser = new Guesser({ ask, show: (guess) => shown.push(guess), fail: (error) => failed.push(error), clock });
  async function pass(milliseconds) {
    now += milliseconds;
    for (const [timer, { at, what }] of [...timers]) if (at <= now) timers.delete(timer), what();
    await new Promise(setImmediate);
  }
  return { guesser, asked, shown, failed, pass, drawn: (content) => guesser.changed(() => content) };
}

test("the first change is asked about at once", async () => {
  const { asked, pass, drawn } = table();
  drawn("a");
  await pass(0);
  assert.deepEqual(asked.map(({ content }) => content), ["a"]);
});

test("questions begin at least 150 ms apart, the last one with the newest content", async () => {
  const { asked, pass, drawn } = table();
  drawn("a");
  await pass(0);
  asked[0].answer("guess of a");
  await pass(10);
  drawn("b");
  drawn("c");
  await pass(139);
  assert.equal(asked.length, 1);
  await pass(1);
  assert.deepEqual(asked.map(({ content }) => content), ["a", "c"]);
});

test("a slow server is never asked two things at once", async () => {
  const { asked, pass, drawn } = table();
  drawn("a");
  await pass(0);
  drawn("b");
  await pass(1000);
  assert.equal(asked.length, 1);
  asked[0].answer("guess of a");
  await pass(0);
  await pass(0);
  assert.equal(asked[1].content, "b");
});

test("an answer to what is no longer on the sheet is dropped", async () => {
  const { guesser, asked, shown, pass, drawn } = table();
  drawn("a");
  await pass(0);
  guesser.stop();
  drawn("b");
  await pass(200);
  asked[0].answer("guess of a");
  asked[1].answer("guess of b");
  await pass(0);
  assert.equal(asked[0].signal.aborted, true);
  assert.deepEqual(shown, ["guess of b"]);
});

test("a failure of what was given up is no failure", async () => {
  const { guesser, asked, failed, pass, drawn } = table();
  drawn("a");
  await pass(0);
  guesser.stop();
  asked[0].fail(new Error("aborted"));
  await pass(0);
  assert.deepEqual(failed, []);
});

test("after a failure the next change is asked about as ever", async () => {
  const { asked, failed, pass, drawn } = table();
  drawn("a");
  await pass(0);
  asked[0].fail(new Error("offline"));
  await pass(0);
  drawn("b");
  await pass(150);
  assert.equal(failed.length, 1);
  assert.equal(asked[1].content, "b");
});

test("a server that is busy is asked again by itself when it said, and not earlier", async () => {
  const { asked, pass, drawn } = table();
  drawn("a");
  await pass(0);
  asked[0].fail(Object.assign(new Error("busy"), { retryAfter: 12 }));
  await pass(0);
  drawn("b");
  await pass(11_999);
  assert.equal(asked.length, 1);
  await pass(1);
  assert.equal(asked[1].content, "b");
});
