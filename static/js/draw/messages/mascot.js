// The face and its words.

export class Voice {
  #words;
  #face;
  #said = "";

  constructor(words, face) {
    this.#words = words;
    this.#face = face;
  }

  say({ text, mood }) {
    if (this.#face.dataset.mood !== mood) this.#face.dataset.mood = mood;
    if (text === this.#said) return;
    this.#said = text;
    this.#words.replaceChildren(...text.split("*").map(everyOtherMarked));
  }

  // x, y: where on the page to look, from the middle of the face.
  look({ clientX, clientY }) {
    const { left, top, width, height } = this.#face.getBoundingClientRect();
    const x = clientX - left - width / 2;
    const y = clientY - top - height / 2;
    const way = Math.hypot(x, y) || 1;
    this.#face.style.setProperty("--look-x", (x / way).toFixed(2));
    this.#face.style.setProperty("--look-y", (y / way).toFixed(2));
  }

  focus() {
    this.#words.focus({ preventScroll: true });
  }
}

function everyOtherMarked(part, index) {
  if (index % 2 === 0) return part;
  const mark = document.createElement("em");
  mark.textContent = part;
  return mark;
}
