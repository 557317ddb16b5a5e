"""The configuration of a screen: one pydantic model, from which YAML and JSON schema are made."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, Field, field_validator

from screening.core.errors import ConfigError
from screening.core.objectives import Limit, Objective, RankSettings
from screening.core.picking import PickSettings
from screening.core.prices import AccountingSettings
from screening.core.profiles import PROFILES
from screening.core.settings import Settings, parse_settings
from screening.core.slurm.settings import SlurmSettings
from screening.core.training import TrainSettings
from screening.core.watchdog import DEFAULT_MEMORY, MEMORY_PATTERN, Limits


class IngestSettings(Settings):
    """How library files are read; empty values are found from the file."""

    encoding: str | None = None
    """Text encoding of the files; null: found from their bytes."""
    delimiter: str | None = None
    """Column delimiter of text tables, one character or `tab`; null: found from the header."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of the numbers in further columns; null: found from their values."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Column of each role (smiles, inchi, name, synonyms, organism, phylum, doi ...), where the
    header alone does not tell."""
    sheet: str | None = None
    """Sheet of Excel workbooks; null: the first with a structure column."""
    licence: str | None = None
    """Licence of the library, carried with each compound that states none."""
    phylum: str | None = None
    """Phylum of the whole library, for compounds that state none."""
    corrections: str | None = None
    """CSV with the columns source_file, record_number and corrected_structure: structures that take
    the place of those read."""


class LimitSettings(Settings):
    """What one structure may take of a worker."""

    time_limit_s: float = Field(30.0, gt=0)
    """Seconds a structure may take before its worker is stopped and it becomes a reject."""
    memory_limit: str = Field(DEFAULT_MEMORY, pattern=MEMORY_PATTERN)
    """Memory a structure may take before its worker is stopped and it becomes a reject."""

    @property
    def limits(self) -> Limits:
        """The limits as the workers take them."""
        return Limits(self.time_limit_s, self.memory_limit)


class StandardiseSettings(LimitSettings):
    """How structures are brought to one form."""

    time_limit_s: float = Field(10.0, gt=0)
    """Seconds a structure may take before its worker is stopped and it becomes a reject."""


DescriptorSetName = Literal[
    "rdkit2d", "natural_product", "drug_likeness", "alerts", "morgan", "map4"
]


class DescribeSettings(LimitSettings):
    """Which descriptors are computed."""

    sets: tuple[DescriptorSetName, ...] = (
        "rdkit2d",
        "natural_product",
        "drug_likeness",
        "alerts",
        "morgan",
    )
    """Descriptor sets; map4 is there too."""

    @field_validator("sets", mode="before")
    @classmethod
    def _name_nearest_set(cls, value: object) -> object:
        """Refuse an unknown set, or one named twice, before pydantic lists all there are."""
        if isinstance(value, (list, tuple)):
            names = get_args(DescriptorSetName)
            for name in value:
                if name not in names:
                    near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.4)
                    remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
                    raise ValueError(f"no descriptor set {name!r}; {remedy}")
                if value.count(name) > 1:
                    raise ValueError(f"descriptor set {name!r} is named twice")
        return value


class PredictSettings(LimitSettings):
    """Which models predict, and where."""

    models: tuple[str, ...] = ("models/toxicity", "models/activity", "models/adme")
    """Models: folders of bundles, or of third parties' predictors, whose code then runs, relative
    to the project; or `models:/NAME@champion` or `models:/NAME/3` of the MLflow registry, which
    `screening run` asks once, before it begins."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the networks run."""


class CurateSettings(LimitSettings):
    """Marine evidence, quarantine, stereo families and conflicts."""

    taxa: str | None = None
    """Table of WoRMS taxa (CSV or TSV); null: `screening run` takes the one that `screening fetch
    worms` got, and without one whether a compound is marine stays unknown."""
    time_limit_s: float = Field(10.0, gt=0)
    """Seconds a structure may take before its worker is stopped; it is kept, unexamined."""
    memory_limit: str = Field(DEFAULT_MEMORY, pattern=MEMORY_PATTERN)
    """Memory a structure may take before its worker is stopped; it is kept, unexamined."""


class DereplicateSettings(Settings):
    """What counts as known already."""

    analogue_similarity: float = Field(0.6, gt=0, le=1)
    """Tanimoto similarity (Morgan counts, radius 2) to a drug, a marine reference compound or a
    training active from which on a structure is its analogue; measured in docs/picking.md."""


