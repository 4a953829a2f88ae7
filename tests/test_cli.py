"""The program as its users call it: what it prints, with which status, and what it leaves behind."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import click
import pytest

from support.cases import long_cases
from support.program import PROGRAM, invoke, run
from voiceguide import __version__
from voiceguide.cli import program


@pytest.fixture
def script(tmp_path: Path) -> str:
    file = tmp_path / "own.md"
    file.write_text("# Own\n\nPress. [hold 9s]\n\nLet go.\n")
    return str(file)


@pytest.mark.parametrize("name", sorted(program.commands))
def test_every_help_ends_with_an_example_that_is_a_call(name: str) -> None:
    """The last lines of a help are what people copy; each must be a call that the program accepts."""
    helped = invoke(name, "--help")
    assert helped.returncode == 0
    examples = helped.stdout.split("Example:\n")[1].strip().splitlines()
    for example in examples:
        words = re.sub(r'^eval "\$\(|\)"$| > .*', "", example.strip()).split()
        assert words[0] == "voiceguide"
        command = program.commands[words[1]]
        command.make_context(words[1], words[2:], parent=click.Context(program))


def test_version_and_help() -> None:
    """The two questions that every program answers."""
    assert invoke("--version").stdout.strip() == f"voiceguide, version {__version__}"
    assert "voiceguide play foam-roller" in invoke("--help").stdout


def test_list_shows_the_techniques() -> None:
    """What can be played, and what one needs for it."""
    listed = invoke("list").stdout
    for name in ("foam-roller", "hands", "massage-balls"):
        assert re.search(rf"^{name} .*; you need ", listed, re.MULTILINE)


@pytest.mark.voice
@pytest.mark.parametrize("name", ["foam-roller", *long_cases("hands", "massage-balls")])
def test_a_technique_runs_through_from_its_first_to_its_last_words(name: str) -> None:
    """`play` on a clock without waiting: the whole session, in the order of `show --json`."""
    played = invoke("play", name, "--output", "silent", "--no-wait")
    assert played.returncode == 0
    shown = json.loads(invoke("show", name, "--json").stdout)
    said = [event["text"] for event in shown["events"] if event["kind"] == "say"]
    lines = [line.split(None, 1)[1] for line in played.stdout.splitlines()]
    assert [line for line in lines if line in said] == said


def test_the_techniques_keep_to_their_source() -> None:
    """Counts and times are the dose: they may be worded anew, not changed."""
    spans = {name: _spans(name) for name in ("hands", "massage-balls", "foam-roller")}
    assert spans["hands"].count(("hold", 10_000)) == spans["hands"].count(("hold", 60_000)) == 3
    assert [span for span in spans["massage-balls"] if span[0] == "hold"] == [("hold", 2_000)] * 2
    assert [kind for kind, _ in spans["foam-roller"]].count("move") == 10
    assert [span for span in spans["foam-roller"] if span[0] == "hold"] == [("hold", 20_000)]
    assert _spans("hands", "--dose", "high").count(("hold", 60_000)) == 4


def _spans(name: str, *options: str) -> list[tuple[str, int]]:
    events = json.loads(invoke("show", name, "--json", "--voice", "hum", *options).stdout)["events"]
    return [
        (event["kind"], event["end_ms"] - event["start_ms"])
        for event in events
        if event["kind"] not in {"say", "chime"}
    ]


@pytest.mark.long
def test_several_techniques_make_one_session(tmp_path: Path) -> None:
    """Each is a group of chapters; a change of tools is told, and there is time for it."""
    shown = json.loads(invoke("show", "hands", "massage-balls", "foam-roller", "--json", "--voice", "hum").stdout)
    titles = ["Back massage with your hands", "Lower back massage with two balls", "Foam roller for the upper back"]
    assert shown["techniques"] == titles
    assert [chapter["technique"] for chapter in shown["chapters"]] == [0] * 4 + [1] * 4 + [2] * 5
    said = [event.get("text") for event in shown["events"]]
    assert "You need nothing but your hands." in said
    after = said.index("Now you need a foam roller.")
    assert 20_000 in [event["end_ms"] - event["start_ms"] for event in shown["events"][after : after + 6]]
    assert [event.get("sound") for event in shown["events"]].count("end") == 1


def test_a_total_time_is_met_or_the_nearest_is_named() -> None:
    """`--fit` fills the time inside the ranges, and says so where they don't reach."""
    fitted = json.loads(invoke("show", "hands", "--json", "--voice", "hum", "--fit", "7m45s").stdout)
    assert abs(fitted["duration_ms"] - 465_000) <= 9_300
    far = invoke("show", "hands", "--voice", "hum", "--fit", "30m")
    assert far.returncode == 0
    assert re.search(r"it can't be brought to 30:00; the nearest found inside its ranges is 7:\d\d", far.stderr)


