// CreateBackup with Express and SQLite: the API at /, the control protocol at /v1.
//
// BUG is empty, or nocase (values are looked up in a column without letter case), noescape (XML is not
// escaped), parseint (a number may have anything after it) or idempotent (a second call within a
// second gets the answer of the first).
import { randomUUID } from 'node:crypto';
import express from 'express';
import Database from 'libsql';

const { BUG, EDITION, PORT } = process.env;
const current = EDITION === 'current';
const quota = current ? 20 : 10;
const engines = ['MySQL', 'SQLServer', 'PostgreSQL', 'MariaDB'];
const statuses = ['Running', 'Creating', 'Deleting', 'Rebooting', 'DBInstanceClassChanging', 'TRANSING',
  'EngineVersionUpgrading', 'TransingToOthers', 'GuardDBInstanceCreating', 'Restoring', 'Importing',
  'ImportingFromOthers', 'DBInstanceNetTypeChanging', 'GuardSwitching', 'INS_CLONING', 'Released'];

const db = new Database(':memory:');
db.exec(`
create table instances (id text primary key, engine text, status text, databases text, day integer default 1);
create table backups (id integer primary key autoincrement, instance text references instances(id) on delete cascade,
  method text, strategy text, databases text, type text, status text, day integer, retention integer);
create index of_instance on backups(instance);
create table methods (name text primary key ${BUG === 'nocase' ? 'collate nocase' : ''});
insert into methods values ('Physical'), ('Logical') ${current ? ", ('Snapshot')" : ''};`);
const query = (sql, ...values) => db.prepare(sql).get(...values);
const run = (sql, ...values) => db.prepare(sql).run(...values);

function insert(b) {
  return run('insert into backups(instance,method,strategy,databases,type,status,day,retention) values(?,?,?,?,?,?,?,?)',
    b.instance, b.method, b.strategy, JSON.stringify(b.databases), b.type, b.status, b.day, b.retention ?? null).lastInsertRowid;
}

class Refused extends Error {
  constructor(status, code, message = 'The call is refused.') { super(message); Object.assign(this, { status, code }); }
}

function required(p, name) {
  if (!p[name]) throw new Refused(400, 'MissingParameter', `The parameter "${name}" is missing.`);
  return p[name];
}

function oneOf(p, name, values, value) {
  if (p[name] === undefined) return value;
  if (values.includes(p[name])) return p[name];
  throw new Refused(400, `Invalid${name}.ValueNotSupported`, `"${p[name]}" is not valid as "${name}".`);
}

function methodOf(p) {
  const known = p.BackupMethod && query('select name from methods where name = ?', p.BackupMethod);
  return known?.name ?? oneOf(p, 'BackupMethod', [], 'Physical');
}

function retentionOf(p) {
  const text = p.BackupRetentionPeriod;
  if (text === undefined) return undefined;
  const days = BUG === 'parseint' ? parseInt(text, 10) : /^(-1|\d{1,3})$/.test(text) ? Number(text) : NaN;
  if (days === -1 || (days >= 7 && days <= 730)) return days;
  throw new Refused(400, 'InvalidBackupRetentionPeriod.Malformed');
}

// What the call asks for, on an instance.
function wanted(p, i, databases) {
  const method = methodOf(p);
  const backup = { instance: i.id, method, strategy: 'instance', type: 'Auto', databases };
  if (method === 'Logical' && (i.engine === 'SQLServer' || (current && i.engine === 'MariaDB'))) {
    throw new Refused(403, 'OperationDenied.BackupMethod');
  }
  if (method === 'Snapshot' && i.engine === 'MariaDB') throw new Refused(400, 'InvalidBackupMethod.ValueNotSupport');
  if (method === 'Logical' && databases.length === 0) throw new Refused(403, 'OperationDenied.NoDatabase');
  if (!current || (i.engine === 'SQLServer' && method === 'Physical')) {
    backup.type = oneOf(p, 'BackupType', ['Auto', 'FullBackup'], 'Auto');
  }
  const full = current && backup.type === 'FullBackup';
  if (full || (method === 'Logical' && (!current || i.engine === 'MySQL'))) {
    backup.strategy = oneOf(p, 'BackupStrategy', ['db', 'instance'], 'instance');
  }
  if (backup.strategy === 'db') {
    backup.databases = current ? required(p, 'DBName').split(',') : [required(p, 'DBName')];
    if (!backup.databases.every((name) => databases.includes(name))) throw new Refused(404, 'InvalidDBName.NotFound');
    if (full) backup.retention = retentionOf(p);
  }
  return backup;
}

const createBackup = db.transaction((p) => {
  const i = query('select * from instances where id = ?', required(p, 'DBInstanceId'));
  if (!i) throw new Refused(404, 'InvalidDBInstanceId.NotFound');
  const backup = wanted(p, i, JSON.parse(i.databases));
  if (i.status !== 'Running') throw new Refused(403, 'OperationDenied.DBInstanceStatus');
  if (query("select 1 from backups where instance = ? and status = 'running'", i.id)) {
    throw new Refused(403, 'OperationDenied.BackupJobExists');
  }
  if (query('select count(*) n from backups where instance = ? and day = ?', i.id, i.day).n >= quota) {
    throw new Refused(400, 'BackupTimesExceeded');
  }
  return insert({ ...backup, status: 'running', day: i.day });
});

