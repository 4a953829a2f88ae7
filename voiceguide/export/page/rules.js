// What a command does, and where the session goes on. The table and the constants come with the session; the
// arithmetic of positions is that of voiceguide/transport/rules.py once more, and tests compare the two.

/**
 * @typedef {object} Position  where to go on, and whether a sound that began before it is heard to its end
 * @property {number} ms
 * @property {boolean} finishCut
 *
 * @typedef {object} Resumption  how to go on after a pause: where, and whether the place and the step come first
 * @property {Position} position
 * @property {boolean} words
 * @property {boolean} place
 *
 * @typedef {Layout & Resumption & {at: number}} Aside  what comes before the session goes on, at `at` milliseconds
 */

const WHOLE_FRAMES_MS = 100; // any multiple of it is a whole number of frames

class Rules {
  /** @param {Place[]} places */
  constructor(given, places) {
    Object.assign(this, given);
    this.places = places;
  }

  /** What `command` does; nothing as long as there is no session. */
  action(state, command) {
    return this.table[state]?.[command] ?? "pass";
  }

  /** The state of a running session: an interval takes precedence over what is said inside it. */
  stateAt(layout, ms) {
    return this.during[intervalAt(layout, ms)?.kind] ?? "speaking";
  }

  /** @returns {Resumption} after a pause: inside an interval at that moment, else at the start of what was cut off */
  resumed(layout, ms, pausedMs) {
    const words = pausedMs >= this.wordsAgainMs, place = pausedMs >= this.placeAgainMs;
    if (intervalAt(layout, ms)) return { position: { ms, finishCut: false }, words, place };
    if (words) return { position: this.stepStart(layout, this.stepAt(layout, ms)), words: false, place };
    return { position: { ms: soundingAt(layout, ms)?.start ?? ms, finishCut: true }, words, place };
  }

  /** @returns {?Aside} what comes before a session goes on, or null: an aside like those of the program */
  aside(layout, { position, words, place }) {
    const cue = cueAt(layout, position.ms), { chapter, step } = this.places[cue];
    const settle = { kind: "settle", cue: 0, clip: -1, inside: false, faster: false, start: 0, end: this.settleMs };
    const said = ({ kind, inside, cue: at }) => kind === "say" && !inside && at < cue && this.places[at].step === step;
    const events = [];
    for (const event of [
      ...(place ? [...layout.welcomes[chapter], settle] : []),
      ...(words && step >= 0 ? layout.events.filter(said) : []),
    ]) {
      const start = events.length ? events.at(-1).end + this.gap(events.at(-1), event) : 0;
      events.push({ ...event, cue: events.length, start, end: start + event.end - event.start });
    }
    if (!events.length) return null;
    const aside = layoutOf(events, layout.speed);
    const duration = Math.ceil(aside.duration / WHOLE_FRAMES_MS) * WHOLE_FRAMES_MS;
    return { ...aside, duration, position, words, place, at: position.ms };
  }

  /** The silence between two events of an aside, in milliseconds. */
  gap(before, after) {
    return before.kind === "say" && after.kind === "say" ? this.sentenceMs : this.breathMs;
  }

  /** @returns {Position} of the step that `command` leads to, or of the first one; after the last one, of the end */
  jumped(layout, ms, command) {
    const steps = [...this.stepsOf(layout).keys()];
    const index = steps.indexOf(this.stepAt(layout, ms)) + this.stepsOn[command];
    return this.stepStart(layout, steps[Math.max(0, index)]);
  }

  /** @returns {Position} of a step's beginning, or of the session's end if there is no such step */
  stepStart(layout, step) {
    return { ms: this.stepsOf(layout).get(step) ?? layout.duration, finishCut: true };
  }

  /** The number of the step that began last. */
  stepAt(layout, ms) {
    const steps = [...this.stepsOf(layout)];
    return steps[Math.max(0, lastBegun(steps, ms, ([, start]) => start))][0];
  }

  /** When each step begins, in milliseconds, by its number, in order. */
  stepsOf(layout) {
    const steps = new Map();
    for (const { cue, start } of layout.events) {
      const { step } = this.places[cue];
      if (!steps.has(step)) steps.set(step, start);
    }
    return steps;
  }
}

/** @returns {Position} in `to`, what corresponds to `ms` of `from`: two layouts of the same cues */
function moved(from, to, ms) {
  const cue = cueAt(from, ms);
  const interval = intervalAt(from, ms), sounding = soundingAt(from, ms);
  if (interval || sounding?.kind === "chime") {
    return { ms: to.starts[cue] + ms - from.starts[cue], finishCut: !interval };
  }
  if (sounding) return { ms: to.starts[cue], finishCut: true };
  return { ms: Math.min(to.ends[cue] + ms - from.ends[cue], to.duration), finishCut: true };
}
