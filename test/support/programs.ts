/** Finds the programs of the machine that tests use. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of the first of `names` that is installed. Debian keeps brokers in /usr/sbin. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/** Chromium or Chrome, whatever it is called here. MQTT_WORKBENCH_CHROMIUM names another. */
export function findChromium(): string | undefined {
  const named = process.env['MQTT_WORKBENCH_CHROMIUM'];
  return (
    named ?? findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
  );
}
