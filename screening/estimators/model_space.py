"""How far a structure lies from what a network has learned from, in the network's own space.

The last hidden layer, reduced by principal components to unit variance; there, the distance to
the nearest of the places where the endpoint's training structures are dense (centres of k-means).
A structure can have a near neighbour and still be unlike it in what the network reads: one group
too many, or ten times the size.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from screening.core.errors import BundleError


@dataclass(frozen=True)
class ModelSpace:
    """Dense places of a network's space.

    mean : (hidden,). components : (hidden, d), scaled to unit variance. centres : (c, d).
    populated : (c, n_endpoints) bool, whether labelled training structures lie around a centre.
    All but the last are float32.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    centres: NDArray[np.float32]
    populated: NDArray[np.bool_]

    def distance(self, represented: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, n_endpoints) distance to the nearest populated centre; infinite if there is none.

        Parameters
        ----------
        represented : (n, hidden) of `inference.run_network`.
        """
        places = (represented - self.mean) @ self.components
        apart: NDArray[np.float32] = np.linalg.norm(
            places[:, None, :] - self.centres[None, :, :], axis=2
        )
        result = np.empty((len(places), self.populated.shape[1]), dtype=np.float32)
        for endpoint, populated in enumerate(self.populated.T):
            result[:, endpoint] = apart[:, populated].min(axis=1, initial=np.inf)
        return result

    def write(self, path: Path) -> None:
        """Write as safetensors."""
        save_file({field.name: getattr(self, field.name) for field in fields(self)}, path)
        path.chmod(0o644)

    @classmethod
    def read(cls, path: Path) -> ModelSpace:
        """Read what `write` wrote.

        Raises
        ------
        BundleError : the file is missing, unreadable or lacks a part.
        """
        try:
            return cls(**load_file(path))
        except (OSError, SafetensorError, TypeError) as error:
            raise BundleError(f"{path}: not the model space of this bundle ({error})") from error
