// Creates an Idempotency-Key: the server stores a drawing that arrives twice with the same key only once.

// crypto.randomUUID needs HTTPS or localhost; a phone in the same network may use plain HTTP.
export function newKey(random = (bytes) => crypto.getRandomValues(bytes)) {
  return Array.from(random(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
