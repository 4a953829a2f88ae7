// The lock screen, the headset's buttons, and the keyboard.

/** The keys are those of `voiceguide play`. */
const KEYS = {
  " ": (player) => player.toggle(),
  Enter: (player) => player.ready(),
  n: (player) => player.next(),
  b: (player) => player.back(),
  r: (player) => player.repeat(),
};

/** What is focused takes these keys itself. */
const TAKES_KEYS = "button, summary, input";

function listenToKeys(player, changeSpeed) {
  document.addEventListener("keydown", (event) => {
    const typed = event.getModifierState("AltGraph"); // how brackets are written on many keyboards
    if (event.metaKey || event.repeat || (!typed && (event.ctrlKey || event.altKey))) return;
    if (event.key === "[" || event.key === "]") changeSpeed(event.key === "]" ? 1 : -1);
    const does = KEYS[event.key];
    if (!does || (event.key.length !== 1 || event.key === " ") && event.target.closest?.(TAKES_KEYS)) return;
    event.preventDefault();
    does(player);
  });
}

function listenToLockScreen(player) {
  const actions = {
    play: () => player.goOn(),
    pause: () => player.pause(),
    nexttrack: () => (player.waits ? player.ready() : player.next()),
    previoustrack: () => player.back(),
    seekbackward: () => player.repeat(),
  };
  for (const [action, does] of Object.entries(actions)) {
    try {
      navigator.mediaSession?.setActionHandler(action, does);
    } catch {
      // this browser doesn't know the action
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
