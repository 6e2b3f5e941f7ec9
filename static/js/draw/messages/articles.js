// "a cat", "an octopus", "grapes", "the sun": how English names what somebody drew.

// Classes of Quick, Draw! without an article: plurals, and what cannot be counted.
const BARE = new Set([
  "animal migration", "asparagus", "binoculars", "bread", "broccoli", "camouflage", "drums", "eyeglasses", "flip flops",
  "grapes", "grass", "headphones", "lightning", "matches", "pants", "peas", "pliers", "rain", "rollerskates", "scissors",
  "shorts", "stairs", "stitches", "toothpaste", "underwear", "yoga",
]);
const ONLY_ONE = new Set(["moon", "ocean", "sun"]);
const SOUNDS_LIKE_A_VOWEL = /^(?!uni|uk|eu|one\b)[aeiou]|^hour/i;

export function withArticle(label) {
  if (/^the /i.test(label)) return label.replace(/^the/i, "the");
  if (BARE.has(label)) return label;
  if (ONLY_ONE.has(label)) return `the ${label}`;
  return `${SOUNDS_LIKE_A_VOWEL.test(label) ? "an" : "a"} ${label}`;
}
