// Decodes the recordings, and makes one WAV of a whole layout: a media file with silence in its holds keeps time by
// itself, even on a locked phone, which slows down a page's own timers.

const SAME_FRAMES = 44; // 2 ms: words that are this close to the wanted length are left as they are
const AT_ONCE = 8; // clips that are stretched before the page may draw again

/** @returns {Promise<Int16Array[]>} the samples of each clip, without those that the encoder has added at both ends */
async function decodedClips({ clips, rate, delay }) {
  const decoder = new OfflineAudioContext(1, 1, rate);
  const decoded = [];
  for (const clip of clips) {
    const buffer = await decoder.decodeAudioData(bytesOf(clip.mp3).buffer);
    decoded.push(trimmed(buffer.getChannelData(0), clip, delay));
    clip.mp3 = ""; // no longer needed
  }
  return decoded;
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** Removes the MP3's delay as far as the decoder hasn't: decoders differ, and the result's length tells how. */
function trimmed(samples, { frames, coded }, delay) {
  const kinds = [
    { length: frames, before: 0 },
    { length: coded - delay, before: 0 },
    { length: coded, before: delay },
    { length: coded + 576, before: delay + 576 }, // the packet that holds the tag is decoded, too
  ];
  const off = ({ length }) => Math.abs(length - samples.length);
  const { before } = kinds.reduce((best, kind) => (off(kind) < off(best) ? kind : best));
  const whole = new Int16Array(frames);
  for (let index = 0; index < frames; index++) {
    const sample = samples[before + index] ?? 0;
    whole[index] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
  }
  return whole;
}

/** The sound of every event of a layout, with words stretched to the time that they have there. */
class Booth {
  /** @param {Int16Array[]} clips */
  constructor(clips, rate) {
    this.clips = clips;
    this.rate = rate;
    this.speed = 0;
    this.stretched = new Map();
  }

  frameAt(ms) {
    return Math.floor((ms * this.rate) / 1000);
  }

  /** Stretches what a layout needs, without blocking the page. Returns false once `wanted` no longer holds. */
  async prepare(layout, wanted = () => true) {
    const stretched = new Map();
    for (const event of [...layout.events, ...layout.welcomes.flat()]) {
      const key = this.key(event);
      if (event.kind !== "say" || stretched.has(key)) continue;
      stretched.set(key, this.fitting(event));
      if (stretched.size % AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
      if (!wanted()) return false;
    }
    this.stretched = stretched;
    return true;
  }

  key({ clip, faster }) {
    return 2 * clip + Number(faster);
  }

  fitting({ clip, start, end }) {
    const samples = this.clips[clip], frames = this.frameAt(end) - this.frameAt(start);
    return Math.abs(frames - samples.length) <= SAME_FRAMES ? samples : stretch(samples, frames);
  }

  samples(event) {
    return event.kind === "say" ? this.stretched.get(this.key(event)) : this.clips[event.clip];
  }

  /** A prepared layout as a WAV, mono, 16 bit, without the event `omitted`, and with `aside` put in. */
  wav(layout, omitted = null, aside = null) {
    const { events, duration } = aside ? interrupted(layout, aside) : layout;
    const parts = [], total = this.frameAt(duration);
    let now = 0;
    for (const event of events) {
      if (event.clip < 0 || event === omitted) continue;
      const begins = this.frameAt(event.start), ends = this.frameAt(event.end);
      now += silence(parts, begins - now, this.rate);
      const samples = this.samples(event).subarray(0, ends - begins);
      parts.push(samples);
      now += samples.length;
    }
    silence(parts, total - now, this.rate);
    return new Blob([wavHeader(total, this.rate), ...parts], { type: "audio/wav" });
  }
}

/** Adds `frames` of silence to `parts`, the same second again and again, and returns how many it added. */
function silence(parts, frames, rate) {
  silence.second ??= new Int16Array(rate);
  for (let left = frames; left > 0; left -= rate) parts.push(silence.second.subarray(0, left));
  return Math.max(0, frames);
}

function wavHeader(frames, rate) {
  const header = new DataView(new ArrayBuffer(44));
  const text = (at, chars) => [...chars].forEach((char, index) => header.setUint8(at + index, char.charCodeAt(0)));
  const bytes = 2 * frames;
  text(0, "RIFF");
  header.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true); // PCM
  header.setUint16(22, 1, true); // mono
  header.setUint32(24, rate, true);
  header.setUint32(28, 2 * rate, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, bytes, true);
  return header.buffer;
}
