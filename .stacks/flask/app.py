"""CreateBackup with Flask and MariaDB, in several processes of gunicorn.

The API is at /, the control protocol at /v1. BUG is empty, or race (rows are read without a lock),
stale (each process remembers the status of an instance), strip (white space around values is cut
off) or collation (ids and names are compared as MariaDB does unless it is told otherwise).
"""
import json
import os
import uuid
from contextlib import contextmanager

import pymysql
from flask import Flask, Response, jsonify, request
from gunicorn.http.errors import ParseException
from markupsafe import escape
from werkzeug.exceptions import HTTPException

BUG = os.environ.get("BUG", "")
KEY = "varchar(64) character set utf8mb4" + ("" if BUG == "collation" else " collate utf8mb4_nopad_bin")
SCHEMA = f"""
create or replace table instances (id {KEY} primary key, engine text, status text, `day` int default 1);
create or replace table dbs (pos int auto_increment primary key, instance {KEY}, name {KEY}, key(instance));
create or replace table backups (id int auto_increment primary key, instance {KEY}, key(instance),
  method text default 'Physical', strategy text default 'instance', `databases` json,
  type text, status text, `day` int)"""
ENGINES = ["MySQL", "SQLServer", "PostgreSQL", "MariaDB"]
STATUSES = ["Running", "Creating", "Deleting", "Rebooting", "DBInstanceClassChanging", "TRANSING",
            "EngineVersionUpgrading", "TransingToOthers", "GuardDBInstanceCreating", "Restoring",
            "Importing", "ImportingFromOthers", "DBInstanceNetTypeChanging", "GuardSwitching",
            "INS_CLONING", "Released"]
app = Flask(__name__)
pool = []
remembered = {}  # with BUG=stale


@contextmanager
def tx():
    """A cursor in a transaction of its own."""
    connection = pool.pop() if pool else pymysql.connect(
        unix_socket=os.environ["SOCKET"], user="root", database="rds", charset="utf8mb4",
        init_command="set tx_isolation='READ-COMMITTED'", cursorclass=pymysql.cursors.DictCursor)
    try:
        with connection.cursor() as c:
            yield c
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        pool.append(connection)


def create_schema():
    with tx() as c:
        for statement in SCHEMA.split(";"):
            c.execute(statement)
    pool.clear()


def insert(c, table, **columns):
    names = ",".join(f"`{n}`" for n in columns)
    c.execute(f"insert into {table}({names}) values({','.join(['%s'] * len(columns))})",
              list(columns.values()))


class Refused(Exception):
    def __init__(self, status, code, message="The call is refused."):
        self.status, self.code, self.message = status, code, message


def answer(root, status=200, **members):
    body = {"RequestId": str(uuid.uuid4()).upper(), **members}
    if request.values.get("Format", "XML").upper() == "JSON":
        return jsonify(body), status
    inner = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in body.items())
    return Response(f"<{root}>{inner}</{root}>", status, content_type="text/xml;charset=utf-8")


@app.errorhandler(Refused)
def refused(e):
    return answer("Error", e.status, HostId=request.host, Code=e.code, Message=e.message)


@app.errorhandler(HTTPException)
def http_error(e):
    if request.path.startswith("/v1"):
        return jsonify(error=e.description), e.code
    return refused(Refused(e.code, "InvalidParameter", e.description))


@app.errorhandler(ParseException)
def not_http(e):
    return f"The body is not well-formed: {e}", 400


def parameter(name, default=None, values=None):
    v = request.values.get(name)
    if v is None and default is not None:
        return default
    if not v:
        raise Refused(400, "MissingParameter", f'The parameter "{name}" is missing.')
    if BUG == "strip":
        v = v.strip()
    if values and v not in values:
        raise Refused(400, f"Invalid{name}.Malformed", f'The parameter "{name}" is not valid.')
    return v


def wanted(i, dbs):
    """What the call asks for, on this instance, as the columns of a backup."""
    method = parameter("BackupMethod", "Physical", ("Physical", "Logical"))
    columns = {"method": method, "type": parameter("BackupType", "Auto", ("Auto", "FullBackup"))}
    if method == "Physical":
        return columns | {"databases": json.dumps(dbs)}
    if i["engine"] == "SQLServer":
        raise Refused(403, "OperationDenied.BackupMethod")
    if not dbs:
        raise Refused(403, "OperationDenied.NoDatabase")
    columns["strategy"] = parameter("BackupStrategy", "instance", ("db", "instance"))
    if columns["strategy"] == "db":
        with tx() as c:
            if not c.execute("select name from dbs where instance=%s and name=%s",
                             (i["id"], parameter("DBName")[:100])):
                raise Refused(404, "InvalidDBName.NotFound")
            dbs = [c.fetchone()["name"]]
    return columns | {"databases": json.dumps(dbs)}


