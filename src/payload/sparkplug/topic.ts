/** Topic names of Sparkplug B (Sparkplug 3.0.0, section 4): `spBv1.0/GROUP/TYPE/EDGE_NODE[/DEVICE]`. */

export const sparkplugNamespace = 'spBv1.0';

const ofNode = ['NBIRTH', 'NDATA', 'NDEATH', 'NCMD'] as const;
const ofDevice = ['DBIRTH', 'DDATA', 'DDEATH', 'DCMD'] as const;
export type SparkplugMessage = (typeof ofNode)[number] | (typeof ofDevice)[number];

export interface SparkplugTopic {
  readonly group: string;
  readonly message: SparkplugMessage;
  readonly edgeNode: string;
  /** Of messages about a device only. */
  readonly device?: string;
}

/** Undefined for other topic names, and for STATE, whose payload is JSON or text. */
export function sparkplugTopic(topicName: string): SparkplugTopic | undefined {
  if (!topicName.startsWith(`${sparkplugNamespace}/`)) return undefined;
  const [, group, word, edgeNode, device, ...rest] = topicName.split('/');
  if (!group || !edgeNode || rest.length > 0) return undefined;
  const types: readonly SparkplugMessage[] = device === undefined ? ofNode : ofDevice;
  const message = types.find((type) => type === word);
  if (!message || device === '') return undefined;
  return { group, message, edgeNode, ...(device !== undefined && { device }) };
}

/** The topic name of another message about the same edge node or device. */
export function sparkplugTopicName(
  { group, edgeNode, device }: SparkplugTopic,
  message: SparkplugMessage,
): string {
  const levels = [sparkplugNamespace, group, message, edgeNode];
  if (message.startsWith('D') && device !== undefined) levels.push(device);
  return levels.join('/');
}

/** Whether a topic name is one of the same edge node, or of its devices. */
export function isOfEdgeNode({ group, edgeNode }: SparkplugTopic, topicName: string): boolean {
  const topic = sparkplugTopic(topicName);
  return topic?.group === group && topic.edgeNode === edgeNode;
}
