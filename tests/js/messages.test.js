import assert from "node:assert/strict";
import { test } from "node:test";

import { withArticle } from "../../static/js/draw/messages/articles.js";
import { formatConfidence, mascotMessage, plainText } from "../../static/js/draw/messages/messages.js";

const drawing = { phase: "drawing", error: null };
const seen = (label, confidence, recognized = true) => ({ label, confidence, recognized });
const message = (options) => plainText(mascotMessage({ state: drawing, guess: null, blank: false, ...options }));

for (const [label, phrase] of [
  ["cat", "a cat"],
  ["octopus", "an octopus"],
  ["hourglass", "an hourglass"],
  ["unicorn", "a unicorn"],
  ["umbrella", "an umbrella"],
  ["grapes", "grapes"],
  ["sun", "the sun"],
  ["The Mona Lisa", "the Mona Lisa"],
]) {
  test(`${label} is called ${phrase}`, () => assert.equal(withArticle(label), phrase));
}

test("a blank sheet invites", () => {
  assert.match(message({ blank: true }), /^Draw something/);
});

test("the surer the network, the surer its words", () => {
  assert.equal(message({ guess: seen("cat", 0.95) }), "I see a cat!");
  assert.equal(message({ guess: seen("cat", 0.6) }), "It looks like a cat.");
  assert.equal(message({ guess: seen("cat", 0.3) }), "Could it be a cat?");
});

test("what is not recognized is not claimed, however confident", () => {
  assert.equal(message({ guess: seen("eye", 0.99, false) }), "I don’t know, maybe an eye?");
});

test("only the word is marked", () => {
  assert.equal(mascotMessage({ state: drawing, guess: seen("ant", 0.9), blank: false }).text, "I see an *ant*!");
  assert.equal(mascotMessage({ state: drawing, guess: seen("The Mona Lisa", 0.9), blank: false }).text, "I see *the Mona Lisa*!");
});

test("a stored drawing is asked about by name", () => {
  const state = { phase: "asked", drawing: { prediction: seen("cat", 0.9) } };
  assert.equal(message({ state }), "Was it a cat?");
});

test("without a prediction it is asked what it is", () => {
  assert.match(message({ state: { phase: "choosing", drawing: { prediction: null } } }), /What is it\?$/);
});

test("each answer is thanked for", () => {
  const thanks = (feedback) => message({ state: { phase: "thanked", drawing: { prediction: seen("cat", 0.9) }, feedback } });
  assert.match(thanks({ correct: true }), /a cat! Thank you/);
  assert.match(thanks({ correct: false, label: "dog" }), /a dog! Thank you/);
  assert.match(thanks({ correct: false }), /Thank you/);
});

test("a share is never shown as certain or as impossible", () => {
  assert.deepEqual([0.9999, 0.99, 0.875, 0.0001].map(formatConfidence), [">\u00a099\u00a0%", "99\u00a0%", "88\u00a0%", "<\u00a01\u00a0%"]);
});
