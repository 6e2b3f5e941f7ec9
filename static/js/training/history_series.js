// Prepares a training history, one entry per epoch, for uPlot. Pure functions.

export const CHARTS = [
  { title: "Loss", train: "loss", held: "val_loss", format: (value) => value.toFixed(3) },
  { title: "Accuracy", train: "accuracy", held: "val_accuracy", format: (value) => `${(value * 100).toFixed(1)}\u00a0%` },
];

// Returns [[1, 2, …], [training…], [validation…]]; a missing value is null.
export function historySeries(history, { train, held }) {
  const column = (name) => history.map((epoch) => epoch[name] ?? null);
  return [history.map((_, index) => index + 1), column(train), column(held)];
}

// Returns the range of the x axis: at least `epochs` wide, so that a running curve shows how much is left.
export function epochRange(history, epochs) {
  return [1, Math.max(2, epochs, history.length)];
}
