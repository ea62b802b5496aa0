"""The instances of a small CreateBackup server, and the rules of the original edition. All interfaces use them."""

import threading
import time
import uuid

QUOTA = 10


class Refused(Exception):
    """A call that the document refuses: an HTTP status, a code and a message."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def invalid(name):
    return Refused(400, f"Invalid{name}.ValueNotSupported", f'The specified parameter "{name}" is not valid.')


class Instances:
    """Instances by id. duration is how long a backup takes, in seconds. None means until complete is called."""

    def __init__(self, duration=None):
        self.duration, self.lock, self.all = duration, threading.RLock(), {}

    def add(self, id=None, engine="MySQL", status="Running", databases=(), backupsToday=0, lastBackup="none", **_):
        id = id or "rm-" + uuid.uuid4().hex[:17]
        one = {"id": id, "engine": engine, "status": status, "databases": list(databases), "day": 0, "backups": []}
        made = max(backupsToday, 1) if lastBackup != "none" else backupsToday
        for i in range(made):
            last = lastBackup if i == made - 1 and lastBackup != "none" else "completed"
            self.record(one, "Physical", "instance", one["databases"], "Auto", last, 0 if backupsToday else -1)
        with self.lock:
            self.all[id] = one
        return id

    def record(self, one, method, strategy, databases, type, status, day):
        backup = {"backupId": str(uuid.uuid4().int % 10**12), "jobId": str(uuid.uuid4().int % 10**9), "method": method, "strategy": strategy,
                  "databases": list(databases), "type": type, "status": status, "day": day, "begun": time.time(), "ended": time.time()}
        one["backups"].append(backup)
        return backup

    def today(self, one):
        return one["day"] + (int(time.time() // 86400) if self.duration else 0)

    def settle(self, one):
        """Completes the backups that have run for long enough."""
        for b in one["backups"]:
            if self.duration and b["status"] == "running" and time.time() >= b["begun"] + self.duration:
                b["status"], b["ended"] = "completed", b["begun"] + self.duration

    def find(self, id):
        one = self.all.get(id)
        if one is None:
            raise Refused(404, "InvalidDBInstanceId.NotFound", "The specified DBInstanceId does not exist.")
        self.settle(one)
        return one

    def create_backup(self, p):
        """Begins the backup that the parameters ask for, or raises Refused. An empty value counts as absent."""
        p = {name: value for name, value in p.items() if value != ""}
        if "DBInstanceId" not in p:
            raise Refused(400, "MissingParameter", 'The input parameter "DBInstanceId" that is mandatory for processing this request is not supplied.')
        method, strategy, kind = p.get("BackupMethod", "Physical"), p.get("BackupStrategy", "instance"), p.get("BackupType", "Auto")
        if method not in ("Physical", "Logical"):
            raise invalid("BackupMethod")
        if kind not in ("Auto", "FullBackup"):
            raise invalid("BackupType")
        if method == "Logical" and strategy not in ("db", "instance"):
            raise invalid("BackupStrategy")
        with self.lock:
            one = self.find(p["DBInstanceId"])
            if one["status"] != "Running":
                raise Refused(403, "OperationDenied.DBInstanceStatus", "The operation is not permitted due to instance status.")
            covered = one["databases"]
            if method == "Logical":
                if one["engine"] == "SQLServer":
                    raise Refused(403, "OperationDenied.BackupMethod", "The operation is not permitted method of backup.")
                if not one["databases"]:
                    raise Refused(403, "OperationDenied.NoDatabase", "The operation is not permitted due to no database.")
                if strategy == "db":
                    if "DBName" not in p:
                        raise Refused(400, "MissingParameter", 'The input parameter "DBName" is not supplied.')
                    if p["DBName"] not in one["databases"]:
                        raise Refused(404, "InvalidDBName.NotFound", "The specified database does not exist.")
                    covered = [p["DBName"]]
            else:
                strategy = "instance"
            if one["backups"] and one["backups"][-1]["status"] == "running":
                raise Refused(403, "OperationDenied.BackupJobExists", "You cannot perform this operation; a backup job exists.")
            if sum(b["day"] == self.today(one) for b in one["backups"]) >= QUOTA:
                raise Refused(400, "BackupTimesExceeded", "Exceeding the daily backup times of this DB instance.")
            return self.record(one, method, strategy, covered, kind, "running", self.today(one))
