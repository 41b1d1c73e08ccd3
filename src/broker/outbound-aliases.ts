/**
 * Topic aliases towards one client on one network connection (MQTT 5.0 section 3.3.2.3.4). The first
 * topics that come get one, up to what the client takes; later ones go with their name as ever.
 */
export class OutboundAliases {
  readonly #maximum: number;
  readonly #aliases = new Map<string, number>();
  /** The alias of a topic that was asked for and is not yet sent; 0: none. */
  #offered = 0;

  /** @param maximum the highest alias that the client accepts [MQTT-3.3.2-11]. */
  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** The alias that a message on this topic is to carry; 0: none. */
  aliasOf(topicName: string): number {
    const known = this.#aliases.get(topicName);
    this.#offered = 0;
    if (known !== undefined) return known;
    // The alias itself takes three bytes of each packet.
    if (this.#aliases.size >= this.#maximum || topicName.length <= 3) return 0;
    return (this.#offered = this.#aliases.size + 1);
  }

  /** True if the client has been told which topic it stands for. */
  isKnown(alias: number): boolean {
    return alias <= this.#aliases.size;
  }

  /** The message whose alias was asked for last is on its way: a new alias counts from now on. */
  sent(topicName: string): void {
    if (this.#offered > 0) this.#aliases.set(topicName, this.#offered);
    this.#offered = 0;
  }
}
