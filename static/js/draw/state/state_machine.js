// Where a drawing is on its way: drawn, stored, asked about, answered. A pure function of what happens.
//
// phase: drawing → storing → asked → (choosing) → telling → thanked, and back to drawing.
// trouble: what went wrong last, {message, retryAt, task}; task is what a retry does: guess, store, tell, classes or null.

export const start = Object.freeze({ phase: "drawing", drawing: null, answer: null, trouble: null });

const steps = {
  // Trouble with guessing lasts until a guess comes, or until there is nothing to guess.
  changed: (state, { blank }) => (state.trouble?.task === "guess" && !blank ? state : { ...state, trouble: null }),
  guessed: (state) => (state.trouble?.task === "guess" ? { ...state, trouble: null } : state),
  store: (state) => ({ ...state, phase: "storing", trouble: null }),
  stored: (state, { drawing }) => ({ ...state, phase: question(drawing), drawing, trouble: null }),
  no: (state) => ({ ...state, phase: "choosing", trouble: null }),
  back: (state) => ({ ...state, phase: question(state.drawing), trouble: null }),
  tell: (state, { answer }) => ({ ...state, phase: "telling", answer, trouble: null }),
  told: (state) => ({ ...state, phase: "thanked", trouble: null }),
  change: (state) => ({ ...state, phase: question(state.drawing) }),
  classesCame: (state) => (state.trouble?.task === "classes" ? { ...state, trouble: null } : state),
  failed: (state, { trouble }) => ({ ...state, phase: resting(state), trouble }),
  another: () => start,
};

// Which steps make sense when; any other is ignored, so that a late answer or a double click does no harm.
const allowed = {
  drawing: ["changed", "guessed", "store", "failed"],
  storing: ["stored", "failed"],
  asked: ["no", "tell", "failed", "another", "classesCame"],
  choosing: ["back", "tell", "failed", "another", "classesCame"],
  telling: ["told", "failed"],
  thanked: ["change", "another"],
};

export function next(state, step, details = {}) {
  return allows(state, step) ? steps[step](state, details) : state;
}

export function allows({ phase }, step) {
  return allowed[phase].includes(step);
}

// Without a guess there is nothing to say yes to.
function question({ prediction }) {
  return prediction ? "asked" : "choosing";
}

// Where the person is while the server is asked, and where a failure leaves them; their answer is kept for the retry.
export function resting({ phase, drawing, answer }) {
  if (phase === "storing") return "drawing";
  if (phase !== "telling") return phase;
  return answer.correct ? question(drawing) : "choosing";
}
