"""A small CreateBackup server, as an example: python3 server.py

Put your server in its place, and keep the control protocol of control.py beside it.
"""

import json
import uuid
from urllib.parse import parse_qsl

from control import answer_control, backup, instances, serve

API_PORT, CONTROL_PORT = 8080, 8081


def refusals(p, one, asked):
    """Yields for each mistake of a call: whether it is made, the status and Code of the answer."""
    yield p.get("Action") != "CreateBackup", 404, "InvalidAction.NotFound"
    yield p.get("Version") != "2014-08-15", 400, "InvalidVersion"
    yield asked["method"] not in ("Physical", "Logical"), 400, "InvalidBackupMethod"
    yield asked["strategy"] not in ("db", "instance"), 400, "InvalidBackupStrategy"
    yield asked["type"] not in ("Auto", "FullBackup"), 400, "InvalidBackupType"
    yield not p.get("DBInstanceId"), 400, "MissingDBInstanceId"
    yield one is None, 404, "InvalidDBInstanceId.NotFound"
    yield one["status"] != "Running", 403, "OperationDenied.DBInstanceStatus"
    if asked["method"] == "Logical":
        yield one["engine"] == "SQLServer", 403, "OperationDenied.BackupMethod"
        yield not one["databases"], 403, "OperationDenied.BackupMethod"
    if asked["strategy"] == "db":
        yield p.get("DBName") not in one["databases"], 404, "InvalidDBName.NotFound"
    yield "running" in [b["status"] for b in one["backups"]], 403, "OperationDenied.BackupJobExists"
    yield sum(b["day"] == one["day"] for b in one["backups"]) >= 10, 403, "Exceeded.BackupTimes"


def create_backup(p):
    """Begins the backup that the parameters ask for, or returns the status and Code of an error."""
    one, method = instances.get(p.get("DBInstanceId")), p.get("BackupMethod", "Physical")
    strategy = p.get("BackupStrategy", "instance") if method == "Logical" else "instance"
    asked = {"method": method, "strategy": strategy, "type": p.get("BackupType", "Auto")}
    refused = next((answer for wrong, *answer in refusals(p, one, asked) if wrong), None)
    if not refused:
        covered = [p["DBName"]] if strategy == "db" else one["databases"]
        one["backups"].append(backup("running", one["day"], covered, **asked))
    return refused


def answer_api(method, url, body, headers):
    p = dict(parse_qsl(url.query, True) + parse_qsl(body, True))
    refused = create_backup(p)
    status, root, document = 200, "CreateBackupResponse", {"RequestId": str(uuid.uuid4())}
    if refused:
        (status, code), root = refused, "Error"
        document |= {"HostId": "localhost", "Code": code, "Message": code}
    if p.get("Format", "XML").upper() == "JSON":
        return status, "json", json.dumps(document)
    members = "".join(f"<{name}>{text}</{name}>" for name, text in document.items())
    return status, "xml", f"<{root}>{members}</{root}>"


if __name__ == "__main__":
    serve(API_PORT, answer_api)
    serve(CONTROL_PORT, answer_control)
