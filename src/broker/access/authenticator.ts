/**
 * Who may connect: what the broker asks, and what it may be answered. The answers may come later (a
 * password hash takes its time on another thread): the link waits, the broker does not.
 */

/** What a client says about who it is, in CONNECT and below it. */
export interface Credentials {
  /** As the client gave it, or as the broker assigned it. */
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  /** Common name of a client certificate that the listener has verified. */
  readonly certificateName: string | undefined;
  /** `127.0.0.1:51234` */
  readonly remoteAddress: string;
}

/** Who a client has proved to be. */
export interface Identity {
  /** Undefined: nobody in particular. */
  readonly userName: string | undefined;
  /** No rule holds for it: the workbench's own client. */
  readonly isUnrestricted: boolean;
}

export interface Accepted {
  readonly outcome: 'accepted';
  readonly identity: Identity;
  /** The last Authentication Data of an exchange, for CONNACK or AUTH. */
  readonly data?: Uint8Array;
}

export interface Refused {
  readonly outcome: 'refused';
  /** v5 reason code that both CONNACK and DISCONNECT may carry, or 0x86 for CONNACK only. */
  readonly reasonCode: number;
  /** For a person; it must not tell whether the user exists. */
  readonly reason: string;
}

/** The client has to answer: AUTH 0x18 with this data. */
export interface Challenge {
  readonly outcome: 'continue';
  readonly data: Uint8Array;
}

/**
 * Given once, during the call or any time later, and then with the time that it is; what is written because
 * of it is sent at the next `flush`. It is harmless when the link has ended meanwhile.
 */
export type Reply<Answer> = (answer: Answer, now: number) => void;

/** The steps of one enhanced authentication, or of one re-authentication (MQTT 5.0 section 4.12). */
export interface AuthenticationExchange {
  /** Takes the client's Authentication Data. Called again only after a challenge. */
  next(data: Uint8Array, now: number, reply: Reply<Accepted | Refused | Challenge>): void;
}

/** Decides who may connect. */
export interface Authenticator {
  /** A CONNECT without an Authentication Method. */
  authenticate(credentials: Credentials, now: number, reply: Reply<Accepted | Refused>): void;
  /** Begins an exchange; undefined if there is no such Authentication Method. */
  begin(method: string, credentials: Credentials): AuthenticationExchange | undefined;
}
