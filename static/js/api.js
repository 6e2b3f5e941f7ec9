// The client of the HTTP API. Every function returns the response's JSON or throws an ApiError.

const ROOT = "/api/v1";
const TIMEOUT_MS = 15_000; // without it, a lost connection may never fail

export class ApiError extends Error {
  constructor({ status = 0, detail = "", retryAfter = null, cause }) {
    super(detail || `HTTP ${status}`, { cause });
    this.status = status; // 0: no response
    this.detail = detail;
    this.retryAfter = retryAfter; // seconds
  }
}

// content: {strokes: […]} in the API's format, see toApiStrokes, or {image: data URL}.
// Returns {label, confidence, recognized, model_version, top: [{label, confidence}, …]}, and for an image {pixels}.
export async function requestGuess(content, signal) {
  const { guesses } = await call("POST", "/guesses/", { body: { drawings: [content] }, signal });
  return guesses[0];
}

// Returns the feature maps of each level of the network as pictures: {pixels, levels, guess}.
export function requestExplanation(content, signal) {
  return call("POST", "/explanations/", { body: content, signal });
}

// key: see idempotency_key.js. Returns the stored drawing: {id, bitmap_url, prediction, …}.
export function storeDrawing(content, key) {
  return call("POST", "/drawings/", { body: content, headers: { "Idempotency-Key": key } });
}

// feedback: {correct: true}, {correct: false, label}, {correct: false, word} or {correct: false}.
// word: one that is no class. Returns {label, proposal: {word, drawings, needed} or null, …}.
export function sendFeedback(drawing, feedback) {
  return call("PUT", `/drawings/${drawing.id}/feedback/`, { body: feedback });
}

// Returns the names of all active classes, from all pages of the list.
export async function fetchClassNames() {
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
  const json = await response.json().catch(() => null);
  if (response.ok && json !== null) return json;
  throw new ApiError({
    status: response.status,
    detail: firstMessage(json),
    retryAfter: Number.parseInt(response.headers.get("Retry-After"), 10) || null,
  });
}

async function send(method, path, { body, headers, signal }) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(ROOT + path, {
      method,
      body: body && JSON.stringify(body),
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken(), ...headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (cause) {
    throw new ApiError({ cause });
  }
}

// https://docs.djangoproject.com/en/5.2/howto/csrf/#acquiring-the-token-if-csrf-use-sessions-and-csrf-cookie-httponly-are-false
function csrfToken() {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

// Errors have the shape of Django REST framework: {"detail": "…"} or {"field": ["…"]}, possibly nested.
function firstMessage(error) {
  if (typeof error === "string") return error;
  if (error === null || typeof error !== "object") return "";
  return Object.values(error).map(firstMessage).find(Boolean) ?? "";
}
