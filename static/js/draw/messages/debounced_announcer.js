// Says a thing only once it has stayed the same for a while: screen readers should not chatter while somebody draws.

const CALM = 1200; // milliseconds

export class Settling {
  #say;
  #said = "";
  #timer = null;

  // say(text) is called with what settled, never twice in a row with the same; an empty text takes back the last.
  constructor(say) {
    this.#say = say;
  }

  later(text) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(text), CALM);
  }

  now(text) {
    clearTimeout(this.#timer);
    if (text !== this.#said) this.#say(text);
    this.#said = text;
  }
}
