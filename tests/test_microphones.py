"""Which microphone is listened to: the choice among any devices, and the real program at real sources."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from support import sink
from support.needed import need
from support.program import PROGRAM, run
from voiceguide.audio.devices import Source
from voiceguide.base.errors import DeviceError, UsageError
from voiceguide.cli import clips
from voiceguide.ear import RATE, extra, microphones
from voiceguide.ear.meter import SILENT_DBFS, Meter
from voiceguide.voices import open_voice

DESK = Source("Desk Mic", "alsa_input.usb-desk", is_default=False)
WEBCAM = Source("Webcam Mic", "alsa_input.usb-webcam", is_default=False)
HEADSET = Source("WH-1000", "bluez_input.00_11", is_default=False)
MONITOR = Source("Monitor of Speaker", "alsa_output.pci.monitor", is_default=False)


def as_default(source: Source) -> Source:
    return Source(source.name, source.id, is_default=True)


@pytest.mark.parametrize(
    ("listed", "chosen", "why"),
    [
        ([WEBCAM, as_default(DESK), HEADSET], "Desk Mic", "it is the default"),
        ([MONITOR, WEBCAM, DESK], "Webcam Mic", "it is the first"),
        ([as_default(MONITOR), DESK], "Desk Mic", "“Monitor of Speaker”, the default, is only what this machine plays"),
        ([as_default(MONITOR), HEADSET, DESK], "Desk Mic", "is only what this machine plays"),
        ([as_default(HEADSET), DESK, MONITOR], "Desk Mic", "“WH-1000”, the default, would sound like a telephone"),
        ([as_default(HEADSET), MONITOR], "WH-1000", "there is no other"),
        ([as_default(MONITOR), HEADSET], "WH-1000", "there is no other"),
    ],
)
def test_the_most_suitable_microphone_is_chosen(listed: list[Source], chosen: str, why: str) -> None:
    """Nobody should have to know what their sound server calls the default."""
    choice = microphones.choose(listed)
    assert choice.source.name == chosen
    assert why in choice.why
    assert choice.expected == choice.why.startswith("it is")


def test_a_machine_that_hears_only_itself_has_no_microphone() -> None:
    """A guide that hears its own “stop” perfectly would end every session with it."""
    with pytest.raises(DeviceError, match="there is no microphone, only what this machine plays: “Monitor of Speaker”"):
        microphones.choose([as_default(MONITOR)])
    with pytest.raises(DeviceError, match=r"there is no microphone$"):
        microphones.choose([])


@pytest.mark.parametrize(
    "name",
    [
        "Stereo Mix (Realtek(R) Audio)",
        "Stereomix (Realtek)",
        "What U Hear (Sound Blaster)",
        "Wave Out Mix",
        "BlackHole 2ch",
        "Soundflower (2ch)",
        "CABLE Output (VB-Audio Virtual Cable)",
        "Loopback Audio",
        "Monitor of Built-in Audio Analog Stereo",
    ],
)
def test_every_system_s_monitors_are_known(name: str) -> None:
    """They have no id that tells on Windows and macOS, only a name."""
    assert microphones.is_monitor(Source(name, "", is_default=True))


@pytest.mark.parametrize(
    "source",
    [
        Source("Microphone (Realtek(R) Audio)", "", is_default=True),
        Source("MacBook Pro Microphone", "BuiltInMicrophoneDevice", is_default=True),
        Source("Studio Display Microphone", "", is_default=True),
        Source("Headset Microphone (Jabra)", "", is_default=True),
        Source("Jabra Headset (Hands-Free) Mono", "alsa_input.usb-jabra", is_default=True),
    ],
    ids=lambda source: source.name,
)
def test_what_is_a_microphone_is_left_alone(source: Source) -> None:
    """A good microphone must not be passed over for its name."""
    assert not microphones.is_monitor(source)
    assert not microphones.is_bluetooth(source)


@pytest.mark.parametrize(
    "source",
    [
        Source("Headset (WH-1000XM4 Hands-Free AG Audio)", "", is_default=True),
        Source("Ada’s AirPods Pro", "AC-DE:input", is_default=True),
        Source("WH-1000", "bluez_source.00_11.handsfree_head_unit", is_default=True),
    ],
    ids=lambda source: source.name,
)
def test_bluetooth_headsets_are_known(source: Source) -> None:
    """Listening to one makes the guide sound like a telephone."""
    assert microphones.is_bluetooth(source)


@pytest.mark.parametrize("name", ["webcam", "WEBCAM MIC", "cam"])
def test_a_part_of_a_name_is_enough(name: str) -> None:
    """Whole names are long, and nobody remembers their capitals."""
    assert microphones.choose([as_default(DESK), WEBCAM], name).source is WEBCAM


def test_a_whole_name_is_that_of_one_even_if_others_begin_with_it() -> None:
    """The second of two microphones is often called like the first one, with a number."""
    first = Source("Mic", "a", is_default=False)
    assert microphones.choose([Source("Mic 2", "b", is_default=True), first], "mic").source is first


def test_a_microphone_is_preferred_to_the_monitor_of_its_own_loudspeaker() -> None:
    """A headset's name is in both of its names."""
    listed = [Source("Monitor of Yeti", "y.monitor", is_default=True), Source("Yeti Mono", "y", is_default=False)]
    assert microphones.choose(listed, "yeti").source.name == "Yeti Mono"