const escape = (s) => BUG === 'noescape' ? String(s) : String(s).replace(/[<>&'"]/g, (c) => `&#${c.charCodeAt(0)};`)
  .replace(/[^\t\n\r\x20-\uFFFD]/g, '\uFFFD');

function send(req, res, status, root, body) {
  body = { RequestId: randomUUID().toUpperCase(), ...body };
  res.status(status);
  if (String(req.query.Format ?? req.body?.Format).toUpperCase() === 'JSON') return res.json(body);
  const inner = Object.entries(body).map(([k, v]) => `<${k}>${escape(v)}</${k}>`).join('');
  res.type('text/xml').send(`<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner}</${root}>`);
}

const recent = new Map(); // with BUG=idempotent
function once(req, res, next) {
  const key = req.query.DBInstanceId ?? req.body?.DBInstanceId;
  const earlier = recent.get(key);
  if (earlier && Date.now() - earlier.at < 1000) return res.type(earlier.type).send(earlier.body);
  const answer = res.send;
  res.send = (body) => {
    if (res.statusCode === 200) recent.set(key, { at: Date.now(), type: res.get('Content-Type'), body });
    return answer.call(res, body);
  };
  next();
}

function rpc(req, res) {
  const p = { ...req.query, ...req.body };
  for (const name in p) if (Array.isArray(p[name])) throw new Refused(400, 'InvalidParameter', `"${name}" is there twice.`);
  if (required(p, 'Action') !== 'CreateBackup') throw new Refused(403, 'InvalidAction', 'The action is not valid.');
  if (required(p, 'Version') !== '2014-08-15') throw new Refused(400, 'NoSuchVersion', 'The version is not valid.');
  const id = createBackup.immediate(p);
  send(req, res, 200, 'CreateBackupResponse', current ? { BackupJobId: String(id) } : {});
}

const app = express();
const api = [express.urlencoded({ extended: false, limit: '1mb', parameterLimit: 1e5 }), ...(BUG === 'idempotent' ? [once] : []), rpc];
app.get('/', api);
app.post('/', api);

// The control protocol.
const control = express.Router();
app.use('/v1', express.json(), control);
control.get('/capabilities', (req, res) => {
  res.json({ provision: true, observe: true, complete: true, nextDay: true, engines, statuses });
});
control.post('/instances', (req, res) => {
  const { engine, status = 'Running', databases = [], backupsToday = 0, lastBackup = 'none' } = req.body;
  if (!engines.includes(engine) || !statuses.includes(status)) return res.status(400).json({ error: 'no such engine or status' });
  const id = `rm-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
  run('insert into instances(id,engine,status,databases) values(?,?,?,?)', id, engine, status, JSON.stringify(databases));
  const states = Array(backupsToday || Number(lastBackup !== 'none')).fill('completed');
  if (lastBackup !== 'none') states.splice(-1, 1, lastBackup);
  for (const state of states) {
    insert({ instance: id, method: 'Physical', strategy: 'instance', databases, type: 'FullBackup', status: state, day: backupsToday ? 1 : 0 });
  }
  res.status(201).json({ dbInstanceId: id });
});
control.param('id', (req, res, next, id) => {
  if (query('select 1 from instances where id = ?', id)) return next();
  res.status(404).json({ error: 'no such instance' });
});
control.patch('/instances/:id', (req, res) => {
  const { status, databases } = req.body;
  run('update instances set status = coalesce(?, status), databases = coalesce(?, databases) where id = ?',
    status ?? null, databases ? JSON.stringify(databases) : null, req.params.id);
  res.sendStatus(204);
});
control.post('/instances/:id/complete', (req, res) => {
  run("update backups set status = ? where instance = ? and status = 'running'", req.body.result, req.params.id);
  res.sendStatus(204);
});
control.post('/instances/:id/next-day', (req, res) => {
  run('update instances set day = day + 1 where id = ?', req.params.id);
  res.sendStatus(204);
});
control.delete('/instances/:id', (req, res) => {
  run('delete from backups where instance = ?', req.params.id);
  run('delete from instances where id = ?', req.params.id);
  res.sendStatus(204);
});
control.get('/instances/:id/backups', (req, res) => {
  const rows = db.prepare('select * from backups where instance = ? order by id').all(req.params.id);
  res.json({ backups: rows.map((b) => ({
    backupId: b.id, backupJobId: b.id, method: b.method, strategy: b.strategy, databases: JSON.parse(b.databases),
    type: b.type, status: b.status, backupRetentionPeriod: b.retention ?? 0,
  })) });
});

app.use((err, req, res, next) => {
  const { status = 500, code = status < 500 ? 'InvalidParameter' : 'InternalError', message } = err;
  send(req, res, status, 'Error', { HostId: req.hostname ?? '', Code: code, Message: message });
});
app.listen(PORT, '127.0.0.1');
