/** The stages that read the code: style and types. */
import { join } from 'node:path';
import { runCheck, sum, type Stage } from './stage.ts';

const limitSeconds = 420;
const bin = (path: string) => join('node_modules', path);

export const lint: Stage = {
  name: 'lint',
  async run(tell) {
    return sum([
      await runCheck(
        tell,
        'eslint: style, layers',
        [bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'],
        limitSeconds,
      ),
      await runCheck(
        tell,
        'prettier: format',
        [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
        limitSeconds,
      ),
    ]);
  },
};

export const types: Stage = {
  name: 'types',
  async run(tell) {
    const projects = [
      ['everything on Node', 'tsconfig.json'],
      ['pure folders without Node or DOM', 'tsconfig.pure.json'],
      ['webview', 'webview/tsconfig.json'],
    ] as const;
    const results = [];
    for (const [title, project] of projects) {
      const args = [bin('typescript/bin/tsc'), '-p', project];
      results.push(await runCheck(tell, `tsc ${project}: ${title}`, args, limitSeconds));
    }
    return sum(results);
  },
};
