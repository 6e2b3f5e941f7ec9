// Searches words as the user types. Best matches first: start of the word, start of a later word, anywhere.
// Words that match as well are in alphabetical order, which a database need not know as people do.

const MAX_RESULTS = 400; // all words of Quick, Draw!; one more letter narrows down a longer list

export function findWords(words, query) {
  const needle = normalize(query);
  const ranked = words.map((word) => ({ word, rank: rankOf(normalize(word), needle) })).filter(({ rank }) => rank >= 0);
  const sorted = ranked.sort((a, b) => a.rank - b.rank || a.word.localeCompare(b.word));
  return sorted.slice(0, MAX_RESULTS).map(({ word }) => word);
}

// Splits a word into the parts before, in and after the match, such as ["air", "pla", "ne"], to show the match in bold.
export function splitAtMatch(word, query) {
  const start = normalize(word).indexOf(normalize(query));
  const end = start + normalize(query).length;
  return start < 0 ? [word, "", ""] : [word.slice(0, start), word.slice(start, end), word.slice(end)];
}

// Returns 0 for the best rank, or -1 if the word does not match.
function rankOf(word, needle) {
  if (word.startsWith(needle)) return 0;
  if (word.includes(` ${needle}`) || word.includes(`-${needle}`)) return 1;
  return word.includes(needle) ? 2 : -1;
}

function normalize(text) {
  return text.normalize("NFC").trim().replace(/\s+/gu, " ").toLowerCase();
}
