"""The statements proved in Coq: where they are, and what they say.

Nothing here needs Coq. ``proofs/check.sh`` writes what Coq prints into ``proofs/statements.txt``, with the hash of the
files that it compiled.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

PROOFS: Traversable = files("flatcert") / "proofs"
MEANING = "The statement is machine-checked; the implementation is not."
_THEOREM = re.compile(r"(?:\(\*((?:(?!\*\)).)*)\*\)\n)?^Theorem ([\w']+)", re.MULTILINE | re.DOTALL)
_NAMING = re.compile(
    r"(?:\(\*((?:(?!\*\)).)*)\*\)\n)?"
    r"^((?:Local )?(Definition|Fixpoint|Notation|Let|Section|End) ([\w']+)(?![\w']).*?\.)(?= |$)",
    re.MULTILINE | re.DOTALL)


def modules(folder: Traversable = PROOFS) -> dict[str, str]:
    """The texts of the Coq files by name, in the order of compilation."""
    listed = re.findall(r"^(\w+)\.v$", (folder / "_CoqProject").read_text(encoding="utf-8"), re.MULTILINE)
    return {name: (folder / f"{name}.v").read_text(encoding="utf-8") for name in listed}


def comments(folder: Traversable = PROOFS) -> dict[str, str]:
    """The comment before each theorem, which says it in mathematics, by ``file.theorem``.

    >>> comments()["ineq.kernel_AGM"].split(":")[0]
    '`kernel-agm`'
    """
    return {f"{module}.{name}": _joined(comment) for module, text in modules(folder).items()
            for comment, name in _THEOREM.findall(text)}


def statements(folder: Traversable = PROOFS) -> dict[str, str]:
    """What Coq prints as the statement of each theorem, by ``file.theorem``."""
    blocks = (folder / "statements.txt").read_text(encoding="utf-8").split("\n== ")[1:]
    return {name: "\n".join(line.rstrip() for line in text.rstrip().splitlines())
            for name, _, text in (block.partition("\n") for block in blocks)}


def definitions(folder: Traversable = PROOFS) -> dict[str, str]:
    """Each definition by name: its comment, itself, and the abbreviations of its section that it uses."""
    found: dict[str, str] = {}
    for text in modules(folder).values():
        scopes: list[dict[str, str]] = [{}]
        for comment, body, kind, name in _NAMING.findall(text):
            if kind == "Section":
                scopes.append({})
            elif kind == "End":
                scopes.pop()
            elif kind in ("Notation", "Let"):
                scopes[-1][name] = body
            else:
                local = {key: line for scope in scopes for key, line in scope.items()}
                found[name] = "\n".join([*([f"(* {_joined(comment)} *)"] if comment else []), body,
                                         *rests_on(body, local)])
    return found


def rests_on(statement: str, known: dict[str, str]) -> list[str]:
    """The known texts that a statement uses, directly or through other known texts."""
    needed: set[str] = set()
    waiting = [statement]
    while waiting:
        found = {word for word in re.findall(r"[\w']+", waiting.pop()) if word in known} - needed
        needed |= found
        waiting += [re.sub(r"\(\*.*?\*\)", "", known[name], flags=re.DOTALL) for name in found]
    return [text for name, text in known.items() if name in needed]


def _joined(comment: str) -> str:
    return " ".join(comment.split())
