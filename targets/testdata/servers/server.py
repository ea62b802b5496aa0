"""Serves CreateBackup on loopback by one of three interfaces, and writes their URLs as one line of JSON.

    server.py control     RPC and the control protocol
    server.py describe    RPC with Describe operations and existing instances, without the control protocol
    server.py rest        another interface and the control protocol
"""

import argparse
import json
import threading

from control import Control
from describe import Describing
from front import serve
from instances import Instances
from rest import REST
from rpc import RPC

parser = argparse.ArgumentParser()
parser.add_argument("shape", choices=["control", "describe", "rest"])
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--control-port", type=int, default=0)
parser.add_argument("--token", default="", help="token of the REST interface and of the control protocol")
parser.add_argument("--duration", type=float, default=0.3, help="seconds that a backup takes (describe)")
parser.add_argument("--lag", type=float, default=0.1, help="seconds until an ended backup is listed (describe)")
parser.add_argument("--each", type=int, default=1, help="instances of each kind: rm-1, rm-1-2 and so on (describe)")
o = parser.parse_args()

ready = {}
if o.shape == "describe":
    instances = Instances(o.duration)
    for n in range(1, o.each + 1):
        for id, engine, databases in (("rm-1", "MySQL", ["app", "shop", "billing"]), ("rm-2", "SQLServer", ["app"]), ("rm-3", "MySQL", [])):
            instances.add(id if n == 1 else f"{id}-{n}", engine, databases=databases)
    api = serve(Describing, o.port, instances=instances, lag=o.lag)
else:
    instances = Instances()
    api = serve(RPC, o.port, instances=instances) if o.shape == "control" else serve(REST, o.port, instances=instances, token=o.token)
    control = serve(Control, o.control_port, instances=instances, token=o.token)
    threading.Thread(target=control.serve_forever, daemon=True).start()
    ready["control"] = control.url()
ready["endpoint"] = api.url() + ("/api" if o.shape == "rest" else "/")
print(json.dumps(ready), flush=True)
api.serve_forever()
