// What the mascot says, as {text, mood}; a word between asterisks is highlighted.

import { visiblePhase } from "../state/state_machine.js";
import { withArticle } from "./articles.js";

export const CERTAIN = 0.8; // calibrated confidence: right four times in five
const LIKELY = 0.5; // calibrated confidence

// state: see state_machine.js. guess: the latest, or null. blank: whether nothing is drawn.
export function mascotMessage({ state, guess, blank }) {
  const { drawing, feedback, error } = state;
  const phase = visiblePhase(state);
  if (state.phase === "storing") return { text: "Let me have a good look…", mood: "curious" };
  if (phase === "asked") return question(drawing.prediction);
  if (phase === "choosing") return drawing.prediction ? { text: "Oh. What is it, then?", mood: "unsure" } : question(null);
  if (phase === "thanked") return thanks(feedback, drawing.prediction);
  if (error?.task) return { text: "Something went wrong…", mood: "asleep" };
  if (blank) return { text: "Draw something. I’ll guess along.", mood: "calm" };
  return guess ? guessMessage(guess) : { text: "Hm, let me see…", mood: "curious" };
}

// Formats a proportion as "87 %"; never as "100 %" or "0 %", because a network is never certain.
// The template filter `share` does the same; the spaces do not break.
export function formatConfidence(proportion) {
  if (proportion > 0.99) return ">\u00a099\u00a0%";
  if (proportion < 0.01) return "<\u00a01\u00a0%";
  return `${Math.round(proportion * 100)}\u00a0%`;
}

// Returns the text without highlighting marks.
export function plainText({ text }) {
  return text.replaceAll("*", "");
}

function guessMessage({ label, confidence, recognized, just_learnt: justLearnt }) {
  const phrase = highlighted(label);
  if (recognized && justLearnt) return { text: `Is it ${phrase}? I have just learnt that.`, mood: "curious" };
  if (!recognized) return { text: `I don’t know, maybe ${phrase}?`, mood: "unsure" };
  if (confidence >= CERTAIN) return { text: `I see ${phrase}!`, mood: "sure" };
  if (confidence >= LIKELY) return { text: `It looks like ${phrase}.`, mood: "curious" };
  return { text: `Could it be ${phrase}?`, mood: "curious" };
}

function question(prediction) {
  if (!prediction) return { text: "I can’t guess just now, but your drawing is kept. What is it?", mood: "asleep" };
  const { label, recognized, just_learnt: justLearnt } = prediction;
  if (!recognized) return { text: `I don’t know. Was it ${highlighted(label)}?`, mood: "unsure" };
  return { text: `Was it ${highlighted(label)}?${justLearnt ? " I have just learnt that." : ""}`, mood: "curious" };
}

function thanks({ correct, label, proposal }, prediction) {
  if (correct) return { text: `Hooray, ${highlighted(prediction.label)}! Thank you.`, mood: "happy" };
  if (proposal) return newWord(proposal);
  if (!label) return { text: "None of my words, then. Thank you!", mood: "calm" };
  return { text: `Oh, ${highlighted(label)}! Thank you, that helps me learn.`, mood: "happy" };
}

function newWord({ word, drawings, needed }) {
  const state = drawings < needed ? `${drawings} of ${needed} drawings so far` : "once it is approved";
  return { text: `I may learn *${word}*: ${state}.`, mood: "happy" };
}

function highlighted(label) {
  const phrase = withArticle(label);
  return phrase.endsWith(label) ? `${phrase.slice(0, -label.length)}*${label}*` : `*${phrase}*`;
}
