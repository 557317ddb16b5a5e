"""The exceptions of the project, drawn as one tree.

ScreeningError                  anything the user can mend: one line on the CLI, exit code 2
├── InputError                  a library or table cannot be read (names file, record and remedy)
├── OutputError                 a result cannot be written (names the place and the cause)
├── ConfigError                 a setting is unknown, of the wrong kind or contradicts another
├── BundleError                 a model bundle is missing, incomplete or does not match its digest
│   ├── BundleMismatch          a bundle does not fit the request (endpoint, featuriser, version)
│   └── PredictorError          a third party's predictor does not do what its manifest says
├── TrainingDataError           a labelled table cannot be trained on (names the rows)
└── WorkflowError               a stage of the workflow failed; carries the stage and its log

A bad molecule is never an exception: it becomes a row of the reject ledger (`core.rejects`).
A programming error is none of these and ends the run with its traceback in the log.
"""

from __future__ import annotations


class ScreeningError(Exception):
    """An error that the user can mend.

    Parameters
    ----------
    problem : what is wrong and where (file, record, key).
    remedy : what to do about it.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(self.line())

    def line(self) -> str:
        """The one line shown to the user."""
        text = f"{self.problem}; {self.remedy}" if self.remedy else self.problem
        return " ".join(text.split())


class InputError(ScreeningError):
    """A library or table cannot be read."""


class OutputError(ScreeningError):
    """A result cannot be written: the disk is full, or the place not writable."""


class ConfigError(ScreeningError):
    """A setting is unknown, of the wrong kind, or contradicts another."""


class BundleError(ScreeningError):
    """A model bundle is missing, incomplete or altered."""


class BundleMismatch(BundleError):
    """A bundle does not fit what is asked of it."""


class PredictorError(BundleError):
    """A third party's predictor cannot be started, or does not do what its manifest says."""


class TrainingDataError(ScreeningError):
    """A labelled table cannot be trained on."""


class WorkflowError(ScreeningError):
    """A stage of the workflow failed."""