class ReportSettings(Settings):
    """What the report shows."""

    top: int = Field(500, ge=1, le=500)
    """Candidates drawn in the report; the full ranking is beside it as Parquet and CSV."""
    explained: int = Field(50, ge=0, le=500)
    """The best candidates whose atoms are explained and whose nearest neighbours are drawn."""
    language: Literal["en", "zh"] = "en"
    """Language of the report: English, or simplified Chinese."""


class TrackingSettings(Settings):
    """Where runs are recorded."""

    experiment: str = "marine screening"
    """MLflow experiment."""
    uri: str | None = None
    """MLflow tracking server; null: MLFLOW_TRACKING_URI, or else a SQLite store in the output."""


class ComputeSettings(Settings):
    """Where the work runs; never changes a result."""

    dask: str = Field("local", pattern=r"^(local|slurm|tcp://[\w.:\[\]-]+:\d+)$")
    """`local`, `slurm`, or the address of a running Dask scheduler, `tcp://host:port`."""
    memory_per_worker: str = Field("4GiB", pattern=MEMORY_PATTERN)
    """A worker that takes more is stopped."""
    store: str | None = None
    """Folder of computed results that screens share; null: `store` in the output. Only what is not
    in it is computed. It may be
    deleted while no screen runs."""
    slurm: SlurmSettings = SlurmSettings()
    """How `dask: slurm` asks for workers."""


class ScreenConfig(Settings):
    """Everything that a screen can be told."""

    libraries: str = "config/libraries.tsv"
    """Library sheet: a TSV with the columns `library` and `path`; several rows for one library are
    read as one."""
    output: str = "results"
    """Folder of the results; each library gets a folder in it."""
    ingest: IngestSettings = IngestSettings()
    standardise: StandardiseSettings = StandardiseSettings()
    describe: DescribeSettings = DescribeSettings()
    predict: PredictSettings = PredictSettings()
    curate: CurateSettings = CurateSettings()
    dereplicate: DereplicateSettings = DereplicateSettings()
    rank: RankSettings = RankSettings()
    pick: PickSettings = PickSettings()
    report: ReportSettings = ReportSettings()
    tracking: TrackingSettings = TrackingSettings()
    compute: ComputeSettings = ComputeSettings()
    train: TrainSettings = TrainSettings()
    accounting: AccountingSettings = AccountingSettings()


def load_config(path: Path) -> ScreenConfig:
    """Read a YAML configuration; what it does not set keeps its default.

    Raises
    ------
    ConfigError : the file is missing, is not YAML, or holds an unknown or wrong setting.
    """
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ConfigError(
            f"{path}: cannot be read ({problem.strerror})", "give an existing file"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{path}: not YAML ({problem})", "correct the file") from None
    if values is not None and not isinstance(values, dict):
        raise ConfigError(f"{path}: not a mapping of settings", "write `key: value` lines")
    return parse_settings(ScreenConfig, values or {}, str(path))


def json_schema() -> str:
    """The JSON schema of the configuration, as committed in `config/schema.json`."""
    return json.dumps(ScreenConfig.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def default_yaml() -> str:
    """The default configuration with a comment for each setting, as committed in `config/`."""
    return "\n".join(
        [
            "# Generated by `screening config --write config`; every value here is the default.",
            *_yaml_lines(ScreenConfig(), 0),
            "",
        ]
    )


def profile_yaml(name: str) -> str:
    """The settings `rank` of a ready profile in full, to change and use as a configuration."""
    profile = PROFILES[name]
    rank = {
        "profile": name,
        "objectives": [_stated(one) for one in profile.objectives],
        "limits": [_stated(one) for one in profile.limits],
    }
    head = f"# The profile {name}: what is listed here takes the profile's place.\n"
    return head + "\n".join(_yaml_value("rank", rank)) + "\n"


def _stated(wish: Objective | Limit) -> dict[str, Any]:
    return {key: value for key, value in wish.model_dump().items() if value != ""}


def _yaml_lines(model: BaseModel, depth: int) -> list[str]:
    lines: list[str] = []
    indent = "  " * depth
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        note = " ".join((field.description or "").split())
        if isinstance(value, BaseModel):
            head = (type(value).__doc__ or "").strip().splitlines()[0]
            lines += ["", f"{indent}# {head}", f"{indent}{name}:", *_yaml_lines(value, depth + 1)]
            continue
        if note:
            lines.append(f"{indent}# {note}")
        lines += [indent + line for line in _yaml_value(name, value)]
    return lines


def _yaml_value(name: str, value: Any) -> list[str]:
    plain = _plain(value)
    text = yaml.safe_dump({name: plain}, allow_unicode=True, sort_keys=False, width=96)
    return text.rstrip("\n").split("\n")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {key: _plain(inner) for key, inner in value.model_dump(exclude_none=True).items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
