/**
 * Takes the place of the native `@vscode/spdlog` in the test host's VS Code server, so that no
 * compiler is needed: the part of its API that VS Code uses, without rotation.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;

let processLevel = 2;

export const version = 0;

export function setLevel(level: number): void {
  processLevel = level;
}

export function setFlushOn(): void {
  // Every line is written at once.
}

export class Logger {
  #descriptor: number | undefined;
  #level: number | undefined;
  #plain = false;

  constructor(_type: string, _name: string, path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#descriptor = openSync(path, 'a');
  }

  trace(message: string): void {
    this.#write(0, message);
  }
  debug(message: string): void {
    this.#write(1, message);
  }
  info(message: string): void {
    this.#write(2, message);
  }
  warn(message: string): void {
    this.#write(3, message);
  }
  error(message: string): void {
    this.#write(4, message);
  }
  critical(message: string): void {
    this.#write(5, message);
  }
  getLevel(): number {
    return this.#level ?? processLevel;
  }
  setLevel(level: number): void {
    this.#level = level;
  }
  setPattern(): void {
    // VS Code's own pattern is what #write makes.
  }
  clearFormatters(): void {
    this.#plain = true;
  }
  flush(): void {
    // Every line is written at once.
  }
  drop(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #write(level: number, message: string): void {
    if (this.#descriptor === undefined || level < this.getLevel()) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    const line = this.#plain ? message : `${time} [${levels[level] ?? 'info'}] ${message}\n`;
    writeSync(this.#descriptor, line);
  }
}

export function createRotatingLogger(name: string, path: string): Promise<Logger> {
  return Promise.resolve(new Logger('rotating', name, path));
}

export function createAsyncRotatingLogger(name: string, path: string): Promise<Logger> {
  return Promise.resolve(new Logger('rotating_async', name, path));
}
