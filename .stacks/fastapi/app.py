"""CreateBackup with FastAPI, SQLAlchemy and SQLite: the API at /, the control protocol at /v1.

BUG is empty, or race (no lock between reading and writing) or pool (two connections for all calls).
"""
import os
import tempfile
import uuid
from xml.sax.saxutils import escape

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import JSON, ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker

BUG = os.environ.get("BUG", "")
CURRENT = os.environ.get("EDITION") == "current"
QUOTA = 20 if CURRENT else 10
METHODS = ("Physical", "Logical") + (("Snapshot",) if CURRENT else ())
ENGINES = ("MySQL", "SQLServer", "PostgreSQL", "MariaDB")
STATUSES = ("Running", "Creating", "Deleting", "Rebooting", "DBInstanceClassChanging", "TRANSING",
            "EngineVersionUpgrading", "TransingToOthers", "GuardDBInstanceCreating", "Restoring",
            "Importing", "ImportingFromOthers", "DBInstanceNetTypeChanging", "GuardSwitching",
            "INS_CLONING", "Released")


class Base(DeclarativeBase):
    type_annotation_map = {list: JSON}


class Instance(Base):
    __tablename__ = "instances"
    id: Mapped[str] = mapped_column(primary_key=True)
    engine: Mapped[str]
    status: Mapped[str]
    databases: Mapped[list]
    day: Mapped[int] = mapped_column(default=1)
    backups: Mapped[list["Backup"]] = relationship(order_by="Backup.id", cascade="all, delete-orphan")

    def add(self, **columns):
        self.backups.append(Backup(**{"day": self.day, "databases": self.databases, **columns}))
        return self.backups[-1]


class Backup(Base):
    __tablename__ = "backups"
    __table_args__ = {"sqlite_autoincrement": True}  # the id of a job is not used again
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), index=True)
    method: Mapped[str] = mapped_column(default="Physical")
    strategy: Mapped[str] = mapped_column(default="instance")
    databases: Mapped[list]
    type: Mapped[str] = mapped_column(default="Auto")
    status: Mapped[str] = mapped_column(default="running")
    retention: Mapped[int | None]
    day: Mapped[int]


folder = tempfile.TemporaryDirectory()


def sessions(**pool) -> sessionmaker:
    engine = create_engine(f"sqlite:///{folder.name}/state.db", connect_args={"timeout": 30}, **pool)

    @event.listens_for(engine, "connect")
    def connect(connection, _):
        connection.isolation_level = None  # SQLAlchemy begins transactions, not sqlite3
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")

    @event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN" if BUG == "race" else "BEGIN IMMEDIATE")

    return sessionmaker(engine)


new_session = new_api_session = sessions()
if BUG == "pool":
    new_api_session = sessions(pool_size=2, max_overflow=0, pool_timeout=0.1)
Base.metadata.create_all(new_session.kw["bind"])
app = FastAPI()


def api_db():
    with new_api_session.begin() as s:
        yield s


def db():
    with new_session.begin() as s:
        yield s


# A scope of the function commits before the answer is sent.
api_session, session = Depends(api_db, scope="function"), Depends(db, scope="function")


class Refused(Exception):
    def __init__(self, status, code, message="The call is refused."):
        self.status, self.code, self.message = status, code, message


async def params(request: Request) -> dict:
    p = dict(request.query_params)
    if request.method == "POST":
        p.update((k, v) for k, v in (await request.form()).items() if isinstance(v, str))
    request.state.format = p.get("Format", "JSON").upper()
    return p


def render(request: Request, root: str, body: dict, status=200):
    body = {"RequestId": str(uuid.uuid4()).upper()} | body
    if getattr(request.state, "format", "JSON") != "XML":
        return JSONResponse(body, status)
    inner = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in body.items())
    return Response(f"<{root}>{inner}</{root}>", status, media_type="text/xml")


@app.exception_handler(Refused)
def refused(request: Request, e: Refused):
    error = {"HostId": request.url.hostname, "Code": e.code, "Message": e.message}
    return render(request, "Error", error, e.status)


def one_of(p: dict, name: str, values: tuple, default: str) -> str:
    v = p.get(name) or default
    if v not in values:
        raise Refused(400, f"Invalid{name}.ValueNotSupport", f'The parameter "{name}" is not valid.')
    return v


def required(p: dict, name: str) -> str:
    if not p.get(name):
        raise Refused(400, "MissingParameter", f'The parameter "{name}" is missing.')
    return p[name]


def retention(p: dict) -> int | None:
    text = p.get("BackupRetentionPeriod")
    if text is None or text == "-1":
        return text and int(text)
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 7 <= int(text) <= 730):
        raise Refused(400, "InvalidBackupRetentionPeriod.Malformed")
    return int(text)


