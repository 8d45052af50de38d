"""What the words of claims mean: symbols, functions, hypotheses, quantifiers, and what derivations stipulate.

If a word gets another meaning, the claims that use it look the same in print. So the meanings are compared, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy as sp

from ....theory.language.claim import Claim
from ....theory.language.hypotheses import Hypothesis, stated
from ....theory.language.nodes import LayerMatrix, Relation
from ....theory.language.quantifiers import QUANTIFIERS, Quantifier
from ....theory.language.quantities import VOCABULARY
from ....theory.setting.residual import DEFINED


def meanings(claims: Iterable[Claim]) -> dict[str, str]:
    """The meanings of all words that occur in the claims, by name, and everything that derivations stipulate.

    >>> from ....theory.library import BUILT_IN
    >>> meanings([BUILT_IN.claim("sharpness-lower")])["symbol S"]
    'sharpness: largest eigenvalue of the Hessian of the risk'
    """
    claims = list(claims)
    formal = [o for claim in claims for o in claim.obligations if o.formal]
    relations = [x for o in formal for x in (o.relation, *o.given) if isinstance(x, Relation)]
    relations += [claim.statement for claim in claims if claim.statement is not None]
    sides = [side for relation in relations for side in (relation.lhs, relation.rhs)]
    symbols = {x.name for side in sides for x in side.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix)}
    functions = {type(x) for side in sides for x in sp.preorder_traversal(side)
                 if str(type(x).__module__).startswith("flatcert")}
    found = {f"symbol {x}": VOCABULARY[x].meaning for x in sorted(symbols) if x in VOCABULARY}
    found |= {f"function {x.__name__}": (x.__doc__ or "").split("\n")[0]
              for x in sorted(functions, key=lambda x: x.__name__)}
    found |= _listed("hypothesis", stated(), {x for o in formal for x in o.given if isinstance(x, str)})
    found |= _listed("quantifier", QUANTIFIERS, {x for o in formal for x in o.over})
    for name, x in DEFINED.items():
        needs = f"; given {', '.join(map(str, x.needs))}" if x.needs else ""
        over = f"; for {x.ranges}" if x.ranges else ""
        found[f"stipulated {name}"] = f"{x.relation}{over}{needs}"
    return found


def _listed(kind: str, table: Mapping[str, Hypothesis | Quantifier], used: set[str]) -> dict[str, str]:
    return {f"{kind} {name}": word.latex for name, word in table.items() if name in used}
