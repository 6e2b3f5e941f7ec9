// The pictures of what each level makes of a drawing, and its answer.

import { percent } from "../draw/messages/messages.js";

export class Inside {
  #element;

  constructor(element) {
    this.#element = element;
  }

  // Somebody draws: what was on the sheet makes room.
  begin() {
    this.#find("[data-given]")?.remove();
    this.#find("[data-clear]").hidden = false;
    this.#find("[data-whose]").textContent = "What you draw here; nothing of it is kept.";
  }

  onClear(clear) {
    this.#find("[data-clear]").addEventListener("click", () => {
      this.#element.toggleAttribute("data-empty", true);
      clear();
    });
  }

  // explanation: see api.js.
  show({ pixels, levels, guess }) {
    this.#tell("");
    this.#find("[data-pixels]").src = pixels;
    this.#find("[data-levels]").replaceChildren(...levels.map((level) => this.#level(level)));
    this.#find("[data-scores]").replaceChildren(...guess.top.map((one) => this.#score(one)));
    this.#find("[data-unsure]").hidden = guess.recognized;
    this.#element.toggleAttribute("data-empty", false);
    this.#find("[data-status]").textContent = `Best guess: ${guess.label}, ${percent(guess.confidence)}.`;
  }

  fail(message) {
    this.#tell(message);
  }

  #tell(message) {
    const trouble = this.#find("[data-trouble]");
    trouble.hidden = !message;
    trouble.querySelector("p").textContent = message;
  }

  #level({ title, sentence, note, alt, picture }) {
    const item = this.#copyOf("[data-level]");
    for (const [name, text] of Object.entries({ title, sentence, note })) item.querySelector(`[data-${name}]`).textContent = text;
    Object.assign(item.querySelector("[data-picture]"), { src: picture, alt });
    return item;
  }

  #score({ label, confidence }) {
    const item = this.#copyOf("[data-score]");
    item.querySelector("[data-label]").textContent = label;
    item.querySelector("meter").value = confidence;
    item.querySelector("[data-share]").textContent = percent(confidence);
    return item;
  }

  #copyOf(template) {
    return this.#find(template).content.firstElementChild.cloneNode(true);
  }

  #find(selector) {
    return this.#element.querySelector(selector);
  }
}
