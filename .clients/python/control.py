"""The server under test, as .clients/run starts it, and its control protocol."""
import json
import os
import urllib.request

ENDPOINT = os.environ["CBSPEC_TEST_ENDPOINT"].removeprefix("http://").strip("/")  # host and port
CONTROL = os.environ["CBSPEC_TEST_CONTROL"].rstrip("/")
KEY_ID = os.environ["CBSPEC_TEST_KEY_ID"]
SECRET = os.environ["CBSPEC_TEST_KEY_SECRET"]
EDITION = os.environ["CBSPEC_TEST_EDITION"]


def ask(method, path, body=None):
    """Sends one request of the control protocol; urllib raises what is no success."""
    request = urllib.request.Request(CONTROL + path, method=method, data=json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=10) as response:
        text = response.read()
    return json.loads(text) if text else None


def provision(engine, *databases):
    condition = {"engine": engine, "status": "Running", "databases": databases, "backupsToday": 0, "lastBackup": "none"}
    return ask("POST", "/v1/instances", condition)["dbInstanceId"]


def complete(instance):
    ask("POST", f"/v1/instances/{instance}/complete", {"result": "completed"})


def last_made(instance):
    """The last backup as the server sees it: its method, strategy and databases."""
    made = ask("GET", f"/v1/instances/{instance}/backups")["backups"][-1]
    return made["method"], made["strategy"], made["databases"]
