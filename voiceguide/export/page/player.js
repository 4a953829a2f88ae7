// Plays: the one place that touches the media element. Position, pause and the lock screen are the browser's own.

const KEEP_MS = 2_000; // how often the place is stored while it plays

const MEANT_MS = 250; // a speed is meant once no other has been chosen for this long

const INSIST_MS = 1_000; // a file that begins further than this from where it should begins at the wrong place

class Player {
  /**
   * @param {Layout[]} layouts
   * @param {Rules} rules
   * @param {Booth} booth
   * @param {HTMLAudioElement} audio
   * @param {Memory} memory
   */
  constructor(layouts, rules, booth, audio, memory) {
    Object.assign(this, { layouts, rules, booth, audio, memory });
    /** What was heard and asked for, and the moment of the session, in milliseconds, at which it was. */
    this.log = [];
    /** @type {"loading" | "before" | "paused" | "done" | null} null while it runs */
    this.rest = "loading";
    this.onchange = () => {};
    this.layout = null;
    this.wanted = null; // the layout that is being prepared, or is played
    this.omitted = null; // a sound that was cut off and isn't to be finished
    this.aside = null; // what was put in at the moment where the session goes on
    this.asked = false; // whether the listener is ready
    this.targetMs = 0; // where it is to go on
    this.loggedMs = -1; // the log has all that began up to here
    this.since = 0; // when the pause began, in milliseconds of the clock
    this.keptMs = 0; // the place that was stored last
    /** What the page does for each action of the rules. */
    this.does = {
      pass: () => {},
      ask: () => this.ask(),
      begin: () => this.run("begin", { ms: 0, finishCut: true }),
      halt: () => this.halt(),
      go_on: () => this.goOn(),
      end_wait: () => this.run("ready", { ms: intervalAt(this.layout, this.ms).end, finishCut: false }),
      jump: (command) => this.run(command, rules.jumped(this.layout, this.ms, command)),
      speed: (command) => this.change(this.neighbour(command === "faster" ? 1 : -1)),
    };
    audio.addEventListener("play", () => audio.paused || this.become(null));
    audio.addEventListener("pause", () => audio.ended || this.stands());
    audio.addEventListener("ended", () => this.end());
    audio.addEventListener("loadedmetadata", () => this.insist());
    audio.addEventListener("timeupdate", () => this.tick());
  }

  /** How far the sound has got, in whole milliseconds: that of the session, with an aside put into it. */
  get time() {
    return Math.round(this.audio.currentTime * 1000);
  }

  /** The moment in the session, in whole milliseconds; it stands still during an aside. */
  get ms() {
    const { aside, time } = this;
    return aside && time > aside.at ? Math.max(aside.at, time - aside.duration) : time;
  }

  /** Whether an aside is being heard. */
  get beside() {
    const { aside, time } = this;
    return !!aside && time >= aside.at && time < aside.at + aside.duration;
  }

  /** What is going on: the layout, which may be an aside, and the moment in it. */
  get now() {
    return this.beside ? { layout: this.aside, ms: this.time - this.aside.at } : { layout: this.layout, ms: this.ms };
  }

  /** Whether the listener is getting back into place after a long pause. */
  get returning() {
    return this.beside && this.now.ms < (this.aside.events.find(({ kind }) => kind === "settle")?.end ?? 0);
  }

  get state() {
    return this.rest ?? this.rules.stateAt(this.now.layout, this.now.ms);
  }

  get running() {
    return this.rest === null;
  }

  /** Gets ready to begin, or to go on where a reload cut the session off. */
  async open(layout) {
    const { speed, ms = 0, at = Date.now() } = this.memory.get();
    this.wanted = this.layouts.find((other) => other.speed === speed) ?? layout;
    await this.booth.prepare(this.wanted);
    const begun = ms > 0 && ms < this.wanted.duration;
    this.since = at;
    this.goTo({ ms: begun ? ms : 0, finishCut: true }, this.wanted);
    this.become(begun ? "paused" : "before");
  }

  /** Does what the rules say about `command` in this state, and returns that action. */
  obey(command) {
    const action = this.rules.action(this.state, command);
    this.does[action](command);
    return action;
  }

  ask() {
    this.asked = true;
    this.onchange();
  }

  halt() {
    this.audio.pause();
    this.stands();
  }

