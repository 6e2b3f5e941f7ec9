// What is on the desk: the sheet with its history, where it is on its way, and the key it will be stored under.

import * as flow from "./state_machine.js";
import * as history from "./undo_history.js";
import { newKey } from "./idempotency_key.js";

export class Desk {
  #history;
  #listeners = [];
  flow = flow.start;

  // saved: {sheet, key} as of an earlier visit; see saved.js.
  constructor({ sheet, key }) {
    this.#history = history.startedWith(sheet);
    this.key = key ?? newKey();
  }

  get sheet() {
    return this.#history.present;
  }

  get isBlank() {
    return history.isBlank(this.sheet);
  }

  get canUndo() {
    return this.isOpen && history.canUndo(this.#history);
  }

  get canRedo() {
    return this.isOpen && history.canRedo(this.#history);
  }

  // Open for drawing: neither on its way to the server nor stored.
  get isOpen() {
    return flow.allows(this.flow, "store");
  }

  // listener({sheet: whether the sheet is another one now}) is called after every change.
  listen(listener) {
    this.#listeners.push(listener);
  }

  addStroke(stroke) {
    this.#put({ ...this.sheet, strokes: [...this.sheet.strokes, stroke] });
  }

  setPicture(picture) {
    this.#put({ strokes: [], picture });
  }

  clear() {
    if (!this.isBlank) this.#put(history.blank);
  }

  undo() {
    if (this.canUndo) this.#become(history.undo(this.#history));
  }

  redo() {
    if (this.canRedo) this.#become(history.redo(this.#history));
  }

  another() {
    if (!this.step("another")) return;
    this.#become(history.startedWith(history.blank));
  }

  // Takes a step of flow.js; tells whether it was one that made sense.
  step(name, details) {
    const after = flow.next(this.flow, name, details);
    if (after === this.flow) return false;
    this.flow = after;
    this.#changed({ sheet: false });
    return true;
  }

  #put(sheet) {
    if (this.isOpen) this.#become(history.push(this.#history, sheet));
  }

  #become(past) {
    this.#history = past;
    this.key = newKey(); // another drawing, another key
    this.flow = flow.next(this.flow, "changed", { blank: this.isBlank });
    this.#changed({ sheet: true });
  }

  #changed(what) {
    for (const listener of this.#listeners) listener(what);
  }
}
