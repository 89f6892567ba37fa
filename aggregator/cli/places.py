"""Where a change of the configuration would show: folders to watch, and what may be exchanged in them.

A watch is on a folder as it is now, not on its name. Who swaps a symbolic link on the way to a file, or puts
another folder in the place of one, changes nothing in the folder that was watched: so what holds the link, or
the folder, is watched as well, and all of it is looked up again after each change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Places(NamedTuple):
    """What to watch. Two are equal where the same folders stand at the same paths."""

    folders: frozenset[Path]
    names: frozenset[Path]
    """Links and folders that may be exchanged, as paths without links before their last part."""
    standing: frozenset[tuple[Path, int, int]]
    """Each folder with its device and number: another one under the same name is another one."""


def of(files: Iterable[Path], folders: Iterable[Path]) -> Places:
    """The places of these files, and of the folders in which further ones are looked for."""
    holding = {folder.absolute() for folder in folders} | {file.absolute().parent for file in files}
    names = {link for path in {*holding, *(file.absolute() for file in files)} for link in links(path)}
    holding |= {_real(file).parent for file in files}
    names |= {_real(folder) for folder in holding}
    standing = set()
    for folder in holding | {name.parent for name in names}:
        with suppress(OSError):
            if folder.is_dir():
                about = folder.stat()
                standing.add((folder, about.st_dev, about.st_ino))
    return Places(frozenset(folder for folder, *_ in standing), frozenset(names), frozenset(standing))


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # which stops at a circle of links, where Path.resolve raises


def links(path: Path) -> Iterator[Path]:
    """The symbolic links on the way to an absolute path, each by a path that holds none before it."""
    seen: set[Path] = set()
    here, todo = Path(path.anchor), list(path.parts[1:])
    while todo:
        part = todo.pop(0)
        here = here.parent if part == ".." else here / part
        if not here.is_symlink():
            continue
        if here in seen:  # a circle leads nowhere
            return
        seen.add(here)
        yield here
        target = here.readlink()
        todo = [*(target.parts[1:] if target.is_absolute() else target.parts), *todo]
        here = Path(target.anchor) if target.is_absolute() else here.parent
