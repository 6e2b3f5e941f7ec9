// Decides which pointer draws: one at a time, never a palm, and a pen before a finger.

const PALM = 48; // CSS pixels; a fingertip's contact is about half as wide
const PEN_RESTS = 1000; // milliseconds after the pen was last near in which touches are the hand that holds it

export class OnePointer {
  #id = null;
  #type = null;
  #penSeen = -Infinity;

  // Returns "draw", "ignore", or "take over" where a pen comes down after the palm did.
  down({ pointerId, pointerType, isPrimary, button, width = 0, height = 0, timeStamp }) {
    if (pointerType === "pen") this.#penSeen = timeStamp;
    if (button !== 0) return "ignore";
    if (pointerType === "touch" && this.#isPalm(Math.max(width, height), timeStamp)) return "ignore";
    if (this.#id !== null && !(pointerType === "pen" && this.#type === "touch")) return "ignore";
    if (this.#id === null && !isPrimary) return "ignore";
    const verdict = this.#id === null ? "draw" : "take over";
    this.#id = pointerId;
    this.#type = pointerType;
    return verdict;
  }

  // A pen that hovers or draws keeps its palm away.
  seen({ pointerType, timeStamp }) {
    if (pointerType === "pen") this.#penSeen = timeStamp;
  }

  draws({ pointerId }) {
    return pointerId === this.#id;
  }

  up() {
    this.#id = null;
  }

  #isPalm(size, now) {
    return size > PALM || now - this.#penSeen < PEN_RESTS;
  }
}
