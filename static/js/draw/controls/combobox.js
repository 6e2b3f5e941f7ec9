// An editable combobox with a list, after https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { around, find } from "./word_search.js";

export class Combobox {
  #input;
  #list;
  #empty;
  #choose;
  #words = [];
  #active = -1;

  // choose(word) is called once one of the words is picked.
  constructor(root, choose) {
    this.#input = root.querySelector("[role=combobox]");
    this.#list = root.querySelector("[role=listbox]");
    this.#empty = root.querySelector(".combobox__empty");
    this.#choose = choose;
    this.#input.addEventListener("input", () => this.#open(this.#input.value ? 0 : -1));
    this.#input.addEventListener("click", () => this.#open(-1));
    this.#input.addEventListener("blur", () => this.#close());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    this.#list.addEventListener("click", ({ target }) => this.#pick(target.closest("[role=option]")));
  }

  offer(words) {
    if (words === this.#words) return;
    this.#words = words;
    if (this.#input.value) this.#open(0); // somebody typed before the words came
  }

  reset() {
    this.#input.value = "";
    this.#close();
  }

  focus() {
    this.#input.focus();
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.#list.hidden) this.#open(-1);
      this.#activate(this.#stepped(step));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#pick(this.#list.children[this.#active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.#list.hidden) this.#input.value = "";
      this.#close();
    }
  }

  #open(active) {
    const found = find(this.#words, this.#input.value);
    this.#list.replaceChildren(...found.map((word, index) => option(word, this.#input.value, `${this.#list.id}-${index}`)));
    this.#empty.hidden = found.length > 0 || this.#words.length === 0;
    this.#list.hidden = found.length === 0;
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    this.#list.scrollIntoView({ block: "nearest" });
    this.#activate(found.length ? active : -1);
  }

  #close() {
    this.#list.hidden = this.#empty.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  // Up from the first, or from none, is the last.
  #stepped(step) {
    const last = this.#list.children.length - 1;
    const index = this.#active + step;
    if (index < 0) return last;
    return index > last ? 0 : index;
  }

  // -1 activates none.
  #activate(index) {
    this.#active = index;
    const options = [...this.#list.children];
    options.forEach((each, at) => each.setAttribute("aria-selected", String(at === index)));
    const active = options[index];
    if (active) this.#input.setAttribute("aria-activedescendant", active.id);
    else this.#input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #pick(option) {
    if (!option) return;
    this.reset();
    this.#choose(option.dataset.word);
  }
}

function option(word, query, id) {
  const item = document.createElement("li");
  const [before, match, after] = around(word, query);
  const bold = document.createElement("b");
  bold.textContent = match;
  item.append(before, bold, after);
  item.dataset.word = word;
  item.className = "combobox__option";
  item.role = "option";
  item.id = id;
  return item;
}
