import assert from "node:assert/strict";
import { test } from "node:test";

import { findWords, splitAtMatch } from "../../static/js/draw/controls/word_search.js";

const words = ["aircraft carrier", "car", "cat", "hot air balloon", "police car", "scarf", "teddy-bear"];

test("words that begin so come first, then those with a later word that does, then the rest", () => {
  assert.deepEqual(findWords(words, "car"), ["car", "aircraft carrier", "police car", "scarf"]);
});

test("case and blanks around do not matter", () => {
  assert.deepEqual(findWords(words, " CAT "), ["cat"]);
});

test("a part after a hyphen is a word of its own", () => {
  assert.deepEqual(findWords(["bearing wall", "teddy-bear"], "bear"), ["bearing wall", "teddy-bear"]);
  assert.deepEqual(findWords(["unbearable", "teddy-bear"], "bear"), ["teddy-bear", "unbearable"]);
});

test("nothing typed finds everything, in order", () => {
  assert.deepEqual(findWords(words, ""), words);
});

test("capital letters do not change the order", () => {
  assert.deepEqual(findWords(["The Mona Lisa", "airplane", "zebra"], ""), ["airplane", "The Mona Lisa", "zebra"]);
});

test("all words of Quick, Draw! are found at once", () => {
  const all = Array.from({ length: 345 }, (_, number) => `word ${number}`);
  assert.equal(findWords(all, "").length, 345);
});

test("the part that was typed is told apart", () => {
  assert.deepEqual(splitAtMatch("police car", "CAR"), ["police ", "car", ""]);
  assert.deepEqual(splitAtMatch("cat", "x"), ["cat", "", ""]);
});
