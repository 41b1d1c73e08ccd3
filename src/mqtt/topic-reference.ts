/**
 * A topic name as an object that stays the same while the topic is in use. Who keeps something about
 * topics leaves its place here and needs not look the name up with every message: under many topics
 * each look-up waits for memory several times.
 */
export class TopicReference {
  readonly topicName: string;
  /** First frame of the segment of the capture in which the topic has the number `captureTopic`. */
  captureSegment = -1;
  captureTopic = 0;
  /** The topic's place in the statistics. */
  statistics: object | undefined = undefined;

  constructor(topicName: string) {
    this.topicName = topicName;
  }
}
