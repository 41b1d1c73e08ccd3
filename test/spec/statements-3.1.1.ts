/**
 * Every numbered normative statement of MQTT Version 3.1.1 (OASIS Standard, 29 October 2014), with
 * what it says in our own words and the statements of MQTT 5.0 that ask the same. The numbers were
 * taken from lists of appendix B and from quotations of the standard; it prints 3.1.2-7 once as
 * 3.1.2.7, and 3.8.3-4 as 3-8.3-4.
 */
import { parseStatements } from './statement.ts';

const format = `
1.5.3-1 B =1.5.4-1 Ill-formed UTF-8 closes the connection.
1.5.3-2 B =1.5.4-2 A null character in a string closes the connection.
1.5.3-3 B =1.5.4-3 EF BB BF in a string is the character U+FEFF, kept wherever it stands.
2.2.2-1 B =2.1.3-1 Reserved flags have the value of the table.
2.2.2-2 B =2.1.3-1 Invalid flags close the connection.
2.3.1-1 B =2.2.1-3 SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 have a packet identifier that is not 0.
2.3.1-2 C A client takes an unused packet identifier for each new one of them.
2.3.1-3 C What a client sends again keeps its packet identifier.
2.3.1-4 S =2.2.1-4 The same holds for a server that sends PUBLISH.
2.3.1-5 B =2.2.1-2 A PUBLISH at QoS 0 has no packet identifier.
2.3.1-6 B =2.2.1-5 PUBACK, PUBREC and PUBREL have the packet identifier of their PUBLISH.
2.3.1-7 S =2.2.1-6 SUBACK and UNSUBACK have the packet identifier of what they answer.
`;

const connect = `
3.1.0-1 C =3.1.0-1 The first packet of a client is CONNECT.
3.1.0-2 S =3.1.0-2 A second CONNECT: the server disconnects the client.
3.1.2-1 S =3.1.2-1 A CONNECT with another protocol name is not served as MQTT 3.1.1.
3.1.2-2 S =3.1.2-2 A level that the server does not serve: CONNACK return code 1, then the close.
3.1.2-3 S =3.1.2-3 The reserved connect flag is set: the server disconnects.
3.1.2-4 B =3.1.2-5,3.1.2-6,3.1.2-23 Clean session 0 resumes the session, or makes one that is kept.
3.1.2-5 S =4.5.0-1 QoS 1 and 2 messages for a session that is away are stored.
3.1.2-6 B =3.1.2-4 Clean session 1 discards the session; the new one ends with the connection.
3.1.2-7 S Retained messages are not deleted with a session.
3.1.2-8 S =3.1.2-7,3.1.2-8 The will is stored, and published when the connection closes without DISCONNECT.
3.1.2-9 B =3.1.2-9 With the will flag, will topic and message are there.
3.1.2-10 S =3.1.2-10 The will is forgotten once published, or after DISCONNECT.
3.1.2-11 C =3.1.2-11,3.1.2-13 Without the will flag, Will QoS and Will Retain are 0.
3.1.2-12 S =3.1.2-8 Without the will flag nothing is published.
3.1.2-13 C =3.1.2-11 Without the will flag, Will QoS is 0.
3.1.2-14 C =3.1.2-12 Will QoS is not 3.
3.1.2-15 C =3.1.2-13 Without the will flag, Will Retain is 0.
3.1.2-16 S =3.1.2-14 Will Retain 0: the will is published as not retained.
3.1.2-17 S =3.1.2-15 Will Retain 1: the will is published as retained.
3.1.2-18 C =3.1.2-16 Without its flag there is no user name.
3.1.2-19 C =3.1.2-17 With its flag there is a user name.
3.1.2-20 C =3.1.2-18 Without its flag there is no password.
3.1.2-21 C =3.1.2-19 With its flag there is a password.
3.1.2-22 C Without a user name there is no password.
3.1.2-23 C =3.1.2-20 The client sends PINGREQ where it has nothing else to send.
3.1.2-24 S =3.1.2-22 Silence of one and a half keep alive times: the server closes.
3.1.3-1 B =3.1.3-1 Payload fields are in their order.
3.1.3-2 B =3.1.3-2 The client identifier identifies the session state.
3.1.3-3 C =3.1.3-3 The client identifier is there, first in the payload.
3.1.3-4 C =3.1.3-4 The client identifier is a UTF-8 string.
3.1.3-5 S =3.1.3-5 The server takes identifiers of 1 to 23 bytes of digits and Latin letters.
3.1.3-6 S =3.1.3-6 An empty identifier: the server assigns one and goes on as if it had been given.
3.1.3-7 C An empty identifier goes with clean session 1.
3.1.3-8 S An empty identifier with clean session 0: CONNACK return code 2, then the close.
3.1.3-9 S =3.1.3-8 A server that rejects the identifier answers CONNACK return code 2 and closes.
3.1.3-10 C =3.1.3-11 The will topic is a UTF-8 string.
3.1.3-11 C =3.1.3-12 The user name is a UTF-8 string.
3.1.4-1 S =3.1.4-1 A CONNECT of a wrong form: the server closes without CONNACK.
3.1.4-2 S =3.1.4-3 Takeover: the older connection of the client is closed.
3.1.4-3 S =3.1.4-4 The server does what clean session asks.
3.1.4-4 S =3.1.4-5 An accepted CONNECT is answered with return code 0.
3.1.4-5 S =3.1.4-6 After a rejected CONNECT nothing more of the client is processed.
3.2.0-1 S =3.2.0-1 The server's first packet is CONNACK.
3.2.2-1 S =3.2.2-2 Clean session 1: Session Present 0.
3.2.2-2 S =3.2.2-3 Clean session 0 with a session: Session Present 1.
3.2.2-3 S =3.2.2-3 Clean session 0 without one: Session Present 0.
3.2.2-4 S =3.2.2-6 A return code that is not 0 goes with Session Present 0.
3.2.2-5 S =3.2.2-7 After a return code that is not 0 the server closes.
3.2.2-6 S Where no return code fits, the server closes without CONNACK.
`;

