/** Identifiers shared with package.json; a test holds the two together. */
export const commandIds = {
  startBroker: 'mqttWorkbench.startBroker',
  stopBroker: 'mqttWorkbench.stopBroker',
  restartBroker: 'mqttWorkbench.restartBroker',
  openInspector: 'mqttWorkbench.openInspector',
  publish: 'mqttWorkbench.publish',
  subscribe: 'mqttWorkbench.subscribe',
  unsubscribe: 'mqttWorkbench.unsubscribe',
  copyBrokerAddress: 'mqttWorkbench.copyBrokerAddress',
  clearCapture: 'mqttWorkbench.clearCapture',
  showLog: 'mqttWorkbench.showLog',
  showBrokerActions: 'mqttWorkbench.showBrokerActions',
  openSettings: 'mqttWorkbench.openSettings',
  disconnectClient: 'mqttWorkbench.disconnectClient',
  copyClientIdentifier: 'mqttWorkbench.copyClientIdentifier',
  inspectClient: 'mqttWorkbench.inspectClient',
  publishHere: 'mqttWorkbench.publishHere',
  inspectTopic: 'mqttWorkbench.inspectTopic',
  copyTopic: 'mqttWorkbench.copyTopic',
  copyValue: 'mqttWorkbench.copyValue',
  exportCertificateAuthority: 'mqttWorkbench.exportCertificateAuthority',
  createClientCertificate: 'mqttWorkbench.createClientCertificate',
  chooseColumns: 'mqttWorkbench.chooseColumns',
  hideColumn: 'mqttWorkbench.hideColumn',
  resetColumns: 'mqttWorkbench.resetColumns',
  loadMoreTopics: 'mqttWorkbench.loadMoreTopics',
  addUser: 'mqttWorkbench.addUser',
  changePassword: 'mqttWorkbench.changePassword',
  removeUser: 'mqttWorkbench.removeUser',
  clearStoredData: 'mqttWorkbench.clearStoredData',
  openPayload: 'mqttWorkbench.openPayload',
  compareWithPrevious: 'mqttWorkbench.compareWithPrevious',
  selectForCompare: 'mqttWorkbench.selectForCompare',
  compareWithSelected: 'mqttWorkbench.compareWithSelected',
  copyPayloadAsText: 'mqttWorkbench.copyPayloadAsText',
  copyPayloadAsJson: 'mqttWorkbench.copyPayloadAsJson',
  copyPayloadAsHex: 'mqttWorkbench.copyPayloadAsHex',
  copyPayloadAsBase64: 'mqttWorkbench.copyPayloadAsBase64',
  copyAsMosquittoPub: 'mqttWorkbench.copyAsMosquittoPub',
  copyAsMqttBlock: 'mqttWorkbench.copyAsMqttBlock',
  copyPacketTopic: 'mqttWorkbench.copyPacketTopic',
  publishAgain: 'mqttWorkbench.publishAgain',
  filterByTopic: 'mqttWorkbench.filterByTopic',
  filterByClient: 'mqttWorkbench.filterByClient',
  filterByPacketType: 'mqttWorkbench.filterByPacketType',
  filterOutTopic: 'mqttWorkbench.filterOutTopic',
  filterOutClient: 'mqttWorkbench.filterOutClient',
  filterOutPacketType: 'mqttWorkbench.filterOutPacketType',
  revealTopic: 'mqttWorkbench.revealTopic',
  goToPublisher: 'mqttWorkbench.goToPublisher',
  showFlow: 'mqttWorkbench.showFlow',
  showDelivery: 'mqttWorkbench.showDelivery',
  findInInspector: 'mqttWorkbench.findInInspector',
  copyFieldValue: 'mqttWorkbench.copyFieldValue',
  copyFieldBytes: 'mqttWorkbench.copyFieldBytes',
  filterByField: 'mqttWorkbench.filterByField',
} as const;

/** Keys below `mqttWorkbench`. */
export const settingKeys = {
  host: 'broker.host',
  port: 'broker.port',
  webSocketPort: 'broker.webSocketPort',
  tlsPort: 'broker.tlsPort',
  secureWebSocketPort: 'broker.secureWebSocketPort',
  clientCertificates: 'broker.tls.clientCertificates',
  certificateFile: 'broker.tls.certificateFile',
  keyFile: 'broker.tls.keyFile',
  clientAuthorityFile: 'broker.tls.clientAuthorityFile',
  maximumPacketSize: 'broker.maximumPacketSize',
  autoStart: 'broker.autoStart',
  persistence: 'broker.persistence',
  anonymous: 'broker.access.anonymous',
  accessRules: 'broker.access.rules',
  savedFilters: 'inspector.filters',
  payloadBindings: 'payload.bindings',
  captureMaximumSize: 'capture.maximumSize',
} as const;

/** Key of a limit of the local broker; package.json has them all, made from the table of limits. */
export function limitSetting(name: string): string {
  return `broker.limits.${name}`;
}

export const section = 'mqttWorkbench';

export const viewIds = {
  connections: 'mqttWorkbench.connections',
  topics: 'mqttWorkbench.topics',
  inspector: 'mqttWorkbench.inspector',
} as const;

export const contextKeys = {
  /** `stopped`, `starting`, `running` or `stopping`. */
  brokerStatus: 'mqttWorkbench.brokerStatus',
  /** What is selected in the inspector: `publish`, another `packet`, or `none`. */
  selectedRow: 'mqttWorkbench.selectedRow',
  /** A payload waits for the one that it is to be compared with. */
  payloadSelected: 'mqttWorkbench.payloadSelected',
} as const;
