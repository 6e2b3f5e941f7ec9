import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf } from "../../static/js/draw/controls/shortcuts.js";

const key = (name, more = {}) => ({ key: name, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...more });

test("letters are commands", () => {
  assert.equal(commandOf(key("z"), "page"), "undo");
  assert.equal(commandOf(key("Z", { shiftKey: true }), "page"), "redo");
  assert.equal(commandOf(key("?", { shiftKey: true }), "control"), "help");
});

test("Caps Lock changes nothing", () => {
  assert.equal(commandOf(key("z", { shiftKey: true }), "page"), "redo");
  assert.equal(commandOf(key("Z"), "page"), "undo");
  assert.equal(commandOf(key("C"), "page"), "clear");
});

test("letters can be switched off, Ctrl+Z stays", () => {
  assert.equal(commandOf(key("z"), "page", false), null);
  assert.equal(commandOf(key("z", { ctrlKey: true }), "page", false), "undo");
  assert.equal(commandOf(key("Z", { metaKey: true, shiftKey: true }), "page", false), "redo");
});

test("what is typed into a field is text", () => {
  assert.equal(commandOf(key("z"), "text"), null);
  assert.equal(commandOf(key("z", { ctrlKey: true }), "text"), null);
});

test("Enter on a button presses that button", () => {
  assert.equal(commandOf(key("Enter"), "control"), null);
  assert.equal(commandOf(key("Enter"), "page"), "store");
});

test("the browser's own shortcuts are left alone", () => {
  assert.equal(commandOf(key("c", { ctrlKey: true }), "page"), null);
  assert.equal(commandOf(key("d", { altKey: true }), "page"), null);
});
