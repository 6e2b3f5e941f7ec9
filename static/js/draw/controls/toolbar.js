// The pen choice below the sheet, and every button that has a command.

import { parseJson, storage } from "../state/storage.js";

const PEN = "pen"; // storage name

export class Toolbar {
  #root;
  #colours = new Map();

  // run(command) is called for a click on an enabled element with data-command.
  constructor(root, run) {
    this.#root = root;
    root.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-command]");
      if (button && button.getAttribute("aria-disabled") !== "true") run(button.dataset.command);
    });
    root.addEventListener("change", ({ target }) => target.matches(".pen__input") && this.#savePen());
    this.#restorePen();
  }

  // Enables or disables the buttons of each command, {command: isAvailable}. Disabled buttons stay focusable.
  enable(availability) {
    for (const [command, isAvailable] of Object.entries(availability)) {
      for (const button of this.#root.querySelectorAll(`[data-command=${command}]`)) {
        if (button.ariaDisabled !== String(!isAvailable)) button.ariaDisabled = String(!isAvailable);
      }
    }
  }

  pen() {
    return { colour: this.#checked("colour").value, width: this.#checked("width").value };
  }

  // Returns the CSS colour of a named pen in the current theme.
  colourOf(name) {
    if (!this.#colours.has(name)) {
      const tip = this.#root.querySelector(`.pen__input[value="${CSS.escape(name)}"] + .pen__tip`);
      this.#colours.set(name, getComputedStyle(tip ?? this.#root).color);
    }
    return this.#colours.get(name);
  }

  // Call this when the theme changes.
  clearColourCache() {
    this.#colours.clear();
  }

  #checked(name) {
    return this.#root.querySelector(`.pen__input[name=${name}]:checked`);
  }

  #savePen() {
    storage.set(PEN, JSON.stringify(this.pen()));
  }

  #restorePen() {
    for (const [name, value] of Object.entries(parseJson(storage.get(PEN)) ?? {})) {
      this.#root.querySelector(`.pen__input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`)?.click();
    }
  }
}
