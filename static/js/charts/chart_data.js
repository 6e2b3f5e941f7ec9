// Prepares a chart's numbers for uPlot. Pure functions.

// Returns [x values, y values of each line, …]; an unknown proportion is null.
export function toColumns({ places, lines }) {
  return [places, ...lines.map((line) => line.values)];
}

// Returns the range of the y axis. Proportions: from a whole tenth below all values to 1. Other numbers: from 0.
export function yRange({ axis, unit, lines }) {
  if (axis === "share") return [0, 1];
  const known = lines.flatMap(({ values, low }) => [...values, ...low]).filter((value) => value != null);
  if (unit === "number") return [0, Math.max(0.1, ...known) * 1.05];
  if (unit === "count") return [0, Math.max(1, ...known) * 1.05];
  const lowest = Math.min(0.9, ...known);
  return [Math.max(0, Math.floor(lowest * 10) / 10), 1];
}

// Returns the range of the x axis, with half a step of margin on both sides.
export function xRange({ axis, title, places }) {
  if (axis === "share") return [0, 1];
  const step = axis === "time" ? (title === "week" ? 7 : 1) * 86400 : 1;
  return [places[0] - step / 2, places.at(-1) + step / 2];
}

// Returns at most `maxCount` evenly spaced tick positions, including the last place.
export function tickPlaces(places, maxCount) {
  const step = Math.ceil(places.length / Math.max(1, Math.floor(maxCount)));
  return places.filter((_, index) => (places.length - 1 - index) % step === 0);
}

export function formatPercent(proportion) {
  return proportion == null ? "–" : `${(proportion * 100).toFixed(1)}\u00a0%`;
}

// Returns a value of the y axis as a text.
export function formatTick({ unit }, value) {
  if (unit === "count") return value.toLocaleString("en");
  return unit === "number" ? value.toFixed(1) : `${Math.round(value * 100)}\u00a0%`;
}

// Returns the legend of a line at an index: its value, and its interval if known.
export function legendText({ values, low, high }, index, { unit } = {}) {
  if (index == null || values[index] == null) return "–";
  if (unit === "number") return values[index].toFixed(3);
  if (unit === "count") return values[index].toLocaleString("en");
  const interval = low[index] == null ? "" : ` (${(low[index] * 100).toFixed(1)}–${formatPercent(high[index])})`;
  return formatPercent(values[index]) + interval;
}
