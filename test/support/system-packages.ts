/** The programs of the machine that tests use, installed where that is possible without asking. */
import { existsSync } from 'node:fs';
import { findChromium, findProgram } from './programs.ts';
import { cleanEnvironment, runProgram } from './host/process-group.ts';

const installSeconds = 420;

/** Debian's package for each program, and how to tell that it is there. */
const packages: readonly (readonly [string, () => string | undefined])[] = [
  ['chromium', findChromium],
  // A browser without a font draws nothing that can be waited for, or looked at.
  ['fonts-dejavu-core', fontFolder],
  ['mosquitto', () => findProgram('mosquitto')],
  ['mosquitto-clients', () => findProgram('mosquitto_pub')],
  // The other decoder, and another client.
  ['tshark', () => findProgram('tshark')],
  ['python3-paho-mqtt', pahoFolder],
];

function fontFolder(): string | undefined {
  const folder = '/usr/share/fonts/truetype';
  return process.platform !== 'linux' || existsSync(folder) ? folder : undefined;
}

function pahoFolder(): string | undefined {
  const folder = '/usr/lib/python3/dist-packages/paho';
  return existsSync(folder) ? folder : undefined;
}

function missingPackages(): string[] {
  return packages.filter(([, find]) => find() === undefined).map(([name]) => name);
}

/**
 * Installs the missing packages as root on Debian; elsewhere tells what is missing. What needs a
 * program that is still missing afterwards is skipped by name by the stage or test that needs it.
 */
export async function ensureSystemPackages(tell: (line: string) => void): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const install = (names: readonly string[]) => [
    ...['install', '-y', '--no-install-recommends'],
    ...names,
  ];
  const command = `apt-get ${install(missing).join(' ')}`;
  if (process.getuid?.() !== 0 || findProgram('apt-get') === undefined) {
    tell(`Missing on this machine: ${missing.join(', ')}. On Debian or Ubuntu: sudo ${command}`);
    return;
  }
  tell(`Installing ${missing.join(', ')} with apt-get`);
  const tellFailure = (error: unknown): void =>
    tell(`apt-get failed: ${error instanceof Error ? error.message : String(error)}`);
  const apt = (args: readonly string[]) =>
    runProgram('apt-get', args, {
      env: cleanEnvironment({ DEBIAN_FRONTEND: 'noninteractive' }),
      limitSeconds: installSeconds,
    });
  try {
    // The lists of a machine may be there already; fetching them takes longer than the rest.
    await apt(install(missing)).catch(async () => {
      await apt(['update']);
      // One by one, so that one that cannot be had does not keep the others away.
      for (const name of missing) await apt(install([name])).catch(tellFailure);
    });
  } catch (error) {
    tellFailure(error);
  }
}
