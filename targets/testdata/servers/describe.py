"""The Describe operations that clients observe backups with. What they show lags behind."""

import time

from instances import Refused
from rpc import RPC


class Describing(RPC):
    lag = 0.0  # seconds until an ended backup is listed; set by serve

    def act(self, action, p):
        operation = getattr(self, "act_" + action, None)
        if operation is None:
            return super().act(action, p)
        with self.instances.lock:
            return operation(self.instances.find(p.get("DBInstanceId", "")), p)

    def act_DescribeBackups(self, one, p):
        listed = [b for b in one["backups"] if b["status"] != "running" and time.time() >= b["ended"] + self.lag]
        listed.reverse()  # newest first
        size, page = int(p.get("PageSize", "30")), int(p.get("PageNumber", "1"))
        if size not in (30, 50, 100) or page < 1:
            raise Refused(400, "InvalidParameter", "PageSize is 30, 50 or 100, PageNumber above 0.")
        shown = listed[(page - 1) * size:page * size]
        return {"PageNumber": str(page), "PageRecordCount": str(len(shown)), "TotalRecordCount": str(len(listed)), "Items": {"Backup": [{
            "BackupId": b["backupId"], "DBInstanceId": one["id"], "BackupStatus": "Success" if b["status"] == "completed" else "Failed",
            "BackupStartTime": stamp(b["begun"]), "BackupEndTime": stamp(b["ended"]), "BackupMode": "Manual", "BackupMethod": b["method"],
            "BackupType": "FullBackup", "StoreStatus": "Enabled", "BackupSize": 1024, "BackupDBNames": ",".join(b["databases"])} for b in shown]}}

    def act_DescribeBackupTasks(self, one, p):
        asked = p.get("BackupJobId")
        jobs = []
        for b in one["backups"]:
            running = b["status"] == "running"
            if running and asked in (None, b["jobId"]):
                jobs.append({"BackupJobId": b["jobId"], "BackupStatus": "Uploading", "BackupProgressStatus": "Uploading", "JobMode": "Manual"})
            elif asked == b["jobId"]:
                jobs.append({"BackupJobId": b["jobId"], "BackupStatus": "Finished", "BackupId": b["backupId"], "JobMode": "Manual"})
        return {"Items": {"BackupJob": jobs}}

    def act_DescribeDBInstanceAttribute(self, one, p):
        return {"Items": {"DBInstanceAttribute": [{"DBInstanceId": one["id"], "DBInstanceStatus": one["status"], "Engine": one["engine"], "LockMode": "Unlock"}]}}

    def act_DescribeDatabases(self, one, p):
        return {"Databases": {"Database": [{"DBName": name, "DBInstanceId": one["id"], "Engine": one["engine"], "DBStatus": "Running"} for name in one["databases"]]}}


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
