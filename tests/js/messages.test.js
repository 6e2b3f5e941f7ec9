import assert from "node:assert/strict";
import { test } from "node:test";

import { withArticle } from "../../static/js/draw/messages/articles.js";
import { percent, plain, speak } from "../../static/js/draw/messages/messages.js";

const drawing = { phase: "drawing", trouble: null };
const seen = (label, confidence, recognized = true) => ({ label, confidence, recognized });
const said = (given) => plain(speak({ flow: drawing, guess: null, blank: false, ...given }));

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
  assert.match(said({ blank: true }), /^Draw something/);
});

test("the surer the network, the surer its words", () => {
  assert.equal(said({ guess: seen("cat", 0.95) }), "I see a cat!");
  assert.equal(said({ guess: seen("cat", 0.6) }), "It looks like a cat.");
  assert.equal(said({ guess: seen("cat", 0.3) }), "Could it be a cat?");
});

test("what is not recognized is not claimed, however confident", () => {
  assert.equal(said({ guess: seen("eye", 0.99, false) }), "I don’t know, maybe an eye?");
});

test("only the word is marked", () => {
  assert.equal(speak({ flow: drawing, guess: seen("ant", 0.9), blank: false }).text, "I see an *ant*!");
  assert.equal(speak({ flow: drawing, guess: seen("The Mona Lisa", 0.9), blank: false }).text, "I see *the Mona Lisa*!");
});

test("a stored drawing is asked about by name", () => {
  const flow = { phase: "asked", drawing: { prediction: seen("cat", 0.9) } };
  assert.equal(said({ flow }), "Was it a cat?");
});

test("without a prediction it is asked what it is", () => {
  assert.match(said({ flow: { phase: "choosing", drawing: { prediction: null } } }), /What is it\?$/);
});

test("each answer is thanked for", () => {
  const thanks = (answer) => said({ flow: { phase: "thanked", drawing: { prediction: seen("cat", 0.9) }, answer } });
  assert.match(thanks({ correct: true }), /a cat! Thank you/);
  assert.match(thanks({ correct: false, label: "dog" }), /a dog! Thank you/);
  assert.match(thanks({ correct: false }), /Thank you/);
});

test("a share is never shown as certain or as impossible", () => {
  assert.deepEqual([0.9999, 0.874, 0.0001].map(percent), ["> 99 %", "87 %", "< 1 %"]);
});
