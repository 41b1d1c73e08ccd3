import tseslint from 'typescript-eslint';

/**
 * The architecture: which folder of src may import which others. A folder may always import from
 * itself. `node` allows `node:*` and the Node packages, `vscode` the editor's API.
 * This table is the layer diagram of ARCHITECTURE.md; change it there too.
 */
const layers = {
  base: [],
  mqtt: ['base'],
  broker: ['base', 'mqtt'],
  capture: ['base', 'mqtt'],
  payload: ['base', 'mqtt'],
  document: ['base', 'mqtt'],
  net: ['base', 'node'],
  engine: ['base', 'mqtt', 'broker', 'capture', 'payload', 'document', 'net', 'node'],
  cli: ['base', 'mqtt', 'broker', 'capture', 'payload', 'document', 'net', 'engine', 'node'],
  vscode: ['base', 'mqtt', 'capture', 'payload', 'document', 'engine', 'node', 'vscode'],
};
const folders = Object.keys(layers);

/** What a file of `folder` must not import, as patterns for no-restricted-imports. */
function forbidden(folder, allowed) {
  const patterns = folders
    .filter((other) => other !== folder && !allowed.includes(other))
    .map((other) => ({
      regex: `^(\\.\\./)+${other}/`,
      message: `src/${folder} may import ${allowed.join(', ') || 'nothing'} only (layer table in eslint.config.js).`,
    }));
  if (!allowed.includes('node')) {
    patterns.push({ regex: '^(?!\\.)', message: `src/${folder} is pure: no packages, no node:*.` });
  }
  if (!allowed.includes('vscode')) {
    patterns.push({ regex: '^vscode$', message: "Only src/vscode may import 'vscode'." });
  }
  patterns.push({
    regex: '/(webview|test)/',
    message: 'src does not import from webview or test.',
  });
  return ['error', { patterns }];
}

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'test-output/', '.cache/', '*.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json', 'webview/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', 500],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  ...folders.map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': forbidden(folder, layers[folder]) },
  })),
  {
    files: ['webview/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/src/(?!base/|.*contract(\\.ts)?$)',
              message: 'webview imports base and contracts of src only.',
            },
            { regex: '^(node:|vscode$)', message: 'webview runs in a browser.' },
          ],
          paths: [],
        },
      ],
    },
  },
  {
    files: ['webview/**/*.ts'],
    ignores: ['webview/toolkit.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='@vscode/webview-ui-toolkit']",
          message:
            'The toolkit is imported in webview/toolkit.ts only, so that it can be replaced.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test's describe and it return promises that the runner awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              name: ['describe', 'it', 'test', 'suite', 'before', 'after'],
              package: 'node:test',
            },
          ],
        },
      ],
    },
  },
);