@app.route("/", methods=["GET", "POST"])
def rpc():
    if parameter("Action") != "CreateBackup":
        raise Refused(403, "InvalidAction", "The action is not valid.")
    if parameter("Version") != "2014-08-15":
        raise Refused(400, "InvalidVersion", "The version is not valid.")
    lock = "" if BUG == "race" else " for update"
    with tx() as c:
        if not c.execute("select * from instances where id=%s" + lock, parameter("DBInstanceId")[:100]):
            raise Refused(404, "Forbidden.InstanceNotFound")
        i = c.fetchone()
        if BUG == "stale":
            i["status"] = remembered.setdefault(i["id"], i["status"])
        c.execute("select name from dbs where instance=%s order by pos", i["id"])
        columns = wanted(i, [row["name"] for row in c.fetchall()])
        if i["status"] != "Running":
            raise Refused(403, "OperationDenied.DBInstanceStatus")
        if c.execute("select 1 from backups where instance=%s and status='running'", i["id"]):
            raise Refused(403, "OperationDenied.BackupJobExists")
        if c.execute("select 1 from backups where instance=%s and `day`=%s", (i["id"], i["day"])) >= 10:
            raise Refused(400, "BackupTimesExceeded")
        insert(c, "backups", instance=i["id"], status="running", day=i["day"], **columns)
    return answer("CreateBackupResponse")


# The control protocol.


@app.get("/v1/capabilities")
def capabilities():
    return jsonify(provision=True, observe=True, complete=True, nextDay=True,
                   engines=ENGINES, statuses=STATUSES)


@app.post("/v1/instances")
def create():
    q = {"status": "Running", "databases": [], "backupsToday": 0, "lastBackup": "none"} | request.json
    if q["engine"] not in ENGINES or q["status"] not in STATUSES:
        return jsonify(error="no such engine or status"), 400
    id = "rm-" + uuid.uuid4().hex[:17]
    states = ["completed"] * (q["backupsToday"] or q["lastBackup"] != "none")
    if q["lastBackup"] != "none":
        states[-1] = q["lastBackup"]
    with tx() as c:
        insert(c, "instances", id=id, engine=q["engine"], status=q["status"])
        for name in q["databases"]:
            insert(c, "dbs", instance=id, name=name)
        for state in states:
            insert(c, "backups", instance=id, databases=json.dumps(q["databases"]), type="FullBackup",
                   status=state, day=1 if q["backupsToday"] else 0)
    return jsonify(dbInstanceId=id), 201


@app.before_request
def exists():
    id = (request.view_args or {}).get("id")
    with tx() as c:
        if id and not c.execute("select 1 from instances where id=%s", id):
            return jsonify(error="no such instance"), 404


@app.patch("/v1/instances/<id>")
def change(id):
    q = request.json
    with tx() as c:
        if "status" in q:
            c.execute("update instances set status=%s where id=%s", (q["status"], id))
        if "databases" in q:
            c.execute("delete from dbs where instance=%s", id)
            for name in q["databases"]:
                insert(c, "dbs", instance=id, name=name)
    return "", 204


@app.delete("/v1/instances/<id>")
def delete(id):
    with tx() as c:
        c.execute("delete from backups where instance=%s", id)
        c.execute("delete from dbs where instance=%s", id)
        c.execute("delete from instances where id=%s", id)
    return "", 204


@app.post("/v1/instances/<id>/complete")
def complete(id):
    with tx() as c:
        c.execute("update backups set status=%s where instance=%s and status='running'",
                  (request.json["result"], id))
    return "", 204


@app.post("/v1/instances/<id>/next-day")
def next_day(id):
    with tx() as c:
        c.execute("update instances set `day`=`day`+1 where id=%s", id)
    return "", 204


@app.get("/v1/instances/<id>/backups")
def backups(id):
    with tx() as c:
        c.execute("select * from backups where instance=%s order by id", id)
        return jsonify(backups=[
            {"backupId": b["id"], "databases": json.loads(b["databases"]),
             **{k: b[k] for k in ("method", "strategy", "type", "status")}} for b in c.fetchall()])
