// Renders a sheet on a canvas, sharply at any size and pixel density, and extends a stroke while it is drawn.

import { drawStroke, drawStrokeFrom } from "./stroke_renderer.js";
import { SHEET_SIDE } from "./strokes.js";

export class DrawingCanvas {
  #element;
  #context;
  #colourOf;
  #strokes = [];
  #currentStroke = null;

  // colourOf(name) returns the CSS colour of a pen.
  constructor(element, colourOf) {
    this.#element = element;
    this.#context = element.getContext("2d");
    this.#colourOf = colourOf;
    new ResizeObserver(() => this.#resize()).observe(element);
    this.#watchDensity();
    this.#resize();
  }

  show(strokes) {
    this.#strokes = strokes;
    this.redraw();
  }

  // Draws the points of the current stroke from index `from` on; earlier points are on the canvas already.
  extendStroke(stroke, from) {
    this.#currentStroke = stroke;
    drawStrokeFrom(this.#context, stroke, from, this.#colourOf);
  }

  endStroke() {
    this.#currentStroke = null;
  }

  redraw() {
    const scale = this.#element.width / SHEET_SIDE;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, this.#element.width, this.#element.height);
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    for (const stroke of this.#strokes) drawStroke(this.#context, stroke, this.#colourOf);
    if (this.#currentStroke) drawStrokeFrom(this.#context, this.#currentStroke, 0, this.#colourOf);
  }

  // Returns an event's {x, y} in sheet units and t in milliseconds since 1970, which stays monotonic over a reload.
  toPoint(event) {
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    return {
      x: ((event.clientX - left) / width) * SHEET_SIDE,
      y: ((event.clientY - top) / height) * SHEET_SIDE,
      t: performance.timeOrigin + event.timeStamp,
    };
  }

  #resize() {
    const side = Math.round(this.#element.clientWidth * devicePixelRatio);
    if (this.#element.width === side && this.#element.height === side) return;
    this.#element.width = this.#element.height = side;
    this.redraw();
  }

  // Zooming or moving to another screen changes the density without changing the size.
  #watchDensity() {
    const density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    density.addEventListener("change", () => (this.#resize(), this.#watchDensity()), { once: true });
  }
}
