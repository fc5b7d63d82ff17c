"""Puts Leaflet and its clusters into static/vendor from the packages that npm unpacks.

    npm pack leaflet@1.9.4 leaflet.markercluster@1.5.3
    mkdir leaflet clusters
    tar xzf leaflet-1.9.4.tgz -C leaflet && tar xzf leaflet.markercluster-1.5.3.tgz -C clusters
    python -m scripts.vendor_leaflet leaflet/package clusters/package

Changed: the last line of each script, which names a source map that is not served, is left out. Of the styles only
Leaflet's own are taken; those of clusters are in static/css/map.css.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE_MAP = b"//# sourceMappingURL="
LEAFLET = {
    "LICENSE": "LICENSE",
    "dist/leaflet.js": "leaflet.js",
    "dist/leaflet.css": "leaflet.css",
    # Nothing here shows these; the style sheet names them, and every file that a style sheet names must be there.
    "dist/images/layers.png": "images/layers.png",
    "dist/images/layers-2x.png": "images/layers-2x.png",
    "dist/images/marker-icon.png": "images/marker-icon.png",
}
CLUSTERS = {"MIT-LICENCE.txt": "MIT-LICENCE.txt", "dist/leaflet.markercluster.js": "leaflet.markercluster.js"}


def copy(package: Path, files: dict[str, str], to: Path) -> None:
    """These files of a package, by their names there and here."""
    for there, here in files.items():
        content = (package / there).read_bytes()
        if here.endswith(".js"):
            content = b"\n".join(line for line in content.splitlines() if not line.startswith(SOURCE_MAP)) + b"\n"
        (to / here).parent.mkdir(parents=True, exist_ok=True)
        (to / here).write_bytes(content)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("leaflet", type=Path, help="the unpacked leaflet")
    parser.add_argument("clusters", type=Path, help="the unpacked leaflet.markercluster")
    parser.add_argument("--out", type=Path, default=ROOT / "static" / "vendor")
    options = parser.parse_args(arguments)
    copy(options.leaflet, LEAFLET, options.out / "leaflet")
    copy(options.clusters, CLUSTERS, options.out / "markercluster")
    sys.stdout.write(f"{options.out}\n")


if __name__ == "__main__":
    main()
