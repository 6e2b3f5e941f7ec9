// A run's history, one entry an epoch, as charts and readers want it. Knows nothing of the page.

export const CHARTS = [
  { title: "Loss", train: "loss", held: "val_loss", format: (value) => value.toFixed(3) },
  { title: "Accuracy", train: "accuracy", held: "val_accuracy", format: (value) => `${(value * 100).toFixed(1)} %` },
];

// Returns [[1, 2, …], [training…], [validation…]]; what an epoch lacks is null.
export function series(history, { train, held }) {
  const column = (name) => history.map((epoch) => epoch[name] ?? null);
  return [history.map((_, index) => index + 1), column(train), column(held)];
}

// Returns the axis to draw: at least `epochs` wide, so that a growing curve shows how far it has to go.
export function reach(history, epochs) {
  return [1, Math.max(2, epochs, history.length)];
}
