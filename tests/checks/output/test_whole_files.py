"""Files are whole or not there, whatever signal ends the process, and nothing is left beside them."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flatcert.checks.output.whole_files import ended_as_by_error, write_text, written_whole

WRITING = """
import sys, time
from pathlib import Path
from flatcert.checks.output.whole_files import written_whole
with written_whole(Path(sys.argv[1])) as draft:
    draft.write_text("half")
    print("writing", flush=True)
    time.sleep(0.5)
    draft.write_text("all of it")
time.sleep(30)
"""
THREADS = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from flatcert.checks.output.whole_files import ended_as_by_error, written_whole
def work():
    with written_whole(Path(sys.argv[1])) as draft:
        draft.write_text("half")
        print("writing", flush=True)
        time.sleep(0.5)
        draft.write_text("all of it")
with ended_as_by_error(), ThreadPoolExecutor(1) as pool:
    pool.submit(work).result()
    time.sleep(30)
"""


AS_IN_A_TERMINAL = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
"""
"""A process that is started in the background, or by nohup, ignores these signals, and so do its children."""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
@pytest.mark.parametrize("code, left", [(WRITING, -1), (THREADS, 128)], ids=["main thread", "other thread"])
def test_a_signal_leaves_a_whole_file_and_nothing_else(
    tmp_path: Path, code: str, left: int, number: signal.Signals
) -> None:
    process = subprocess.Popen([sys.executable, "-c", AS_IN_A_TERMINAL + code, tmp_path / "f.txt"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "writing\n"
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == (128 + number if left > 0 and number != signal.SIGINT else -number)
    assert [path.name for path in tmp_path.iterdir()] == ["f.txt"]
    assert (tmp_path / "f.txt").read_text() == "all of it"


def test_an_error_leaves_the_old_file(tmp_path: Path) -> None:
    write_text(tmp_path / "f", "old")
    with pytest.raises(RuntimeError), written_whole(tmp_path / "f") as draft:
        draft.write_text("new")
        raise RuntimeError
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("f", "old")]


def test_handlers_are_as_before(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with ended_as_by_error():
        write_text(tmp_path / ("x" * 250), "the longest name")
        assert signal.getsignal(signal.SIGTERM) is not before[1]
    thread = threading.Thread(target=write_text, args=(tmp_path / "f", "in a thread"))
    thread.start()
    thread.join()
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before
    assert (tmp_path / "f").read_text() == "in a thread"
