import assert from "node:assert/strict";
import { test } from "node:test";

import { describeFailure, withCountdown } from "../../static/js/draw/messages/error_messages.js";

const NOW = 1_000_000;
const messageOf = (failure, task = "store") => withCountdown(describeFailure(failure, task, NOW), NOW);

test("no answer means that the server is out of reach and the drawing safe", () => {
  assert.match(messageOf(new TypeError("Failed to fetch")), /can’t reach the server.*stays here/);
});

test("too many requests say when to try again, counting down", () => {
  const error = describeFailure({ status: 429, retryAfter: 12 }, "guess", NOW);
  assert.match(withCountdown(error, NOW), /Try again in 12 s/);
  assert.match(withCountdown(error, NOW + 11_500), /Try again in 1 s/);
  assert.doesNotMatch(withCountdown(error, NOW + 12_000), /Try again/);
});

test("without a network there is no guess, but the drawing can be kept", () => {
  assert.match(messageOf({ status: 503, detail: "No model is in service yet." }, "guess"), /still keep your drawing/);
});

test("a refusal is told in the server's own words", () => {
  assert.equal(messageOf({ status: 400, detail: "strokes has 401 strokes; at most 400 are allowed." }), "strokes has 401 strokes; at most 400 are allowed.");
});

test("a broken server is not blamed on the person", () => {
  assert.match(messageOf({ status: 500, detail: "" }), /server has a problem/);
});
