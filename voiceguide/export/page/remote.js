// The lock screen, the headset's buttons, and the keyboard.

/** What each key asks for; the keys are those of `voiceguide play`. */
const KEYS = { " ": "toggle", Enter: "ready", n: "next", b: "back", r: "repeat", "[": "slower", "]": "faster" };

/** What the buttons of a lock screen and of a headset ask for. */
const MEDIA = { play: "go_on", pause: "pause", nexttrack: "next", previoustrack: "back", seekbackward: "repeat" };

/** Elements that need `space` and `enter` themselves while they are focused. */
const TAKES_KEYS = "button, summary, input";

function listenToKeys(player) {
  document.addEventListener("keydown", (event) => {
    const typed = event.getModifierState("AltGraph"); // how brackets are written on many keyboards
    if (event.metaKey || event.repeat || (!typed && (event.ctrlKey || event.altKey))) return;
    const command = KEYS[event.key];
    if (!command || (event.key.length !== 1 || event.key === " ") && event.target.closest?.(TAKES_KEYS)) return;
    event.preventDefault();
    player.obey(command);
  });
}

function listenToLockScreen(player) {
  for (const [button, command] of Object.entries(MEDIA)) {
    // In a wait, going on is what the guide has asked for.
    const meant = () => (button === "nexttrack" && player.state === "waiting" ? "ready" : command);
    try {
      navigator.mediaSession?.setActionHandler(button, () => player.obey(meant()));
    } catch {
      // this browser doesn't know the button
    }
  }
}

/** What the lock screen shows. */
function showOnLockScreen(player, { title, technique }) {
  const { mediaSession } = navigator;
  if (!mediaSession) return;
  const shown = mediaSession.metadata;
  if (shown?.title !== title || shown.artist !== technique) {
    mediaSession.metadata = new MediaMetadata({ title, artist: technique });
  }
  mediaSession.playbackState = player.running ? "playing" : player.state === "paused" ? "paused" : "none";
  const duration = player.layout.duration / 1000;
  mediaSession.setPositionState?.({ duration, position: Math.min(duration, player.ms / 1000), playbackRate: 1 });
}
