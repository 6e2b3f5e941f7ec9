// Decides which pointer draws: one at a time, never a palm nor two fingers, and a pen takes precedence over touch.

const PALM_PX = 48; // CSS pixels; a fingertip's contact is about half as wide
const PALM_REJECTION_MS = 1000; // touches this soon after the last pen event come from the hand that holds the pen
const TAP_MS = 300; // from the first of two fingers down to the first one up
const TAP_PX = 12; // CSS pixels that a tapping finger may move

export class ActivePointer {
  #id = null;
  #type = null;
  #lastPenTime = -Infinity;
  #fingers = []; // the events with which the fingers of a possible tap came down

  // Returns "draw", "ignore", "take over" if a pen comes down while a touch draws, or "stop" if a second finger does.
  down(event) {
    const { pointerId, pointerType, isPrimary, button, width = 0, height = 0, timeStamp } = event;
    if (pointerType === "pen") this.#lastPenTime = timeStamp;
    if (button !== 0) return "ignore";
    if (pointerType === "touch" && this.#isPalm(Math.max(width, height), timeStamp)) return "ignore";
    if (this.#id !== null && pointerType === "touch" && this.#type === "touch") return this.#stop(event);
    if (this.#id !== null && !(pointerType === "pen" && this.#type === "touch")) return "ignore";
    this.#fingers = pointerType === "touch" && isPrimary ? [event] : [];
    if (this.#id === null && !isPrimary) return "ignore";
    const decision = this.#id === null ? "draw" : "take over";
    this.#id = pointerId;
    this.#type = pointerType;
    return decision;
  }

  // Notes when a pen hovers or draws, for palm rejection, and when a finger moves too far for a tap.
  move({ pointerId, pointerType, clientX, clientY, timeStamp }) {
    if (pointerType === "pen") this.#lastPenTime = timeStamp;
    const finger = this.#fingers.find((each) => each.pointerId === pointerId);
    if (finger && Math.hypot(clientX - finger.clientX, clientY - finger.clientY) > TAP_PX) this.#fingers = [];
  }

  isActive({ pointerId }) {
    return pointerId === this.#id;
  }

  up() {
    this.#id = null;
  }

  // Returns whether a lifted finger ends a tap with two fingers.
  endsTap({ type, pointerType, timeStamp }) {
    if (pointerType !== "touch") return false;
    const isTap = type === "pointerup" && this.#fingers.length === 2 && timeStamp - this.#fingers[0].timeStamp < TAP_MS;
    this.#fingers = [];
    return isTap;
  }

  #stop(event) {
    if (this.#fingers.length === 1) this.#fingers.push(event);
    this.#id = null;
    return "stop";
  }

  #isPalm(size, now) {
    return size > PALM_PX || now - this.#lastPenTime < PALM_REJECTION_MS;
  }
}
