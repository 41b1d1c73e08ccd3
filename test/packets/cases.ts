/** All packets of the codec's tests, valid and invalid, of all three versions. */
import { acknowledgementCases, invalidAcknowledgements } from './acknowledgements.ts';
import type { InvalidCase, ValidCase } from './case.ts';
import { connackCases, invalidConnacks, invalidConnects, validConnects } from './connect.ts';
import { invalidOthers, otherCases } from './others.ts';
import { invalidPublishes, publishCases } from './publish.ts';
import { invalidSubscriptions, subscriptionCases } from './subscriptions.ts';

export const validCases: readonly ValidCase[] = [
  ...validConnects,
  ...connackCases,
  ...publishCases,
  ...acknowledgementCases,
  ...subscriptionCases,
  ...otherCases,
];

export const invalidCases: readonly InvalidCase[] = [
  ...invalidConnects,
  ...invalidConnacks,
  ...invalidPublishes,
  ...invalidAcknowledgements,
  ...invalidSubscriptions,
  ...invalidOthers,
];
