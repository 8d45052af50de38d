"""A file for Coq with the statements of a theory, each to be proved by hand."""

from __future__ import annotations

import re

from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import Library
from .linking import header
from .needs import NotInCoq
from .printer import statement


def skeleton(library: Library) -> tuple[str, list[str]]:
    """The statements of a theory over the deep linear networks, and a sentence for each that is not printed.

    A proof that is still to be written is given up by ``Abort``: the file compiles, and nothing is taken as proved.
    """
    written, left_out = list[str](), list[str]()
    for claim in library:
        for one in claim.obligations:
            key = f"{claim.id}/{one.name}"
            try:
                if library.setting is not DEEP_LINEAR:
                    raise NotInCoq("only the words of the deep linear networks have translations")
                text = str(statement(one))
            except NotInCoq as problem:
                left_out.append(f"{key} is not printed: {problem}.")
                written.append(f"(* {left_out[-1]} *)")
            else:
                name = re.sub(r"^(?=\d)|\W", "_", key, flags=re.ASCII)
                written.append(f"(* {key}: {one.relation} *)\nTheorem {name} : {text}.\nProof.\nAbort.")
    return header() + "\n\n".join(written) + "\n", left_out
