/**
 * `npm run fuzz [-- --packets=10000000] [--seconds=N] [--seed=N]`: mutated packets through framer, decoder,
 * inspector and broker. Exit code 1 with the seed and the bytes when something other than a refusal came of one.
 */
import { fuzz } from './fuzz.ts';

function option(name: string, fallback: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  const value = Number(given?.slice(name.length + 3) ?? fallback);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`--${name} takes a number`);
  process.exit(2);
}

const packets = option('packets', 10_000_000);
const seconds = option('seconds', 0);
const seed = option('seed', Date.now() % 2 ** 31);
const megabyte = 1024 * 1024;
/** The heap may be so much larger at the end than after the first tenth. */
const mayGrow = 64 * megabyte;

/** Bytes in use; after a collection if `--expose-gc` allows one. */
function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

console.log(`seed ${seed}, up to ${packets.toLocaleString('en')} packets`);
const start = performance.now();
let first = 0;
let tenths = 0;
try {
  const count = fuzz({
    seed,
    packets,
    ...(seconds > 0 && { deadline: start + seconds * 1000 }),
    progress: (done) => {
      if (done < ((tenths + 1) * packets) / 10) return;
      tenths++;
      const used = heap();
      if (tenths === 1) first = used;
      const rate = Math.round((done / (performance.now() - start)) * 1000);
      console.log(
        `${done.toLocaleString('en')} packets, ${rate.toLocaleString('en')}/s, heap ${Math.round(used / megabyte)} MiB`,
      );
    },
  });
  const elapsed = ((performance.now() - start) / 1000).toFixed(0);
  const grown = first === 0 ? 0 : heap() - first;
  console.log(
    `${count.toLocaleString('en')} packets in ${elapsed} s: no crash, no defect, all limits kept`,
  );
  if (grown > mayGrow) {
    console.error(`The heap has grown by ${Math.round(grown / megabyte)} MiB`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
