"""crowd-kit's aggregators on one set: columns of Int32 in, one file of probabilities and CPU seconds per method out."""
import json, sys, time

import numpy as np
import pandas as pd
from importlib.metadata import version
from crowdkit import aggregation

columns, classes, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
task, worker, label = np.fromfile(columns, dtype=np.int32).reshape(3, -1)
data = pd.DataFrame({"task": task, "worker": worker, "label": label})
result = {"versions": {name: version(name) for name in ("crowd-kit", "pandas", "numpy")}, "cpu_s": {}, "failed": {}}
for name in sys.argv[4:]:
    start = time.process_time()
    try:
        probabilities = getattr(aggregation, name)().fit_predict_proba(data)
        full = np.zeros((task.max() + 1, classes))
        full[np.ix_(probabilities.index.to_numpy(), probabilities.columns.to_numpy())] = probabilities.to_numpy()
        full.tofile(f"{out}.{name}")
        result["cpu_s"][name] = time.process_time() - start
    except Exception as error:
        result["failed"][name] = f"{type(error).__name__}: {error}"[:200]
print(json.dumps(result))
