// Shows the feature maps of the network while the visitor draws. Nothing is stored.

import * as api from "../api.js";
import { DrawingCanvas } from "../draw/canvas/canvas.js";
import { PointerInput } from "../draw/canvas/pointer_input.js";
import { Guesser } from "../draw/guesser.js";
import { describeFailure } from "../draw/messages/error_messages.js";
import { toApiContent } from "../draw/requests.js";
import { ExplanationView } from "./explanation_view.js";

const PEN = { colour: "ink", width: "medium" };
const NO_NETWORK = "I can’t guess just now, so there is nothing to show.";

const element = document.querySelector("[data-inside]");
const view = new ExplanationView(element);
const canvas = new DrawingCanvas(element.querySelector("canvas"), () => getComputedStyle(element).color);

let strokes = [];

const guesser = new Guesser({
  request: api.requestExplanation,
  onGuess: (explanation) => view.show(explanation),
  onError: (error) => view.showError(error.status === 503 ? NO_NETWORK : describeFailure(error, "guess").message),
});

new PointerInput(element.querySelector("canvas"), canvas, {
  canStart: () => true,
  pen: () => PEN,
  onExtend(stroke, from) {
    view.removeExample();
    canvas.extendStroke(stroke, from);
  },
  onFinish(stroke) {
    canvas.endStroke();
    setStrokes([...strokes, stroke]);
    guesser.update(() => toApiContent({ strokes, picture: null }));
  },
  onCancel() {
    canvas.endStroke();
    canvas.redraw();
  },
});

function setStrokes(next) {
  strokes = next;
  canvas.show(strokes);
}

view.onClear(() => {
  guesser.cancel();
  setStrokes([]);
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => canvas.redraw());
document.addEventListener("themechange", () => canvas.redraw());
