// Computes the timing for replaying a drawing at the speed it was drawn. Pure functions.

const MAX_DURATION_MS = 12_000; // slower drawings are sped up
const MIN_STROKE_MS = 60;

/** Return [[start, end], …] of the strokes in milliseconds, sped up to at most MAX_DURATION_MS. */
export function scaleTimes(times) {
  const end = Math.max(...times.map(([, last]) => last), 1);
  const speed = Math.max(1, end / MAX_DURATION_MS);
  return times.map(([first, last]) => [first / speed, Math.max(last / speed, first / speed + MIN_STROKE_MS)]);
}

/** Return the drawn fraction of each stroke at a time, 0 to 1. */
export function strokeProgress(now, times) {
  return times.map(([first, last]) => Math.min(1, Math.max(0, (now - first) / (last - first))));
}

/** Return the number of strokes finished at a time. */
export function countFinished(now, times) {
  return times.filter(([, last]) => last <= now).length;
}
