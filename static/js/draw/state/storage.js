// Wraps localStorage, which may be blocked, full or missing. Then reads return null and writes do nothing.

export const storage = {
  get(name) {
    try {
      return globalThis.localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      globalThis.localStorage.setItem(name, value);
    } catch {
      // full or blocked
    }
  },
};

// Returns the parsed value, or null if the text is null or not JSON.
export function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
