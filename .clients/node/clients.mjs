// Drives cbspec serve with Alibaba's own SDKs for Node, unmodified.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import RPCClient from '@alicloud/pop-core';
import RDS, { CreateBackupRequest, DescribeBackupTasksRequest, DescribeBackupsRequest, DescribeDBInstanceAttributeRequest } from '@alicloud/rds20140815';
import { complete, edition, endpoint, keyID, lastMade, provision, secret } from './control.mjs';

const oddName = 'a b*~c+d/ü%'; // its signature is right only where client and server encode alike

// Pop is @alicloud/pop-core: HMAC-SHA1, the parameters in the query of a GET or in the form of a POST.
class Pop {
  constructor(method, { id = keyID, key = secret, token, scheme = 'http' } = {}) {
    this.method = method;
    this.client = new RPCClient({ accessKeyId: id, accessKeySecret: key, securityToken: token, endpoint: `${scheme}://${endpoint}`, apiVersion: '2014-08-15' });
  }

  call(action, parameters) {
    return this.client.request(action, parameters, { method: this.method });
  }

  async createBackup(instance, optional = {}) {
    const answer = await this.call('CreateBackup', { DBInstanceId: instance, ...optional });
    return { requestID: answer.RequestId, job: answer.BackupJobId };
  }

  async tasks(instance, job) {
    const parameters = job ? { DBInstanceId: instance, BackupJobId: job } : { DBInstanceId: instance };
    const answer = await this.call('DescribeBackupTasks', parameters);
    return answer.Items.BackupJob.map((t) => ({ job: t.BackupJobId, status: t.BackupStatus, backup: t.BackupId }));
  }

  async backups(instance) {
    const answer = await this.call('DescribeBackups', { DBInstanceId: instance });
    return answer.Items.Backup.map((b) => ({ id: b.BackupId, status: b.BackupStatus, method: b.BackupMethod }));
  }

  async attribute(instance) {
    const [a] = (await this.call('DescribeDBInstanceAttribute', { DBInstanceId: instance })).Items.DBInstanceAttribute;
    return { engine: a.Engine, status: a.DBInstanceStatus };
  }

  failure(error) {
    return { code: error.code, status: error.entry.response.statusCode, requestID: error.data.RequestId };
  }
}

// New is @alicloud/rds20140815, which signs with ACS3-HMAC-SHA256 unless told otherwise.
class New {
  constructor(signatureAlgorithm, { id = keyID, key = secret, token, scheme = 'http' } = {}) {
    this.client = new RDS.default({ accessKeyId: id, accessKeySecret: key, securityToken: token, endpoint, protocol: scheme, signatureAlgorithm });
  }

  async createBackup(instance, optional = {}) {
    const { body } = await this.client.createBackup(new CreateBackupRequest({
      DBInstanceId: instance, backupMethod: optional.BackupMethod, backupStrategy: optional.BackupStrategy, DBName: optional.DBName,
    }));
    return { requestID: body.requestId, job: body.backupJobId };
  }

  async tasks(instance, job) {
    const { body } = await this.client.describeBackupTasks(new DescribeBackupTasksRequest({ DBInstanceId: instance, backupJobId: job }));
    return body.items.backupJob.map((t) => ({ job: t.backupJobId, status: t.backupStatus, backup: t.backupId }));
  }

  async backups(instance) {
    const { body } = await this.client.describeBackups(new DescribeBackupsRequest({ DBInstanceId: instance }));
    return body.items.backup.map((b) => ({ id: b.backupId, status: b.backupStatus, method: b.backupMethod }));
  }

  async attribute(instance) {
    const { body } = await this.client.describeDBInstanceAttribute(new DescribeDBInstanceAttributeRequest({ DBInstanceId: instance }));
    const [a] = body.items.DBInstanceAttribute;
    return { engine: a.engine, status: a.DBInstanceStatus };
  }

  failure(error) {
    return { code: error.code, status: error.statusCode, requestID: error.requestId };
  }
}

const ways = {
  'pop-core GET': (options) => new Pop('GET', options),
  'pop-core POST': (options) => new Pop('POST', options),
  'rds20140815 ACS3-HMAC-SHA256': (options) => new New(undefined, options),
  'rds20140815 HMAC-SHA1': (options) => new New('v2', options),
};

async function createPollDescribe(client, optional, want) {
  const instance = await provision('MySQL', 'app', oddName);
  const { requestID, job } = await client.createBackup(instance, optional);
  assert.ok(requestID);
  assert.equal(Boolean(job), edition === 'current');
  assert.deepEqual(await lastMade(instance), want);

  const running = await client.tasks(instance);
  assert.equal(running.length, 1);
  assert.equal(running[0].status, 'Uploading');
  assert.equal(running[0].job, job ?? running[0].job);
  assert.deepEqual(await client.backups(instance), []);

  await complete(instance);
  const [ended] = await client.tasks(instance, running[0].job);
  assert.equal(ended.status, 'Finished');
  assert.deepEqual(await client.backups(instance), [{ id: ended.backup, status: 'Success', method: want[0] }]);
  assert.deepEqual(await client.attribute(instance), { engine: 'MySQL', status: 'Running' });
}

// refused checks that the client makes of the refusal what the server said.
async function refused(client, code, status, promise) {
  await assert.rejects(promise, (error) => {
    const got = client.failure(error);
    assert.deepEqual({ code: got.code, status: got.status }, { code, status }, error);
    assert.ok(got.requestID);
    return true;
  });
}

for (const [name, dial] of Object.entries(ways)) {
  test(`${name}: create, poll, describe`, async () => {
    const client = dial();
    await createPollDescribe(client, {}, ['Physical', 'instance', ['app', oddName]]);
    await createPollDescribe(client, { BackupMethod: 'Physical' }, ['Physical', 'instance', ['app', oddName]]);
    for (const database of ['app', oddName]) {
      await createPollDescribe(client, { BackupMethod: 'Logical', BackupStrategy: 'db', DBName: database }, ['Logical', 'db', [database]]);
    }
  });

  test(`${name}: what only the current edition has is made in it, and refused in the original one`, async () => {
    const client = dial();
    const instance = await provision('MySQL', 'app');
    const snapshot = client.createBackup(instance, { BackupMethod: 'Snapshot' });
    if (edition === 'original') {
      await refused(client, 'InvalidBackupMethod.ValueNotSupported', 400, snapshot);
    } else {
      await snapshot;
      assert.equal((await lastMade(instance))[0], 'Snapshot');
    }
  });

  test(`${name}: errors`, async () => {
    const client = dial();
    await refused(client, 'InvalidDBInstanceId.NotFound', 404, client.createBackup('rm-unknown'));
    await refused(client, 'InvalidDBInstanceId.NotFound', 404, client.backups('rm-unknown'));
    const instance = await provision('MySQL', 'app');
    await client.createBackup(instance);
    await refused(client, 'OperationDenied.BackupJobExists', 403, client.createBackup(instance));
    await refused(client, 'SignatureDoesNotMatch', 400, dial({ key: 'wrong' }).createBackup(instance));
    await refused(client, 'InvalidAccessKeyId.NotFound', 404, dial({ id: 'wrong' }).createBackup(instance));
  });

  test(`${name}: the token of STS is signed as well`, async () => {
    assert.ok((await dial({ token: 'token/of+STS=' }).createBackup(await provision('MySQL', 'app'))).requestID);
  });

  test(`${name}: without --tls the simulator speaks no TLS, and over https the client fails on the way`, async () => {
    await assert.rejects(dial({ scheme: 'https' }).createBackup('rm-mysql'), /EPROTO|wrong version number|packet length too long/);
  });
}
