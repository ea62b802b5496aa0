// The control protocol, version 1, with which cbspec prepares and observes instances. Let provision
// and control work on the instances of your server. `cbspec help protocol` says what they answer.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

const can = {
  provision: true, observe: true, complete: true, nextDay: true,
  engines: ["MySQL", "SQLServer", "PostgreSQL", "MariaDB"],
  statuses: ["Running", "Creating", "Deleting", "Rebooting", "Restoring"],
};
export const instances = new Map();

const everything = { method: "Physical", strategy: "instance", type: "Auto" };

export function backup(status, day, databases, asked = everything) {
  return { backupId: randomUUID(), status, day, databases, ...asked };
}

function provision(condition) {
  const { backupsToday, lastBackup, databases } = condition;
  const count = backupsToday || Number(lastBackup !== "none");
  const day = backupsToday > 0 ? 0 : -1; // without backups today, the last one is of the day before
  const backups = Array.from({ length: count }, () => backup("completed", day, databases));
  if (lastBackup !== "none") backups.at(-1).status = lastBackup;
  const dbInstanceId = "rm-" + randomUUID();
  instances.set(dbInstanceId, { ...condition, day: 0, backups });
  return dbInstanceId;
}

// control answers a request of the control protocol with a status and a document.
function control(method, path, body) {
  const request = `${method} ${path.join(" ")}`;
  if (request === "GET capabilities") return [200, can];
  if (request === "POST instances") {
    if (!can.statuses.includes(body.status)) return [400, { error: "no such status" }];
    return [201, { dbInstanceId: provision(body) }];
  }
  const one = instances.get(path[1]);
  if (!one) return [404, { error: "no such instance" }];
  const action = [method, ...path.slice(2)].join(" ");
  if (action === "GET backups") return [200, { backups: one.backups }];
  if (action === "DELETE") instances.delete(path[1]);
  if (action === "PATCH") Object.assign(one, body);
  if (action === "POST next-day") one.day += 1;
  if (action === "POST complete") {
    for (const b of one.backups.filter((b) => b.status === "running")) b.status = body.result;
  }
  return [204];
}

export function answerControl(method, url, body, headers) {
  if (headers.origin || (body && !headers["content-type"]?.startsWith("application/json"))) {
    const error = "this protocol takes JSON, and nothing from web pages";
    return [403, "json", JSON.stringify({ error })];
  }
  const path = url.pathname.replace("/v1/", "").split("/");
  const [status, document] = control(method, path, JSON.parse(body || "{}"));
  return [status, "json", document && JSON.stringify(document)];
}

// serve answers requests with the status, the media type and the text of answer.
export function serve(port, answer) {
  createServer(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // the client has closed the connection
    }
    const url = new URL(request.url, "http://localhost");
    const body = Buffer.concat(chunks).toString();
    const [status, kind, text] = answer(request.method, url, body, request.headers);
    response.writeHead(status, { "Content-Type": `application/${kind};charset=utf-8` }).end(text);
  }).listen(port, "127.0.0.1");
}
