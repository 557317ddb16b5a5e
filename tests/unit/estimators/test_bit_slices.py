from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from screening.estimators.bit_slices import BitSlices


@given(
    st.integers(1, 200) | st.sampled_from([2047, 2048, 2049]),
    st.integers(0, 600),
    st.floats(0.01, 1.0),
    st.integers(0, 2**32 - 1),
)
def test_counts_as_a_matrix_product_does(n: int, n_bits: int, density: float, seed: int) -> None:
    """Also past 255 shared bits, where a byte no longer holds them."""
    rng = np.random.default_rng(seed)
    fingerprints = (rng.random((n, 600)) < density).astype(np.uint8)
    bits = np.sort(rng.permutation(600)[:n_bits])
    shared = BitSlices(csr_array(fingerprints)).shared(bits)
    np.testing.assert_array_equal(shared, fingerprints[:, bits].astype(np.int64).sum(axis=1))
