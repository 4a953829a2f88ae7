"""A voice-guided audio session player: a written technique becomes a session one can lie down with."""

__version__ = "0.1.0"
