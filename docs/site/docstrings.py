"""An extension of Griffe: examples in docstrings are code, and roles of Sphinx are names."""

from __future__ import annotations

import re
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^>>> .*?(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)
_ROLE = re.compile(r":(?:func|class|data|mod|meth):`")


class Examples(griffe.Extension):
    """Fence each example that begins with ``>>>``: in Markdown it would be a quotation."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            text = _EXAMPLE.sub(lambda found: f"```pycon\n{found[0].rstrip()}\n```", obj.docstring.value)
            obj.docstring.value = _ROLE.sub("`", text)
