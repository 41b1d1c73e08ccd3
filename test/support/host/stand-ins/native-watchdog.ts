/**
 * Takes the place of the native `@vscode/native-watchdog` in the test host's VS Code server: ends
 * this process when the one that started it is gone.
 */
const pollMilliseconds = 3000;

export function start(processId: number): void {
  setInterval(() => {
    try {
      process.kill(processId, 0);
    } catch {
      process.exit(87);
    }
  }, pollMilliseconds).unref();
}

export function exit(code: number): void {
  process.exit(code);
}
