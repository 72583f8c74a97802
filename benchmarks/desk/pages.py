"""Every kind of page that the reader asks for, each as an endless supply of addresses."""

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

__all__ = ["SEARCHES", "kinds"]

#: Kinds that are searches: another bar holds for them.
SEARCHES = ("search, one word", "search, two words", "search, narrowed by a facet", "search, as it is typed")


def kinds(asked: dict[str, Any], chance: random.Random) -> dict[str, Callable[[], str]]:
    """By its name, what gives an address of that kind; what may be asked for was taken from the case."""
    root = f"/cases/{asked['reference']}"
    large, small = asked["conversations"][0], asked["conversations"][1:]
    code = asked["code"]

    def page(of: dict[str, Any]) -> str:
        return f"{root}/conversations/{of['conversation']}/?page={chance.randint(1, max(1, of['lines'] // 100))}"

    def search(words: int, *narrowed: str) -> str:
        told = [("q", " ".join(chance.sample(asked["words"], words))), *(("f", each) for each in narrowed)]
        return f"{root}/search/?{urlencode(told)}"

    def narrowed() -> str:
        which = chance.choice(("author", "conversation", "custodian", "month"))
        value = {
            "author": f"author:{chance.choice(asked['authors'])}",
            "conversation": f"conversation:{chance.choice(asked['conversations'])['conversation']}",
            "custodian": f"custodian:Owner {chance.randint(1, 3)}",
            "month": f"at:{chance.choice(asked['months'])}",
        }
        return search(1, value[which])

    def person() -> str:
        return quote(chance.choice(asked["persons"]), safe="")

    def conduct() -> str:
        told = {"person": chance.choice(asked["persons"]), "code": code, "did": chance.choice(("own", "present"))}
        return f"{root}/people/messages/?{urlencode(told)}"

    return {
        "cases": lambda: "/cases/",
        "overview": lambda: f"{root}/",
        "exhibits": lambda: f"{root}/exhibits/",
        "one exhibit": lambda: f"{root}/exhibits/{chance.choice(asked['exhibits'])}/",
        "warnings": lambda: f"{root}/warnings/",
        "list of conversations": lambda: f"{root}/conversations/?page={chance.randint(1, 4)}",
        "page of the large conversation": lambda: page(large),
        "page of another conversation": lambda: page(chance.choice(small)),
        "jump to a day": lambda: f"{root}/conversations/{large['conversation']}/?date={chance.choice(asked['days'])}",
        "message of the large conversation": lambda: f"{root}/messages/{chance.choice(asked['of_large'])}/",
        "message of another conversation": lambda: f"{root}/messages/{chance.choice(asked['of_others'])}/",
        "search, one word": lambda: search(1),
        "search, two words": lambda: search(2),
        "search, narrowed by a facet": narrowed,
        "search, as it is typed": lambda: search(1),
        "people": lambda: f"{root}/people/?page={chance.randint(1, 5)}",
        "person": lambda: f"{root}/people/{person()}/",
        "messages behind a person's number": conduct,
        "pairs": lambda: f"{root}/people/pairs/",
        "gaps and clocks": lambda: f"{root}/gaps/?page={chance.randint(1, 2_000)}",
        "gaps of one reason": lambda: f"{root}/gaps/?{urlencode({'reason': chance.choice(asked['reasons'])})}",
        "picture of the captures": lambda: f"{root}/captures.svg",
        "responses": lambda: f"{root}/people/stances/?page={chance.randint(1, 20)}",
        "one response": lambda: f"{root}/people/stances/one/?n={chance.randint(1, 500)}",
        "review": lambda: f"{root}/review/",
        "certificate": lambda: f"{root}/review/{code}/certificate/",
        "agreement": lambda: f"{root}/review/second-readings/",
        "disagreements": lambda: f"{root}/review/{code}/disagreements/",
        "access": lambda: f"{root}/access/",
        "ledger of the case": lambda: f"{root}/ledger/",
        "one's own settings": lambda: "/own/",
        "settings of the site": lambda: "/settings/",
        "ledger of the site": lambda: "/ledger/",
        "accounts": lambda: "/accounts/",
    }
