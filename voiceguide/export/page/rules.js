// Where the session goes on: the program's own rules, as in its `transport`.

/**
 * @typedef {object} Spot  a moment to go on at, and whether a sound that began before it is heard from there on
 * @property {number} ms
 * @property {boolean} finishCut
 */

/** After a pause that was longer, a listener wants the step's words again. */
const WORDS_AGAIN_MS = 10_000;

/** @returns {Spot} after a pause: inside an interval exactly there, or else at the beginning of what was cut */
function resumed(layout, places, ms, pausedMs) {
  if (intervalAt(layout, ms)) return { ms, finishCut: false };
  if (pausedMs >= WORDS_AGAIN_MS) return stepStart(layout, places, stepAt(layout, places, ms));
  return { ms: soundingAt(layout, ms)?.start ?? ms, finishCut: true };
}

/** @returns {Spot} the step `by` steps further, not before the first; the end after the last */
function jumped(layout, places, ms, by) {
  const steps = [...stepsOf(layout, places).keys()];
  const index = steps.indexOf(stepAt(layout, places, ms)) + by;
  return stepStart(layout, places, steps[Math.max(0, index)]);
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

/** @returns {Spot} */
function stepStart(layout, places, step) {
  return { ms: stepsOf(layout, places).get(step) ?? layout.duration, finishCut: true };
}

/** The number of the step that began last. */
function stepAt(layout, places, ms) {
  const steps = [...stepsOf(layout, places)];
  return steps[Math.max(0, lastBegun(steps, ms, ([, start]) => start))][0];
}

/** When every step begins, by its number, in order. */
function stepsOf(layout, places) {
  const steps = new Map();
  for (const { cue, start } of layout.events) {
    if (!steps.has(places[cue].step)) steps.set(places[cue].step, start);
  }
  return steps;
}
