"""The control protocol, version 1, with which cbspec prepares and observes instances."""

import json

from front import Front
from instances import Refused

STATUSES = ["Running", "Creating", "Deleting", "Rebooting", "DBInstanceClassChanging", "TRANSING", "EngineVersionUpgrading", "TransingToOthers",
            "GuardDBInstanceCreating", "Restoring", "Importing", "ImportingFromOthers", "DBInstanceNetTypeChanging", "GuardSwitching",
            "INS_CLONING", "Released"]


def shown(instance):
    members = ("backupId", "method", "strategy", "databases", "type", "status")
    return {"backups": [{k: b[k] for k in members} for b in instance["backups"]]}


class Control(Front):
    instances, token = None, None  # set by serve

    def handle_request(self):
        document = json.loads(self.body() or b"{}")
        if self.token and self.headers.get("Authorization") != "Bearer " + self.token:
            return self.reply_json(401, {"error": "the token is missing or wrong"})
        try:
            with self.instances.lock:
                status, answer = self.route(self.command, self.path.strip("/").split("/"), document)
            self.reply_json(status, answer) if answer is not None else self.reply(status, "", "application/json")
        except (Refused, KeyError, TypeError) as e:
            self.reply_json(404, {"error": str(e)})

    def route(self, method, path, document):
        if (method, path) == ("GET", ["v1", "capabilities"]):
            return 200, {"provision": True, "observe": True, "complete": True, "nextDay": True,
                         "engines": ["MySQL", "SQLServer", "PostgreSQL", "MariaDB"], "statuses": STATUSES}
        if (method, path) == ("POST", ["v1", "instances"]):
            new = self.instances.add(**document)
            return 201, {"dbInstanceId": new, **shown(self.instances.find(new))}
        if path[:2] != ["v1", "instances"] or len(path) < 3:
            raise KeyError("no such endpoint")
        one, rest = self.instances.find(path[2]), path[3:]
        if (method, rest) == ("DELETE", []):
            del self.instances.all[path[2]]
        elif (method, rest) == ("PATCH", []):
            one.update({k: document[k] for k in ("status", "databases") if k in document})
        elif (method, rest) == ("POST", ["complete"]):
            for b in one["backups"]:
                if b["status"] == "running":
                    b["status"] = document.get("result", "completed")
        elif (method, rest) == ("POST", ["next-day"]):
            one["day"] += 1
        elif (method, rest) == ("GET", ["backups"]):
            return 200, shown(one)
        else:
            raise KeyError("no such endpoint")
        return 204, None

    do_GET = do_POST = do_PATCH = do_DELETE = handle_request
