// Draws the strokes of an SVG again, in the time they took. Pure arithmetic: no DOM here.

const LONGEST = 12_000; // milliseconds for a whole drawing; a slower one is sped up
const SHORTEST_STROKE = 60;

/** Return [[start, end], …] of the strokes, sped up so that the last one ends in time. */
export function paced(times) {
  const end = Math.max(...times.map(([, last]) => last), 1);
  const pace = Math.max(1, end / LONGEST);
  return times.map(([first, last]) => [first / pace, Math.max(last / pace, first / pace + SHORTEST_STROKE)]);
}

/** Return how much of each stroke is drawn by now, 0 to 1. */
export function drawnBy(now, times) {
  return times.map(([first, last]) => Math.min(1, Math.max(0, (now - first) / (last - first))));
}

/** Return how many strokes are done by now. */
export function strokesBy(now, times) {
  return times.filter(([, last]) => last <= now).length;
}
