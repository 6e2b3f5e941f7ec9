// Everything that a button or a key can do: when it makes sense, and what it does.

import { allows } from "../state/state_machine.js";

// session: see session.js. page: {choose(), help()}, which only a page can do.
export function commandsOf(session, page) {
  const { desk } = session;
  const allowed = (step) => () => allows(desk.flow, step);
  return {
    undo: { can: () => desk.canUndo, run: () => desk.undo() },
    redo: { can: () => desk.canRedo, run: () => desk.redo() },
    clear: { can: () => desk.isOpen && !desk.isBlank, run: () => desk.clear() },
    choose: { can: () => desk.isOpen, run: () => page.choose() },
    store: { can: () => desk.isOpen && !desk.isBlank, run: () => session.store() },
    yes: { can: () => desk.flow.phase === "asked", run: () => session.tell({ correct: true }) },
    no: { can: allowed("no"), run: () => desk.step("no") },
    none: { can: () => desk.flow.phase === "choosing", run: () => session.tell({ correct: false }) },
    back: { can: () => allows(desk.flow, "back") && desk.flow.drawing.prediction !== null, run: () => desk.step("back") },
    change: { can: allowed("change"), run: () => desk.step("change") },
    another: { can: allowed("another"), run: () => desk.another() },
    retry: { can: () => !(desk.flow.trouble?.retryAt > Date.now()), run: () => session.retry() },
    help: { can: () => true, run: () => page.help() },
  };
}
