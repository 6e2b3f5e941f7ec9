// The only module that talks to the server. Every call returns the answer's JSON or throws a Failure.

const ROOT = "/api/v1";
const PATIENCE = 15_000; // milliseconds; a lost connection often fails only by silence

export class Failure extends Error {
  constructor({ status = 0, detail = "", retryAfter = null, cause }) {
    super(detail || `HTTP ${status}`, { cause });
    this.status = status; // 0: no answer came
    this.detail = detail;
    this.retryAfter = retryAfter; // seconds
  }
}

// content: {strokes: […]} as on the wire, or {image: data URL}.
export async function guess(content, signal) {
  const { guesses } = await call("POST", "/guesses/", { body: { drawings: [content] }, signal });
  return guesses[0];
}

// Returns what each level of the network makes of a drawing, in pictures: {pixels, levels, guess}.
export function explain(content, signal) {
  return call("POST", "/explanations/", { body: content, signal });
}

export function store(content, key) {
  return call("POST", "/drawings/", { body: content, headers: { "Idempotency-Key": key } });
}

// feedback: {correct: true}, {correct: false, label} or {correct: false}.
export function tell(drawing, feedback) {
  return call("PUT", `/drawings/${drawing.id}/feedback/`, { body: feedback });
}

// Returns the names of the active classes, however many pages they fill.
export async function classes() {
  const names = [];
  for (let path = "/classes/?active=true"; path; ) {
    const { results, next } = await call("GET", path);
    names.push(...results.map(({ name }) => name));
    path = next && `/classes/${new URL(next, location).search}`;
  }
  return names;
}

async function call(method, path, { body, headers = {}, signal } = {}) {
  const response = await send(method, path, { body, headers, signal });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw new Failure({
    status: response.status,
    detail: firstMessage(answer),
    retryAfter: Number.parseInt(response.headers.get("Retry-After"), 10) || null,
  });
}

async function send(method, path, { body, headers, signal }) {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    return await fetch(ROOT + path, {
      method,
      body: body && JSON.stringify(body),
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken(), ...headers },
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (cause) {
    throw new Failure({ cause });
  }
}

// https://docs.djangoproject.com/en/5.2/howto/csrf/#acquiring-the-token-if-csrf-use-sessions-and-csrf-cookie-httponly-are-false
function csrfToken() {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

// Errors come in Django REST framework's shape: {"detail": "…"} or {"field": ["…"]}, nested at times.
function firstMessage(answer) {
  if (typeof answer === "string") return answer;
  if (answer === null || typeof answer !== "object") return "";
  return Object.values(answer).map(firstMessage).find(Boolean) ?? "";
}
