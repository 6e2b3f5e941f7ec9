// A chart's numbers as uPlot wants them. Knows nothing of the page.

// Returns [places, line…]; a share that is not known is null.
export function columns({ places, lines }) {
  return [places, ...lines.map((line) => line.values)];
}

// Returns from where to where the axis of shares goes: whole tenths around all that is shown, with room to the top.
export function reach({ axis, lines }) {
  if (axis === "share") return [0, 1];
  const shown = lines.flatMap(({ values, low }) => [...values, ...low]).filter((share) => share != null);
  const lowest = Math.min(0.9, ...shown);
  return [Math.max(0, Math.floor(lowest * 10) / 10), 1];
}

// Returns from where to where the other axis goes, so that single points do not stick to the edge.
export function width({ axis, title, places }) {
  if (axis === "share") return [0, 1];
  const step = axis === "time" ? (title === "week" ? 7 : 1) * 86400 : 1;
  return [places[0] - step / 2, places.at(-1) + step / 2];
}

// Returns as many places as there is room for, evenly spread and the last one among them.
export function some(places, most) {
  const step = Math.ceil(places.length / Math.max(1, Math.floor(most)));
  return places.filter((_, index) => (places.length - 1 - index) % step === 0);
}

export function percent(share) {
  return share == null ? "–" : `${(share * 100).toFixed(1)}%`;
}

// Returns what is said of a line at a place: its share, and its interval where that is known.
export function told({ values, low, high }, index) {
  if (index == null || values[index] == null) return "–";
  const interval = low[index] == null ? "" : ` (${(low[index] * 100).toFixed(1)}–${percent(high[index])})`;
  return percent(values[index]) + interval;
}
