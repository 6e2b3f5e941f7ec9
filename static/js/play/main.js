// Connects the parts of the game page.

import * as api from "../api.js";
import { DrawingCanvas } from "../draw/canvas/canvas.js";
import { PointerInput } from "../draw/canvas/pointer_input.js";
import { Guesser } from "../draw/guesser.js";
import { describeFailure } from "../draw/messages/error_messages.js";
import { toApiContent } from "../draw/requests.js";
import { storage } from "../draw/state/storage.js";
import * as game from "./game_state.js";
import { GameView } from "./game_view.js";
import { Outbox } from "./outbox.js";
import { loadGame, saveGame } from "./saved_game.js";
import { Speech } from "./speech.js";

const TICK_MS = 100;
const PEN = { colour: "ink", width: "medium" };

const main = document.querySelector("main");
const facts = JSON.parse(document.getElementById("facts").textContent); // {game, words, drawn, unknown, seconds}
const view = new GameView(main, facts.unknown);
const speech = new Speech(document.querySelector("[data-aloud]"), () => view.guessText);
const canvas = new DrawingCanvas(main.querySelector("canvas"), () => getComputedStyle(main).color);

let state = loadGame(storage, facts);
let currentStroke = null;

const guesser = new Guesser({
  request: api.requestGuess,
  onGuess(guess) {
    view.showError("");
    view.showGuess(state, guess);
    speech.speak();
    if (game.isWonBy(state, guess)) setState(game.endRound(withCurrentStroke(), true));
  },
  onError: (error) => view.showError(describeFailure(error, "guess").message),
});

const outbox = new Outbox({
  store: api.storeDrawing,
  getUnsent: () => state.unsent.map((drawing) => ({ ...drawing, game: facts.game })),
  onSent(key) {
    view.showError("");
    setState(game.markSent(state, key));
  },
  onError: (error) => view.showError(describeFailure(error, "store").message),
});

// Adds the unfinished stroke: it belongs to the round that ends.
function withCurrentStroke() {
  const stroke = currentStroke;
  dropCurrentStroke();
  return stroke ? game.addStroke(state, stroke) : state;
}

function dropCurrentStroke() {
  currentStroke = null;
  canvas.endStroke();
}

function setState(next) {
  const isRoundOver = state.phase === "drawing" && next.phase !== "drawing";
  state = next;
  saveGame(storage, facts.game, state);
  if (isRoundOver) guesser.cancel();
  view.show(state);
  if (state.unsent.length) outbox.send();
  else if (state.phase === "done") location.replace(`/play/${facts.game}/results/`);
}

// Sets a state whose strokes changed: redraws them and requests another guess.
function setStrokes(next) {
  setState(next);
  canvas.show(state.strokes);
  guesser.cancel();
  if (state.strokes.length) guesser.update(() => toApiContent({ strokes: state.strokes, picture: null }));
  else view.showGuess(state, null);
}

function tick() {
  if (state.phase !== "drawing") return;
  const remaining = game.remainingTime(state, Date.now(), facts.seconds);
  view.showTime(remaining, facts.seconds);
  if (remaining === 0) setState(game.endRound(withCurrentStroke(), false));
}

new PointerInput(main.querySelector("canvas"), canvas, {
  canStart: () => state.phase === "drawing",
  pen: () => PEN,
  onExtend(stroke, from) {
    currentStroke = stroke;
    canvas.extendStroke(stroke, from);
    guesser.update(() => toApiContent({ strokes: [...state.strokes, ...(currentStroke ? [currentStroke] : [])], picture: null }));
  },
  onFinish(stroke) {
    if (!currentStroke) return; // the round ended meanwhile and took the stroke
    dropCurrentStroke();
    setStrokes(game.addStroke(state, stroke));
  },
  onCancel() {
    dropCurrentStroke();
    canvas.redraw();
  },
});

const commands = {
  go() {
    setStrokes(game.startRound(state, Date.now()));
    tick();
  },
  undo: () => setStrokes(game.undoStroke(state)),
  clear: () => setStrokes(game.clearStrokes(state)),
  skip: () => setState(game.endRound(withCurrentStroke(), false)),
};

main.addEventListener("click", ({ target }) => commands[target.closest("[data-command]")?.dataset.command]?.());
addEventListener("online", () => outbox.send());

canvas.show(state.strokes);
setState(state);
if (state.phase === "drawing") setStrokes(state);
setInterval(tick, TICK_MS);
