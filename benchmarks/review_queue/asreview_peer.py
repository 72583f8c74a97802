"""Runs in ASReview's own environment: `simulate --ai elas_u4` on a CSV file, and the labels in the order it read them.

    python asreview_peer.py FILE LABELS FOLDER SEED PRIOR [PRIOR …]

The last line of what it prints is JSON: the labels, and the seconds from the start of the command to the first decision
after those known beforehand, and to the last.
"""

import json
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

file, labels, folder, seed, *prior = sys.argv[1:]
project = Path(folder) / "simulated.asreview"
project.unlink(missing_ok=True)
program = Path(sys.executable).parent / "asreview"
command = [str(program), "simulate", file, "--ai", "elas_u4", "--seed", seed, "--n-stop", labels, "-o", str(project)]
began = time.time()
# In the folder: it leaves a cache of its own where it is started.
subprocess.run([*command, "--prior-idx", *prior], check=True, stdout=subprocess.DEVNULL, cwd=folder)
with zipfile.ZipFile(project) as packed:
    (name,) = [each for each in packed.namelist() if each.endswith("results.db")]
    database = Path(packed.extract(name, folder))
rows = sqlite3.connect(database).execute("SELECT label, time FROM results ORDER BY rowid").fetchall()
print(
    json.dumps(
        {
            "labels": [int(label) for label, _ in rows],
            "first": rows[len(prior)][1] - began,
            "last": rows[-1][1] - began,
        }
    )
)
