// The pens under the sheet, and every button that carries a command.

import { parsed, storage } from "../state/storage.js";

const PEN = "pen";

export class Tools {
  #root;
  #colours = new Map();

  // run(command) is called for a click on an element with data-command that is not disabled.
  constructor(root, run) {
    this.#root = root;
    root.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-command]");
      if (button && button.getAttribute("aria-disabled") !== "true") run(button.dataset.command);
    });
    root.addEventListener("change", ({ target }) => target.matches(".pen__input") && this.#remember());
    this.#recall();
  }

  // Marks the buttons of commands as usable or not; they stay where a keyboard can reach them.
  enable(usable) {
    for (const [command, can] of Object.entries(usable)) {
      for (const button of this.#root.querySelectorAll(`[data-command=${command}]`)) {
        if (button.ariaDisabled !== String(!can)) button.ariaDisabled = String(!can);
      }
    }
  }

  pen() {
    return { colour: this.#checked("colour").value, width: this.#checked("width").value };
  }

  // The colour that a pen's name stands for in the theme of this moment.
  colourOf(name) {
    if (!this.#colours.has(name)) {
      const tip = this.#root.querySelector(`.pen__input[value="${CSS.escape(name)}"] + .pen__tip`);
      this.#colours.set(name, getComputedStyle(tip ?? this.#root).color);
    }
    return this.#colours.get(name);
  }

  forgetColours() {
    this.#colours.clear();
  }

  #checked(name) {
    return this.#root.querySelector(`.pen__input[name=${name}]:checked`);
  }

  #remember() {
    storage.set(PEN, JSON.stringify(this.pen()));
  }

  #recall() {
    for (const [name, value] of Object.entries(parsed(storage.get(PEN)) ?? {})) {
      this.#root.querySelector(`.pen__input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`)?.click();
    }
  }
}
