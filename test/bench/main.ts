/** `npm run bench [throughput] [host]`: prints ratios beside the peers; exit code 1 for a missed target. */
import { benchHost } from './host.ts';
import { benchThroughput } from './throughput.ts';

const wanted = process.argv.slice(2);
const failures: string[] = [];
if (wanted.length === 0 || wanted.includes('throughput'))
  failures.push(...(await benchThroughput()));
if (wanted.length === 0 || wanted.includes('host')) failures.push(...(await benchHost()));
for (const failure of failures) console.log(`MISSED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
