// The server under test, as .clients/run starts it, and its control protocol.
const env = process.env;
export const endpoint = env.CBSPEC_TEST_ENDPOINT.replace(/^http:\/\/|\/$/g, ''); // host and port
export const keyID = env.CBSPEC_TEST_KEY_ID;
export const secret = env.CBSPEC_TEST_KEY_SECRET;
export const edition = env.CBSPEC_TEST_EDITION;
const control = env.CBSPEC_TEST_CONTROL.replace(/\/$/, '');

async function ask(method, path, body) {
  const response = await fetch(control + path, {
    method, body: body && JSON.stringify(body), headers: { 'Content-Type': 'application/json' },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: status ${response.status}, ${text}`);
  return text && JSON.parse(text);
}

export async function provision(engine, ...databases) {
  return (await ask('POST', '/v1/instances', { engine, status: 'Running', databases, backupsToday: 0, lastBackup: 'none' })).dbInstanceId;
}

export async function complete(instance) {
  await ask('POST', `/v1/instances/${instance}/complete`, { result: 'completed' });
}

// lastMade is the last backup as the server sees it: its method, strategy and databases.
export async function lastMade(instance) {
  const { method, strategy, databases } = (await ask('GET', `/v1/instances/${instance}/backups`)).backups.at(-1);
  return [method, strategy, databases];
}
