// What the page says, as {text, mood}; a word between stars is marked as with a highlighter.

import { resting } from "../state/state_machine.js";
import { withArticle } from "./articles.js";

const CERTAIN = 0.8; // of calibrated confidence: right four times in five
const LIKELY = 0.5;

// flow: see flow.js. guess: the latest, or null. blank: whether nothing is drawn.
export function speak({ flow, guess, blank }) {
  const { drawing, answer, trouble } = flow;
  const phase = resting(flow);
  if (flow.phase === "storing") return { text: "Let me have a good look…", mood: "curious" };
  if (phase === "asked") return asking(drawing.prediction);
  if (phase === "choosing") return drawing.prediction ? { text: "Oh. What is it, then?", mood: "unsure" } : asking(null);
  if (phase === "thanked") return thanking(answer, drawing.prediction);
  if (trouble) return { text: "I’ve lost the thread…", mood: "asleep" };
  if (blank) return { text: "Draw something. I’ll guess along.", mood: "calm" };
  return guess ? guessing(guess) : { text: "Hm, let me see…", mood: "curious" };
}

// "87 %"; never "100 %" nor "0 %", for a network is never certain.
export function percent(share) {
  if (share > 0.99) return "> 99 %";
  if (share < 0.01) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

export function plain({ text }) {
  return text.replaceAll("*", "");
}

function guessing({ label, confidence, recognized, just_learnt: justLearnt }) {
  const what = marked(label);
  if (recognized && justLearnt) return { text: `Is it ${what}? I have just learnt that.`, mood: "curious" };
  if (!recognized) return { text: `I don’t know, maybe ${what}?`, mood: "unsure" };
  if (confidence >= CERTAIN) return { text: `I see ${what}!`, mood: "sure" };
  if (confidence >= LIKELY) return { text: `It looks like ${what}.`, mood: "curious" };
  return { text: `Could it be ${what}?`, mood: "curious" };
}

function asking(prediction) {
  if (!prediction) return { text: "It is kept, but no network is here to guess. What is it?", mood: "asleep" };
  const { label, recognized, just_learnt: justLearnt } = prediction;
  if (!recognized) return { text: `I don’t know. Was it ${marked(label)}?`, mood: "unsure" };
  return { text: `Was it ${marked(label)}?${justLearnt ? " I have just learnt that." : ""}`, mood: "curious" };
}

function thanking({ correct, label }, prediction) {
  if (correct) return { text: `Hooray, ${marked(prediction.label)}! Thank you.`, mood: "happy" };
  if (!label) return { text: "None of my words, then. Thank you!", mood: "calm" };
  return { text: `Oh, ${marked(label)}! Thank you, that helps me learn.`, mood: "happy" };
}

function marked(label) {
  const phrase = withArticle(label);
  return phrase.endsWith(label) ? `${phrase.slice(0, -label.length)}*${label}*` : `*${phrase}*`;
}