def test_the_listener_chooses_how_much_is_said_and_how_fast_it_goes_on() -> None:
    """Guidance and pace come from the options, or from the settings; safety lines stay, and so do holds."""
    invoke("config", "pace", "slow")
    quiet = json.loads(invoke("show", "foam-roller", "--json", "--voice", "hum", "--guidance", "quiet").stdout)[
        "events"
    ]
    said = {event["text"] for event in quiet if event["kind"] == "say"}
    assert "Stop at once if you feel sharp pain, if something tingles, or if it goes numb." in said
    assert "With your knees bent, press both feet firmly into the floor." not in said
    lengths = [(event["kind"], event["end_ms"] - event["start_ms"]) for event in quiet]
    assert ("hold", 20_000) in lengths
    assert ("move", 7_500) in lengths


@pytest.mark.long
def test_a_translation_is_chosen_by_language_and_speaks_it() -> None:
    """The script of that language, with its phrases and its voice, at the same doses."""
    spanish = json.loads(invoke("show", "foam-roller", "--language", "es", "--json", "--voice", "hum").stdout)
    assert spanish["language"] == "es"
    assert "Necesitas un rodillo de espuma." in [event.get("text") for event in spanish["events"]]
    assert _spans("es/foam-roller") == _spans("foam-roller")


@pytest.mark.long
def test_a_range_whose_high_end_is_too_long_is_a_mistake_for_its_author(tmp_path: Path) -> None:
    """It plays at its low end and can be fitted; but whoever asks for the high end would be refused."""
    file = tmp_path / "long.md"
    file.write_text("# Long\n\n## Stay [1-100 times]\n\n1. Stay. [hold 10s-15m] [release: Off.]\n")
    checked = invoke("check", str(file))
    assert checked.returncode == 2
    assert "too long when its repeats are unrolled at the high end of the ranges" in checked.stderr
    fitted = json.loads(invoke("show", str(file), "--json", "--voice", "hum", "--fit", "30m").stdout)
    assert abs(fitted["duration_ms"] - 1_800_000) <= 36_000


def test_a_quiet_session_of_words_alone_is_told_of(tmp_path: Path) -> None:
    """Two chimes are not what anybody expects of a session."""
    file = tmp_path / "words.md"
    file.write_text("# Words\n\nNothing but words.\n")
    assert (
        "nothing is left of it but chimes" in invoke("show", str(file), "--voice", "hum", "--guidance", "quiet").stderr
    )


def test_words_without_a_place_are_told_of_and_refused_if_strict(tmp_path: Path) -> None:
    """An author's words are never lost in silence."""
    file = tmp_path / "full.md"
    file.write_text(f"# Full\n\n- Press. [hold 5s] [at half: {'Keep on breathing in and out. ' * 5}]\n")
    done = invoke("show", str(file), "--voice", "hum")
    assert done.returncode == 0
    assert "there is no gap after it" in done.stderr
    assert run("export", str(file), "-o", "x.wav", "--voice", "hum", "--strict", cwd=tmp_path).returncode == 2
    assert not (tmp_path / "x.wav").exists()


