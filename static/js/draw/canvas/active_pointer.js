// Decides which pointer draws: one at a time, never a palm, and a pen takes precedence over touch.

const PALM_PX = 48; // CSS pixels; a fingertip's contact is about half as wide
const PALM_REJECTION_MS = 1000; // touches this soon after the last pen event come from the hand that holds the pen

export class ActivePointer {
  #id = null;
  #type = null;
  #lastPenTime = -Infinity;

  // Returns "draw", "ignore", or "take over" if a pen comes down while a touch draws.
  down({ pointerId, pointerType, isPrimary, button, width = 0, height = 0, timeStamp }) {
    if (pointerType === "pen") this.#lastPenTime = timeStamp;
    if (button !== 0) return "ignore";
    if (pointerType === "touch" && this.#isPalm(Math.max(width, height), timeStamp)) return "ignore";
    if (this.#id !== null && !(pointerType === "pen" && this.#type === "touch")) return "ignore";
    if (this.#id === null && !isPrimary) return "ignore";
    const decision = this.#id === null ? "draw" : "take over";
    this.#id = pointerId;
    this.#type = pointerType;
    return decision;
  }

  // Notes when a pen hovers or draws, for palm rejection.
  notePen({ pointerType, timeStamp }) {
    if (pointerType === "pen") this.#lastPenTime = timeStamp;
  }

  isActive({ pointerId }) {
    return pointerId === this.#id;
  }

  up() {
    this.#id = null;
  }

  #isPalm(size, now) {
    return size > PALM_PX || now - this.#lastPenTime < PALM_REJECTION_MS;
  }
}
