import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settingProblems, settingProblemText } from '../../src/vscode/setting-problems.ts';

const told = (settings: Record<string, unknown>): string | undefined =>
  settingProblemText(
    settingProblems((key) => settings[key]),
    'mqttWorkbench',
  );

describe('Settings that cannot be used', () => {
  it('are not told of where all are right or not set', () => {
    assert.equal(told({}), undefined);
    assert.equal(told({ 'broker.port': 0, 'broker.limits.queuePolicy': 'dropOldest' }), undefined);
  });

  it('are told of with name, what is allowed and what is used instead', () => {
    assert.equal(
      told({ 'broker.port': 70_000 }),
      'mqttWorkbench.broker.port must be a whole number from 0 to 65535: 1883 is used.',
    );
    assert.equal(
      told({ 'broker.limits.queuePolicy': 'drop' }),
      'mqttWorkbench.broker.limits.queuePolicy must be one of dropNewest, dropOldest, disconnect: "dropNewest" is used.',
    );
  });

  it('are told of with the strictest in their place where they let somebody in', () => {
    assert.equal(
      told({ 'broker.tls.clientCertificates': 'yes' }),
      'mqttWorkbench.broker.tls.clientCertificates must be one of none, optional, required: "required" is used.',
    );
    assert.match(
      told({ 'broker.access.anonymous': 'no' }) ?? '',
      /must be true or false: false is/,
    );
    assert.match(told({ 'broker.host': 127 }) ?? '', /broker\.host must be .*: "127\.0\.0\.1" is/);
    assert.match(
      told({ 'broker.maximumPacketSize': 3 }) ?? '',
      /broker\.maximumPacketSize must be a whole number from 1024 .*: 10485760 is used/,
    );
  });

  it('are told of in one text', () => {
    const text = told({ 'broker.limits.maximumConnections': 'many', 'capture.maximumSize': 0 });
    assert.match(
      text ?? '',
      /limits\.maximumConnections must .* mqttWorkbench\.capture\.maximumSize must /,
    );
  });
});
