// Lets visitors look into the network while they draw; nothing of it is kept.

import * as api from "../api.js";
import { contentOf } from "../draw/requests.js";
import { Guesser } from "../draw/guesser.js";
import { Paper } from "../draw/canvas/canvas.js";
import { Pen } from "../draw/canvas/pointer_input.js";
import { problemOf } from "../draw/messages/error_messages.js";
import { Inside } from "./explanation_view.js";

const PEN = { colour: "ink", width: "medium" };
const MISSING = "I can’t guess just now, so there is nothing to look into.";

const element = document.querySelector("[data-inside]");
const inside = new Inside(element);
const paper = new Paper(element.querySelector("canvas"), () => getComputedStyle(element).color);

let strokes = [];

const guesser = new Guesser({
  ask: api.explain,
  show: (explanation) => inside.show(explanation),
  fail: (error) => inside.fail(error.status === 503 ? MISSING : problemOf(error, "guess").message),
});

new Pen(element.querySelector("canvas"), paper, {
  ready: () => true,
  pen: () => PEN,
  grew(stroke, from) {
    inside.begin();
    paper.grow(stroke, from);
  },
  done(stroke) {
    paper.dry();
    become([...strokes, stroke]);
    guesser.changed(() => contentOf({ strokes, picture: null }));
  },
  dropped() {
    paper.dry();
    paper.repaint();
  },
});

function become(next) {
  strokes = next;
  paper.show(strokes);
}

inside.onClear(() => {
  guesser.stop();
  become([]);
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paper.repaint());
document.addEventListener("themechange", () => paper.repaint());
