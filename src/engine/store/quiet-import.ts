type EmitWarning = (warning: string | Error, ...rest: unknown[]) => void;

/**
 * Runs an import of `node:sqlite`, and keeps to itself that SQLite is experimental in this Node: nobody who
 * runs a broker can do anything about it. Every other warning is told, and afterwards this one too.
 */
export async function withoutSqliteWarning<Value>(load: () => Promise<Value>): Promise<Value> {
  const told = Reflect.get(process, 'emitWarning') as EmitWarning;
  const filtered: EmitWarning = (warning, ...rest) => {
    const [type] = rest;
    const isExperimental = type === 'ExperimentalWarning';
    if (isExperimental && String(warning).startsWith('SQLite is an experimental feature')) return;
    Reflect.apply(told, process, [warning, ...rest]);
  };
  process.emitWarning = filtered;
  try {
    return await load();
  } finally {
    // Another one may have come over it meanwhile.
    if (process.emitWarning === filtered) process.emitWarning = told;
  }
}
