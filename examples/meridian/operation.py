"""Make the whole operation: exhibits, and the truth about them."""

from __future__ import annotations

import shutil
from pathlib import Path

from meridian import messenger, text_android, text_ios, truth
from meridian.android import Phone
from meridian.holdings import settle
from meridian.ios import Handset
from meridian.keys import GROUP_JIDS
from meridian.truth import Exhibit, Truth
from meridian.world import World, build


def make(out: Path, *, seed: int = 2018) -> Truth:
    """Write `out`/exhibits and `out`/truth.json, in place of what was there."""
    world = build(seed)
    folder = out / "exhibits"
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    exhibits = [_exhibit(world, reference, folder, seed) for reference in range(len(world.plot.sources))]
    found = Truth(
        seed=seed,
        people=list(world.plot.people.values()),
        conversations=[_conversation(world, key) for key in world.plot.conversations],
        messages=list(world.messages),
        events=list(world.events),
        memberships=[s for m in world.members.values() for s in m.spells],
        reactions=[r for rows in world.reactions.values() for r in rows],
        receipts=[r for rows in world.receipts.values() for r in rows],
        exhibits=exhibits,
    )
    truth.write(found, out / "truth.json")
    return found


def _exhibit(world: World, index: int, folder: Path, seed: int) -> Exhibit:
    source = world.plot.sources[index]
    holding, place = settle(world, source, seed), folder / source.folder
    match source.format:
        case "whatsapp_android":
            modern = source.reference == "MS/1"
            schema = "android_2025.sql" if modern else "android_2021.sql"
            return Phone(world, holding, schema, seed).write(place, keep_log=modern)
        case "whatsapp_ios":
            return Handset(world, holding).write(place)
        case "whatsapp_text_ios":
            return text_ios.write(world, holding, place)
        case "whatsapp_text_android":
            return text_android.write(world, holding, place)
        case _:
            return messenger.write(world, holding, place)


def _conversation(world: World, key: str) -> dict[str, object]:
    plot = world.plot.conversations[key]
    titles = [{"at_ms": e.at_ms, "title": e.title} for e in world.events if e.conversation == key and e.title]
    return {
        "id": key,
        "platform": plot.platform,
        "kind": plot.kind,
        "key": GROUP_JIDS.get(key),
        "between": list(plot.between),
        "titles": titles,
    }
