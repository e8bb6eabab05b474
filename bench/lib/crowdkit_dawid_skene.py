"""One fit of crowd-kit's DawidSkene on columns of Int32: prints its CPU seconds, peak memory and iterations as JSON."""
import json, resource, sys, time

import numpy as np
import pandas as pd
from importlib.metadata import version
from crowdkit.aggregation import DawidSkene

columns, iterations, tolerance, classes, out = sys.argv[1:6]
task, worker, label = np.fromfile(columns, dtype=np.int32).reshape(3, -1)
data = pd.DataFrame({"task": task, "worker": worker, "label": label})
start = time.process_time()
model = DawidSkene(n_iter=int(iterations), tol=float(tolerance)).fit(data)
cpu_s = time.process_time() - start
full = np.zeros((task.max() + 1, int(classes)))
full[np.ix_(model.probas_.index.to_numpy(), model.probas_.columns.to_numpy())] = model.probas_.to_numpy()
full.tofile(out)
print(json.dumps({
    "cpu_s": cpu_s,
    "process_cpu_s": time.process_time(),
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    "iterations": len(model.loss_history_),
    "versions": {name: version(name) for name in ("crowd-kit", "pandas", "numpy")},
}))
