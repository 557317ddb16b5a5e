"""One nested run for each candidate of the pick, with its picture."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from screening.chem.drawing import draw_png
from screening.chem.problem import Problem
from screening.track.candidates import Picked, candidate_tags, run_name

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

# Folder of the pictures in the screen's run, and key of the one in a candidate's run.
PICTURES = "candidates"
PICTURE = "structure"


def record_candidates(
    client: MlflowClient, screen: Run, picked: Sequence[Picked], library: str
) -> None:
    """Write a finished run below the screen's run for each candidate.

    Its metrics are the ranking's numbers, so that MLflow's table, filters and plots work on
    candidates. The pictures stand in both runs: in the candidate's for the image grid that
    compares runs, in the screen's for leafing through.

    Parameters
    ----------
    client : of the store.
    screen : the screen's run.
    picked : the candidates.
    library : name of the library.
    """
    with tempfile.TemporaryDirectory() as scratch:
        for one in picked:
            _record(client, screen, one, library, _picture(one, Path(scratch)))
        client.log_artifacts(screen.info.run_id, scratch, PICTURES)


def _record(
    client: MlflowClient, screen: Run, picked: Picked, library: str, picture: Path | None
) -> None:
    from mlflow import Image
    from mlflow.entities import Metric

    run = client.create_run(
        screen.info.experiment_id,
        start_time=screen.info.start_time,
        run_name=run_name(picked),
        tags=candidate_tags(picked, library, screen.info.run_id),
    )
    run_id = run.info.run_id
    now = screen.info.start_time
    client.log_batch(
        run_id, metrics=[Metric(name, value, now, 0) for name, value in picked.metrics.items()]
    )
    if picture:
        client.log_image(run_id, Image(str(picture)), key=PICTURE, timestamp=now)
    client.set_terminated(run_id, "FINISHED")


def _picture(picked: Picked, folder: Path) -> Path | None:
    """The structure's drawing as a file, if it can be drawn; its name holds nothing of a user."""
    drawn = draw_png(picked.ranking["smiles"])
    if isinstance(drawn, Problem):
        return None
    path = folder / f"{picked.pick['pick_number']:02d}_rank_{picked.ranking['rank']}.png"
    path.write_bytes(drawn)
    return path
