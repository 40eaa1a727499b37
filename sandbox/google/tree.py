"""Where files lie, and who may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sandbox.google.people import Person
from sandbox.google.rows import FOLDER, Node, NoSuchFile, SharedDrive
from sandbox.world import World


def node(world: World, node_id: str) -> Node:
    """The file with this id. Raises NoSuchFile."""
    try:
        return world.table(Node)[node_id]
    except KeyError:
        raise NoSuchFile(node_id) from None


def ancestors(world: World, one: Node) -> Iterator[Node]:
    """The folder that it lies in, the folder of that, and so on."""
    nodes = world.table(Node)
    while one.parent in nodes:
        one = nodes[one.parent]
        yield one


def subtree(world: World, top: Node) -> list[Node]:
    """The node itself and everything below it."""
    found, waiting = [top], [top.id]
    nodes = list(world.table(Node).values())
    while waiting:
        folder = waiting.pop()
        below = [one for one in nodes if one.parent == folder]
        found += below
        waiting += [one.id for one in below if one.mime == FOLDER]
    return found


def may_see(world: World, person_id: str, one: Node) -> bool:
    """Owner, member of its shared drive, or someone with whom it or a folder above is shared."""
    if one.drive:
        drive = world.table(SharedDrive).get(one.drive)
        if drive is not None and person_id in drive.members:
            return True
    chain = (one, *ancestors(world, one))
    return (one.owner == person_id and bool(person_id)) or any(person_id in above.readers for above in chain)


def opened_by_key(world: World, person_id: str, one: Node, keys: Collection[str], *, usually: bool) -> bool:
    """Whether its key is among `keys`; as `usually` where it wants none.

    Wanted of who has no permission on the file itself. Source: "Access link-shared Drive files using resource keys".
    """
    drive = world.table(SharedDrive).get(one.drive)
    if not one.link_key or person_id in {one.owner, *one.readers, *(drive.members if drive else ())}:
        return usually
    return f"{one.id}/{one.link_key}" in keys


def in_the_bin(world: World, one: Node) -> bool:
    """Trashed itself or below something trashed."""
    return one.trashed or any(above.trashed for above in ancestors(world, one))


def watchers(world: World, one: Node) -> set[str]:
    """Whose logs a change of this file is written into: persons', and that of its shared drive."""
    persons = {person_id for person_id in world.table(Person) if may_see(world, person_id, one)}
    if not one.drive:
        return persons
    drive = world.table(SharedDrive).get(one.drive)
    return persons.difference(drive.members if drive else ()) | {one.drive}
