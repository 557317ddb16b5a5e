"""The process of a third party's predictor: started, asked with a time limit, and killed.

It is another program of another author, so nothing it does may stop or confuse the screen: its
answers are lines of JSON on a pipe of their own, its prints are read away, and it is ended with all
that it has started.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from screening.core.errors import PredictorError
from screening.core.one_line import one_line
from screening.core.predictor_manifest import ENTRY_POINTS
from screening.predict.models import Predictor

HOST = Path(__file__).with_name("predictor_host.py")
# To import a deep learning library and to load some ensembles from a cold disk.
START_LIMIT_S = 300.0
# Answers to a batch of 1,024 structures with 500 endpoints take less.
MAX_ANSWER_BYTES = 1 << 26
_READ_BYTES = 1 << 16
# So long a process that has closed its pipes may take to die.
_DYING_S = 5.0
_TAIL_BYTES = 4_096
_DETAIL_CHARS = 300
# Variables that would lead the other interpreter to our packages, or to our servers.
_NOT_FOR_OTHERS = ("PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX", "MLFLOW_")


class Ended(Exception):
    """The process ended or was ended: `crashed` or `timed_out`, and how."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class PredictorProcess:
    """One process; after `Ended` it is gone.

    Parameters
    ----------
    predictor : what to run.
    n_threads : that it may use.
    arguments : further ones for the host.

    Raises
    ------
    PredictorError : the interpreter cannot be started.
    """

    def __init__(self, predictor: Predictor, n_threads: int, *arguments: str) -> None:
        python = predictor.manifest.interpreter(predictor.folder)
        command = [str(python), "-I", str(HOST), ENTRY_POINTS, predictor.manifest.entry_point]
        try:
            self._process = subprocess.Popen(
                [*command, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(n_threads),
                cwd=predictor.folder,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise PredictorError(
                f"{predictor.folder}: {python} cannot be started ({error.strerror})",
                "set up the predictor's environment again",
            ) from None
        self._tail = b""
        self._unread = bytearray()
        self._drain = threading.Thread(target=self._read_prints, daemon=True)
        self._drain.start()

    def ask(self, request: dict[str, Any] | None, limit_s: float) -> dict[str, Any]:
        """Send a request, if any, and wait for an answer.

        Raises
        ------
        Ended : the process ended, took too long, or answered rubbish.
        """
        data = b"" if request is None else json.dumps(request).encode() + b"\n"
        line = self._exchange(data, limit_s)
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            self.stop()
            raise Ended("crashed", f"its answer is no JSON: {told(line[:100])}")
        return answer

    def stop(self) -> int:
        """End the process and all it has started; its status. Once ended, nothing is done."""
        if self._process.returncode is None:
            # Its group is its own as long as it has not been waited for, though it may be dead.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            # What left its group may hold on to its stderr, which is then left to the thread.
            self._drain.join(timeout=_DYING_S)
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
                assert stream is not None
                if stream is not self._process.stderr or not self._drain.is_alive():
                    stream.close()
        return self._process.returncode

    def _exchange(self, data: bytes, limit_s: float) -> bytes:
        """Write the data and read a line, each as far as the other side is ready for it."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        os.set_blocking(stdin.fileno(), False)
        deadline = time.monotonic() + limit_s
        rest = memoryview(data)
        with selectors.DefaultSelector() as ready:
            ready.register(stdout, selectors.EVENT_READ)
            if rest:
                ready.register(stdin, selectors.EVENT_WRITE)
            while b"\n" not in self._unread:
                left_s = deadline - time.monotonic()
                events = ready.select(left_s) if left_s > 0 else []
                if not events:
                    self.stop()
                    raise Ended("timed_out", f"over the limit of {limit_s:g} s")
                for key, _ in events:
                    if key.fileobj is stdin:
                        rest = rest[self._write(rest) :]
                        if not rest:
                            ready.unregister(stdin)
                    else:
                        self._read(stdout.fileno())
        line, _, unread = self._unread.partition(b"\n")
        self._unread = bytearray(unread)
        return bytes(line)

    def _write(self, data: memoryview) -> int:
        assert self._process.stdin is not None
        try:
            return os.write(self._process.stdin.fileno(), data[:_READ_BYTES])
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            raise self._ended() from None

    def _read(self, stdout: int) -> None:
        part = os.read(stdout, _READ_BYTES)
        if not part:
            raise self._ended()
        self._unread += part
        if len(self._unread) > MAX_ANSWER_BYTES:
            self.stop()
            raise Ended("crashed", f"its answer is larger than {MAX_ANSWER_BYTES:,} bytes")

    def _ended(self) -> Ended:
        """What ended the process, and the last line it printed."""
        deadline = time.monotonic() + _DYING_S
        looked = os.WEXITED | os.WNOHANG | os.WNOWAIT  # seen, and not yet waited for
        while os.waitid(os.P_PID, self._process.pid, looked) is None:
            if time.monotonic() > deadline:
                self.stop()
                return Ended("crashed", "it closed the pipe of its answers")
            time.sleep(0.01)
        status = self.stop()
        how = f"died of {signal.Signals(-status).name}" if status < 0 else f"left with {status}"
        lines = self._tail.decode(errors="replace").split("\n")
        said = next((told(line) for line in reversed(lines) if line.strip()), "")
        return Ended("crashed", f"its process {how}" + (f", saying: {said}" if said else ""))

    def _read_prints(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        while part := os.read(stream.fileno(), _READ_BYTES):
            self._tail = (self._tail + part)[-_TAIL_BYTES:]


def describe(predictor: Predictor) -> dict[str, str]:
    """Version of the interpreter and digest of its packages; the callable is found, not loaded.

    Raises
    ------
    PredictorError : the interpreter does not start, or does not know the entry point.
    """
    process = PredictorProcess(predictor, 1, "--describe")
    try:
        answer = process.ask(None, START_LIMIT_S)
    except Ended as ended:
        raise PredictorError(
            f"{predictor.folder}: cannot be started: {ended.detail}", "see docs/predictors.md"
        ) from None
    process.stop()
    if "error" in answer:
        raise PredictorError(
            f"{predictor.folder}: {told(str(answer['error']))}",
            "install the package that declares the entry point into its environment",
        )
    return {key: str(answer[key]) for key in ("packages", "python")}


def told(text: str | bytes) -> str:
    """What foreign code said, on one short line."""
    return one_line(
        text.decode(errors="replace") if isinstance(text, bytes) else text, _DETAIL_CHARS
    )


def _environment(n_threads: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_FOR_OTHERS)}
    return {**kept, "OMP_NUM_THREADS": str(n_threads), "PYTHONIOENCODING": "utf-8"}
