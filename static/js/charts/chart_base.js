// What all charts share: colours of the theme, axes, and reactions to a new size or theme.

export const HEIGHT_PX = 220;

// Returns a function that reads a CSS variable of the page. Charts call it at every redraw, since the theme may change.
export function colourReader(element) {
  return (name) => getComputedStyle(element).getPropertyValue(name).trim();
}

export function axisOptions(element) {
  const colour = colourReader(element);
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  return { font, stroke: () => colour("--curve-text"), grid: { stroke: () => colour("--curve-grid"), width: 1 }, ticks: { show: false } };
}

// Calls `onResize` when the element's size changes and `onThemeChange` when the theme or the font changes.
export function watch(element, { onResize, onThemeChange }) {
  new ResizeObserver(onResize).observe(element);
  new MutationObserver(onThemeChange).observe(document.documentElement, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", onThemeChange);
  document.fonts.ready.then(onThemeChange); // a canvas does not wait for its font
}
