import assert from "node:assert/strict";
import { test } from "node:test";

import { commandForKey } from "../../static/js/draw/controls/shortcuts.js";

const key = (name, more = {}) => ({ key: name, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, ...more });

test("letters are commands", () => {
  assert.equal(commandForKey(key("z"), "page"), "undo");
  assert.equal(commandForKey(key("Z", { shiftKey: true }), "page"), "redo");
  assert.equal(commandForKey(key("?", { shiftKey: true }), "control"), "help");
});

test("Caps Lock changes nothing", () => {
  assert.equal(commandForKey(key("z", { shiftKey: true }), "page"), "redo");
  assert.equal(commandForKey(key("Z"), "page"), "undo");
  assert.equal(commandForKey(key("C"), "page"), "clear");
});

test("letters can be switched off, Ctrl+Z stays", () => {
  assert.equal(commandForKey(key("z"), "page", false), null);
  assert.equal(commandForKey(key("z", { ctrlKey: true }), "page", false), "undo");
  assert.equal(commandForKey(key("Z", { metaKey: true, shiftKey: true }), "page", false), "redo");
});

test("what is typed into a field is text", () => {
  assert.equal(commandForKey(key("z"), "text"), null);
  assert.equal(commandForKey(key("z", { ctrlKey: true }), "text"), null);
});

test("Enter on a button presses that button", () => {
  assert.equal(commandForKey(key("Enter"), "control"), null);
  assert.equal(commandForKey(key("Enter"), "page"), "store");
});

test("the browser's own shortcuts are left alone", () => {
  assert.equal(commandForKey(key("c", { ctrlKey: true }), "page"), null);
  assert.equal(commandForKey(key("d", { altKey: true }), "page"), null);
});
