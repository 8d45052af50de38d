"""The folder of a campaign: its settings in campaign.json, and a Parquet file for each chunk that is done.

A file is written whole, and is on the disk before its name is. A killed campaign therefore leaves complete files only.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...output import DataError, quoted
from ...output.whole_files import written_whole
from .totals import Key, Summary, Totals
from .work import Chunk

FORMAT = 1
_COUNTS = ("held", "by_floats", "ties", "refuted", "inconclusive", "not_applicable")


@dataclass(frozen=True)
class Settings:
    """What the numbers of a campaign depend on."""

    theory: str
    claims: tuple[str, ...]
    instances: int
    seed: int
    sources: str
    format: int = FORMAT


class Store:
    """The folder of a campaign."""

    def __init__(self, folder: Path) -> None:
        if find_spec("pyarrow") is None:
            raise DataError("A campaign is kept in Parquet files, which needs pyarrow: run pip install "
                            "'flatcert[parquet]'.")
        self.folder, self.parts = folder, folder / "parts"
        self._about = folder / "campaign.json"

    def begun(self) -> Settings:
        """The settings of the campaign that the folder holds. Raises DataError where it holds none."""
        try:
            found = json.loads(self._about.read_text(encoding="utf-8"))
            return Settings(**{**found, "claims": tuple(found["claims"])})
        except (OSError, ValueError, TypeError, KeyError):
            raise DataError(f"{quoted(str(self.folder))} holds no campaign: name its folder by --out.") from None

    def open_for(self, settings: Settings) -> None:
        """Begin a campaign in the folder, or go on with the one that it holds.

        Raises DataError with a sentence where that one has other settings or sources, or the folder is in other use.
        """
        if self._about.exists():
            self._same(self.begun(), settings)
        elif self.folder.exists() and any(self.folder.iterdir()):
            raise DataError(f"{quoted(str(self.folder))} is not empty, and holds no campaign: name another folder.")
        self.parts.mkdir(parents=True, exist_ok=True)
        for draft in [*self.folder.glob(".flatcert.*"), *self.parts.glob(".flatcert.*")]:  # of a killed campaign
            shutil.rmtree(draft, ignore_errors=True)
        if not self._about.exists():
            with written_whole(self._about, durable=True) as draft:
                draft.write_text(json.dumps(asdict(settings), indent=1) + "\n", encoding="utf-8")

    def _same(self, before: Settings, now: Settings) -> None:
        if before.sources != now.sources:
            raise DataError(f"The campaign in {quoted(str(self.folder))} was begun with other sources of flatcert, or "
                            "other versions of its packages: begin a new one in another folder.")
        for name, value in asdict(before).items():
            if value != getattr(now, name):
                raise DataError(f"The campaign in {quoted(str(self.folder))} has other settings ({name}: "
                                f"{_shown(value)}, not {_shown(getattr(now, name))}): repeat these, or name another "
                                "folder.")

    def is_done(self, number: int) -> bool:
        return self._place(number).exists()

    def keep(self, chunk: Chunk, summary: Summary) -> None:
        """Write the file of a chunk."""
        import pyarrow as pa
        from pyarrow.parquet import write_table

        table = pa.Table.from_pylist([_row(chunk, key, totals) for key, totals in summary.items()], _schema())
        with written_whole(self._place(chunk.number), durable=True) as draft:
            write_table(table, draft)

    def summaries(self) -> Iterator[Summary]:
        """What each chunk that is done has found, file by file. Raises DataError for a damaged file."""
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile

        for place in sorted(self.parts.glob("*.parquet")):
            try:
                with ParquetFile(place) as file:
                    rows = file.read().to_pylist()
            except (OSError, ArrowException):
                raise DataError(f"{quoted(str(place))} is damaged: delete it, and the campaign makes it again."
                                ) from None
            yield {Key(row["claim"], row["obligation"], row["shape"]): _totals(row) for row in rows}

    def _place(self, number: int) -> Path:
        return self.parts / f"{number:08d}.parquet"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _schema() -> Any:
    import pyarrow as pa

    texts = pa.list_(pa.string())
    return pa.schema([
        ("chunk", pa.int64()), ("seed", pa.int64()), ("place", pa.int64()), ("claim", pa.string()),
        ("obligation", pa.string()), ("shape", pa.string()), *((name, pa.int64()) for name in _COUNTS),
        ("slack_bins", pa.list_(pa.int32())), ("slack_counts", pa.list_(pa.int64())),
        ("tightest_ratios", pa.list_(pa.float64())), ("tightest", texts), ("undecided", texts),
        ("counterexamples", texts)])


def _row(chunk: Chunk, key: Key, totals: Totals) -> dict[str, Any]:
    slacks = sorted(totals.slacks.items())
    return {"chunk": chunk.number, "seed": chunk.seed, "place": chunk.place, **asdict(key),
            **{name: getattr(totals, name) for name in _COUNTS},
            "slack_bins": [place for place, _ in slacks], "slack_counts": [count for _, count in slacks],
            "tightest_ratios": [ratio for ratio, _ in totals.tightest],
            "tightest": [token for _, token in totals.tightest],
            "undecided": totals.undecided, "counterexamples": totals.counterexamples}


def _totals(row: dict[str, Any]) -> Totals:
    return Totals(**{name: row[name] for name in _COUNTS},
                  slacks=Counter(dict(zip(row["slack_bins"], row["slack_counts"], strict=True))),
                  tightest=tuple(zip(row["tightest_ratios"], row["tightest"], strict=True)),
                  undecided=tuple(row["undecided"]), counterexamples=tuple(row["counterexamples"]))
