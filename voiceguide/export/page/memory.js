// What outlasts a reload. Where a browser keeps nothing for a file that was opened, nothing is kept.

class Memory {
  /** @param {string} id  the session's: a page that was exported again with other words has a place of its own */
  constructor(id) {
    this.key = `voiceguide ${id}`;
  }

  /** @returns {object} what was put, or nothing */
  get() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }

  /** Keeps these values, and those that were put before. */
  put(values) {
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...this.get(), ...values }));
    } catch {
      // full, or forbidden
    }
  }
}
