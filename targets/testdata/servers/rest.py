"""Backups by another HTTP interface: POST /api/instances/{id}/backups with a bearer token and a JSON body."""

import json
import urllib.parse
import uuid

from front import Front
from instances import Refused

METHODS = {"physical": "Physical", "logical": "Logical"}
SCOPES = {"database": "db", "instance": "instance"}
KINDS = {"auto": "Auto", "full": "FullBackup"}


class REST(Front):
    instances, token = None, None  # set by serve

    def answer(self):
        self.trace = str(uuid.uuid4()).upper()
        try:
            self.dispatch()
        except Refused as r:
            self.refuse(r)
        except UnicodeError:
            self.refuse(Refused(400, "bad-request", "The request cannot be read."))

    def dispatch(self):
        body = self.body()
        if body is None:
            self.close_connection = True
            raise Refused(400, "bad-request", "The body cannot be read.")
        if self.headers.get("Authorization") != "Bearer " + self.token:
            raise Refused(401, "unauthorized", "A token is needed.")
        path = [urllib.parse.unquote(s, errors="strict") for s in urllib.parse.urlsplit(self.path).path.split("/")]
        if len(path) != 5 or path[1:3] != ["api", "instances"] or path[4] != "backups":
            raise Refused(404, "no-such-resource", "There is no such resource.")
        if self.command == "GET":
            with self.instances.lock:
                backups = [self.show(b) for b in self.instances.find(path[3])["backups"]]
            return self.reply_json(200, {"data": backups}, [("X-Trace", self.trace)])
        try:
            document = json.loads(body)
        except ValueError:
            document = None
        if not isinstance(document, dict) or document.get("origin") != "manual" or not isinstance(document.get("options", {}), dict):
            raise Refused(400, "bad-request", "The body is no request for a backup.")
        options = document.get("options", {})
        p = {"DBInstanceId": path[3]}
        for name, value, words in (("BackupMethod", document.get("kind"), METHODS), ("BackupStrategy", options.get("scope"), SCOPES),
                                   ("BackupType", options.get("depth"), KINDS), ("DBName", options.get("database"), None)):
            if value is not None:
                p[name] = value if words is None or value == "" else words.get(str(value), "?")
        backup = self.instances.create_backup(p)
        self.reply_json(202, {"data": self.show(backup)}, [("X-Trace", self.trace)])

    def show(self, b):
        back = lambda words, value: next(own for own, documented in words.items() if documented == value)
        return {"id": b["backupId"], "kind": back(METHODS, b["method"]), "scope": back(SCOPES, b["strategy"]), "depth": back(KINDS, b["type"]),
                "databases": b["databases"], "state": {"running": "in-progress", "completed": "done", "failed": "error"}[b["status"]]}

    def refuse(self, r):
        error = {"type": r.code, "detail": r.message, "host": self.headers.get("Host", "") if self.headers else ""}
        self.reply_json(r.status, {"error": error}, [("X-Trace", self.trace)])

    def send_error(self, code, message=None, explain=None):
        self.close_connection, self.headers, self.trace = True, getattr(self, "headers", None), str(uuid.uuid4()).upper()
        self.request_version = "HTTP/1.1"
        self.command = getattr(self, "command", None) or "GET"
        self.refuse(Refused(code if 400 <= code < 500 else 400, "bad-request", "The request cannot be read."))

    do_GET = do_POST = answer
