"""The control protocol, version 1, with which cbspec prepares and observes instances.

Let provision and control work on the instances of your server. `cbspec help protocol` describes
what they answer.
"""

import json
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

CAN = {"provision": True, "observe": True, "complete": True, "nextDay": True,
       "engines": ["MySQL", "SQLServer", "PostgreSQL", "MariaDB"],
       "statuses": ["Running", "Creating", "Deleting", "Rebooting", "Restoring"]}
instances, lock = {}, Lock()


def backup(status, day, databases, method="Physical", strategy="instance", type="Auto"):
    return {"backupId": uuid.uuid4().hex, "status": status, "day": day, "databases": databases,
            "method": method, "strategy": strategy, "type": type}


def provision(condition):
    today, last = condition["backupsToday"], condition["lastBackup"]
    states = ["completed"] * today if last == "none" else ["completed"] * (today - 1) + [last]
    day = 0 if today else -1  # without backups today, the last one is of the day before
    backups = [backup(state, day, condition["databases"]) for state in states]
    one = {**condition, "id": "rm-" + uuid.uuid4().hex[:16], "day": 0, "backups": backups}
    return instances.setdefault(one["id"], one)


def control(method, path, body):
    """Answers a request of the control protocol with a status and a document."""
    if (method, path) == ("GET", ["capabilities"]):
        return 200, CAN
    if (method, path) == ("POST", ["instances"]) and body["status"] in CAN["statuses"]:
        return 201, {"dbInstanceId": provision(body)["id"]}
    if len(path) < 2 or path[1] not in instances:
        return 404, {"error": "no such instance or status"}
    one, action = instances[path[1]], " ".join([method, *path[2:]])
    if action == "GET backups":
        return 200, {"backups": one["backups"]}
    if action == "DELETE":
        instances.pop(path[1])
    if action == "PATCH":
        one |= body
    if action == "POST next-day":
        one["day"] += 1
    if action == "POST complete":
        for running in [b for b in one["backups"] if b["status"] == "running"]:
            running["status"] = body["result"]
    return 204, None


def answer_control(method, url, body, headers):
    json_type = headers.get("Content-Type", "").startswith("application/json")
    if "Origin" in headers or body and not json_type:
        return 403, "json", '{"error": "this protocol takes JSON, and nothing from web pages"}'
    path = url.path.removeprefix("/v1/").split("/")
    status, document = control(method, path, json.loads(body or "{}"))
    return status, "json", json.dumps(document) if document else ""


def serve(port, answer):
    """Answers requests, one at a time, with the status, the media type and the text of answer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def parse_request(self):
            if self.raw_requestline in (b"\r\n", b"\n"):  # HTTP allows an empty line before a request
                self.raw_requestline = self.rfile.readline(65537)
            return super().parse_request()

        def handle_request(self):
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode(errors="replace")
            with lock:
                status, kind, text = answer(self.command, urlsplit(self.path), body, self.headers)
            self.send_response(status)
            self.send_header("Content-Type", f"application/{kind};charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

        do_GET = do_POST = do_PATCH = do_DELETE = handle_request

    Thread(target=ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever).start()
