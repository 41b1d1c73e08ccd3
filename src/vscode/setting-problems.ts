/** Settings whose values cannot be used. Settings files are written by hand: their types are wishes. */
import { limitTable, valueProblem, type AllowedValue } from '../engine/limits.ts';
import { limitSetting, settingKeys } from './ids.ts';
import { t } from '../base/localise.ts';

export interface SettingProblem {
  /** Below `mqttWorkbench`. */
  readonly key: string;
  /** What is allowed there. */
  readonly allowed: string;
  /** What is used instead: where security is concerned, what lets fewest in. */
  readonly used: string | number | boolean;
}

interface Rule {
  readonly key: string;
  readonly allowed: AllowedValue;
  readonly usual: string | number | boolean;
}

const toggle = { kind: 'switch' } as const;
const path = { kind: 'text', longest: 4096 } as const;
const packetSize = limitTable.filter(({ name }) => name === 'maximumPacketSize');
const port = { kind: 'number', least: 0, most: 65535 } as const;
const rules: readonly Rule[] = [
  { key: settingKeys.host, allowed: { kind: 'text', longest: 255 }, usual: '127.0.0.1' },
  { key: settingKeys.port, allowed: port, usual: 1883 },
  { key: settingKeys.webSocketPort, allowed: port, usual: 0 },
  { key: settingKeys.tlsPort, allowed: port, usual: 0 },
  { key: settingKeys.secureWebSocketPort, allowed: port, usual: 0 },
  {
    key: settingKeys.clientCertificates,
    allowed: { kind: 'choice', choices: ['none', 'optional', 'required'] },
    usual: 'required',
  },
  { key: settingKeys.certificateFile, allowed: path, usual: '' },
  { key: settingKeys.keyFile, allowed: path, usual: '' },
  { key: settingKeys.clientAuthorityFile, allowed: path, usual: '' },
  { key: settingKeys.anonymous, allowed: toggle, usual: false },
  { key: settingKeys.persistence, allowed: toggle, usual: false },
  { key: settingKeys.autoStart, allowed: toggle, usual: false },
  ...packetSize.map(({ allowed, usual }) => ({
    key: settingKeys.maximumPacketSize,
    allowed,
    usual,
  })),
  ...limitTable.map(({ name, allowed, usual }) => ({ key: limitSetting(name), allowed, usual })),
  {
    key: settingKeys.captureMaximumSize,
    allowed: { kind: 'number', least: 1, most: 16_384 },
    usual: 256,
  },
];

/** Those whose value is not used, and what holds in its place; `get` gives the value of a setting. */
export function settingProblems(get: (key: string) => unknown): SettingProblem[] {
  return rules.flatMap(({ key, allowed, usual }) => {
    const own = get(key);
    const problem = own === undefined ? undefined : valueProblem(allowed, own);
    return problem === undefined ? [] : [{ key, allowed: problem, used: usual }];
  });
}

/** One sentence for each, all in one text; undefined when there is nothing to tell. */
export function settingProblemText(
  problems: readonly SettingProblem[],
  section: string,
): string | undefined {
  if (problems.length === 0) return undefined;
  return problems
    .map(({ key, allowed, used }) =>
      t('{0} must be {1}: {2} is used.', `${section}.${key}`, allowed, JSON.stringify(used)),
    )
    .join(' ');
}
