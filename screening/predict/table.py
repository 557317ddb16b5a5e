"""Standalone prediction: a CSV file of the user's own, one row out for each row in."""

from __future__ import annotations

from pathlib import Path

from screening.chem.csv_entries import count_entries, read_entries
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.predict.csv_output import block_lines, header_line, open_output
from screening.predict.driver import Predicting
from screening.predict.models import open_models


def predict_table(
    table: Path,
    smiles_column: str,
    output: Path,
    settings: PredictSettings | None = None,
    compute: Compute | None = None,
) -> dict[str, int]:
    """Predict every endpoint for every row of a CSV file.

    The output has the columns `row` (from 0), `input_smiles` (as given), `status` (`ok`,
    `rejected`), `reason` (`code: detail`), and per endpoint `<endpoint>` (calibrated probability,
    or value in the declared unit), `<endpoint>__std` and `<endpoint>__in_domain` (`true`,
    `false`); rows are in input order, and those rejected have empty cells. What a third party's
    predictor does not tell is an empty cell, too.

    Parameters
    ----------
    table : CSV (comma) or TSV file with a header, UTF-8, also gzipped.
    smiles_column : the column that holds the structures.
    output : CSV file to write; it appears when it is complete.
    settings : models, device and time limit.
    compute : workers and Dask address.

    Returns
    -------
    Counts `n_rows`, `n_ok`, `n_rejected`.

    Raises
    ------
    InputError : the table cannot be read, lacks the column, or the output cannot be written.
    BundleError : a model is missing, altered, or does not go with the others.
    PredictorError : a third party's predictor does not do what its manifest says.
    ConfigError : the device or scheduler is not there.
    """
    settings, compute = settings or PredictSettings(), compute or Compute()
    n_rows = count_entries(table, smiles_column)
    models = open_models(settings.models)
    n_rejected = 0
    with (
        Predicting(settings, compute, n_rows) as predicting,
        open_output(output, table) as stream,
    ):
        stream.write(header_line([spec.id for spec in models.endpoints]))
        entries = read_entries(table, smiles_column)
        for block in predicting.blocks(entries, n_rows, models, standardised=False):
            stream.writelines(block_lines(block))
            n_rejected += sum(problem is not None for problem in block.problems)
    return {"n_rows": n_rows, "n_ok": n_rows - n_rejected, "n_rejected": n_rejected}
