"""What is wrong with a theory, in one sentence with the file and the line."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from ..output import DataError


class BadTheory(DataError):
    """A theory says something that it may not say. The message is a sentence."""


_FACES = tuple(f"{__name__.partition('.')[0]}.{name}" for name in
               ("language", "kinds", "deep_linear", "mutants", "rules", "draw"))
"""The modules from which a theory imports names. One that the theory has not loaded is not searched."""


def meant(name: str, names: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: what may have been meant, or all that there are.

    >>> meant("lamda", ["lambda", "mu"]), meant("x", ["lambda", "mu"])
    (': did you mean lambda?', ': use one of lambda, mu.')
    """
    listed = [one for one in dict.fromkeys(names) if not one.startswith("_")]
    near = get_close_matches(name, listed, 3)
    if near:
        return f": did you mean {' or '.join(near)}?"
    return f": use one of {', '.join(listed)}." if 0 < len(listed) <= 40 else "."


def told(error: BaseException, place: str) -> str:
    """What went wrong while the Python of a theory ran: the file, the line of it, and one sentence."""
    if isinstance(error, SyntaxError):
        return f"{_near(error.filename or place)}, line {error.lineno}: {error.msg}."
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if Path(frame.filename).resolve() == Path(place).resolve()]
    where = f"{_near(place)}, line {lines[-1]}" if lines else _near(place)
    return f"{where}: {sentence(error)}"


def _near(place: str) -> str:
    """A path as seen from the working directory, where the file is below it."""
    here = Path.cwd()
    return str(Path(place).relative_to(here)) if Path(place).is_relative_to(here) else place


def sentence(error: BaseException) -> str:
    """An exception as one sentence, with its type where the message is not meant for readers.

    >>> sentence(ZeroDivisionError("division by zero"))
    'ZeroDivisionError: division by zero.'
    """
    text = " ".join(str(error.args[0] if isinstance(error, KeyError) and error.args else error).split())
    if isinstance(error, ImportError | NameError):
        return _unknown(error, text)
    ours = type(error).__module__.startswith(__name__.partition(".")[0])
    if not ours and type(error) not in (ValueError, TypeError, KeyError):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if text.endswith((".", "?")) else f"{text}."


def _unknown(error: ImportError | NameError, text: str) -> str:
    """The sentence on a name that is not defined, or that a module does not have."""
    if isinstance(error, NameError):
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        homes = [home for home in _FACES if hasattr(sys.modules.get(home), str(error.name))]
        if homes:
            return f"there is no {error.name!r}: import it from {' or '.join(homes)}."
        known = [] if frame is None else [*frame.tb_frame.f_locals, *frame.tb_frame.f_globals]
        return f"there is no {error.name!r}" + meant(str(error.name), known)
    missing = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", text)
    if missing is None:
        return f"{text.removesuffix('.')}."
    return f"{missing[2]} has no {missing[1]!r}" + meant(missing[1], dir(sys.modules.get(missing[2])))

