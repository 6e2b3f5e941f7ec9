// Adds the English article to a label: "a cat", "an octopus", "grapes", "the sun".

// Classes of Quick, Draw! that take no article: plurals and uncountable nouns.
const WITHOUT_ARTICLE = new Set([
  "animal migration", "asparagus", "binoculars", "bread", "broccoli", "camouflage", "drums", "eyeglasses", "flip flops",
  "grapes", "grass", "headphones", "lightning", "matches", "pants", "peas", "pliers", "rain", "rollerskates", "scissors",
  "shorts", "stairs", "stitches", "toothpaste", "underwear", "yoga",
]);
const UNIQUE = new Set(["moon", "ocean", "sun"]);
const STARTS_WITH_VOWEL_SOUND = /^(?!uni|uk|eu|one\b)[aeiou]|^hour/i;

export function withArticle(label) {
  if (/^the /i.test(label)) return label.replace(/^the/i, "the");
  if (WITHOUT_ARTICLE.has(label)) return label;
  if (UNIQUE.has(label)) return `the ${label}`;
  return `${STARTS_WITH_VOWEL_SOUND.test(label) ? "an" : "a"} ${label}`;
}
