// Requests guesses during drawing: one request at a time, at most one per MIN_INTERVAL_MS, never showing a stale guess.

const MIN_INTERVAL_MS = 150; // between the starts of two requests

// request(content, signal) returns a promise of a guess; onGuess(guess, content) and onError(error) get its outcome.
export class Guesser {
  #request;
  #onGuess;
  #onError;
  #clock;
  #pending = null; // returns the content of the next request
  #timer = null;
  #controller = null; // AbortController of the running request
  #requestedAt = -Infinity;

  constructor({ request, onGuess, onError, clock = globalClock }) {
    this.#request = request;
    this.#onGuess = onGuess;
    this.#onError = onError;
    this.#clock = clock;
  }

  // Schedules a request once the last one is done and MIN_INTERVAL_MS has passed. content() is called just before.
  update(content) {
    this.#pending = content;
    this.#schedule();
  }

  // Aborts the running request and drops the pending one, because the drawing was replaced or stored.
  cancel() {
    this.#controller?.abort();
    this.#controller = null;
    this.#pending = null;
    this.#clock.clear(this.#timer);
    this.#timer = null;
  }

  #schedule() {
    if (this.#controller || this.#timer !== null) return;
    const wait = Math.max(0, this.#requestedAt + MIN_INTERVAL_MS - this.#clock.now());
    this.#timer = this.#clock.after(wait, () => this.#send());
  }

  async #send() {
    const controller = new AbortController();
    const content = this.#pending;
    this.#timer = null;
    this.#pending = null;
    this.#controller = controller;
    this.#requestedAt = this.#clock.now();
    try {
      const asked = content();
      const guess = await this.#request(asked, controller.signal);
      if (controller === this.#controller) this.#onGuess(guess, asked);
    } catch (error) {
      if (controller === this.#controller) this.#fail(error, content);
    }
    if (controller !== this.#controller) return; // canceled meanwhile
    this.#controller = null;
    if (this.#pending) this.#schedule();
  }

  // If the server sent Retry-After, the same content is requested again after that time.
  #fail(error, content) {
    if (error.retryAfter) {
      this.#requestedAt = this.#clock.now() + error.retryAfter * 1000 - MIN_INTERVAL_MS;
      this.#pending ??= content;
    }
    this.#onError(error);
  }
}

const globalClock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => setTimeout(callback, milliseconds),
  clear: (timer) => clearTimeout(timer),
};
