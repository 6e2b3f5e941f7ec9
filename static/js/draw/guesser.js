// Asks for guesses while somebody draws: never two questions at once, never more often than EVERY, never a stale answer.

const EVERY = 150; // milliseconds between the starts of two questions

// ask(content, signal) returns a promise of a guess; show(guess) and fail(error) are told what came of it.
export class Guesser {
  #ask;
  #show;
  #fail;
  #clock;
  #waiting = null; // returns the content that nobody has asked about yet
  #timer = null;
  #asking = null; // the AbortController of the question on its way
  #askedAt = -Infinity;

  constructor({ ask, show, fail, clock = globalClock }) {
    this.#ask = ask;
    this.#show = show;
    this.#fail = fail;
    this.#clock = clock;
  }

  // The drawing goes on: ask as soon as the last question is answered and EVERY has passed.
  // content() is called when it is time to ask.
  changed(content) {
    this.#waiting = content;
    this.#plan();
  }

  // The drawing is another one now, or on its way: whatever is still answered is stale.
  stop() {
    this.#asking?.abort();
    this.#asking = null;
    this.#waiting = null;
    this.#clock.clear(this.#timer);
    this.#timer = null;
  }

  #plan() {
    if (this.#asking || this.#timer !== null) return;
    const wait = Math.max(0, this.#askedAt + EVERY - this.#clock.now());
    this.#timer = this.#clock.after(wait, () => this.#send());
  }

  async #send() {
    const asking = new AbortController();
    const content = this.#waiting;
    this.#timer = null;
    this.#waiting = null;
    this.#asking = asking;
    this.#askedAt = this.#clock.now();
    try {
      const guess = await this.#ask(content(), asking.signal);
      if (asking === this.#asking) this.#show(guess);
    } catch (error) {
      if (asking === this.#asking) this.#failed(error, content);
    }
    if (asking !== this.#asking) return; // stopped meanwhile
    this.#asking = null;
    if (this.#waiting) this.#plan();
  }

  // Where the server says when to come back, the same question is asked again by itself, and not earlier.
  #failed(error, content) {
    if (error.retryAfter) {
      this.#askedAt = this.#clock.now() + error.retryAfter * 1000 - EVERY;
      this.#waiting ??= content;
    }
    this.#fail(error);
  }
}

const globalClock = {
  now: () => performance.now(),
  after: (milliseconds, what) => setTimeout(what, milliseconds),
  clear: (timer) => clearTimeout(timer),
};
