// An Idempotency-Key: the same drawing sent twice is stored once.

// crypto.randomUUID exists only on HTTPS and localhost; a phone in the same house comes over plain HTTP.
export function newKey(random = (bytes) => crypto.getRandomValues(bytes)) {
  return Array.from(random(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
