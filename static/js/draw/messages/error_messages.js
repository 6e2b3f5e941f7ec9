// A failed request → what to tell the person, and when trying again makes sense.

const OFFLINE = "I can’t reach the server. Your drawing stays here.";
const SERVER = "The server stumbled. Your drawing stays here.";
const NO_GUESS = "I can’t guess just now. You can still keep your drawing.";

// error: {status, detail, retryAfter} of a Failure; anything without a status never reached the server.
export function problemOf(error, task, now = Date.now()) {
  const { status = 0, detail = "", retryAfter = null } = error;
  return { task, message: messageOf(status, detail, task), retryAt: retryAfter === null ? null : now + retryAfter * 1000 };
}

// "Too much at once. Try again in 12 s." A trouble's message at this moment.
export function told({ message, retryAt }, now = Date.now()) {
  const seconds = Math.ceil(((retryAt ?? 0) - now) / 1000);
  return seconds > 0 ? `${message} Try again in ${seconds} s.` : message;
}

function messageOf(status, detail, task) {
  if (status === 0) return OFFLINE;
  if (status === 429) return "That was a lot at once.";
  if (status === 503) return task === "guess" ? NO_GUESS : SERVER;
  if (status >= 500) return SERVER;
  return detail || "The server did not take it.";
}
