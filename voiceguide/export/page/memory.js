// What outlasts a reload, unless the browser stores nothing for pages opened from a file.

class Memory {
  /** @param {string} id  the session's: a page that is exported again with other words gets a memory of its own */
  constructor(id) {
    this.key = `voiceguide ${id}`;
  }

  /** @returns {object} what was put, or an empty object */
  get() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }

  /** Adds these values to those that were put before. */
  put(values) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...this.get(), ...values }));
    } catch {
      // storage is full, or forbidden
    }
  }
}