const publish = `
3.3.1-1 B =3.3.1-1 DUP is 1 in a PUBLISH that is sent again.
3.3.1-2 B =3.3.1-2 DUP is 0 at QoS 0.
3.3.1-3 S =3.3.1-3 DUP is not passed on: it tells of this sending only.
3.3.1-4 B =3.3.1-4 QoS 3 closes the connection.
3.3.1-5 S =3.3.1-5 RETAIN 1: the message is stored with its QoS for later subscribers.
3.3.1-6 S =3.3.1-9 A new subscription gets the last retained message of each topic that matches.
3.3.1-7 S =3.3.1-5 QoS 0 with RETAIN 1 discards the retained message before.
3.3.1-8 S RETAIN is 1 in what is sent because of a new subscription.
3.3.1-9 S =3.3.1-12 RETAIN is 0 in what is sent because of a subscription that was there.
3.3.1-10 S =3.3.1-6 RETAIN 1 without payload removes the retained message; it goes on as usual.
3.3.1-11 S =3.3.1-7 A message without payload is not retained.
3.3.1-12 S =3.3.1-8 RETAIN 0 leaves the retained message as it is.
3.3.2-1 B =3.3.2-1 The topic name comes first, a UTF-8 string.
3.3.2-2 B =3.3.2-2 The topic name has no wildcards.
3.3.2-3 S =3.3.2-3 The topic name sent to a client matches its subscription.
3.3.4-1 B =3.3.4-1 A PUBLISH is answered as its QoS asks.
3.3.5-1 S =3.3.4-2 Overlapping subscriptions: the highest QoS of those that match holds.
3.3.5-2 S A PUBLISH that is not allowed is acknowledged as usual, or the server closes.
3.6.1-1 B =3.6.1-1 The flags of PUBREL are 0010; otherwise the server closes.
`;

const subscribe = `
3.8.1-1 B =3.8.1-1 The flags of SUBSCRIBE are 0010; otherwise the server closes.
3.8.3-1 B =3.8.3-1 Topic filters are UTF-8 strings.
3.8.3-2 S A server without wildcards rejects filters that have them.
3.8.3-3 B =3.8.3-2 SUBSCRIBE has at least one topic filter.
3.8.3-4 S =3.8.3-5 Reserved bits, or QoS 3, make the packet malformed: the server closes.
3.8.4-1 S =3.8.4-1 SUBSCRIBE is answered with SUBACK.
3.8.4-2 S =3.8.4-2 SUBACK has the packet identifier of SUBSCRIBE.
3.8.4-3 S =3.8.4-3,3.8.4-4 The same filter again replaces the subscription, sends what is retained, and interrupts nothing.
3.8.4-4 S =3.8.4-5 Several topic filters are handled as several SUBSCRIBE packets with one SUBACK.
3.8.4-5 S =3.8.4-6,3.8.4-7 SUBACK tells for each filter the QoS granted, or the failure.
3.8.4-6 S =3.8.4-8 A message is sent at the lower of its QoS and the QoS granted.
3.9.3-1 S =3.9.3-1 Return codes are in the order of the topic filters.
3.9.3-2 S =3.9.3-2 SUBACK has no other return codes than 0, 1, 2 and 0x80.
3.10.1-1 B =3.10.1-1 The flags of UNSUBSCRIBE are 0010; otherwise the server closes.
3.10.3-1 B =3.10.3-1 Topic filters are UTF-8 strings.
3.10.3-2 B =3.10.3-2 UNSUBSCRIBE has at least one topic filter.
3.10.4-1 S =3.10.4-1 Filters are compared character by character; the subscription that has it is deleted.
3.10.4-2 S =3.10.4-2 Nothing new is added for the client.
3.10.4-3 S =3.10.4-3 What was begun to be sent at QoS 1 or 2 is completed.
3.10.4-4 S =3.10.4-4,3.10.4-5 UNSUBACK answers, with the packet identifier of UNSUBSCRIBE.
3.10.4-5 S =3.10.4-5 UNSUBACK comes also if nothing was deleted.
3.10.4-6 S =3.10.4-6 Several topic filters are handled as several UNSUBSCRIBE packets with one UNSUBACK.
3.12.4-1 S =3.12.4-1 PINGREQ is answered with PINGRESP.
3.14.1-1 S =3.14.1-1 Reserved bits of DISCONNECT that are set: the server disconnects.
3.14.4-1 C =3.14.4-2 The client closes after DISCONNECT.
3.14.4-2 C =3.14.4-1 The client sends nothing after DISCONNECT.
3.14.4-3 S =3.14.4-3 DISCONNECT removes the will.
`;

