// What is seen: the words, what is held and how long still, the way through the session.

const LONG_WORDS = 70, SHORT_WORDS = 26; // characters: more are written smaller, fewer larger

/** `1:30`, or `1:02:03` from an hour on. */
function clock(ms) {
  const seconds = Math.floor(ms / 1000), two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

class Screen {
  constructor(session, player) {
    Object.assign(this, { session, player, words: session.words, titles: chaptersOf(session) });
    this.at = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));
    this.chapters = this.titles.map(({ full }, index) => this.chapterButton(full, index));
    this.at.list.append(...this.chapters.map((button) => inItem(button)));
    this.told = "";
    this.calm = matchMedia("(prefers-reduced-motion: reduce)"); // then the ring goes by whole seconds
  }

  chapterButton(title, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(title, document.createElement("small"));
    button.addEventListener("click", () => this.player.visit(this.chapterStart(index)));
    return button;
  }

  chapterStart(chapter) {
    return this.player.layout.starts[this.player.places.findIndex((place) => place.chapter === chapter)];
  }

  /** Everything, as it is now. */
  draw() {
    const { player, at, words } = this;
    const { layout, state, ms } = player;
    const place = player.places[cueAt(layout, ms)];
    const interval = state === "before" || state === "done" ? null : intervalAt(layout, ms);
    document.body.dataset.state = state;
    document.body.dataset.doing = interval?.kind ?? "say";
    const { title, technique } = this.titles[place.chapter];
    write(at.technique, technique);
    write(at.chapter, title === technique ? "" : title);
    write(at.remaining, words.remaining.replace("{time}", clock(layout.duration - (state === "done" ? layout.duration : ms))));
    at.progress.value = state === "done" ? 1 : ms / layout.duration;
    this.drawStage(interval, place, layout, ms);
    this.drawButtons();
    this.chapters.forEach((button, index) => mark(button, index === place.chapter && state !== "before"));
  }

  drawStage(interval, place, layout, ms) {
    const { at, words, player } = this;
    const left = interval ? interval.end - ms : 0;
    write(at.figure, interval ? figure(left) : this.resting(layout));
    at.figure.classList.toggle("clock", at.figure.textContent.length > 3);
    write(at.doing, interval ? words[interval.kind] : player.state === "done" ? words.finished : "");
    write(at.which, which(place, words, player.state));
    const shown = this.calm.matches ? Math.ceil(left / 1000) * 1000 : left;
    at.ring.style.setProperty("--left", interval ? Math.min(1, shown / (interval.end - interval.start)) : 0);
    const said = this.said(layout, ms);
    write(at.words, said);
    at.words.classList.toggle("long", said.length > LONG_WORDS);
    at.words.classList.toggle("short", said.length < SHORT_WORDS);
  }

  resting(layout) {
    return { before: clock(layout.duration), done: "✓" }[this.player.state] ?? "";
  }

  /**
   * The words that are being said, or were last. Inside an interval, what the listener is to do stays, but for other
   * words while they are said; single ones, such as those of a count, are over before they are read.
   */
  said(layout, ms) {
    if (this.player.state === "before" || this.player.state === "done") return this.session.title;
    const { events } = layout;
    for (let index = lastBegun(events, ms, (event) => event.start); index >= 0; index--) {
      const { kind, clip, inside, end } = events[index];
      const text = kind === "say" ? this.session.clips[clip].text : "";
      if (text && (!inside || (ms < end && text.includes(" ")))) return text;
    }
    return this.session.title;
  }

  drawButtons() {
    const { at, player, words } = this;
    write(at.toggleWord, player.running ? words.pause : words.play);
    at.ready.hidden = !player.waits;
    const begun = player.running || player.state === "paused";
    at.back.disabled = at.repeat.disabled = !begun;
    at.next.disabled = !begun && player.state !== "before";
    at.toggle.disabled = false;
  }

  /** When the chapters begin at this speed. */
  drawChapters() {
    this.chapters.forEach((button, index) => write(button.lastChild, clock(this.chapterStart(index))));
  }

  /** For those who hear the page read aloud; nothing while the guide speaks: that is what they want to hear. */
  tell() {
    const { player, words } = this;
    const state = { paused: words.paused, done: words.finished }[player.state] ?? (player.waits ? words.asked : "");
    if (state && player.waits && soundingAt(player.layout, player.ms)) return;
    if (state !== this.told) this.at.live.textContent = this.told = state;
  }

}

function which({ repetition, of, side }, words, state) {
  if (state === "before" || state === "done") return "";
  const times = of ? words.of.replace("{n}", repetition).replace("{of}", of) : "";
  return [side && words[side], times].filter(Boolean).join(" · ");
}

/** Seconds still, begun ones counted as whole; from a minute and a half on as a clock. */
function figure(left) {
  const seconds = Math.ceil(left / 1000);
  return seconds > 90 ? clock(seconds * 1000) : String(seconds);
}

/** Writes only what has changed, so that nothing is read aloud or drawn again for nothing. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function mark(button, current) {
  if (current) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
}

function inItem(element) {
  const item = document.createElement("li");
  item.append(element);
  return item;
}
