// What is seen: the words, what to hold and how much of it is left, and the way through the session.

/** The buttons, each by the command that it gives. */
const BUTTONS = ["toggle", "ready", "back", "repeat", "next"];

const LONG_WORDS = 70, SHORT_WORDS = 26; // characters: longer words are written smaller, shorter ones larger

/** A time as `1:30`, or as `1:02:03` from an hour on. */
function clock(ms) {
  const seconds = Math.floor(ms / 1000), two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

class Screen {
  constructor(session, player) {
    const { words } = session, { places } = player.rules;
    Object.assign(this, { session, player, words, places, titles: chaptersOf(session) });
    this.at = Object.fromEntries([...document.querySelectorAll("[id]")].map((element) => [element.id, element]));
    this.chapters = this.titles.map(({ full }, index) => this.chapterButton(full, index));
    this.at.list.append(...this.chapters.map((button) => inItem(button)));
    this.told = "";
    this.calm = matchMedia("(prefers-reduced-motion: reduce)"); // then the ring moves in whole seconds
  }

  chapterButton(title, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(title, document.createElement("small"));
    button.addEventListener("click", () => this.player.visit(this.chapterStart(index)));
    return button;
  }

  chapterStart(chapter) {
    return this.player.layout.starts[this.places.findIndex((place) => place.chapter === chapter)];
  }

  /** Draws everything as it is now. */
  draw() {
    const { player, at, words } = this;
    const { layout, state, ms, now } = player;
    const place = this.places[cueAt(layout, ms)];
    const interval = state === "before" || state === "done" ? null : intervalAt(now.layout, now.ms);
    document.body.dataset.state = state;
    document.body.toggleAttribute("data-running", player.running);
    document.body.dataset.doing = interval?.kind ?? "say";
    const { title, technique } = this.titles[place.chapter];
    write(at.technique, technique);
    write(at.chapter, title === technique ? "" : title);
    write(at.remaining, words.remaining.replace("{time}", clock(layout.duration - (state === "done" ? layout.duration : ms))));
    at.progress.value = state === "done" ? 1 : ms / layout.duration;
    this.drawStage(interval, place, now);
    this.drawButtons();
    this.chapters.forEach((button, index) => mark(button, index === place.chapter && state !== "before"));
  }

  drawStage(interval, place, now) {
    const { at, words, player } = this;
    const left = interval ? interval.end - now.ms : 0;
    write(at.figure, interval ? figure(left) : this.resting(player.layout));
    at.figure.classList.toggle("clock", at.figure.textContent.length > 3);
    write(at.doing, interval ? words[interval.kind] : player.state === "done" ? words.finished : "");
    const shows = player.state !== "before" && player.state !== "done";
    write(at.which, shows ? which(place, words).join(" · ") : "");
    const shown = this.calm.matches ? Math.ceil(left / 1000) * 1000 : left;
    at.ring.style.setProperty("--left", interval ? Math.min(1, shown / (interval.end - interval.start)) : 0);
    const said = this.reading(now);
    write(at.words, said);
    at.words.classList.toggle("long", said.length > LONG_WORDS);
    at.words.classList.toggle("short", said.length < SHORT_WORDS);
  }

  resting(layout) {
    return { before: clock(layout.duration), done: "✓" }[this.player.state] ?? "";
  }

  /** The text to read: the question whether the listener is ready, the guide's words, or where the session is. */
  reading({ layout, ms }) {
    const { player, words, session } = this;
    if (player.state === "before" || player.state === "done") return player.asked ? words.asked : session.title;
    return player.returning ? this.place : this.said(layout, ms) || session.title;
  }

  /** Where the session is, for a listener who comes back. */
  get place() {
    const { player, words } = this;
    const place = this.places[cueAt(player.layout, player.ms)];
    const part = [this.titles[place.chapter].title, ...which(place, words)].join(", ");
    return `${words.here.replace("{part}", part)} ${words.place}`;
  }

  /**
   * The words that are being said, or were said last. In an interval, what to do stays on the screen, except while
   * other words are said; single words, such as those of a count, are over before they could be read.
   */
  said(layout, ms) {
    const { events } = layout;
    for (let index = lastBegun(events, ms, (event) => event.start); index >= 0; index--) {
      const { kind, clip, inside, end } = events[index];
      const text = kind === "say" ? this.session.clips[clip].text : "";
      if (text && (!inside || (ms < end && text.includes(" ")))) return text;
    }
    return "";
  }

  drawButtons() {
    const { at, player, words } = this;
    write(at.toggleWord, player.running ? words.pause : words.play);
    for (const command of BUTTONS) at[command].disabled = player.rules.action(player.state, command) === "pass";
    at.ready.hidden = player.state !== "waiting";
  }

  /** Shows when the chapters begin at this speed. */
  drawChapters() {
    this.chapters.forEach((button, index) => write(button.lastChild, clock(this.chapterStart(index))));
  }

  /** Tells screen readers what has changed, but nothing while the guide speaks, who should be heard. */
  tell() {
    const { player, words } = this;
    const asked = player.asked || player.state === "waiting";
    const news =
      { paused: words.paused, done: words.finished }[player.state] ??
      (asked ? words.asked : player.state === "settling" && player.returning ? this.place : "");
    if (asked && player.running && soundingAt(player.layout, player.ms)) return;
    if (news !== this.told) this.at.live.textContent = this.told = news;
  }
}

/** The side and the repetition, as far as there are any. */
function which({ repetition, of, side }, words) {
  return [side && words[side], of && words.of.replace("{n}", repetition).replace("{of}", of)].filter(Boolean);
}

/** The seconds that are left, rounded up; above a minute and a half, minutes and seconds. */
function figure(leftMs) {
  const seconds = Math.ceil(leftMs / 1000);
  return seconds > 90 ? clock(seconds * 1000) : String(seconds);
}

/** Writes only what has changed, so that nothing is read aloud or drawn again needlessly. */
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
