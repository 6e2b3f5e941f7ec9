// Holds the current sheet with its undo history, the state of the drawing, and its idempotency key.

import { touches } from "../canvas/strokes.js";
import { newKey } from "./idempotency_key.js";
import { accepts, initialState, transition } from "./state_machine.js";
import * as history from "./undo_history.js";

export class DocumentStore {
  #history;
  #listeners = [];

  // What an earlier visit left, or a blank sheet; see autosave.js.
  constructor({ sheet, past = [], future = [], key, state = initialState }) {
    this.#history = { past, present: sheet, future };
    this.key = key ?? newKey();
    this.state = state;
  }

  get history() {
    return this.#history;
  }

  get sheet() {
    return this.#history.present;
  }

  get isBlank() {
    return history.isBlank(this.sheet);
  }

  get canUndo() {
    return this.isEditable && history.canUndo(this.#history);
  }

  get canRedo() {
    return this.isEditable && history.canRedo(this.#history);
  }

  // False while the drawing is sent to the server and once it is stored.
  get isEditable() {
    return accepts(this.state, "store");
  }

  // Calls listener({sheetChanged}) after every change.
  subscribe(listener) {
    this.#listeners.push(listener);
  }

  addStroke(stroke) {
    this.#push({ ...this.sheet, strokes: [...this.sheet.strokes, stroke] });
  }

  setPicture(picture) {
    this.#push({ strokes: [], picture });
  }

  // Removes the strokes that the eraser touches at a point {x, y}.
  erase(point) {
    const strokes = this.sheet.strokes.filter((stroke) => !touches(stroke, point));
    if (strokes.length < this.sheet.strokes.length) this.#push({ ...this.sheet, strokes });
  }

  clear() {
    if (!this.isBlank) this.#push(history.blankSheet);
  }

  undo() {
    if (this.canUndo) this.#replaceHistory(history.undo(this.#history));
  }

  redo() {
    if (this.canRedo) this.#replaceHistory(history.redo(this.#history));
  }

  // Starts another drawing on a blank sheet, without an undo history.
  restart() {
    if (!this.dispatch("restart")) return;
    this.#replaceHistory(history.createHistory(history.blankSheet));
  }

  // Applies an event of state_machine.js. Returns whether the current phase accepts it and the state changed.
  dispatch(event, details) {
    const next = transition(this.state, event, details);
    if (next === this.state) return false;
    this.state = next;
    this.#notify({ sheetChanged: false });
    return true;
  }

  #push(sheet) {
    if (this.isEditable) this.#replaceHistory(history.push(this.#history, sheet));
  }

  #replaceHistory(next) {
    this.#history = next;
    this.key = newKey(); // a changed drawing is a new one for the server
    this.state = transition(this.state, "edited", { blank: this.isBlank });
    this.#notify({ sheetChanged: true });
  }

  #notify(change) {
    for (const listener of this.#listeners) listener(change);
  }
}
