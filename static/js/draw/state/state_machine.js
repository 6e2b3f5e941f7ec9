// The state machine of one drawing: drawn, stored, judged. Pure functions.
//
// phase: drawing → storing → asked → (choosing) → submitting → thanked, and back to drawing.
// drawing: the API's answer once it is stored. feedback: the person's answer, see api.js.
// error: the last failure, {message, retryAt, task}. task names what a retry repeats: guess, store, feedback, classes or null.

export const initialState = Object.freeze({ phase: "drawing", drawing: null, feedback: null, error: null });

const transitions = {
  // A failed guess stays visible until a guess arrives, or until the sheet is blank.
  edited: (state, { blank }) => (state.error?.task === "guess" && !blank ? state : { ...state, error: null }),
  guessReceived: (state) => (state.error?.task === "guess" ? { ...state, error: null } : state),
  store: (state) => ({ ...state, phase: "storing", error: null }),
  stored: (state, { drawing }) => ({ ...state, phase: questionPhase(drawing), drawing, error: null }),
  reject: (state) => ({ ...state, phase: "choosing", error: null }),
  back: (state) => ({ ...state, phase: questionPhase(state.drawing), error: null }),
  submit: (state, { feedback }) => ({ ...state, phase: "submitting", feedback, error: null }),
  submitted: (state, answer) => ({ ...state, phase: "thanked", feedback: { ...state.feedback, ...answer }, error: null }),
  revise: (state) => ({ ...state, phase: questionPhase(state.drawing) }),
  classesLoaded: (state) => (state.error?.task === "classes" ? { ...state, error: null } : state),
  failed: (state, { error }) => ({ ...state, phase: visiblePhase(state), error }),
  dismissed: (state) => ({ ...state, error: null }),
  restart: () => initialState,
};

// Events that each phase accepts. Others are ignored, so a late response or a double click does no harm.
const accepted = {
  drawing: ["edited", "guessReceived", "store", "failed", "dismissed"],
  storing: ["stored", "failed"],
  asked: ["reject", "submit", "failed", "restart", "classesLoaded", "dismissed"],
  choosing: ["back", "submit", "failed", "restart", "classesLoaded", "dismissed"],
  submitting: ["submitted", "failed"],
  thanked: ["revise", "restart"],
};

// Returns the next state, or the same object if the phase does not accept the event.
export function transition(state, event, details = {}) {
  return accepts(state, event) ? transitions[event](state, details) : state;
}

export function accepts({ phase }, event) {
  return accepted[phase].includes(event);
}

// Without a prediction there is nothing to confirm, so the person chooses a label.
function questionPhase({ prediction }) {
  return prediction ? "asked" : "choosing";
}

// Returns the phase that the page shows while a request runs, and to which a failure returns.
export function visiblePhase({ phase, drawing, feedback }) {
  if (phase === "storing") return "drawing";
  if (phase !== "submitting") return phase;
  return feedback.correct ? questionPhase(drawing) : "choosing";
}
