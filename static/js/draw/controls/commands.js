// Maps each command of a button or key to when it is available and what it does.

import { accepts } from "../state/state_machine.js";

// session: see session.js. page: {chooseFile(), cropPicture(), toggleHelp()}.
export function createCommands(session, page) {
  const { store } = session;
  const accepted = (event) => () => accepts(store.state, event);
  return {
    undo: { isAvailable: () => store.canUndo, run: () => store.undo() },
    redo: { isAvailable: () => store.canRedo, run: () => store.redo() },
    clear: { isAvailable: () => store.isEditable && !store.isBlank, run: () => store.clear() },
    choose: { isAvailable: () => store.isEditable, run: () => page.chooseFile() },
    crop: {
      isAvailable: () => store.sheet.picture !== null && (store.isEditable || accepts(store.state, "submit")),
      run: () => page.cropPicture(),
    },
    store: { isAvailable: () => store.isEditable && !store.isBlank, run: () => session.storeDrawing() },
    yes: { isAvailable: () => store.state.phase === "asked", run: () => session.sendFeedback({ correct: true }) },
    no: { isAvailable: accepted("reject"), run: () => store.dispatch("reject") },
    none: { isAvailable: () => store.state.phase === "choosing", run: () => session.sendFeedback({ correct: false }) },
    back: {
      isAvailable: () => accepts(store.state, "back") && store.state.drawing.prediction !== null,
      run: () => store.dispatch("back"),
    },
    change: { isAvailable: accepted("revise"), run: () => store.dispatch("revise") },
    another: { isAvailable: accepted("restart"), run: () => store.restart() },
    retry: { isAvailable: () => !(store.state.error?.retryAt > Date.now()), run: () => session.retry() },
    dismiss: { isAvailable: () => store.state.error !== null, run: () => store.dispatch("dismissed") },
    help: { isAvailable: () => true, run: () => page.toggleHelp() },
  };
}
