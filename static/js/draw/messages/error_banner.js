// What went wrong, with the seconds until trying again makes sense. Said aloud once, shown until it is over.

import { told } from "./error_messages.js";

export class Trouble {
  #box;
  #alert;
  #shown = null;
  #timer = null;

  constructor(box, alert) {
    this.#box = box;
    this.#alert = alert;
  }

  // trouble: see flow.js; null for none.
  show(trouble) {
    if (trouble === this.#shown) return;
    if (trouble?.message !== this.#shown?.message) this.#alert.textContent = trouble ? told(trouble) : "";
    this.#shown = trouble;
    this.#tick();
  }

  #tick() {
    clearTimeout(this.#timer);
    const trouble = this.#shown;
    this.#box.hidden = !trouble;
    if (!trouble) return;
    const waits = trouble.retryAt > Date.now();
    this.#box.querySelector("p").textContent = told(trouble);
    this.#box.querySelector("button").hidden = trouble.task === null;
    this.#box.querySelector("button").ariaDisabled = String(waits);
    if (waits) this.#timer = setTimeout(() => this.#tick(), 1000);
  }
}
