"""Print, as constraints for pip, the oldest release series that each lower bound of a pyproject.toml allows."""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["project"]
for line in project["dependencies"]:
    name, oldest = line.split(">=")
    print(f"{name}=={oldest}.*")
