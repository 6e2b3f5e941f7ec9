// Finds words as one types: those that begin so, then those with a later word that does, then those that contain it.

const MOST = 60; // shown at once; typing one more letter finds the rest

export function find(words, query) {
  const wanted = folded(query);
  const ranked = words.map((word) => ({ word, rank: rankOf(folded(word), wanted) })).filter(({ rank }) => rank >= 0);
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ word }) => word);
}

// Splits a word around what was typed: ["air", "pla", "ne"]; for showing the part in bold.
export function around(word, query) {
  const start = folded(word).indexOf(folded(query));
  const end = start + folded(query).length;
  return start < 0 ? [word, "", ""] : [word.slice(0, start), word.slice(start, end), word.slice(end)];
}

function rankOf(word, wanted) {
  if (word.startsWith(wanted)) return 0;
  if (word.includes(` ${wanted}`) || word.includes(`-${wanted}`)) return 1;
  return word.includes(wanted) ? 2 : -1;
}

function folded(text) {
  return text.trim().toLowerCase();
}
