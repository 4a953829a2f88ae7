// Wires the page together.

const held = document.getElementById("session");
const session = JSON.parse(held.textContent);
held.remove(); // a megabyte of text that is no longer needed
const layouts = layoutsOf(session), memory = new Memory(session.id), look = new Memory("look");

/** Opens the session that the file holds. An error in here means that this browser can't play it. */
async function open() {
  const booth = new Booth(await decodedClips(session), session.rate);
  const rules = new Rules(session.rules, placesOf(session));
  const player = new Player(layouts, rules, booth, document.getElementById("audio"), memory);
  await player.open(layouts.find(({ speed }) => speed === session.speed));
  const screen = new Screen(session, player);
  wire(player, screen);
  // For tests and the curious: the page itself doesn't need them.
  window.voiceguide = { player, layouts, moved, stretch, trimmed, KEYS };
  window.voiceguideLog = player.log;
}

function wire(player, screen) {
  const { at } = screen;
  for (const command of BUTTONS) at[command].addEventListener("click", () => player.obey(command));
  const showSpeed = slider(player, at);
  listenToKeys(player);
  listenToLockScreen(player);
  player.onchange = () => {
    screen.draw();
    screen.drawChapters();
    screen.tell();
    showSpeed();
    const chapter = screen.titles[player.rules.places[cueAt(player.layout, player.ms)].chapter];
    showOnLockScreen(player, chapter);
  };
  player.onchange();
  player.audio.addEventListener("seeked", player.onchange);
  addEventListener("pagehide", () => player.keep());
  document.addEventListener("visibilitychange", () => player.keep());
  drawAlways(player, screen);
}

/** Draws whenever the browser does; when it doesn't, nobody is looking. */
function drawAlways(player, screen) {
  let shown = "";
  const frame = () => {
    player.tick();
    screen.draw();
    screen.tell();
    requestAnimationFrame(frame);
  };
  player.audio.addEventListener("timeupdate", () => {
    const now = `${player.rules.places[cueAt(player.layout, player.ms)].chapter} ${player.beside}`;
    if (now !== shown) player.onchange();
    shown = now;
  });
  requestAnimationFrame(frame);
}

/** Makes each position of the slider a layout. Returns a function that shows the one that is wanted. */
function slider(player, at) {
  const factors = new Intl.NumberFormat(session.language, { minimumFractionDigits: 2 });
  at.speed.max = String(layouts.length - 1);
  at.speed.disabled = false;
  at.speed.addEventListener("input", () => player.change(layouts[at.speed.value]));
  return () => {
    const speed = `${factors.format(player.wanted.speed)} ×`;
    at.speed.value = String(layouts.indexOf(player.wanted));
    at.speedShown.textContent = speed;
    at.speed.setAttribute("aria-valuetext", speed);
  };
}

/** Dark or light: as the system is set, until the listener chooses; that choice is kept. */
function chooseLook() {
  const light = matchMedia("(prefers-color-scheme: light)");
  const root = document.documentElement;
  const show = () => (root.dataset.look = look.get().look ?? (light.matches ? "light" : "dark"));
  light.addEventListener("change", show);
  document.getElementById("look").addEventListener("click", () => {
    look.put({ look: root.dataset.look === "light" ? "dark" : "light" });
    root.dataset.look = look.get().look ?? (root.dataset.look === "light" ? "dark" : "light");
  });
  show();
}

chooseLook();
open().catch((error) => {
  console.error(error);
  document.body.dataset.state = "broken";
  document.getElementById("words").textContent = session.words.broken;
});
