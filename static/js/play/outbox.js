// Sends what was drawn, one after the other, until all is stored. A repeat is recognized by its key and harmless.

import { toWire } from "../draw/canvas/strokes.js";

const AGAIN = 3000; // milliseconds after a failure

export class Outbox {
  #store;
  #unsent;
  #sent;
  #failed;
  #busy = false;
  #timer = null;

  // store(content, key) is api.js's; unsent() returns what is left; sent(key) and failed(error) hear what came of it.
  constructor({ store, unsent, sent, failed }) {
    this.#store = store;
    this.#unsent = unsent;
    this.#sent = sent;
    this.#failed = failed;
  }

  async send() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      for (let [first] = this.#unsent(); first; [first] = this.#unsent()) {
        await this.#sendOne(first);
      }
    } catch (error) {
      this.#failed(error);
      this.#timer = setTimeout(() => this.send(), Math.max(AGAIN, (error.retryAfter ?? 0) * 1000));
    } finally {
      this.#busy = false;
    }
  }

  async #sendOne({ word, game, strokes, key }) {
    try {
      await this.#store({ strokes: toWire(strokes), prompt: word, ...(game && { game }) }, key);
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
    this.#sent(key);
  }
}

// What the server will never take, such as a drawing of too many points, must not hold up the others.
function isRefused({ status }) {
  return status === 400 || status === 413;
}
