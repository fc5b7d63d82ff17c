"""`python -m tests.looks` fills the database of DATABASE_URL and writes what stands in the addresses, as JSON."""

import dataclasses
import json
import sys

import django


def main() -> int:
    django.setup()
    from tests.looks import world  # noqa: PLC0415 (its models need the apps)

    sys.stdout.write(json.dumps(dataclasses.asdict(world.build())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
