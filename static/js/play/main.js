// Puts the game together: the match, the pen, the guesses, and what is on its way to the server.

import * as api from "../api.js";
import { contentOf } from "../draw/requests.js";
import { Guesser } from "../draw/guesser.js";
import { Paper } from "../draw/canvas/canvas.js";
import { Pen } from "../draw/canvas/pointer_input.js";
import { problemOf } from "../draw/messages/error_messages.js";
import { storage } from "../draw/state/storage.js";
import { keep, recall } from "./saved_game.js";
import * as play from "./game_state.js";
import { Outbox } from "./outbox.js";
import { Aloud } from "./speech.js";
import { Stage } from "./game_view.js";

const TICK = 100; // milliseconds
const PEN = { colour: "ink", width: "medium" };

const main = document.querySelector("main");
const facts = JSON.parse(document.getElementById("facts").textContent);
const stage = new Stage(main, facts.unknown);
const aloud = new Aloud(document.querySelector("[data-aloud]"), () => stage.spoken);
const paper = new Paper(main.querySelector("canvas"), () => getComputedStyle(main).color);

let match = recall(storage, facts);
let growing = null;

const guesser = new Guesser({
  ask: api.guess,
  show(guess) {
    stage.showTrouble("");
    stage.showGuess(match, guess);
    aloud.say();
    if (play.isWonBy(match, guess)) become(play.end(withGrowing(), true));
  },
  fail: (error) => stage.showTrouble(problemOf(error, "guess").message),
});

const outbox = new Outbox({
  store: api.store,
  unsent: () => match.unsent.map((drawing) => ({ ...drawing, game: facts.game })),
  sent(key) {
    stage.showTrouble("");
    become(play.sent(match, key));
  },
  failed: (error) => stage.showTrouble(problemOf(error, "store").message),
});

// A stroke that is still being drawn when the round ends belongs to it.
function withGrowing() {
  const stroke = growing;
  growing = null;
  paper.dry();
  return stroke ? play.add(match, stroke) : match;
}

function become(next) {
  const isOver = match.phase === "drawing" && next.phase !== "drawing";
  match = next;
  keep(storage, facts.game, match);
  if (isOver) guesser.stop();
  stage.show(match);
  if (match.unsent.length) outbox.send();
  else if (match.phase === "done") location.replace(`/play/${facts.game}/results/`);
}

function drawn(next) {
  become(next);
  paper.show(match.strokes);
  guesser.stop();
  if (match.strokes.length) guesser.changed(() => contentOf({ strokes: match.strokes, picture: null }));
  else stage.showGuess(match, null);
}

function tick() {
  if (match.phase !== "drawing") return;
  const left = play.left(match, Date.now(), facts.seconds);
  stage.showTime(left, facts.seconds);
  if (left === 0) become(play.end(withGrowing(), false));
}

new Pen(main.querySelector("canvas"), paper, {
  ready: () => match.phase === "drawing",
  pen: () => PEN,
  grew(stroke, from) {
    growing = stroke;
    paper.grow(stroke, from);
    guesser.changed(() => contentOf({ strokes: [...match.strokes, ...(growing ? [growing] : [])], picture: null }));
  },
  done(stroke) {
    if (growing) drawn(play.add(withoutGrowing(), stroke));
  },
  dropped() {
    withoutGrowing();
    paper.repaint();
  },
});

function withoutGrowing() {
  growing = null;
  paper.dry();
  return match;
}

const commands = {
  go() {
    drawn(play.go(match, Date.now()));
    tick();
  },
  undo: () => drawn(play.undo(match)),
  clear: () => drawn(play.clear(match)),
  skip: () => become(play.end(withGrowing(), false)),
};

main.addEventListener("click", ({ target }) => commands[target.closest("[data-command]")?.dataset.command]?.());
addEventListener("online", () => outbox.send());

paper.show(match.strokes);
become(match);
if (match.phase === "drawing") drawn(match);
setInterval(tick, TICK);
