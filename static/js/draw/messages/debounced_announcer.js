// Announces a text to screen readers only after it stayed the same for a while, so that they stay quiet during drawing.

const DELAY_MS = 1200;

export class DebouncedAnnouncer {
  #write;
  #lastText = "";
  #timer = null;

  // write(text) is called with each announcement, never twice in a row with the same text; "" clears the last one.
  constructor(write) {
    this.#write = write;
  }

  announce(text) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.announceNow(text), DELAY_MS);
  }

  announceNow(text) {
    clearTimeout(this.#timer);
    if (text !== this.#lastText) this.#write(text);
    this.#lastText = text;
  }
}
