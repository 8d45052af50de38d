"""A run as JSON and as JUnit XML, for other programs."""

from __future__ import annotations

from dataclasses import asdict
from xml.etree import ElementTree

from ... import __version__
from ...theory.library import BUILT_IN
from ..attack.adversary import Attack
from ..deciding.tokens import command
from ..output.json_values import JsonObject, json_object
from .run import ClaimReport, Run
from .sentence import sentence
from .tallies import Tally
from .words import dictionary


def as_dict(run: Run) -> JsonObject:
    """The run as the JSON object of the contract; of a theory of one's own, its name and its reference, too."""
    library = run.library
    theory = {} if library is BUILT_IN else {"theory": {"name": library.about.name, "reference": library.reference}}
    return json_object({
        "version": __version__, **theory, "seed": run.seed, "profile": run.profile, "environment": run.environment,
        "seconds": round(run.seconds, 3), "verdict": run.verdict, "sentence": sentence(run), "exit_code": run.exit_code,
        "interrupted": run.interrupted, "words": _words(run),
        "claims": [_claim(report) for report in run.reports.values()],
    })


def _words(run: Run) -> dict[str, object]:
    words, setting = run.words, run.library.setting
    vocabulary = sorted(dictionary(setting).vocabulary(words.compared))
    return {"checked": len(words.compared), "instances": words.instances,
            "vocabulary": {"compared": vocabulary, "of": len(setting.words)},
            "disagreements": [{**asdict(found), "token": found.token} for found in words.disagreements]}


def _claim(report: ClaimReport) -> dict[str, object]:
    total = sum(report.tallies.values(), Tally())
    ratio, at = report.tightness
    true = [mutant.label for mutant in report.mutants if mutant.true]
    return {
        "id": report.claim.id, "origins": list(report.claim.origins), "kind": report.claim.kind,
        "verdict": report.verdict, "machine_checked": report.claim.machine_checked_json(),
        "derivation": {"steps": report.derivation.steps, "checked": report.derivation.checked,
                       "problems": list(report.derivation.problems), "partial": report.derivation.partial,
                       **({"given": list(report.derivation.taken)} if report.derivation.taken else {}),
                       "decided_steps": report.derivation.decided,
                       "undecided_steps": [asdict(step) for step in report.derivation.undecided]},
        "instances": {**_counts(total), "max_bits": total.max_bits},
        "mutants": {"total": len(report.near_misses), "refuted": len(report.near_misses) - len(report.survivors),
                    "survivors": report.survivors, **({"true": true} if true else {}),
                    "counterexamples": {m.label: m.counterexample.token for m in report.mutants
                                        if m.counterexample is not None}},
        "tightness": {"ratio": ratio, "at": at},
        "failures": report.failures, **({"not_applicable": report.unmet} if report.unmet else {}),
        "counterexamples": [asdict(c) for c in report.counterexamples],
        "undecided": report.undecided,
        "obligations": {
            name: {**_counts(t), "ties": t.ties, "max_bits": t.max_bits, "error_probability": t.error,
                   "tightness": dict(zip(("ratio", "at"), report.tightest(name), strict=True)),
                   "attack": _attack(report.attacks[name]) if name in report.attacks else None}
            for name, t in report.tallies.items()
        },
        "floors": {name: {floor.name: {"decided": floor.decided, "wanted": floor.wanted} for floor in found}
                   for name in report.tallies if (found := report.floors(name))},
        "seconds": round(report.seconds, 3),
    }


def _attack(attack: Attack) -> dict[str, object]:
    return {"ratio": attack.ratio, "at": attack.at, "instance": attack.nearest, "decided": attack.decided,
            "inconclusive": attack.inconclusive, "evaluations": attack.evaluations}


def _counts(tally: Tally) -> dict[str, int]:
    return {"decided": tally.decided, "held": tally.held, "refuted": tally.refuted,
            "inconclusive": tally.inconclusive, "not_applicable": tally.not_applicable}


def junit_xml(run: Run) -> str:
    """The run as JUnit XML: a suite for each claim, a case for each obligation, mutant and derivation."""
    name = "flatcert" if run.library is BUILT_IN else f"flatcert: {run.library.about.name}"
    root = ElementTree.Element("testsuites", name=name, time=f"{run.seconds:.3f}")
    for report in run.reports.values():
        suite = ElementTree.SubElement(root, "testsuite", name=report.claim.id, time=f"{report.seconds:.3f}")
        for obligation in report.claim.obligations:
            tally = report.tallies.get(obligation.name, Tally())
            attack = report.attacks.get(obligation.name, Attack())
            refuted, open_ = tally.refuted + bool(attack.counterexample), tally.inconclusive + attack.inconclusive
            problem = None if tally.held and not refuted and not open_ else (
                f"{refuted} refuted, {open_} inconclusive, {tally.held} held")
            short = [floor.sentence for floor in report.floors(obligation.name) if floor.decided < floor.wanted]
            unmet = [sentence for sentence in report.unmet if sentence.startswith(f"{obligation.name} ")]
            problem = "; ".join(unmet) or problem or "; ".join(short) or None
            details = "\n".join(command(c.token, report.reference) for c in report.counterexamples
                                if c.obligation == obligation.name)
            _case(suite, obligation.name, problem, details)
        for mutant in report.near_misses:
            _case(suite, f"mutant {mutant.label}", None if mutant.counterexample else "the mutant survives")
        _case(suite, "derivation", "; ".join(report.derivation.problems) or None)
        _case(suite, "words", "; ".join(found.sentence for found in report.misread) or None)
        cases = suite.findall("testcase")
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, name: str, problem: str | None, details: str = "") -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=suite.get("name", ""), name=name)
    if problem:
        ElementTree.SubElement(case, "failure", message=problem).text = details
