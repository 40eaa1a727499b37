"""Read the tensors of a `.pth` file (torch's format before 1.6) without torch and without trusting the file.

A pickle can name any callable and have it called. This reader knows four names and refuses the rest, so a
changed weights file can be wrong but cannot run anything.

The layout, after `torch.serialization._legacy_save`: five pickles (magic number, protocol, system, the
object, the list of storage keys), then for every key an int64 count and that many little-endian values.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
TYPES: dict[str, np.dtype[Any]] = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


class Storage:
    """A run of values that tensors are cut from; its bytes come at the end of the file."""

    def __init__(self, kind: str, count: int) -> None:
        self.type = TYPES[kind]
        self.count = count
        self.values: NDArray[Any] = np.empty(0, self.type)

    def fill(self, file: BinaryIO) -> None:
        """Read the values; `ValueError` when the file is short or disagrees with itself."""
        count = int.from_bytes(file.read(8), "little")
        raw = file.read(self.count * self.type.itemsize)
        if count != self.count or len(raw) != self.count * self.type.itemsize:
            raise ValueError("The weights file is cut short.")
        self.values = np.frombuffer(raw, self.type)


class Cut:
    """Which part of a storage one tensor is; offset and strides are counted in values, not bytes."""

    def __init__(
        self, storage: Storage, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: object
    ) -> None:
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride

    def array(self) -> NDArray[Any]:
        """The tensor's values in its shape; numpy checks the bounds. TensorFlow's kernels lie transposed."""
        step = self.storage.type.itemsize
        strides = [each * step for each in self.stride]
        view: NDArray[Any] = np.ndarray(
            self.size, self.storage.type, self.storage.values.data, self.offset * step, strides
        )
        return np.ascontiguousarray(view)


class Reader(pickle.Unpickler):
    """An unpickler that knows ordered dictionaries, tensors and storages, and nothing else."""

    NAMES: dict[tuple[str, str], object] = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): Cut,
        **{("torch", name): name for name in TYPES},
    }

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str) -> object:
        """The few names that weights need; anything else is `ValueError`."""
        if (module, name) not in self.NAMES:
            raise ValueError(f"The weights file asks for {module}.{name}; weights do not need that.")
        return self.NAMES[module, name]

    def persistent_load(self, pid: tuple[str, str, str, str, int, object]) -> Storage:
        """One storage for each key, however many tensors are cut from it."""
        _, kind, key, _, count, _ = pid
        return self.storages.setdefault(key, Storage(kind, count))


def tensors(path: Path) -> dict[str, Array]:
    """Every floating-point tensor of the file, by name. `ValueError` when it is not such a file."""
    with path.open("rb") as file:
        if _begins_wrong(file):
            raise ValueError(f"{path.name} is not a weights file we can read.")
        reader = Reader(file)
        cuts: dict[str, Cut] = reader.load()
        for key in Reader(file).load():
            reader.storages[key].fill(file)
    return {name: cut.array() for name, cut in cuts.items() if cut.storage.type.kind == "f"}


def _begins_wrong(file: BinaryIO) -> bool:
    try:
        magic, protocol, _ = (Reader(file).load() for _ in range(3))
    except (pickle.UnpicklingError, EOFError):
        return True
    return bool(magic != MAGIC or protocol != PROTOCOL)