  goOn() {
    const again = this.rules.resumed(this.layout, this.ms, Date.now() - this.since);
    this.run("go on", again.position, this.rules.aside(this.layout, again));
  }

  /** Goes to a moment of the session, such as the beginning of a chapter. */
  visit(ms) {
    if (this.state !== "loading") this.run("visit", { ms, finishCut: true });
  }

  /** The next slower or faster layout; at either end, the one that is wanted already. */
  neighbour(by) {
    return this.layouts[this.layouts.indexOf(this.wanted) + by] ?? this.wanted;
  }

  /** Changes the speed as soon as it is clearly meant and the words have been stretched to it. */
  async change(layout) {
    const wanted = () => this.wanted === layout && this.layout !== layout;
    this.wanted = layout;
    this.onchange();
    await new Promise((resolve) => setTimeout(resolve, MEANT_MS));
    if (!wanted() || !(await this.booth.prepare(layout, wanted))) return;
    this.tick();
    const from = this.ms, position = moved(this.layout, layout, from);
    this.note("speed", { at: from, to: position.ms, speed: layout.speed });
    this.goTo(position, layout, this.beside ? this.rules.aside(layout, { ...this.aside, position }) : null);
    if (this.running) this.start();
    this.keep();
    this.onchange();
  }

  /** Goes on at `position`, because of what is called `name` in the log, with `aside` before it. */
  run(name, position, aside = null) {
    this.tick();
    this.note(name, { at: this.ms, to: position.ms });
    if (position.ms >= this.layout.duration) {
      this.audio.pause();
      this.end();
      return;
    }
    this.goTo(position, this.layout, aside);
    this.start();
  }

  /** Goes to a moment, in a sound that is made anew if it isn't the one that is to be heard. */
  goTo({ ms, finishCut }, layout, aside = null) {
    const cut = finishCut ? null : soundingAt(layout, ms);
    const omitted = cut && cut.start < ms ? cut : null;
    if (layout !== this.layout || omitted !== this.omitted || aside !== this.aside) this.load(layout, omitted, aside);
    if (ms !== this.time) this.audio.currentTime = ms / 1000;
    this.targetMs = ms;
    this.loggedMs = ms - 1;
  }

  /** For a browser that accepts no position before it has loaded the file. */
  insist() {
    if (Math.abs(this.time - this.targetMs) > INSIST_MS) this.audio.currentTime = this.targetMs / 1000;
  }

  load(layout, omitted, aside) {
    const before = this.audio.src;
    Object.assign(this, { layout, omitted, aside });
    this.audio.src = URL.createObjectURL(this.booth.wav(layout, omitted, aside));
    if (before) URL.revokeObjectURL(before);
  }

  start() {
    this.become(null);
    this.audio.play().catch((error) => error.name === "AbortError" || this.stands());
  }

  /** Notes a pause, whatever caused it: the listener, the lock screen, a call, a headset that was pulled out. */
  stands() {
    if (!this.running || !this.audio.paused) return;
    this.tick();
    this.note("pause", { at: this.ms });
    if (!this.beside) this.since = Date.now(); // until the session itself is heard again, it is still the same pause
    this.keep();
    this.become("paused");
  }

  end() {
    this.tick();
    this.note("end", { at: this.ms });
    this.become("done");
    this.memory.put({ ms: 0 });
  }

  become(rest) {
    this.rest = rest;
    this.asked = false;
    this.onchange();
  }

  /** Logs what has begun since it was last called. */
  tick() {
    const now = this.ms;
    if (!this.running || this.beside) return;
    for (let index = lastBegun(this.layout.events, this.loggedMs, (event) => event.start) + 1; ; index++) {
      const event = this.layout.events[index];
      if (!event || event.start > now) break;
      if (event !== this.omitted) this.note(event.kind, { at: now, start: event.start, end: event.end, clip: event.clip });
    }
    this.loggedMs = Math.max(this.loggedMs, now);
    if (Math.abs(now - this.keptMs) >= KEEP_MS) this.keep();
  }

  note(what, about) {
    this.log.push({ what, ...about });
  }

  /** Stores the place, for after a reload. */
  keep() {
    if (this.state === "loading" || this.state === "done") return;
    this.keptMs = this.ms;
    const at = this.running && !this.beside ? Date.now() : this.since;
    this.memory.put({ speed: this.layout.speed, ms: this.ms, at });
  }
}
