from __future__ import annotations

import numpy as np
import pytest
import torch
from rdkit import Chem

from screening.chem.graphs import BOND_FIELD_SIZES
from screening.estimators.batches import make_batch
from screening.estimators.features import Features, featurise, pack
from screening.estimators.inference import batch_rows, bounded_batches, run_network, run_networks
from screening.estimators.network import MultiTaskNetwork, bond_kinds, build_network

ARCHITECTURE = {
    "hidden": 16, "layers": 2, "fingerprint_hidden": 16, "head_hidden": 16, "dropout": 0.1,
}  # fmt: skip
DISCODERMOLIDE_PART = (
    "CC(C=CC=C)C(OC(N)=O)C(C)C(O)C(C)CC(C)=CC(C)C(O)C(C)C=CC(O)CC1OC(=O)C(C)C(O)C1"
)


def features(smiles: str) -> Features:
    result = featurise(smiles)
    assert isinstance(result, Features)
    return result


@pytest.fixture
def network() -> MultiTaskNetwork:
    torch.manual_seed(1)
    return build_network(4, ARCHITECTURE)


def test_atom_order_does_not_matter(network: MultiTaskNetwork) -> None:
    mol = Chem.MolFromSmiles(DISCODERMOLIDE_PART)
    shuffled = [Chem.MolToSmiles(mol, doRandom=True) for _ in range(5)]
    packed = pack([features(text) for text in [DISCODERMOLIDE_PART, *shuffled]])
    raw = run_network(network, packed, np.arange(6)).raw
    np.testing.assert_allclose(raw, np.repeat(raw[:1], 6, axis=0), atol=1e-5)


def test_a_bond_is_the_sum_of_its_fields() -> None:
    """Every kind of bond by its number, in place of a one for each of its fields."""
    packed = pack([features("C[Si](C)(C)C#CC1=CC=CC=C1c1ccoc1")])
    batch = make_batch(packed, np.arange(1))
    starts = np.cumsum([0, *BOND_FIELD_SIZES[:-1]])
    expected = np.zeros((len(packed.bonds), sum(BOND_FIELD_SIZES)), np.float32)
    np.put_along_axis(expected, packed.bonds + starts, 1, axis=1)
    np.testing.assert_array_equal(bond_kinds()[batch.bonds], np.tile(expected, (2, 1)))


def test_members_share_batches_and_nothing_else(network: MultiTaskNetwork) -> None:
    torch.manual_seed(2)
    members = [network, build_network(4, ARCHITECTURE)]
    packed = pack([features(text) for text in ("C", "CCO", DISCODERMOLIDE_PART)])
    together = run_networks(members, packed, np.arange(3))
    for member, found in zip(members, together, strict=True):
        alone = run_network(member, packed, np.arange(3))
        np.testing.assert_array_equal(found.raw, alone.raw)
        np.testing.assert_array_equal(found.represented, alone.represented)


def test_a_structure_does_not_feel_its_batch(network: MultiTaskNetwork) -> None:
    packed = pack([features(text) for text in ("C", "CCO", DISCODERMOLIDE_PART, "c1ccccc1")])
    together = run_network(network, packed, np.arange(4)).raw
    alone = np.concatenate([run_network(network, packed, np.array([row])).raw for row in range(4)])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_order_of_rows_is_kept(network: MultiTaskNetwork) -> None:
    packed = pack([features(text) for text in ("C", "CCO", "c1ccccc1")])
    straight = run_network(network, packed, np.arange(3)).raw
    np.testing.assert_allclose(
        run_network(network, packed, np.array([2, 0, 1])).raw, straight[[2, 0, 1]], atol=1e-5
    )


def test_no_rows_give_no_predictions(network: MultiTaskNetwork) -> None:
    packed = pack([features("CCO")])
    assert run_network(network, packed, np.empty(0, np.int64)).raw.shape == (0, 4)


def test_batches_cover_every_row_once() -> None:
    rows = np.arange(513)
    batches = batch_rows(rows, 256, np.random.default_rng(0))
    assert min(len(batch) for batch in batches) >= 2
    assert sorted(np.concatenate(batches)) == list(rows)


def test_large_structures_do_not_share_a_batch() -> None:
    packed = pack([features("C" * 900)] * 30)
    batches = bounded_batches(packed, np.arange(30))
    assert len(batches) >= 2
    assert sorted(np.concatenate(batches)) == list(range(30))


@pytest.mark.parametrize(("text", "code"), [("no molecule", "bad_smiles"), ("", "empty_structure")])
def test_bad_structures_are_values(text: str, code: str) -> None:
    assert getattr(featurise(text), "code", None) == code


def test_stereoisomers_share_their_features() -> None:
    flat = features("CC(N)C(=O)OC(C)C=CC")
    drawn = features("C[C@H](N)C(=O)O[C@@H](C)/C=C/C")
    np.testing.assert_array_equal(flat.atoms, drawn.atoms)
    np.testing.assert_array_equal(flat.bits, drawn.bits)
    np.testing.assert_array_equal(flat.descriptors, drawn.descriptors)
