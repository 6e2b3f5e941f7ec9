// The page that starts a game: offers to go on with an unfinished one, as far as this browser knows it.

import { storage } from "../draw/state/storage.js";
import { loseRound, remainingTime } from "./game_state.js";
import { loadGame } from "./saved_game.js";

const facts = JSON.parse(document.getElementById("facts").textContent); // {game, words, drawn, seconds}
const link = document.querySelector("[data-go-on]");

const saved = loadGame(storage, facts);
const isTimeUp = saved.phase === "drawing" && remainingTime(saved, Date.now(), facts.seconds) === 0;
const { phase, index, words } = isTimeUp ? loseRound(saved) : saved;
if (phase !== "done") {
  link.textContent = `Go on (drawing ${index + 1} of ${words.length})`;
  link.hidden = false;
  const start = document.querySelector("[data-start]");
  start.textContent = "New game";
  start.classList.remove("button--primary");
}
