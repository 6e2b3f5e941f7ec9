// localStorage that may be blocked, full or absent: then nothing is remembered, and nothing breaks.

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

// Returns what was kept as JSON, or null for nothing or something else.
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