def wanted(p: dict, i: Instance) -> dict:
    """What the call asks for, on this instance, as the columns of a backup."""
    method = one_of(p, "BackupMethod", METHODS, "Physical")
    if i.engine in ("SQLServer", "MariaDB")[:1 + CURRENT] and method == "Logical":
        raise Refused(403, "OperationDenied.BackupMethod")
    if i.engine == "MariaDB" and method == "Snapshot":
        raise Refused(400, "InvalidBackupMethod.ValueNotSupport")
    if method == "Logical" and not i.databases:
        raise Refused(403, "OperationDenied.NoDatabase")
    columns = {"method": method}
    if not CURRENT or (i.engine, method) == ("SQLServer", "Physical"):
        columns["type"] = one_of(p, "BackupType", ("Auto", "FullBackup"), "Auto")
    full = CURRENT and i.engine == "SQLServer" and columns.get("type") == "FullBackup"
    if full or method == "Logical" and (i.engine == "MySQL" or not CURRENT):
        columns["strategy"] = one_of(p, "BackupStrategy", ("db", "instance"), "instance")
    if columns.get("strategy") == "db":
        names = required(p, "DBName")
        columns["databases"] = names.split(",") if CURRENT else [names]
        if not set(columns["databases"]) <= set(i.databases):
            raise Refused(404, "InvalidDBName.NotFound")
        if full:
            columns["retention"] = retention(p)
    return columns


@app.api_route("/", methods=["GET", "POST"])
def rpc(request: Request, p: dict = Depends(params), s: Session = api_session):
    if required(p, "Action") != "CreateBackup":
        raise Refused(404, "InvalidAction.NotFound", "The action is not valid.")
    if required(p, "Version") != "2014-08-15":
        raise Refused(400, "InvalidVersion", "The version is not valid.")
    i = s.get(Instance, required(p, "DBInstanceId"))
    if i is None:
        raise Refused(404, "InvalidDBInstanceId.NotFound")
    columns = wanted(p, i)
    if i.status != "Running":
        raise Refused(403, "OperationDenied.DBInstanceStatus")
    if i.backups and i.backups[-1].status == "running":
        raise Refused(403, "OperationDenied.BackupJobExists")
    if sum(b.day == i.day for b in i.backups) >= QUOTA:
        raise Refused(400, "BackupTimesExceeded")
    made = i.add(**columns)
    s.flush()
    return render(request, "CreateBackupResponse", {"BackupJobId": str(made.id)} if CURRENT else {})


# The control protocol.


class Condition(BaseModel):
    engine: str
    status: str = "Running"
    databases: list[str] = []
    backupsToday: int = 0
    lastBackup: str = "none"


class Change(BaseModel):
    status: str | None = None
    databases: list[str] | None = None


class Result(BaseModel):
    result: str


@app.exception_handler(HTTPException)
def on_http_error(_: Request, e: HTTPException):
    return JSONResponse({"error": e.detail}, e.status_code)


@app.get("/v1/capabilities")
def capabilities():
    return {"provision": True, "observe": True, "complete": True, "nextDay": True,
            "engines": ENGINES, "statuses": STATUSES}


@app.post("/v1/instances", status_code=201)
def create(c: Condition, s: Session = session):
    if c.engine not in ENGINES or c.status not in STATUSES:
        raise HTTPException(422, "no such engine or status")
    i = Instance(id="rm-" + uuid.uuid4().hex[:17], engine=c.engine, status=c.status,
                 databases=c.databases, day=1)
    states = ["completed"] * (c.backupsToday or c.lastBackup != "none")
    if c.lastBackup != "none":
        states[-1] = c.lastBackup
    s.add(i)
    for state in states:
        i.add(status=state, type="FullBackup", day=1 if c.backupsToday else 0)
    return {"dbInstanceId": i.id}


def find(id: str, s: Session = session) -> Instance:
    if (i := s.get(Instance, id)) is None:
        raise HTTPException(404, "no such instance")
    return i


@app.patch("/v1/instances/{id}", status_code=204)
def change(c: Change, i: Instance = Depends(find)):
    for name, value in c.model_dump(exclude_none=True).items():
        setattr(i, name, value)


@app.post("/v1/instances/{id}/complete", status_code=204)
def complete(r: Result, i: Instance = Depends(find)):
    for b in i.backups:
        if b.status == "running":
            b.status = r.result


@app.get("/v1/instances/{id}/backups")
def backups(i: Instance = Depends(find)):
    return {"backups": [{"backupId": str(b.id), "backupJobId": str(b.id), "method": b.method,
                         "strategy": b.strategy, "databases": b.databases, "type": b.type,
                         "status": b.status, "backupRetentionPeriod": b.retention or 0}
                        for b in i.backups]}


@app.post("/v1/instances/{id}/next-day", status_code=204)
def next_day(i: Instance = Depends(find)):
    i.day += 1


@app.delete("/v1/instances/{id}", status_code=204)
def delete(i: Instance = Depends(find), s: Session = session):
    s.delete(i)
