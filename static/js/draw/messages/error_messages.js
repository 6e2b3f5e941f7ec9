// Translates a failed request into a message for the user and the time of the next retry.

const OFFLINE = "I can’t reach the server. Your drawing stays here.";
const OFFLINE_DONE = "You are offline. I’ll send it when you are back.";
const SERVER = "The server has a problem. Your drawing stays here.";
const NO_GUESS = "I can’t guess just now. You can still keep your drawing.";

// failure: an ApiError, {status, detail, retryAfter}; an error without a status never reached the server.
// Returns {task, message, retryAt}; retryAt is in milliseconds since 1970 or null.
export function describeFailure(failure, task, now = Date.now()) {
  const { status = 0, detail = "", retryAfter = null } = failure;
  return { task, message: messageFor(status, detail, task), retryAt: retryAfter === null ? null : now + retryAfter * 1000 };
}

// Returns the message with the remaining wait, such as "Too much at once. Try again in 12 s."
export function withCountdown({ message, retryAt }, now = Date.now()) {
  const seconds = Math.ceil(((retryAt ?? 0) - now) / 1000);
  return seconds > 0 ? `${message} Try again in ${seconds} s.` : message;
}

function messageFor(status, detail, task) {
  if (status === 0) return task === "store" && globalThis.navigator?.onLine === false ? OFFLINE_DONE : OFFLINE;
  if (status === 429) return "That was a lot at once.";
  if (status === 503) return task === "guess" ? NO_GUESS : SERVER;
  if (status >= 500) return SERVER;
  return detail || "The server did not accept it.";
}
