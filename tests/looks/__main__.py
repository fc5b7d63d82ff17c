"""`python -m tests.looks` makes and fills the database of DATABASE_URL; it writes what stands in addresses, as JSON."""

import dataclasses
import json
import sys

import django


def main() -> int:
    django.setup()
    from tests import tables  # noqa: PLC0415 (its models need the apps)
    from tests.looks import world  # noqa: PLC0415

    tables.make()
    sys.stdout.write(json.dumps(dataclasses.asdict(world.build())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
