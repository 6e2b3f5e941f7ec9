// Tells screen readers what changed, without chattering while somebody draws.

import { settling } from "./settle.js";
import { plain } from "./words.js";

export class Announcer {
  #status;
  #settled;

  constructor(status) {
    this.#status = status;
    this.#settled = settling((text) => this.#say(text));
  }

  // A guess, said once it has stayed the same for a while.
  guess(words) {
    this.#settled(plain(words));
  }

  // Something that the person just did or got.
  now(words) {
    this.#settled("");
    this.#say(plain(words));
  }

  #say(text) {
    this.#status.textContent = text;
  }
}
