// What cbspec must have found of the mock: no rule broken, and those passed that answers alone can show.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2]));
const verdicts = new Map(report.rules.map((rule) => [rule.id, rule.verdict]));
const want = ['CB-ACTION-1', 'CB-ACTION-2', 'CB-INSTANCE-1', 'CB-METHOD-2', 'CB-METHOD-6', 'CB-STRATEGY-2', 'CB-DBNAME-4', 'CB-TYPE-3'];
const bad = [...verdicts].filter(([id, verdict]) => verdict === 'failed' || (want.includes(id) && verdict !== 'passed'));
for (const [id, verdict] of bad) console.error(`${id}: ${verdict}`);
process.exit(bad.length ? 1 : 0);
