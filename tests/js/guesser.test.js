import assert from "node:assert/strict";
import { test } from "node:test";

import { Guesser } from "../../static/js/draw/guesser.js";

// A server that answers when it is told to, under a clock that moves when it is told to.
function setup() {
  const requests = [];
  const guesses = [];
  const errors = [];
  const timers = new Map();
  let now = 1000;
  const clock = {
    now: () => now,
    after(milliseconds, callback) {
      const timer = Symbol("timer");
      timers.set(timer, { at: now + milliseconds, callback });
      return timer;
    },
    clear: (timer) => timers.delete(timer),
  };
  const request = (content, signal) => new Promise((resolve, reject) => requests.push({ content, signal, resolve, reject, at: now }));
  const guesser = new Guesser({ request, onGuess: (guess) => guesses.push(guess), onError: (error) => errors.push(error), clock });
  async function pass(milliseconds) {
    now += milliseconds;
    for (const [timer, { at, callback }] of [...timers]) if (at <= now) timers.delete(timer), callback();
    await new Promise(setImmediate);
  }
  return { guesser, requests, guesses, errors, pass, drawn: (content) => guesser.update(() => content) };
}

test("the first change is asked about at once", async () => {
  const { requests, pass, drawn } = setup();
  drawn("a");
  await pass(0);
  assert.deepEqual(requests.map(({ content }) => content), ["a"]);
});

test("questions begin at least 150 ms apart, the last one with the newest content", async () => {
  const { requests, pass, drawn } = setup();
  drawn("a");
  await pass(0);
  requests[0].resolve("guess of a");
  await pass(10);
  drawn("b");
  drawn("c");
  await pass(139);
  assert.equal(requests.length, 1);
  await pass(1);
  assert.deepEqual(requests.map(({ content }) => content), ["a", "c"]);
});

test("a slow server is never asked two things at once", async () => {
  const { requests, pass, drawn } = setup();
  drawn("a");
  await pass(0);
  drawn("b");
  await pass(1000);
  assert.equal(requests.length, 1);
  requests[0].resolve("guess of a");
  await pass(0);
  await pass(0);
  assert.equal(requests[1].content, "b");
});

test("an answer to what is no longer on the sheet is dropped", async () => {
  const { guesser, requests, guesses, pass, drawn } = setup();
  drawn("a");
  await pass(0);
  guesser.cancel();
  drawn("b");
  await pass(200);
  requests[0].resolve("guess of a");
  requests[1].resolve("guess of b");
  await pass(0);
  assert.equal(requests[0].signal.aborted, true);
  assert.deepEqual(guesses, ["guess of b"]);
});

test("a failure of what was given up is no failure", async () => {
  const { guesser, requests, errors, pass, drawn } = setup();
  drawn("a");
  await pass(0);
  guesser.cancel();
  requests[0].reject(new Error("aborted"));
  await pass(0);
  assert.deepEqual(errors, []);
});

test("after a failure the next change is asked about as ever", async () => {
  const { requests, errors, pass, drawn } = setup();
  drawn("a");
  await pass(0);
  requests[0].reject(new Error("offline"));
  await pass(0);
  drawn("b");
  await pass(150);
  assert.equal(errors.length, 1);
  assert.equal(requests[1].content, "b");
});

test("a server that is busy is asked again by itself when it said, and not earlier", async () => {
  const { requests, pass, drawn } = setup();
  drawn("a");
  await pass(0);
  requests[0].reject(Object.assign(new Error("busy"), { retryAfter: 12 }));
  await pass(0);
  drawn("b");
  await pass(11_999);
  assert.equal(requests.length, 1);
  await pass(1);
  assert.equal(requests[1].content, "b");
});
