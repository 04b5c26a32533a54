"""Write MANIFEST.json: run ``python tests/reference/manifest.py`` after a file of this folder has been added."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent
OWN = {"MANIFEST.json", "README.md", "manifest.py"}


def described(folder: Path) -> dict[str, object]:
    """Source, licence and versions of one set, read off its README.md and its results."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and (folder != FOLDER or path.name not in OWN))
    digests = {f.relative_to(FOLDER).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}
    described_in = (folder / "README.md").read_text(encoding="utf-8")
    source, licence = (re.search(rf"^- {key}: (.*)$", described_in, re.MULTILINE) for key in ("Source", "Licence"))
    results = next(iter(folder.glob("*.json")) if folder != FOLDER else FOLDER.glob("lung/reference.json"))
    made_with = json.loads(results.read_text(encoding="utf-8"))["made_with"]
    return {
        "folder": folder.relative_to(FOLDER).as_posix(),
        "source": source[1] if source else None,
        "licence": licence[1] if licence else None,
        "made_with": made_with,
        "files": digests,
    }


if __name__ == "__main__":
    folders = [FOLDER, *sorted(path for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__")]
    manifest = {"sources": [described(folder) for folder in folders]}
    (FOLDER / "MANIFEST.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
