from __future__ import annotations

from pathlib import Path

import pytest

from screening.curate.taxa import Taxa
from screening.curate.taxa_rows import read_taxa

# Names, AphiaIDs and environments as the World Register of Marine Species gives them; the first
# line has the form of its web service.
TAXA = """\
AphiaID,scientificname,valid_AphiaID,valid_name,phylum,environment
660754,Lyngbya majuscula,660754,Lyngbya majuscula,Cyanobacteria,Marine/Brackish/Freshwater
613012,Lyngbya bouillonii,1656568,Moorena bouillonii,Cyanobacteria,Marine
394044,Salinispora,394044,Salinispora,Actinomycetota,Marine
396284,Salinispora tropica,396284,Salinispora tropica,Actinomycetota,Marine
100211,Aspergillus,100211,Aspergillus,Ascomycota,Marine/Terrestrial/Brackish/Freshwater
437632,Aspergillus sydowii,437632,Aspergillus sydowii,Ascomycota,Marine
168561,Mycale (Arenochalina) laxissima,,,Porifera,Marine
551834,Sargassum sagamianum var. yezoense,,,Ochrophyta,Marine
494913,Dictyota guineënsis,,,Ochrophyta,Marine
344710,Sonneratia ×hainanensis,,,Tracheophyta,Marine/Brackish
126436,Gadus morhua,,,Chordata,Marine/Brackish
322689,Gadus morhua callarias,,,Chordata,Brackish
571847,Micromonospora cinerea,,,Actinomycetota,Brackish
146558,Microcystis aeruginosa,,,Cyanobacteria,Freshwater
146557,Microcystis,,,Cyanobacteria,Freshwater
425785,Cochlearia officinalis,,,Tracheophyta,Terrestrial/Brackish
558,Porifera,,,Porifera,Marine/Brackish/Freshwater
169648,Aplysina fistularis,,,Porifera,
"""


@pytest.fixture(scope="session")
def taxa(tmp_path_factory: pytest.TempPathFactory) -> Taxa:
    path = tmp_path_factory.mktemp("taxa") / "taxa.csv"
    path.write_text(TAXA, encoding="utf-8")
    return Taxa(read_taxa(Path(path)))
