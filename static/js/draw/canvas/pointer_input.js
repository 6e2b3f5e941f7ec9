// Pointer events → strokes.

import { OnePointer } from "./active_pointer.js";
import { begin, extend, finished } from "./strokes.js";

// hand: {ready() → whether a stroke may begin, pen() → {colour, width}, grew(stroke, from), done(stroke), dropped(),
// looked(point)}.
export class Pen {
  #canvas;
  #paper;
  #hand;
  #pointer = new OnePointer();
  #stroke = null;

  constructor(canvas, paper, hand) {
    this.#canvas = canvas;
    this.#paper = paper;
    this.#hand = hand;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => this.#up(event));
    }
    canvas.addEventListener("contextmenu", (event) => this.#stroke && event.preventDefault());
  }

  #down(event) {
    const verdict = this.#pointer.down(event);
    if (verdict === "ignore") return;
    if (verdict === "take over") this.#hand.dropped();
    if (!this.#hand.ready()) {
      this.#pointer.up();
      return;
    }
    this.#canvas.setPointerCapture(event.pointerId);
    this.#stroke = begin(this.#paper.pointOf(event), this.#hand.pen());
    this.#hand.grew(this.#stroke, 0);
  }

  #move(event) {
    this.#pointer.seen(event);
    if (!this.#stroke || !this.#pointer.draws(event)) return;
    const from = this.#stroke.x.length;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) extend(this.#stroke, this.#paper.pointOf(each));
    if (this.#stroke.x.length > from) this.#hand.grew(this.#stroke, from);
  }

  #up(event) {
    this.#pointer.seen(event);
    if (!this.#stroke || !this.#pointer.draws(event)) return;
    const stroke = this.#stroke;
    if (event.type === "pointerup") extend(stroke, this.#paper.pointOf(event));
    this.#stroke = null;
    this.#pointer.up();
    this.#hand.done(finished(stroke));
  }
}
