// The mascot: a face with a mood, and its speech bubble.

export class Mascot {
  #bubble;
  #face;
  #text = "";

  constructor(bubble, face) {
    this.#bubble = bubble;
    this.#face = face;
  }

  say({ text, mood }) {
    if (this.#face.dataset.mood !== mood) this.#face.dataset.mood = mood;
    if (text === this.#text) return;
    this.#text = text;
    this.#bubble.replaceChildren(...text.split("*").map(highlightOdd));
  }

  // Turns the eyes toward a pointer event.
  lookAt({ clientX, clientY }) {
    const { left, top, width, height } = this.#face.getBoundingClientRect();
    const x = clientX - left - width / 2;
    const y = clientY - top - height / 2;
    const distance = Math.hypot(x, y) || 1;
    this.#face.style.setProperty("--look-x", (x / distance).toFixed(2));
    this.#face.style.setProperty("--look-y", (y / distance).toFixed(2));
  }

  // Scrolls the page if what the mascot says is off the screen.
  reveal() {
    this.#bubble.parentElement.scrollIntoView({ block: "nearest" });
  }

  focus() {
    this.#bubble.focus({ preventScroll: true });
  }
}

// Parts with an odd index stood between asterisks.
function highlightOdd(part, index) {
  if (index % 2 === 0) return part;
  const mark = document.createElement("em");
  mark.textContent = part;
  return mark;
}
