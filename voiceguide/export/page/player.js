// Plays: the one place that touches the media element. Position, pause and the lock screen are the browser's own.

const KEEP_MS = 2_000; // how often the place is kept while it plays

const INSIST_MS = 1_000; // so far from where it should begin, a file begins at the wrong place

class Player {
  /**
   * @param {Layout[]} layouts
   * @param {Place[]} places
   * @param {Booth} booth
   * @param {HTMLAudioElement} audio
   * @param {Memory} memory
   */
  constructor(layouts, places, booth, audio, memory) {
    Object.assign(this, { layouts, places, booth, audio, memory });
    /** What was heard and asked for, and the media's time at which it was. */
    this.log = [];
    /** @type {"loading" | "before" | "playing" | "paused" | "done"} */
    this.state = "loading";
    this.onchange = () => {};
    this.layout = null;
    this.wanted = null; // the layout that is being prepared, or is played
    this.omitted = null; // a sound that was cut, and is left at that
    this.target = 0; // where it is to go on
    this.heard = -1; // the log has all that began up to here
    this.since = 0; // when the pause began
    this.kept = 0;
    audio.addEventListener("play", () => this.become("playing"));
    audio.addEventListener("pause", () => audio.ended || this.stands());
    audio.addEventListener("ended", () => this.end());
    audio.addEventListener("loadedmetadata", () => this.insist());
    audio.addEventListener("timeupdate", () => this.tick());
  }

  /** The moment in the session, in whole milliseconds. */
  get ms() {
    return Math.round(this.audio.currentTime * 1000);
  }

  get running() {
    return this.state === "playing";
  }

  get waits() {
    return this.running && intervalAt(this.layout, this.ms)?.kind === "wait";
  }

  /** Gets ready to begin, or to go on where a reload has cut the session off. */
  async open(layout) {
    const { speed, ms = 0, at = Date.now() } = this.memory.get();
    this.wanted = this.layouts.find((other) => other.speed === speed) ?? layout;
    await this.booth.prepare(this.wanted);
    const begun = ms > 0 && ms < this.wanted.duration;
    this.since = at;
    this.goTo({ ms: begun ? ms : 0, finishCut: true }, this.wanted);
    this.become(begun ? "paused" : "before");
  }

  toggle() {
    if (this.running) this.pause();
    else this.goOn();
  }

  pause() {
    if (this.running) this.audio.pause();
  }

  goOn() {
    if (this.state === "paused") this.run("go on", resumed(this.layout, this.places, this.ms, Date.now() - this.since));
    else if (!this.running) this.run("begin", { ms: 0, finishCut: true });
  }

  /** The wait is over; where nothing waits, it means go on. */
  ready() {
    if (this.waits) this.run("ready", { ms: intervalAt(this.layout, this.ms).end, finishCut: false });
    else this.goOn();
  }

  next() {
    if (this.state === "before") this.goOn();
    else this.jump("next", 1);
  }

  back() {
    this.jump("back", -1);
  }

  repeat() {
    this.jump("repeat", 0);
  }

  jump(name, by) {
    if (this.running || this.state === "paused") this.run(name, jumped(this.layout, this.places, this.ms, by));
  }

  /** To a moment of the session, such as a chapter's first. */
  visit(ms) {
    if (this.state !== "loading") this.run("visit", { ms, finishCut: true });
  }

  /** Says the words at another speed, as soon as they are stretched. */
  async change(layout) {
    this.wanted = layout;
    if (!(await this.booth.prepare(layout, () => this.wanted === layout))) return;
    this.tick();
    const from = this.ms, spot = moved(this.layout, layout, from);
    this.note("speed", { at: from, to: spot.ms, speed: layout.speed });
    const running = this.running;
    this.goTo(spot, layout);
    if (running) this.start();
    this.keep();
    this.onchange();
  }

  /** Goes on at `spot`, because of a wish called `name`. */
  run(name, spot) {
    this.tick();
    this.note(name, { at: this.ms, to: spot.ms });
    if (spot.ms >= this.layout.duration) {
      this.audio.pause();
      this.end();
      return;
    }
    this.goTo(spot);
    this.start();
  }

  /** The moment, in a sound that is made anew if there is something in it that isn't to be heard. */
  goTo({ ms, finishCut }, layout = this.layout) {
    const cut = finishCut ? null : soundingAt(layout, ms);
    const omitted = cut && cut.start < ms ? cut : null;
    if (layout !== this.layout || omitted !== this.omitted) this.load(layout, omitted);
    if (ms !== this.ms) this.audio.currentTime = ms / 1000;
    this.target = ms;
    this.heard = ms - 1;
  }

  /** For a browser that takes no position before it has seen the file. */
  insist() {
    if (Math.abs(this.ms - this.target) > INSIST_MS) this.audio.currentTime = this.target / 1000;
  }

  load(layout, omitted) {
    const before = this.audio.src;
    this.layout = layout;
    this.omitted = omitted;
    this.audio.src = URL.createObjectURL(this.booth.wav(layout, omitted));
    if (before) URL.revokeObjectURL(before);
  }

  start() {
    this.audio.play().catch((error) => error.name === "AbortError" || this.stands());
  }

  /** Paused, by whoever: the listener, the lock screen, a call, a headset that was pulled out. */
  stands() {
    if (!this.running || !this.audio.paused) return;
    this.tick();
    this.note("pause", { at: this.ms });
    this.since = Date.now();
    this.keep();
    this.become("paused");
  }

  end() {
    this.tick();
    this.note("end", { at: this.ms });
    this.become("done");
    this.memory.put({ ms: 0 });
  }

  become(state) {
    this.state = state;
    this.onchange();
  }

  /** Writes down what has begun since it was last asked. */
  tick() {
    const now = this.ms;
    if (!this.running) return;
    for (let index = lastBegun(this.layout.events, this.heard, (event) => event.start) + 1; ; index++) {
      const event = this.layout.events[index];
      if (!event || event.start > now) break;
      if (event !== this.omitted) this.note(event.kind, { at: now, start: event.start, end: event.end, clip: event.clip });
    }
    this.heard = Math.max(this.heard, now);
    if (Math.abs(now - this.kept) >= KEEP_MS) this.keep();
  }

  note(what, about) {
    this.log.push({ what, ...about });
  }

  /** Keeps the place for after a reload. */
  keep() {
    if (this.state === "loading" || this.state === "done") return;
    this.kept = this.ms;
    this.memory.put({ speed: this.layout.speed, ms: this.ms, at: this.running ? Date.now() : this.since });
  }
}
