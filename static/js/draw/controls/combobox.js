// An editable combobox with a listbox; see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { findWords, splitAtMatch } from "./word_search.js";

export class Combobox {
  #input;
  #list;
  #empty;
  #onChoose;
  #onPropose;
  #words = [];
  #active = -1;

  // onChoose(word) is called when the user picks a word, onPropose(text) when they enter one that is not in the list.
  constructor(root, onChoose, onPropose) {
    this.#input = root.querySelector("[role=combobox]");
    this.#list = root.querySelector("[role=listbox]");
    this.#empty = root.querySelector(".combobox__empty");
    this.#onChoose = onChoose;
    this.#onPropose = onPropose;
    this.#input.addEventListener("input", () => this.#open(this.#input.value ? 0 : -1));
    this.#input.addEventListener("click", () => this.#open(-1));
    this.#input.addEventListener("blur", ({ relatedTarget }) => this.#empty.contains(relatedTarget) || this.#close());
    this.#input.addEventListener("keydown", (event) => this.#onKey(event));
    for (const part of [this.#list, this.#empty]) {
      part.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    }
    this.#empty.addEventListener("click", ({ target }) => target.closest("button") && this.#propose());
    this.#list.addEventListener("click", ({ target }) => this.#pick(target.closest("[role=option]")));
  }

  setWords(words) {
    if (words === this.#words) return;
    this.#words = words;
    if (this.#input.value) this.#open(0); // the user typed before the words arrived
  }

  reset() {
    this.#input.value = "";
    this.#close();
  }

  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.#list.hidden) this.#open(-1);
      this.#activate(this.#nextIndex(step));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.#empty.hidden) this.#pick(this.#list.children[this.#active]);
      else this.#propose();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.#list.hidden) this.#input.value = "";
      this.#close();
    }
  }

  #open(active) {
    const matches = findWords(this.#words, this.#input.value);
    this.#list.replaceChildren(...matches.map((word, index) => createOption(word, this.#input.value, `${this.#list.id}-${index}`)));
    this.#empty.hidden = matches.length > 0 || this.#words.length === 0;
    this.#empty.querySelector("b").textContent = this.#input.value.trim();
    this.#list.hidden = matches.length === 0;
    this.#input.setAttribute("aria-expanded", String(matches.length > 0));
    this.#list.scrollIntoView({ block: "nearest" });
    this.#activate(matches.length ? active : -1);
  }

  #close() {
    this.#list.hidden = this.#empty.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  // Returns the index `step` away from the active option, wrapping around at both ends.
  #nextIndex(step) {
    const last = this.#list.children.length - 1;
    const index = this.#active + step;
    if (index < 0) return last;
    return index > last ? 0 : index;
  }

  // -1 deactivates all options.
  #activate(index) {
    this.#active = index;
    const options = [...this.#list.children];
    options.forEach((each, i) => each.setAttribute("aria-selected", String(i === index)));
    const active = options[index];
    if (active) this.#input.setAttribute("aria-activedescendant", active.id);
    else this.#input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #propose() {
    const text = this.#input.value.trim();
    this.reset();
    this.#onPropose(text);
  }

  #pick(option) {
    if (!option) return;
    this.reset();
    this.#onChoose(option.dataset.word);
  }
}

function createOption(word, query, id) {
  const item = document.createElement("li");
  const [before, match, after] = splitAtMatch(word, query);
  const bold = document.createElement("b");
  bold.textContent = match;
  item.append(before, bold, after);
  item.dataset.word = word;
  item.className = "combobox__option";
  item.role = "option";
  item.id = id;
  return item;
}
