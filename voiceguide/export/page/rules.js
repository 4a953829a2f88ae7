// What comes of a command, and where the session goes on: by the rules of the program, which came with the session.

/**
 * @typedef {object} Spot  a moment to go on at, and whether a sound that began before it is heard from there on
 * @property {number} ms
 * @property {boolean} finishCut
 *
 * @typedef {object} Resumption  how to go on after a pause: whether place and the step's words come first
 * @property {Spot} spot
 * @property {boolean} words
 * @property {boolean} place
 *
 * @typedef {Layout & Resumption & {at: number}} Aside  what comes first, before the session goes on at `at`
 */

const WHOLE_FRAMES_MS = 100; // so many milliseconds, and any multiple of them, are a whole number of frames

class Rules {
  /** @param {Place[]} places */
  constructor(given, places) {
    Object.assign(this, given);
    this.places = places;
  }

  /** What comes of `command`; nothing as long as there is no session. */
  action(state, command) {
    return this.table[state]?.[command] ?? "pass";
  }

  /** The state in which a running session is: an interval goes before what is said inside it. */
  stateAt(layout, ms) {
    return this.during[intervalAt(layout, ms)?.kind] ?? "speaking";
  }

  /** @returns {Resumption} after a pause: inside an interval exactly there, or else at the beginning of what was cut */
  resumed(layout, ms, pausedMs) {
    const words = pausedMs >= this.wordsAgainMs, place = pausedMs >= this.placeAgainMs;
    if (intervalAt(layout, ms)) return { spot: { ms, finishCut: false }, words, place };
    if (words) return { spot: this.stepStart(layout, this.stepAt(layout, ms)), words: false, place };
    return { spot: { ms: soundingAt(layout, ms)?.start ?? ms, finishCut: true }, words, place };
  }

  /** @returns {?Aside} what comes before a session goes on, or null: an aside like those of the program */
  aside(layout, { spot, words, place }) {
    const cue = cueAt(layout, spot.ms), { chapter, step } = this.places[cue];
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
    return { ...aside, duration, spot, words, place, at: spot.ms };
  }

  /** The silence between two events of an aside. */
  gap(before, after) {
    return before.kind === "say" && after.kind === "say" ? this.sentenceMs : this.breathMs;
  }

  /** @returns {Spot} the step that `command` leads to, not before the first; the end after the last */
  jumped(layout, ms, command) {
    const steps = [...this.stepsOf(layout).keys()];
    const index = steps.indexOf(this.stepAt(layout, ms)) + this.stepsOn[command];
    return this.stepStart(layout, steps[Math.max(0, index)]);
  }

  /** @returns {Spot} */
  stepStart(layout, step) {
    return { ms: this.stepsOf(layout).get(step) ?? layout.duration, finishCut: true };
  }

  /** The number of the step that began last. */
  stepAt(layout, ms) {
    const steps = [...this.stepsOf(layout)];
    return steps[Math.max(0, lastBegun(steps, ms, ([, start]) => start))][0];
  }

  /** When every step begins, by its number, in order. */
  stepsOf(layout) {
    const steps = new Map();
    for (const { cue, start } of layout.events) {
      const { step } = this.places[cue];
      if (!steps.has(step)) steps.set(step, start);
    }
    return steps;
  }
}

/** @returns {Spot} in `to`, what corresponds to `ms` of `from`: two layouts of the same cues */
function moved(from, to, ms) {
  const cue = cueAt(from, ms);
  const interval = intervalAt(from, ms), sounding = soundingAt(from, ms);
  if (interval || sounding?.kind === "chime") {
    return { ms: to.starts[cue] + ms - from.starts[cue], finishCut: !interval };
  }
  if (sounding) return { ms: to.starts[cue], finishCut: true };
  return { ms: Math.min(to.ends[cue] + ms - from.ends[cue], to.duration), finishCut: true };
}
