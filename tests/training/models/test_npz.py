from __future__ import annotations

import io

import numpy as np
import pytest

from training.models.npz import from_npz, to_npz


def test_arrays_are_read_back() -> None:
    arrays = {"one": np.arange(6, dtype=np.float32).reshape(2, 3), "two": np.array([True, False])}
    found = from_npz(to_npz(arrays))
    assert found.keys() == arrays.keys()
    np.testing.assert_array_equal(found["one"], arrays["one"])
    np.testing.assert_array_equal(found["two"], arrays["two"])


def test_pickles_are_refused() -> None:
    file = io.BytesIO()
    np.savez(file, weight0=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        from_npz(file.getvalue())
