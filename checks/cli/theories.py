"""The theories that a command is about: those that ``--theory`` names, those of the project, or the built-in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .app import fail

if TYPE_CHECKING:
    from ...theory.language.claim import Claim
    from ...theory.library import Library

Theories = Annotated[list[str] | None, typer.Option(
    "--theory", metavar="REF",
    help="A theory of your own: a file, a module, or the name of a pack. May be repeated.")]


def libraries(named: Iterable[str] | None) -> list[Library]:
    """The theories of those names; without a name those of pyproject.toml, and without these the built-in one."""
    from ..authoring.project import project_theories
    from ..authoring.references import load, reference_of_text

    texts = list(named or ()) or project_theories(Path.cwd()) or ["flatcert"]
    return list(dict.fromkeys(load(reference_of_text(text)) for text in texts))


OwnTheories = Annotated[list[str] | None, typer.Option(
    "--theory", metavar="REF", help="A theory of your own about these networks: its words and claims, too.")]


def own_libraries(named: Iterable[str] | None) -> list[Library]:
    """The theories of those names, which are about the deep linear networks; none without a name."""
    if not named:
        return []
    from ..analysis.own_theories import about_networks

    return about_networks(libraries(named))


def together(found: Sequence[Library]) -> Library:
    """One library that knows the claims of all."""
    from ...theory.library import Library

    return found[0] if len(found) == 1 else Library((), bases=found)


def known_claim(name: str, library: Library) -> Claim:
    """The claim of that name in a library. A name of no claim is refused."""
    try:
        return library.claim(name)
    except KeyError as error:
        fail(f"{error.args[0]}")


def chosen(ids: Iterable[str] | None, found: Sequence[Library]) -> list[tuple[Library, list[Claim]]]:
    """Each of the libraries with its claims of these ids; all claims without ids. A name of no claim is refused."""
    names = [known_claim(name, together(found)).id for name in ids or ()]
    if not names:
        return [(library, list(library)) for library in found]
    picked = [(library, [library.claims[name] for name in names if name in library.claims]) for library in found]
    left = [name for name in names if not any(name in library.claims for library in found)]
    picked[0][1].extend(found[0].claim(name) for name in left)  # claims that a theory rests on
    return [(library, claims) for library, claims in picked if claims]


def divided(words: Iterable[str], theories: Iterable[str] | None) -> tuple[list[str], list[str]]:
    """The theories and the claims that the arguments of ``verify`` name: a file, a module or a pack is a theory.

    A name that is nearly that of a pack, and of no claim, is refused.
    """
    from ..authoring.references import installed, is_module

    named, ids = list(theories or ()), list[str]()
    others = [word for word in words if not word.endswith(".py") and "/" not in word and not Path(word).is_file()]
    named += [word for word in words if word not in others]
    known = {claim.id for library in libraries(named) for claim in (*library, *(x for b in library.bases for x in b))}
    for word in others:
        near = get_close_matches(word, installed(), 1)
        if near and word not in installed() and not get_close_matches(word, known, 1):
            fail(f"There is no claim and no theory {word!r}: did you mean {near[0]}?")
        (named if word not in known and (word in installed() or is_module(word)) else ids).append(word)
    return named, ids
