// Makes speech longer or shorter at the same pitch, by WSOLA (Verhelst and Roelands, 1993): windows of it are overlaid
// closer together or further apart than they were, each taken from where it continues the one before best.

const HOP = 330; // frames: 15 ms, half a window
const REACH = 176; // frames: 8 ms to either side, together more than one period of the deepest voice

/**
 * @param {Int16Array} samples
 * @param {number} frames  how long it is to be, exactly
 * @returns {Int16Array}
 */
function stretch(samples, frames) {
  if (samples.length < 2 * HOP || frames < 2 * HOP) return fittedTo(samples, frames);
  const mixed = new Float32Array(frames + 2 * HOP);
  const rate = (samples.length - HOP) / (frames - HOP); // so that both end at once
  let from = 0;
  for (let at = 0; at < frames; at += HOP) {
    if (at > 0) from = bestNear(samples, Math.round(at * rate), from + HOP);
    for (let index = 0; index < 2 * HOP; index++) {
      const weight = at === 0 && index < HOP ? 1 : RISE_AND_FALL[index]; // nothing comes before the first window
      mixed[at + index] += weight * (samples[from + index] ?? 0);
    }
  }
  return Int16Array.from(mixed.subarray(0, frames), (value) => Math.max(-32768, Math.min(32767, Math.round(value))));
}

/** The window: one falls just as the next one rises, so that their sum is always 1. */
const RISE_AND_FALL = Float32Array.from({ length: 2 * HOP }, (_, index) => 0.5 - 0.5 * Math.cos((Math.PI * index) / HOP));

/** Where, near `wanted`, the samples are most like those from `natural` on, which would follow without a seam. */
function bestNear(samples, wanted, natural) {
  const first = Math.max(0, wanted - REACH);
  const last = Math.max(first, Math.min(wanted + REACH, samples.length - HOP));
  const coarse = mostAlike(samples, natural, first, last, 4, 4);
  return mostAlike(samples, natural, Math.max(first, coarse - 3), Math.min(last, coarse + 3), 1, 2);
}

/** The best of every `step`-th start from `first` to `last`; every `stride`-th sample is compared. */
function mostAlike(samples, natural, first, last, step, stride) {
  const length = Math.min(HOP, samples.length - natural);
  let best = first, most = -Infinity;
  for (let start = first; start <= last; start += step) {
    let product = 0, energy = 1;
    for (let index = 0; index < length; index += stride) {
      const sample = samples[start + index];
      product += sample * samples[natural + index];
      energy += sample * sample;
    }
    const alike = product / Math.sqrt(energy);
    if (alike > most) [best, most] = [start, alike];
  }
  return best;
}

/** Samples that are too short for windows, cut off or followed by silence. */
function fittedTo(samples, frames) {
  const fitted = new Int16Array(frames);
  fitted.set(samples.subarray(0, frames));
  return fitted;
}
