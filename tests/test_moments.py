"""Time is read and written in one place; a slip here would be a slip everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceguide.base.moments import format_length, frame_at, ms_at, ms_of, parse_ms, short_timestamp, timestamp


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("20s", 20_000),
        ("1m", 60_000),
        ("1m30s", 90_000),
        ("1m 30s", 90_000),
        ("2 min", 120_000),
        ("90 seconds", 90_000),
        ("1h", 3_600_000),
        ("1.5s", 1_500),
        ("250ms", 250),
        ("1:30", 90_000),
        ("1:00:01", 3_601_000),
        ("012s", 12_000),
    ],
)
def test_times_as_authors_write_them(text: str, ms: int) -> None:
    """Each form that the language reference promises is read as what it says."""
    assert parse_ms(text) == ms


@pytest.mark.parametrize(
    "text", ["", "20", "s", "5 parsecs", "-5s", "1e3s", "nan", "inf", "20s5", "1:75", "٣s", "9" * 40]
)
def test_what_is_no_time_is_refused_in_words(text: str) -> None:
    """A wrong time must not turn into another one in silence."""
    with pytest.raises(ValueError, match="is not a time; write 20s"):
        parse_ms(text)


@given(st.integers(0, 24 * 3_600_000))
def test_what_is_written_reads_back(ms: int) -> None:
    """Messages quote times; an author may paste them back into the script."""
    assert parse_ms(format_length(ms)) == ms


@given(st.integers(0, 10**9), st.integers(1, 10**7), st.sampled_from([8_000, 22_050, 44_100, 48_000]))
def test_a_clip_always_fits_between_its_moments(start_ms: int, frames: int, rate: int) -> None:
    """Rounding up lengths and down positions never cuts the last frame of a sound, wherever it begins."""
    assert frame_at(start_ms + ms_of(frames, rate), rate) - frame_at(start_ms, rate) >= frames


@given(st.integers(0, 10**9), st.integers(0, 10**7), st.sampled_from([8_000, 22_050, 44_100, 48_000]))
def test_what_has_begun_in_frames_has_begun_in_milliseconds(frame: int, start_ms: int, rate: int) -> None:
    """The bridge back: a position in frames compares with events as its millisecond does."""
    assert (frame_at(start_ms, rate) <= frame) == (start_ms <= ms_at(frame, rate))


def test_clocks() -> None:
    """The two ways in which a moment is shown."""
    assert (timestamp(3_661_042), short_timestamp(3_661_042), short_timestamp(61_999)) == (
        "1:01:01.042",
        "1:01:01",
        "1:01",
    )