const operation = `
4.1.0-1 B =3.1.2-23 Session state is kept as long as the session lasts.
4.1.0-2 B =4.1.0-1 A session lasts at least as long as its network connection.
4.3.1-1 B =4.3.1-1 QoS 0 is sent with DUP 0.
4.3.2-1 B =4.3.2-1,4.3.2-2,4.3.2-3 QoS 1: an unused identifier, DUP 0, unacknowledged until PUBACK.
4.3.2-2 B =4.3.2-4,4.3.2-5 QoS 1: PUBACK, after which the same identifier is a new message.
4.3.3-1 B =4.3.3-1,4.3.3-2,4.3.3-3,4.3.3-4,4.3.3-5,4.3.3-6 QoS 2: what the sender does.
4.3.3-2 B =4.3.3-8,4.3.3-10,4.3.3-11,4.3.3-12 QoS 2: what the receiver does.
4.4.0-1 B =4.4.0-1 After a reconnect what is unacknowledged is sent again, with its identifiers.
4.5.0-1 S =4.5.0-1 A message is added to the session of every client with a matching subscription.
4.5.0-2 C =4.5.0-2 The client acknowledges every PUBLISH as its QoS asks.
4.6.0-1 C =4.6.0-1 The client sends again in the first order.
4.6.0-2 C =4.6.0-2 The client sends PUBACK in order.
4.6.0-3 C =4.6.0-3 The client sends PUBREC in order.
4.6.0-4 C =4.6.0-4 The client sends PUBREL in order.
4.6.0-5 S =4.6.0-6 Every topic is an ordered topic.
4.6.0-6 S =4.6.0-5 Of one client, topic and QoS, messages go to subscribers in the order received.
4.7.1-1 B =4.7.0-1 Topic names have no wildcards.
4.7.1-2 B =4.7.1-1 # is alone or after a separator, and last.
4.7.1-3 B =4.7.1-2 + is a whole level.
4.7.2-1 S =4.7.2-1 A filter that begins with a wildcard does not match names that begin with $.
4.7.3-1 B =4.7.3-1 Topic names and filters have at least one character.
4.7.3-2 B =4.7.3-2 Topic names and filters have no null character.
4.7.3-3 B =4.7.3-3 Topic names and filters have at most 65,535 bytes.
4.7.3-4 S =4.7.3-4 Nothing is normalised or replaced to match them.
4.8.0-1 B =4.13.1-1 A protocol violation closes the connection that it came on.
4.8.0-2 B A passing error that keeps a packet from being processed closes its connection.
6.0.0-1 B =6.0.0-1 Packets are in binary WebSocket frames; at any other the receiver closes.
6.0.0-2 B =6.0.0-2 Packets and WebSocket frames need not align.
6.0.0-3 C =6.0.0-3 The client offers the subprotocol mqtt.
6.0.0-4 S =6.0.0-4 The server selects the subprotocol mqtt.
7.0.0-1 S A server that connects to other servers conforms as a client too.
7.0.0-2 B Nobody needs extensions of the protocol to work with us.
7.1.1-1 S =4.2-1 A server has transports that are ordered, lossless streams of bytes.
7.1.2-1 C =4.2-1 A client has transports that are ordered, lossless streams of bytes.
`;

export const statements311 = [format, connect, publish, subscribe, operation].flatMap((table) =>
  parseStatements('3.1.1', table),
);
