"""A partner site that keeps a copy: first everything, then what changed."""

from collections.abc import Callable
from typing import Any

from django.test import Client

CHANGES = "/api/v1/changes/"
SPECIALISTS = "/api/v1/specialists/"


class Partner:
    """`copy` is kind -> id -> record."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.copy: dict[str, dict[str, Any]] = {}
        self.cursor = ""
        self.told: list[dict[str, Any]] = []  # by the last look

    def begin(self) -> None:
        self.cursor = self.client.get(CHANGES).json()["next"]

    def look(self) -> list[dict[str, Any]]:
        """Reads on to the end."""
        self.told = []
        while True:
            response = self.client.get(CHANGES, {"since": self.cursor})
            assert response.status_code == 200, response.content
            answer = response.json()
            if not answer["results"]:
                return self.told
            self.told += answer["results"]
            for one in answer["results"]:
                assert (one["record"] is None) == (one["op"] == "delete")
                kept = self.copy.setdefault(one["kind"], {})
                kept.pop(one["id"], None)
                if one["record"] is not None:
                    kept[one["id"]] = one["record"]
            self.cursor = answer["next"]

    def make_copy(self, meanwhile: Callable[[], None], page_size: int) -> list[int]:
        """The beginning as docs/api.md has it -> how many specialists were new to the copy in each reading.

        `meanwhile` is what happens in the directory after each page.
        """
        self.begin()
        found = []
        while True:
            found.append(self.read_pages(meanwhile, page_size))
            while True:
                self.look()
                count = self.client.get(SPECIALISTS, {"page_size": 1}).json()["count"]
                if not any(one["kind"] == "specialist" for one in self.look()):
                    break
            if count == len(self.copy["specialist"]):
                return found

    def read_pages(self, meanwhile: Callable[[], None], page_size: int) -> int:
        """Adds those whom the copy does not have -> how many."""
        kept, address, new = self.copy.setdefault("specialist", {}), f"{SPECIALISTS}?page_size={page_size}", 0
        while address:
            answer = self.client.get(address.removeprefix("http://testserver")).json()
            for one in answer["results"]:
                if one["npi"] not in kept and (record := self.whole(one)):
                    kept[one["npi"]] = record
                    new += 1
            address = answer["next"]
            meanwhile()
        return new

    def whole(self, result: dict[str, Any]) -> dict[str, Any] | None:
        """The record of which a result of the search shows one practice; None for somebody who has just left."""
        if result["other_practices"]:
            response = self.client.get(f"{SPECIALISTS}{result['npi']}/")
            return response.json() if response.status_code == 200 else None
        one_practice = ("practice", "procedures", "distance_miles", "other_practices")
        person = {name: value for name, value in result.items() if name not in one_practice}
        return person | {"practices": [result["practice"] | {"procedures": result["procedures"]}]}

    def said(self) -> list[tuple[str, str, str]]:
        """What the look tells, in short."""
        return [(one["kind"], one["id"], one["op"]) for one in self.look()]
