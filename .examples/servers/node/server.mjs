// A small CreateBackup server, as an example: node server.mjs
// Put your server in its place, and keep the control protocol of control.mjs beside it.
import { randomUUID } from "node:crypto";
import { answerControl, backup, instances, serve } from "./control.mjs";

const API_PORT = 8080, CONTROL_PORT = 8081;

// refusals yields for each mistake of a call: whether it is made, and the answer to it.
function* refusals(p, one, asked) {
  yield [p.Action !== "CreateBackup", 404, "InvalidAction.NotFound"];
  yield [p.Version !== "2014-08-15", 400, "InvalidVersion"];
  yield [!["Physical", "Logical"].includes(asked.method), 400, "InvalidBackupMethod"];
  yield [!["db", "instance"].includes(asked.strategy), 400, "InvalidBackupStrategy"];
  yield [!["Auto", "FullBackup"].includes(asked.type), 400, "InvalidBackupType"];
  yield [!p.DBInstanceId, 400, "MissingDBInstanceId"];
  yield [!one, 404, "InvalidDBInstanceId.NotFound"];
  yield [one.status !== "Running", 403, "OperationDenied.DBInstanceStatus"];
  const logical = asked.method === "Logical";
  yield [logical && one.engine === "SQLServer", 403, "OperationDenied.BackupMethod"];
  yield [logical && one.databases.length === 0, 403, "OperationDenied.BackupMethod"];
  const unknown = asked.strategy === "db" && !one.databases.includes(p.DBName);
  yield [unknown, 404, "InvalidDBName.NotFound"];
  const running = one.backups.some((b) => b.status === "running");
  yield [running, 403, "OperationDenied.BackupJobExists"];
  const today = one.backups.filter((b) => b.day === one.day).length;
  yield [today >= 10, 403, "Exceeded.BackupTimes"];
}

// createBackup begins the backup that the parameters ask for, or returns the mistake of the call.
function createBackup(p) {
  const one = instances.get(p.DBInstanceId), method = p.BackupMethod ?? "Physical";
  const strategy = method === "Logical" ? p.BackupStrategy ?? "instance" : "instance";
  const asked = { method, strategy, type: p.BackupType ?? "Auto" };
  for (const [wrong, status, code] of refusals(p, one, asked)) {
    if (wrong) return { status, code };
  }
  const covered = strategy === "db" ? [p.DBName] : one.databases;
  one.backups.push(backup("running", one.day, covered, asked));
}

function answerAPI(method, url, body) {
  const p = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)]);
  const refused = createBackup(p), status = refused?.status ?? 200;
  const error = refused && { HostId: "localhost", Code: refused.code, Message: refused.code };
  const document = { RequestId: randomUUID(), ...error };
  if (p.Format?.toUpperCase() === "JSON") return [status, "json", JSON.stringify(document)];
  const root = refused ? "Error" : "CreateBackupResponse";
  const members = Object.entries(document).map(([name, text]) => `<${name}>${text}</${name}>`);
  return [status, "xml", `<${root}>${members.join("")}</${root}>`];
}

serve(API_PORT, answerAPI);
serve(CONTROL_PORT, answerControl);
