/** Frame numbers and seconds are kept as their low bits: small integers, which cost no object of their own. */
export const lowBits = 0x3fffffff;

/**
 * A topic name as an object that stays the same while the topic is in use. Who keeps something about
 * topics leaves it here and needs not look the name up with every message: under many topics each
 * look-up waits for memory several times, and so does each object that is looked at besides this one.
 */
export class TopicReference {
  /** `$SYS` and below: the broker's own. */
  readonly isSystem: boolean;
  /** The topic's place in the statistics `statisticsEpoch`; undefined: they have no room for it. */
  statistics: object | undefined = undefined;
  statisticsEpoch = -1;
  // From here on what each message needs is side by side, also in the subclass.
  /** Low bits of the second that messages are still to be counted of; -1: the statistics do not look here. */
  pendingSecond = -1;
  /** How many. */
  pending = 0;
  /** Low bits of the number of the frame that carried the latest message; -1: it is no longer to be had there. */
  latestFrame = -1;
  /** Bytes of that message's payload. */
  latestSize = 0;
  /** First frame of the segment of the capture in which the topic has the number `captureTopic`. */
  captureSegment = -1;
  captureTopic = 0;
  /** The topic's number in the statistics of clients and topics; below their first one: it has none yet. */
  statisticsNumber = -1;
  /** UTF-16 code units of the name: to ask the string itself would be a look at memory more. */
  readonly nameLength: number;
  readonly topicName: string;

  constructor(topicName: string) {
    this.isSystem = topicName === '$SYS' || topicName.startsWith('$SYS/');
    this.nameLength = topicName.length;
    this.topicName = topicName;
  }
}
