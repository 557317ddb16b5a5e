from __future__ import annotations

import gzip
from pathlib import Path

from screening.curate.taxa import Taxa
from screening.curate.taxa_rows import Taxon, read_taxa


def read(folder: Path, text: str) -> list[Taxon]:
    path = folder / "taxa.csv"
    path.write_text(text, encoding="utf-8")
    return list(read_taxa(path))


def test_the_form_of_published_taxa(tmp_path: Path) -> None:
    text = (
        '"id","aphiaid_worms","name_aphia_worms","environment_aphia_worms"\n'
        '1,396284,"Salinispora tropica","Marine"\n'
        '2,660754,"Lyngbya majuscula","Marine/Brackish/Freshwater"\n'
    )
    assert read(tmp_path, text) == [
        Taxon("Salinispora tropica", 396284, frozenset({"Marine"})),
        Taxon("Lyngbya majuscula", 660754, frozenset({"Marine", "Brackish", "Freshwater"})),
    ]


def test_switches_and_darwin_core_ids(tmp_path: Path) -> None:
    text = (
        "taxonID\tscientificName\tacceptedNameUsageID\tisMarine\tisFreshwater\tphylum\n"
        "urn:lsid:marinespecies.org:taxname:1\tMya arenaria\t"
        "urn:lsid:marinespecies.org:taxname:2\t1\t0\tMollusca\n"
    )
    (taxon,) = read(tmp_path, text)
    assert taxon == Taxon("Mya arenaria", 1, frozenset({"Marine"}), "", 2, "Mollusca")


def test_a_gzipped_table_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "taxa.csv.gz"
    text = "\ufeffAphiaID;name;environment\n7;Mya arenaria;Marine, Brackish\n"
    path.write_bytes(gzip.compress(text.encode("utf-8")))
    assert list(read_taxa(path)) == [
        Taxon("Mya arenaria", 7, frozenset({"Marine", "Brackish"})),
    ]


def test_repeated_rows_count_once_in_a_genus(tmp_path: Path) -> None:
    rows = "1,Mya,Marine\n" * 3 + "2,Mya arenaria,Marine\n" * 3
    taxa = Taxa(read(tmp_path, "AphiaID,name,environment\n" + rows))
    from screening.core.organism_names import OrganismName

    found = taxa.find_genus(OrganismName("mya"))
    assert found is not None
    assert (len(found.taxa), found.n_species) == (1, 1)
