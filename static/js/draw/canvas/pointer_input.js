// Turns pointer events on a canvas into strokes.

import { ActivePointer } from "./active_pointer.js";
import { addPoint, finishStroke, startStroke } from "./strokes.js";

const ERASER = 32; // in PointerEvent.buttons; see https://www.w3.org/TR/pointerevents3/#the-buttons-property

// handlers:
//   canStart() returns whether a stroke may begin
//   pen() returns {colour, width} for a new stroke
//   onExtend(stroke, from) is called when the stroke got points from index `from` on
//   onFinish(stroke) is called when the pointer is lifted
//   onCancel() is called when another pointer takes over, or a second finger comes down
//   onTap() and onErase(point), both optional, are called for a tap with two fingers and where a pen's eraser is
export class PointerInput {
  #element;
  #canvas;
  #handlers;
  #pointer = new ActivePointer();
  #stroke = null;

  // canvas: a DrawingCanvas, see canvas.js.
  constructor(element, canvas, handlers) {
    this.#element = element;
    this.#canvas = canvas;
    this.#handlers = handlers;
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      element.addEventListener(end, (event) => this.#up(event));
    }
    element.addEventListener("contextmenu", (event) => this.#stroke && event.preventDefault());
  }

  // Lifts the pen, whatever the pointer does until it comes down again. Returns the unfinished stroke, or null.
  lift() {
    const stroke = this.#stroke;
    this.#stroke = null;
    this.#pointer.up();
    return stroke;
  }

  #down(event) {
    const decision = this.#pointer.down(event);
    if (decision === "ignore") this.#erase(event);
    if (decision === "take over" || decision === "stop") this.#cancel();
    if (decision === "ignore" || decision === "stop") return;
    if (!this.#handlers.canStart()) {
      this.#pointer.up();
      return;
    }
    this.#element.setPointerCapture(event.pointerId);
    this.#stroke = startStroke(this.#canvas.toPoint(event), this.#handlers.pen());
    this.#handlers.onExtend(this.#stroke, 0);
  }

  #cancel() {
    if (!this.#stroke) return;
    this.#stroke = null;
    this.#handlers.onCancel();
  }

  #erase(event) {
    if (event.pointerType === "pen" && event.buttons & ERASER) this.#handlers.onErase?.(this.#canvas.toPoint(event));
  }

  #move(event) {
    this.#pointer.move(event);
    this.#erase(event);
    if (!this.#stroke || !this.#pointer.isActive(event)) return;
    const from = this.#stroke.x.length;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const each of coalesced.length ? coalesced : [event]) addPoint(this.#stroke, this.#canvas.toPoint(each));
    if (this.#stroke.x.length > from) this.#handlers.onExtend(this.#stroke, from);
  }

  #up(event) {
    this.#pointer.move(event);
    if (this.#pointer.endsTap(event)) this.#handlers.onTap?.();
    if (!this.#stroke || !this.#pointer.isActive(event)) return;
    const stroke = this.#stroke;
    if (event.type === "pointerup") addPoint(stroke, this.#canvas.toPoint(event));
    this.#stroke = null;
    this.#pointer.up();
    this.#handlers.onFinish(finishStroke(stroke));
  }
}
