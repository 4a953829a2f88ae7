// The session as it was laid out for every speed: unpacks it, and tells what is going on at a moment.

/**
 * @typedef {object} Happening  an event from `start` up to `end`, in milliseconds; `clip` is -1 for an interval
 * @property {string} kind
 * @property {number} cue
 * @property {number} clip
 * @property {boolean} inside
 * @property {boolean} faster
 * @property {number} start
 * @property {number} end
 *
 * @typedef {object} Layout
 * @property {number} speed
 * @property {Happening[]} events  in the order of their starts
 * @property {number[]} starts  of each cue, in milliseconds
 * @property {number[]} ends  of each cue with all that sounds in it, in milliseconds
 * @property {number} duration  in milliseconds
 * @property {Happening[][]} welcomes  for each chapter, what is said to a listener who comes back to it after minutes
 *
 * @typedef {object} Place  where a cue stands
 * @property {number} chapter
 * @property {number} step
 * @property {?number} repetition
 * @property {?number} of
 * @property {?string} side
 */

/** @returns {Layout[]} one for each speed, the slowest first */
function layoutsOf(session) {
  return session.layouts.map(({ speed, events, starts, lengths }) => {
    const begins = summed(starts);
    const happenings = summed(events).map((row, index) => {
      const [kind, cue, clip, inside, faster] = session.events[row];
      const start = begins[index];
      return { kind, cue, clip, inside: !!inside, faster: !!faster, start, end: start + lengths[index] };
    });
    const stretched = (ms) => Math.ceil((ms * session.speed) / speed);
    const welcomes = session.welcomes.map((said) => said.map(([clip, ms]) => spoken(clip, stretched(ms))));
    return { ...layoutOf(happenings, speed), welcomes };
  });
}

/** Words beside the session, which take `ms`. */
function spoken(clip, ms) {
  return { kind: "say", cue: 0, clip, inside: false, faster: false, start: 0, end: ms };
}

/** @returns {Layout} of events in which no cue is missing */
function layoutOf(events, speed) {
  const starts = [], ends = [];
  for (const { cue, start, end } of events) {
    starts[cue] ??= start;
    ends[cue] = Math.max(ends[cue] ?? 0, end);
  }
  return { speed, events, starts, ends, duration: ends.at(-1) };
}

/** The events of a layout with an aside put in at its moment, and how long they take together. */
function interrupted({ events, duration }, aside) {
  const later = (ms) => (event) => ({ ...event, start: event.start + ms, end: event.end + ms });
  const before = events.filter(({ start }) => start < aside.at);
  const after = events.slice(before.length).map(later(aside.duration));
  return { events: [...before, ...aside.events.map(later(aside.at)), ...after], duration: duration + aside.duration };
}

/** @returns {Place[]} one for each cue */
function placesOf(session) {
  return session.cues.map(([chapter, step, repetition, of, side]) => ({ chapter, step, repetition, of, side }));
}

/** @returns {{title: string, technique: string, full: string}[]} */
function chaptersOf(session) {
  return session.chapters.map(([title, technique, full]) => ({ title, technique, full }));
}

/** The numbers whose differences, each from the one before, are given. */
function summed(differences) {
  let sum = 0;
  return differences.map((difference) => (sum += difference));
}

/** The index of the last of `items` that `begins` at `ms` or before, or -1. */
function lastBegun(items, ms, begins = (item) => item) {
  let low = 0, high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begins(items[middle]) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function cueAt(layout, ms) {
  return Math.max(0, lastBegun(layout.starts, ms));
}

/** The interval at `ms`, or null: a cue's interval is the first of its events. */
function intervalAt(layout, ms) {
  const cue = cueAt(layout, ms);
  const first = lastBegun(layout.events, cue - 1, (event) => event.cue) + 1;
  const interval = layout.events[first];
  return interval.clip < 0 && ms >= interval.start && ms < interval.end ? interval : null;
}

/** What is heard at `ms`, or null. */
function soundingAt(layout, ms) {
  for (let index = lastBegun(layout.events, ms, (event) => event.start); index >= 0; index--) {
    const event = layout.events[index];
    if (event.clip >= 0) return ms < event.end ? event : null;
  }
  return null;
}
