"""ADMET-AI (Swanson et al. 2024, doi:10.1093/bioinformatics/btae416) as a predictor of a screen."""

from __future__ import annotations

from admet_ai import ADMETModel

# Our endpoint: ADMET-AI's column. Those of ADMET-AI that predictor.json does not name are left out.
COLUMNS = {
    "admet_ai_ames": "AMES",
    "admet_ai_bbb": "BBB_Martins",
    "admet_ai_carcinogens": "Carcinogens_Lagunin",
    "admet_ai_clintox": "ClinTox",
    "admet_ai_cyp3a4_inhibition": "CYP3A4_Veith",
    "admet_ai_dili": "DILI",
    "admet_ai_herg": "hERG",
    "admet_ai_hia": "HIA_Hou",
    "admet_ai_caco2": "Caco2_Wang",
    "admet_ai_solubility": "Solubility_AqSolDB",
}


class Predictor:
    """Made once for a screen: the models are loaded here."""

    def __init__(self) -> None:
        # No workers of its own: one batch is small, and starting them takes longer.
        self.model = ADMETModel(num_workers=0)

    def __call__(self, smiles: list[str]) -> dict[str, list[float]]:
        """Values of each endpoint, one a structure; ADMET-AI tells no deviation and no domain."""
        # What RDKit cannot read has no row in ADMET-AI's table; here it gets NaN: no value.
        table = self.model.predict(smiles=list(dict.fromkeys(smiles))).reindex(smiles)
        return {ours: table[theirs].tolist() for ours, theirs in COLUMNS.items()}