def test_show_json_is_the_contract(script: str) -> None:
    """Other programs read this; version 1 has these keys and no others."""
    shown = json.loads(invoke("show", script, "--json", "--voice", "hum", "--speed", "0.8").stdout)
    keys = ["version", "title", "language", "voice", "speed", "techniques", "duration_ms", "chapters", "events"]
    assert list(shown) == keys
    assert (shown["version"], shown["title"], shown["voice"], shown["speed"]) == (1, "Own", "hum", 0.8)
    allowed = {"kind", "start_ms", "end_ms", "text", "sound", "file", "line", "chapter", "repetition", "of", "side"}
    assert all(set(event) <= allowed and None not in event.values() for event in shown["events"])
    hold = next(event for event in shown["events"] if event["kind"] == "hold")
    assert hold["end_ms"] - hold["start_ms"] == 9_000
    assert hold["line"] == 3


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["play", "foam-rolle"], 2, "unknown technique ‘foam-rolle’; did you mean foam-roller?"),
        (["show", "nothing-like-it"], 2, "there are: foam-roller, hands, massage-balls, es/foam-roller"),
        (["show", "missing.md"], 2, "missing.md: no such file"),
        (["show", "/"], 2, "/: not a file"),
        (["show", "x" * 5_000], 2, "unknown technique ‘xxx"),
        (["show", "foam-roller", "--voice", "gmw/enn"], 2, "unknown voice ‘gmw/enn’; did you mean"),
        (["show", "foam-roller", "--voice", "x\x1b]0;pwned\x07"], 2, r"unknown voice ‘x\x1b]0;pwned\x07’"),
        (["show", "foam-roller", "--speed", "3"], 2, "‘3’ is not a speech speed; it may be from 0.5 to 2.0"),
        (["show", "foam-roller", "--speed", "nan"], 2, "‘nan’ is not a speech speed"),
        (["play", "foam-roller", "--start-in", "soon"], 2, "‘soon’ is not a time; write 20s"),
        (["play", "foam-roller", "--no-wait"], 2, "--no-wait needs --output silent"),
        (["play", "foam-roller", "--output", "gramophone"], 2, "unknown output ‘gramophone’; there are: miniaudio"),
        (["export", "foam-roller", "-o", "roller.xyz"], 2, "unknown format ‘xyz’; name a file that ends in one of"),
        (["export", "foam-roller", "-o", "roller"], 2, "roller has no suffix"),
        (
            ["export", "foam-roller", "-o", "no/such/folder.wav", "--voice", "hum"],
            1,
            "the folder no/such doesn't exist",
        ),
        (["export", "hands", "-o", "/proc/hands.wav", "--voice", "hum"], 1, "/proc/hands.wav: can't be written"),
        (["config", "sped", "1"], 2, "unknown setting ‘sped’; did you mean speed?"),
        (["config", "speed", "9"], 2, "‘9’ is not a speech speed"),
        (["config", "guidance", "chatty"], 2, "unknown guidance ‘chatty’; it may be teach, remind, quiet"),
        (["show", "foam-roller", "--fit", "5m", "--dose", "high"], 2, "give one of the two"),
        (["show", "foam-roller", "--fit", "5s"], 2, "it may be from 30s to 24h"),
        (["show", "foam-roller", "--language", "tlh"], 2, "foam-roller isn't there in ‘tlh’; it is in: en, es"),
        (["show", "foam-roller", "es/foam-roller"], 2, "es/foam-roller.md:1:1: ‘es’ after ‘en’"),
        (["new", "../x"], 2, "‘../x’ is no name for a script"),
        (["config", "speed"], 2, "give a value for speed, or --unset"),
        (["check"], 2, "Missing argument 'TECHNIQUE...'"),
        (["dance"], 2, "No such command 'dance'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(arguments: list[str], status: int, says: str, tmp_path: Path) -> None:
    """What, where, and what would be right; never a traceback, never a raw escape."""
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_check_names_every_mistake_of_every_file(tmp_path: Path, script: str) -> None:
    """One run, all complaints, status 2; a good file among them is still said to be good."""
    (tmp_path / "bad.md").write_text("# T\n\nPress. [hodl 20s]\n\nRing. [chime gong]\n")
    (tmp_path / "latin.md").write_bytes("# T\n\nK\xe4se\n".encode("latin-1"))
    done = run("check", "bad.md", script, "latin.md", "ring.md", cwd=tmp_path)
    assert done.returncode == 2
    assert "bad.md:3:8: unknown bracket [hodl 20s]; did you mean [hold 20s]?" in done.stderr
    assert "latin.md:3:2: not UTF-8 text: byte 6 is 0xe4; save the file as UTF-8" in done.stderr
    assert "ring.md: no such file" in done.stderr
    assert f"{script}: ok" in done.stdout
    (tmp_path / "ring.md").write_text("# T\n\nRing. [chime bel]\n")
    assert "ring.md:3:7: no sound is called ‘bel’; did you mean bell?" in run("check", "ring.md", cwd=tmp_path).stderr


@pytest.mark.long
def test_the_listener_s_own_sound_replaces_one(tmp_path: Path, script: str) -> None:
    """A file of the same name in the settings' folder, in any format, is the sound."""
    folder = tmp_path / "config/voiceguide/sounds"
    folder.mkdir(parents=True)
    (tmp_path / "minute.md").write_text("# Minute\n\nStay. [hold 60s]\n")
    invoke("export", str(tmp_path / "minute.md"), "-o", str(folder / "start.mp3"), "--voice", "hum")
    done = invoke("show", script, "--voice", "hum")
    assert done.returncode == 1
    assert "longer than 60 seconds" in done.stderr
    (folder / "start.mp3").unlink()
    (tmp_path / "short.md").write_text("# Oh\n")
    (folder / "start.wav").write_bytes(b"RIFF")
    assert "start.wav: not a sound that can be read" in invoke("show", script, "--voice", "hum").stderr
    (tmp_path / "tiny.md").write_text("# Hm\n\nHm.\n")
    (folder / "start.wav").unlink()
    invoke("export", str(tmp_path / "tiny.md"), "-o", str(folder / "start.mp3"), "--voice", "hum")
    events = json.loads(invoke("show", script, "--voice", "hum", "--json").stdout)["events"]
    ring = next(event for event in events if event.get("sound") == "start")
    assert ring["end_ms"] - ring["start_ms"] > 3_000


@pytest.mark.long
def test_config_keeps_a_default(script: str) -> None:
    """Said once, it holds for every session, and can be taken back."""
    assert "speed = default" in invoke("config").stdout
    assert invoke("config", "speed", "0.8").returncode == 0
    assert invoke("config", "voice", "hum").returncode == 0
    shown = json.loads(invoke("show", script, "--json").stdout)
    assert (shown["speed"], shown["voice"]) == (0.8, "hum")
    assert json.loads(invoke("show", script, "--json", "--speed", "1.2").stdout)["speed"] == 1.2
    assert invoke("config", "--unset", "speed").returncode == 0
    assert json.loads(invoke("show", script, "--json").stdout)["speed"] == 1.0
    assert invoke("config", "voice", "nobody").returncode == 2
    assert "voice = hum" in invoke("config").stdout


@pytest.mark.parametrize("content", ["speed = ", "speed = 12", "colour = 'red'", "\xff", "fifo"])
def test_a_broken_config_is_said_with_its_file(tmp_path: Path, content: str, script: str) -> None:
    """Settings that can't be used are no reason to guess."""
    folder = tmp_path / "config/voiceguide"
    (folder / "config.toml").unlink()
    if content == "fifo":
        os.mkfifo(folder / "config.toml")
    else:
        (folder / "config.toml").write_bytes(content.encode("latin-1"))
    done = invoke("show", script)
    assert done.returncode == 2
    assert "config.toml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.cold_cache
def test_a_cache_that_can_not_be_written_is_mentioned(tmp_path: Path, script: str) -> None:
    """The session runs; the listener learns why it starts slowly."""
    (tmp_path / "cache").write_text("not a folder")
    done = invoke("show", script, "--voice", "hum")
    assert done.returncode == 0
    assert "can't be written" in done.stderr


def test_an_export_never_overwrites_its_own_script(script: str) -> None:
    """A slip of the completion key must not cost the author the script."""
    before = Path(script).read_text()
    done = invoke("export", script, "-o", script, "--format", "wav", "--voice", "hum")
    assert done.returncode == 2
    assert "is the script itself" in done.stderr
    assert Path(script).read_text() == before


@pytest.mark.long
def test_streams_that_are_closed_or_narrow_do_no_harm(tmp_path: Path) -> None:
    """Not every caller has a terminal that can write everything."""
    file = tmp_path / "own.md"
    file.write_text("# Über → alles\n\nHören.\n", encoding="utf-8")
    shell = f"{sys.executable} -m voiceguide"
    narrow = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for command in (
        f"{shell} show {file} --voice hum >&-",
        f"{shell} play {file} --voice hum --output silent --no-wait >&- 2>&-",
        f"{shell} export {file} -o {tmp_path}/x.wav --voice hum <&- >&- 2>&-",
        f"{shell} show {file} --json --voice hum",
        f"{shell} play {file} --voice hum --output silent --no-wait",
    ):
        done = subprocess.run(command, shell=True, capture_output=True, text=True, env=narrow)
        assert (done.returncode, done.stderr) == (0, ""), command


@pytest.mark.voice
def test_doctor_tells_what_there_is_and_what_to_do() -> None:
    """Each thing that a session needs, well or not, and the remedy beside what isn't."""
    nowhere = {**os.environ, "PULSE_SERVER": "unix:/nowhere", "XDG_RUNTIME_DIR": "/nowhere"}
    done = run("doctor", env=nowhere)
    assert done.returncode == 1
    assert re.search(r"^ok +voice +gmw/en-us speaks", done.stdout, re.MULTILINE)
    assert re.search(
        r"^NO +sound +no sound device can be opened.*\n +→ connect a loudspeaker", done.stdout, re.MULTILINE
    )
    assert re.search(r"^ok +cache ", done.stdout, re.MULTILINE)


@pytest.mark.voice
def test_voices_can_be_listed_by_language() -> None:
    """A hundred voices are too many to look through."""
    listed = invoke("voices", "--language", "de").stdout.splitlines()
    assert listed
    assert all("german" in line.lower() for line in listed)
    assert all(re.search(r" 1\d\d wpm ", line) for line in listed)


@pytest.mark.long
@pytest.mark.voice
def test_a_speed_can_be_given_in_words_a_minute() -> None:
    """Whoever knows how fast they like to be spoken to needn't know the voice."""
    listed = invoke("voices", "--language", "en-029").stdout
    usual = int(re.search(r"(\d+) wpm", listed)[1])  # type: ignore[index]
    for words in (usual, 120):
        timeline = json.loads(invoke("show", "hands", "--voice", "gmw/en-029", "--wpm", str(words), "--json").stdout)
        assert timeline["speed"] == pytest.approx(words / usual, rel=0.01)
    refused = invoke("show", "hands", "--wpm", "400")
    assert (refused.returncode, "gmw/en-us speaks from" in refused.stderr) == (2, True)
    assert invoke("show", "hands", "--wpm", "120", "--speed", "0.8").returncode == 2


def test_completion_completes_techniques() -> None:
    """Tab after `play` offers what can be played."""
    assert "_VOICEGUIDE_COMPLETE=bash_complete" in invoke("completion", "bash").stdout
    asked = {
        **os.environ,
        "_VOICEGUIDE_COMPLETE": "bash_complete",
        "COMP_WORDS": "voiceguide play f",
        "COMP_CWORD": "2",
    }
    code = "from voiceguide.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=asked, capture_output=True, text=True)
    assert "plain,foam-roller" in done.stdout


def test_a_closed_pipe_and_a_full_device_end_quietly(script: str) -> None:
    """`| head -1` is not an error to shout about; a full device is one, in a sentence."""
    shell = f"{sys.executable} -m voiceguide show foam-roller --voice hum"
    done = subprocess.run(f"{shell} | head -1", shell=True, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    full = subprocess.run(f"{shell} > /dev/full", shell=True, capture_output=True, text=True)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert "No space left" in full.stderr


@pytest.mark.long
def test_the_terminal_is_as_it_was_after_a_session_and_after_signals(script: str) -> None:
    """Keys come one by one while a session plays; afterwards the terminal echoes and waits for Enter again."""
    for act in (b"q", signal.SIGTERM, signal.SIGINT):
        terminal, inside = pty.openpty()
        before = termios.tcgetattr(inside)
        command = [*PROGRAM, "play", script, "--output", "silent", "--voice", "hum"]
        process = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside)
        deadline = time.monotonic() + 20
        while termios.tcgetattr(inside)[3] == before[3] and time.monotonic() < deadline:
            time.sleep(0.02)
        assert termios.tcgetattr(inside)[3] != before[3]
        if isinstance(act, bytes):
            os.write(terminal, act)
        else:
            process.send_signal(act)
        while process.poll() is None and time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.05)[0]:
                os.read(terminal, 65_536)
        assert process.returncode == {b"q": 0, signal.SIGTERM: 143, signal.SIGINT: 130}[act]
        assert termios.tcgetattr(inside) == before
        os.close(terminal)
        os.close(inside)


def test_a_signal_ends_it_even_where_python_swallows_exceptions() -> None:
    """Finalisers and weak references' callbacks drop what is raised in them; one Ctrl-C in a hundred came there."""
    code = """
import os, signal, sys, time
from voiceguide.cli.program import main

class Swallowing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)

def program(**_):
    Swallowing()
    time.sleep(20)

main.__globals__["program"] = program
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=15)
    assert (done.returncode, done.stderr) == (130, "")
