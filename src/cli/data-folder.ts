import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder where this person's development certificate authority is when none is named: below
 * what the system has for programs' data.
 */
export function defaultCertificateFolder(
  platform: NodeJS.Platform = process.platform,
  environment: Environment = process.env,
  home = homedir(),
): string {
  return join(dataFolder(platform, environment, home), 'mqtt-workbench', 'certificates');
}

function dataFolder(platform: NodeJS.Platform, environment: Environment, home: string): string {
  if (platform === 'win32') return environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  // XDG Base Directory Specification: a relative path or an empty one does not count.
  const named = environment['XDG_DATA_HOME'];
  return named?.startsWith('/') === true ? named : join(home, '.local', 'share');
}
