/** What values mean, in words, for the field tree. */
import type { PropertyName } from './packet.ts';

export function qosMeaning(qos: number): string {
  return ['At most once', 'At least once', 'Exactly once'][qos] ?? 'Not a QoS';
}

export function keepAliveMeaning(seconds: number): string {
  return seconds === 0 ? 'Off' : secondsMeaning(seconds);
}

export function retainHandlingMeaning(value: number): string {
  return (
    [
      'Send retained messages at the subscribe',
      'Send retained messages if the subscription is new',
      'Do not send retained messages',
    ][value] ?? 'Not a Retain Handling'
  );
}

export function protocolVersionMeaning(version: number): string {
  return { 3: 'MQTT 3.1', 4: 'MQTT 3.1.1', 5: 'MQTT 5.0' }[version] ?? 'Not supported';
}

/** What a property's number means; undefined where the number says it all. */
export function propertyMeaning(name: PropertyName, value: number): string | undefined {
  switch (name) {
    case 'payloadFormatIndicator':
      return ['Unspecified bytes', 'UTF-8 text'][value];
    case 'sessionExpiryInterval':
      if (value === 0) return 'Ends with the network connection';
      return value === 0xffff_ffff ? 'Never expires' : secondsMeaning(value);
    case 'messageExpiryInterval':
    case 'willDelayInterval':
      return secondsMeaning(value);
    case 'serverKeepAlive':
      return keepAliveMeaning(value);
    case 'maximumQoS':
      return qosMeaning(value);
    case 'maximumPacketSize':
      return 'Bytes';
    case 'requestProblemInformation':
    case 'requestResponseInformation':
      return ['Not requested', 'Requested'][value];
    case 'retainAvailable':
    case 'wildcardSubscriptionAvailable':
    case 'subscriptionIdentifiersAvailable':
    case 'sharedSubscriptionAvailable':
      return ['Not available', 'Available'][value];
    case 'topicAliasMaximum':
      return value === 0 ? 'No topic aliases' : undefined;
    default:
      return undefined;
  }
}

function secondsMeaning(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const units: [size: number, name: string][] = [
    [86_400, 'days'],
    [3600, 'hours'],
    [60, 'minutes'],
  ];
  const [size, name] = units.find(([one]) => seconds >= 2 * one) ?? [1, 'seconds'];
  const count = Math.round((seconds / size) * 10) / 10;
  return `${seconds} seconds${size === 1 ? '' : `, ${seconds % size === 0 ? '' : 'about '}${count} ${name}`}`;
}
