"""The settings of SLURM jobs; no value can be misread by a shell or end a line of a script."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from screening.core.settings import Settings

# pydantic's `$` is the very end: no line break slips in. The first character is never a dash.
_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
_NAMES = r"^[A-Za-z0-9_][A-Za-z0-9_.,-]*$"
# What else a site may ask for. What would change how many workers there are, what they run or where
# they write (ntasks, array, wrap, export, output, mem ...) is ours.
_FURTHER = (
    *("constraint", "exclude", "exclusive", "gres", "hint", "licenses", "mail-type"),
    *("mail-user", "nice", "nodelist", "prefer", "qos", "reservation", "switches", "tmp", "wckey"),
)
_VALUE = r"[A-Za-z0-9_.,:/@+\[\]-]+"
_DIRECTIVE = rf"^--({'|'.join(_FURTHER)})(={_VALUE})?$"
Directive = Annotated[str, StringConstraints(pattern=_DIRECTIVE)]


class SlurmSettings(Settings):
    """Jobs of `dask: slurm`, one worker process of one core each."""

    jobs: int = Field(4, ge=1, le=1000)
    """Jobs, each with one worker."""
    partition: str | None = Field(None, pattern=_NAMES)
    """Partition; null: the site's default."""
    account: str | None = Field(None, pattern=_NAME)
    """Account that is charged; null: the user's default."""
    walltime: str = Field("04:00:00", pattern=r"^[0-9]{1,4}:[0-5][0-9]:[0-5][0-9]$")
    """Time limit of a job, HH:MM:SS; a job that reaches it is replaced."""
    directives: tuple[Directive, ...] = ()
    """Further options of sbatch, such as `--qos=long` or `--constraint=avx2`."""
    wait_s: float = Field(3600.0, gt=0)
    """Seconds without any worker, in the queue above all, before the screen gives up."""
    host: str | None = Field(None, pattern=_NAME)
    """Name or IPv4 address at which the nodes reach this machine; null: that of the default
    route."""
    interface: str | None = Field(None, pattern=_NAME)
    """Network interface at which they reach it, such as `ib0`, in place of `host`."""
    logs: str | None = None
    """Folder of the workers' logs, which all nodes see; null: `slurm-logs` in the output."""

    @field_validator("directives", mode="before")
    @classmethod
    def _name_known_ones(cls, value: object) -> object:
        """Refuse a directive in words, before pydantic shows the pattern."""
        for text in value if isinstance(value, (list, tuple)) else ():
            if isinstance(text, str) and not re.fullmatch(_DIRECTIVE.strip("^$"), text):
                raise ValueError(
                    f"{text!r} is none of --{', --'.join(_FURTHER)}, alone or with = and a value "
                    "of letters, digits and _.,:/@+[]-"
                )
        return value

    @field_validator("walltime", mode="before")
    @classmethod
    def _as_written(cls, value: object) -> object:
        """Undo YAML, which reads 12:00:00 as 43,200."""
        if isinstance(value, int) and value >= 3600:
            return f"{value // 3600:02d}:{value // 60 % 60:02d}:{value % 60:02d}"
        return value

    @model_validator(mode="after")
    def _one_address(self) -> SlurmSettings:
        if self.host and self.interface:
            raise ValueError("host and interface are two ways to say the same; set one of them")
        return self