def test_a_headset_that_is_asked_for_is_used() -> None:
    """Who knows what it sounds like may still want it."""
    assert microphones.choose([HEADSET, as_default(DESK)], "wh-1000").expected


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("yeti", "no microphone has ‘yeti’ in its name; there are: “Desk Mic”, “Webcam Mic”"),
        ("mic", "several microphones have ‘mic’ in their names: “Desk Mic”, “Webcam Mic”"),
        ("speaker", "“Monitor of Speaker” is no microphone, but what this machine plays; there are: “Desk Mic”"),
    ],
)
def test_a_name_that_does_not_tell_is_refused(name: str, says: str) -> None:
    """A guess would listen to the wrong one, and only be noticed on the floor."""
    with pytest.raises(UsageError) as refused:
        microphones.choose([as_default(MONITOR), DESK, WEBCAM], name)
    assert says in str(refused.value)


# The real program, at real sources


def at_real_sources(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs a sound server and the extra."""
    marks = (pytest.mark.usefixtures("_everything_is_there"), pytest.mark.device, pytest.mark.xdist_group("alone"))
    for mark in marks:
        test = mark(test)
    return test


@pytest.fixture
def _everything_is_there() -> None:
    need(extra.missing(), "it comes with the extra ‘listen’")
    need(sink.missing())


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "own.md"
    file.write_text("# Own\n\nRest. [hold 2s]\n\nThat was all.\n")
    return str(file)


@at_real_sources
def test_a_machine_that_hears_only_itself_says_so_and_plays(script: str, tmp_path: Path) -> None:
    """Who lies down and speaks to it should know beforehand that nothing hears them."""
    with sink.server(tmp_path) as environment:
        done = run("play", script, "--listen", "--output", "silent", env=environment)
    assert done.returncode == 0
    assert (
        "NOT LISTENING: there is no microphone, only what this machine plays: “Monitor of Null Output”" in done.stderr
    )
    assert "That was all." in done.stdout


@at_real_sources
@pytest.mark.long
def test_another_microphone_than_the_default_is_told(script: str, tmp_path: Path) -> None:
    """Where the default hears only the machine, the listener learns which microphone they are speaking to."""
    with sink.server(tmp_path) as environment:
        sink.plug_in(environment)
        sink.pactl(environment, "set-default-source", "n.monitor")
        done = run("play", script, "--listen", "--output", "silent", env=environment)
    assert done.returncode == 0
    assert "the microphone is “Desk”, since “Monitor of Null Output”, the default," in done.stderr


@at_real_sources
def test_a_microphone_that_is_none_is_refused_before_anybody_lies_down(script: str, tmp_path: Path) -> None:
    """By option or by setting, to play or to record: a name that doesn't tell is found out about at the desk."""
    with sink.server(tmp_path) as environment:
        sink.plug_in(environment)
        for says, *command in (
            ("is no microphone", "play", script, "--listen", "--mic", "monitor"),
            ("there are: “Desk”", "record", script, "--mic", "yeti"),
            ("there are: “Desk”", "config", "mic", "yeti"),
        ):
            refused = run(*command, env=environment)
            assert (refused.returncode, says in refused.stderr) == (2, True), refused
        assert run("config", "mic", "desk", env=environment).returncode == 0
        assert "mic = desk" in run("config", env=environment).stdout
        assert run("play", script, "--listen", "--output", "silent", env=environment).stderr == ""


@at_real_sources
@pytest.mark.long
def test_doctor_tells_what_is_listened_to(tmp_path: Path) -> None:
    """“Spoken commands can be understood” was said of a machine that hears only itself."""
    with sink.server(tmp_path) as environment:
        deaf = run("doctor", env=environment)
        refused = run("doctor", "--hear", env=environment)
        sink.plug_in(environment)
        well = run("doctor", env=environment)
    assert (deaf.returncode, refused.returncode, well.returncode) == (1, 1, 0)
    assert "NO  ear         there is no microphone, only what this machine plays: “Monitor" in deaf.stdout
    assert "→ connect a microphone" in deaf.stdout
    assert "there is no microphone" in refused.stderr
    assert "ok  ear         the microphone is “Desk”, since it is the default; only what this" in well.stdout


@at_real_sources
@pytest.mark.long
@pytest.mark.voice
def test_doctor_hears_what_is_said(tmp_path: Path) -> None:
    """Whether a microphone is near enough is found out before one lies down."""
    [(_, clip)] = open_voice("gmw/en", "en").record(["Pause."], 0.9)
    clips.write(clip, tmp_path / "pause.wav")
    with sink.server(tmp_path) as environment:
        sink.plug_in(environment)
        command = [*PROGRAM, "doctor", "--hear", "6s"]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert "“Desk”" in process.stdout.readline()
            assert "say “pause”" in process.stdout.readline()
            sink.say_into(environment, tmp_path / "pause.wav")
            assert "I heard: pause" in process.stdout.readline()
            assert "at its loudest it was -" in process.stdout.readline()
        assert process.returncode == 0
        silent = run("doctor", "--hear", "1s", env=environment)
    assert (silent.returncode, "only silence" in silent.stderr) == (1, True)


def test_the_meter_shows_the_level() -> None:
    """A bar that is wrong by ten decibels sends people to look for another microphone."""
    tone = np.rint(np.sin(np.arange(RATE) / 10) * 3_276.8).astype(np.int16)
    meter = Meter()
    levels = [level for block in np.split(tone, 50) if (level := meter.level_dbfs(block)) is not None]
    assert levels == pytest.approx([-23] * 5, abs=0.2)
    assert [Meter().level_dbfs(np.zeros(RATE, np.int16)), Meter(on=False).level_dbfs(tone)] == [SILENT_DBFS, None]
