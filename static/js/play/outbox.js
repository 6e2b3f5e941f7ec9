// Sends finished drawings, one after the other, until all are stored. Their keys make a repeated request harmless.

import { toApiPens, toApiStrokes } from "../draw/canvas/strokes.js";

const RETRY_MS = 3000; // after a failure

export class Outbox {
  #store;
  #getUnsent;
  #onSent;
  #onError;
  #isSending = false;
  #timer = null;

  // store(content, key) is storeDrawing of api.js; getUnsent() returns the drawings to send;
  // onSent(key) and onError(error) are called with the outcome.
  constructor({ store, getUnsent, onSent, onError }) {
    this.#store = store;
    this.#getUnsent = getUnsent;
    this.#onSent = onSent;
    this.#onError = onError;
  }

  async send() {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    try {
      for (let [first] = this.#getUnsent(); first; [first] = this.#getUnsent()) {
        await this.#sendDrawing(first);
      }
    } catch (error) {
      this.#onError(error);
      this.#timer = setTimeout(() => this.send(), Math.max(RETRY_MS, (error.retryAfter ?? 0) * 1000));
    } finally {
      this.#isSending = false;
    }
  }

  async #sendDrawing({ word, game, strokes, won, key }) {
    try {
      const drawn = { strokes: toApiStrokes(strokes), pens: toApiPens(strokes), prompt: word };
      await this.#store({ ...drawn, ...(game && { game }), ...(won && { won }) }, key);
    } catch (error) {
      if (!isRejected(error)) throw error;
    }
    this.#onSent(key);
  }
}

// A drawing that the server will never accept, such as one with too many points, must not block the others.
function isRejected({ status }) {
  return [400, 413, 422].includes(status);
}
