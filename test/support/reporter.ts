/**
 * A reporter for `node --test`: prints what failed, with its reason, and writes the counts and the
 * names of what was skipped as JSON to the file named in MQTT_WORKBENCH_TEST_REPORT.
 */
import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  /** The full names of what was skipped, each with its reason. */
  readonly skipped: readonly string[];
}

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  const skipped: string[] = [];
  const path: string[] = [];
  for await (const event of source) {
    if (event.type === 'test:start') {
      path.length = event.data.nesting;
      path[event.data.nesting] = event.data.name;
    } else if (event.type === 'test:pass' || event.type === 'test:fail') {
      const { name, nesting, details } = event.data;
      const full = [...path.slice(0, nesting), name].join(' > ');
      const reason = reasonOf(event.data.skip) ?? reasonOf(event.data.todo);
      if (reason !== undefined) {
        skipped.push(reason === '' ? full : `${full} (${reason})`);
      } else if (event.type === 'test:fail') {
        // A suite fails with its tests; they have been reported.
        if (isEcho(event.data.details.error)) continue;
        failed += 1;
        yield `FAILED: ${full}\n${position(event.data)}${indent(inspect(causeOf(event.data.details.error)))}\n`;
      } else if (details.type !== 'suite') {
        passed += 1;
      }
    } else if (event.type === 'test:stdout' || event.type === 'test:stderr') {
      yield event.data.message;
    }
  }
  const file = process.env['MQTT_WORKBENCH_TEST_REPORT'];
  if (file !== undefined) {
    const counts: TestReport = { passed, failed, skipped };
    writeFileSync(file, JSON.stringify(counts));
  }
}

function reasonOf(mark: string | boolean | undefined): string | undefined {
  if (mark === undefined || mark === false) return undefined;
  return mark === true ? '' : mark;
}

function isEcho(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

function causeOf(error: Error): unknown {
  return error.cause ?? error;
}

function position(data: { readonly file?: string; readonly line?: number }): string {
  return data.file === undefined ? '' : `    ${data.file}:${data.line ?? 0}\n`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
