// Shows an error with a countdown until the next retry. Screen readers announce it once.

import { withCountdown } from "./error_messages.js";

export class ErrorBanner {
  #box;
  #alert;
  #error = null;
  #timer = null;

  constructor(box, alert) {
    this.#box = box;
    this.#alert = alert;
  }

  // error: see state_machine.js; null hides the banner.
  show(error) {
    if (error === this.#error) return;
    if (error?.message !== this.#error?.message) this.#alert.textContent = error ? withCountdown(error) : "";
    this.#error = error;
    this.#tick();
  }

  #tick() {
    clearTimeout(this.#timer);
    const error = this.#error;
    this.#box.hidden = !error;
    if (!error) return;
    const mustWait = error.retryAt > Date.now();
    this.#box.querySelector("p").textContent = withCountdown(error);
    const retry = this.#box.querySelector("[data-command=retry]");
    retry.hidden = error.task === null;
    retry.ariaDisabled = String(mustWait);
    if (mustWait) this.#timer = setTimeout(() => this.#tick(), 1000);
  }
}
