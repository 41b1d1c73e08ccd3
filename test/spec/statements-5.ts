/**
 * Every numbered normative statement of MQTT Version 5.0 (OASIS Standard, 7 March 2019), with what
 * it says in our own words. Sections 3.8.4 to 4.2 and 4.8 to 6 were read in the text of the standard,
 * where the numbers stand beside their sentences; the others come from lists of these statements in
 * public projects, checked against quotations. There is no 2.2.1-1, and 4.2-1 is written so.
 */
import { parseStatements } from './statement.ts';

const dataRepresentationAndFormat = `
1.5.4-1 B A string is well-formed UTF-8, without surrogates.
1.5.4-2 B A string does not hold the null character.
1.5.4-3 B EF BB BF in a string is the character U+FEFF, kept wherever it stands.
1.5.5-1 B A variable byte integer takes as few bytes as its value needs.
1.5.7-1 B Both strings of a pair are as strings are.
2.1.3-1 B Reserved flags have the value of the table.
2.2.1-2 B A PUBLISH at QoS 0 has no packet identifier.
2.2.1-3 C New SUBSCRIBE, UNSUBSCRIBE and PUBLISH have a packet identifier that is unused and not 0.
2.2.1-4 S A new PUBLISH from the server has a packet identifier that is unused and not 0.
2.2.1-5 B PUBACK, PUBREC, PUBREL and PUBCOMP have the packet identifier of their PUBLISH.
2.2.1-6 S SUBACK and UNSUBACK have the packet identifier of what they answer.
2.2.2-1 B No properties are told by a property length of 0.
`;

const connect = `
3.1.0-1 C The first packet of a client is CONNECT.
3.1.0-2 S A second CONNECT is a Protocol Error: the server closes.
3.1.2-1 S The protocol name is MQTT; otherwise the server closes, perhaps after CONNACK 0x84.
3.1.2-2 S A version that the server does not serve: it closes, perhaps after CONNACK 0x84.
3.1.2-3 S The server checks that the reserved connect flag is 0.
3.1.2-4 B Clean Start 1 discards the session and starts a new one.
3.1.2-5 S Clean Start 0 resumes the session that is there.
3.1.2-6 S Clean Start 0 makes a session where none is.
3.1.2-7 S The will is stored with the session.
3.1.2-8 S The will is published after its delay or the session's end, unless it was removed before.
3.1.2-9 B With the will flag, will properties, topic and payload are there.
3.1.2-10 S The will is forgotten once published, or after DISCONNECT with 0x00.
3.1.2-11 C Without the will flag, Will QoS is 0.
3.1.2-12 C Will QoS is 0, 1 or 2.
3.1.2-13 C Without the will flag, Will Retain is 0.
3.1.2-14 S Will Retain 0: the will is published as not retained.
3.1.2-15 S Will Retain 1: the will is published as retained.
3.1.2-16 C Without its flag there is no user name.
3.1.2-17 C With its flag there is a user name.
3.1.2-18 C Without its flag there is no password.
3.1.2-19 C With its flag there is a password.
3.1.2-20 C With a keep alive the client sends PINGREQ where it has nothing else to send.
3.1.2-21 C The client uses the Server Keep Alive that CONNACK gives.
3.1.2-22 S Silence of one and a half keep alive times: the server closes as if the network had failed.
3.1.2-23 B The session is kept after the close if its expiry interval is more than 0.
3.1.2-24 S The server sends nothing larger than the client's Maximum Packet Size.
3.1.2-25 S What is too large is dropped, and counts as sent.
3.1.2-26 S The server uses no topic alias above the client's Topic Alias Maximum.
3.1.2-27 S Without Topic Alias Maximum, or with 0, the server uses no topic aliases.
3.1.2-28 S With Request Response Information 0 there is no Response Information.
3.1.2-29 S With Request Problem Information 0, reason strings and user properties are in PUBLISH, CONNACK and DISCONNECT only.
3.1.2-30 C A client with an authentication method sends only AUTH and DISCONNECT before CONNACK.
3.1.3-1 B Payload fields are in their order.
3.1.3-2 B The client identifier identifies the session state.
3.1.3-3 C The client identifier is there, first in the payload.
3.1.3-4 C The client identifier is a UTF-8 string.
3.1.3-5 S The server takes identifiers of 1 to 23 bytes of digits and Latin letters.
3.1.3-6 S A server that takes an empty identifier assigns a unique one.
3.1.3-7 S It goes on as if the client had given it, and tells it in CONNACK.
3.1.3-8 S A server that rejects the identifier closes, perhaps after CONNACK 0x85.
3.1.3-9 S A client that is back before the will delay is over: no will is sent.
3.1.3-10 S User properties of the will keep their order.
3.1.3-11 C The will topic is a UTF-8 string.
3.1.3-12 C The user name is a UTF-8 string.
3.1.4-1 S The server checks the form of CONNECT, and closes if it is wrong.
3.1.4-2 S If authentication or another check fails, the server closes.
3.1.4-3 S Takeover: the older connection of the client gets DISCONNECT 0x8E and is closed.
3.1.4-4 S The server does what Clean Start asks.
3.1.4-5 S An accepted CONNECT is answered with CONNACK 0x00.
3.1.4-6 S After a rejected CONNECT nothing more of the client is processed, but AUTH.
3.2.0-1 S CONNACK 0x00 comes before any packet but AUTH.
3.2.0-2 S There is one CONNACK in a network connection.
3.2.2-1 S Bits 7 to 1 of the acknowledge flags are 0.
3.2.2-2 S Clean Start 1: Session Present 0.
3.2.2-3 S Clean Start 0: Session Present tells whether there is a session.
3.2.2-4 C A client without session that is told of one closes.
3.2.2-5 C A client that is told of no session discards its own.
3.2.2-6 S A reason code that is not 0 goes with Session Present 0.
3.2.2-7 S After a reason code of 0x80 or more the server closes.
3.2.2-8 S CONNACK has a connect reason code.
3.2.2-9 S A server without QoS 1 or 2 tells its Maximum QoS.
3.2.2-10 S A server without QoS 1 or 2 still takes subscriptions that ask for them.
3.2.2-11 C The client does not publish above Maximum QoS.
3.2.2-12 S A Will QoS that the server does not serve: CONNECT is rejected.
3.2.2-13 S A retained will where the server does not retain: CONNECT is rejected.
3.2.2-14 C The client does not retain where the server does not.
3.2.2-15 C The client sends nothing larger than the server's Maximum Packet Size.
3.2.2-16 S An empty client identifier is answered with an Assigned Client Identifier that nobody else has.
3.2.2-17 C The client uses no topic alias above the server's maximum.
3.2.2-18 C Without Topic Alias Maximum in CONNACK the client uses none.
3.2.2-19 S No reason string in a CONNACK that would become too large for the client.
3.2.2-20 S No user properties in a CONNACK that would become too large for the client.
3.2.2-21 C The client uses the Server Keep Alive.
3.2.2-22 S Without Server Keep Alive, the client's own holds.
`;

const publish = `
3.3.1-1 B DUP is 1 in a PUBLISH that is sent again.
3.3.1-2 B DUP is 0 at QoS 0.
3.3.1-3 S DUP is not passed on: it tells of this sending only.
3.3.1-4 B QoS is not 3.
3.3.1-5 S RETAIN 1 replaces the retained message of the topic.
3.3.1-6 S RETAIN 1 without payload removes it; the message itself goes on as usual.
3.3.1-7 S A message without payload is not retained.
3.3.1-8 S RETAIN 0 leaves the retained message as it is.
3.3.1-9 S Retain Handling 0: the retained messages are sent at SUBSCRIBE.
3.3.1-10 S Retain Handling 1: they are sent if the subscription is new.
3.3.1-11 S Retain Handling 2: they are not sent.
3.3.1-12 S Retain As Published 0: RETAIN is 0 in what is forwarded.
3.3.1-13 S Retain As Published 1: RETAIN is as it was received.
3.3.2-1 B The topic name comes first, a UTF-8 string.
3.3.2-2 B The topic name has no wildcards.
3.3.2-3 S The topic name sent to a client matches its subscription.
3.3.2-4 S The Payload Format Indicator goes on unaltered.
3.3.2-5 S A message that expired before its delivery began is dropped for that subscriber.
3.3.2-6 S The Message Expiry Interval goes on less the time that the message waited.
3.3.2-7 B Topic aliases end with the network connection.
3.3.2-8 B A topic alias is not 0.
3.3.2-9 C The client uses no topic alias above the maximum of CONNACK.
3.3.2-10 C The client takes all topic aliases up to its maximum.
3.3.2-11 S The server uses no topic alias above the maximum of CONNECT.
3.3.2-12 S The server takes all topic aliases up to its maximum.
3.3.2-13 B The response topic is a UTF-8 string.
3.3.2-14 B The response topic has no wildcards.
3.3.2-15 S The response topic goes on unaltered.
3.3.2-16 S The correlation data goes on unaltered.
3.3.2-17 S All user properties go on unaltered.
3.3.2-18 S User properties keep their order.
3.3.2-19 B The content type is a UTF-8 string.
3.3.2-20 S The content type goes on unaltered.
3.3.4-1 B A PUBLISH is answered as its QoS asks.
3.3.4-2 S Overlapping subscriptions: the highest QoS of those that match holds.
3.3.4-3 S The subscription identifiers of overlapping subscriptions are sent.
3.3.4-4 S A single copy has the identifiers of all matching subscriptions.
3.3.4-5 S Of several copies each has the identifier of its subscription.
3.3.4-6 C A client sends no subscription identifier in PUBLISH.
3.3.4-7 C The client keeps to the server's Receive Maximum.
3.3.4-8 C The client holds back nothing but PUBLISH because of it.
3.3.4-9 S The server keeps to the client's Receive Maximum.
3.3.4-10 S The server holds back nothing but PUBLISH because of it.
3.4.2-1 B PUBACK has a reason code of its own table.
3.4.2-2 B No reason string in a PUBACK that would become too large.
3.4.2-3 B No user properties in a PUBACK that would become too large.
3.5.2-1 B PUBREC has a reason code of its own table.
3.5.2-2 B No reason string in a PUBREC that would become too large.
3.5.2-3 B No user properties in a PUBREC that would become too large.
3.6.1-1 B The flags of PUBREL are 0010; otherwise the server closes.
3.6.2-1 B PUBREL has a reason code of its own table.
3.6.2-2 B No reason string in a PUBREL that would become too large.
3.6.2-3 B No user properties in a PUBREL that would become too large.
3.7.2-1 B PUBCOMP has a reason code of its own table.
3.7.2-2 B No reason string in a PUBCOMP that would become too large.
3.7.2-3 B No user properties in a PUBCOMP that would become too large.
`;

const subscribe = `
3.8.1-1 B The flags of SUBSCRIBE are 0010; otherwise the server closes.
3.8.3-1 B Topic filters are UTF-8 strings.
3.8.3-2 B SUBSCRIBE has at least one topic filter.
3.8.3-3 S No Local: a message does not go back to the client that published it.
3.8.3-4 B No Local on a shared subscription is a Protocol Error.
3.8.3-5 S Reserved subscription options that are set make the packet malformed.
3.8.4-1 S SUBSCRIBE is answered with SUBACK.
3.8.4-2 S SUBACK has the packet identifier of SUBSCRIBE.
3.8.4-3 S The same topic filter again replaces the subscription.
3.8.4-4 S Replacing with Retain Handling 0 sends the retained messages again, and loses no message.
3.8.4-5 S Several topic filters are handled as several SUBSCRIBE packets with one SUBACK.
3.8.4-6 S SUBACK has a reason code for each topic filter.
3.8.4-7 S It tells the QoS granted, or the failure.
3.8.4-8 S A message is sent at the lower of its QoS and the QoS granted.
3.9.2-1 S No reason string in a SUBACK that would become too large.
3.9.2-2 S No user properties in a SUBACK that would become too large.
3.9.3-1 S Reason codes are in the order of the topic filters.
3.9.3-2 S SUBACK has reason codes of its own table.
3.10.1-1 B The flags of UNSUBSCRIBE are 0010; otherwise the server closes.
3.10.3-1 B Topic filters are UTF-8 strings.
3.10.3-2 B UNSUBSCRIBE has at least one topic filter.
3.10.4-1 S Filters are compared character by character; the subscription that has it is deleted.
3.10.4-2 S Nothing new that matches is added for the client.
3.10.4-3 S What was begun to be sent at QoS 1 or 2 is completed.
3.10.4-4 S UNSUBSCRIBE is answered with UNSUBACK.
3.10.4-5 S UNSUBACK has its packet identifier, and comes also if nothing was deleted.
3.10.4-6 S Several topic filters are handled as several UNSUBSCRIBE packets with one UNSUBACK.
3.11.2-1 S No reason string in an UNSUBACK that would become too large.
3.11.2-2 S No user properties in an UNSUBACK that would become too large.
3.11.3-1 S Reason codes are in the order of the topic filters.
3.11.3-2 S UNSUBACK has reason codes of its own table.
`;

const others = `
3.12.4-1 S PINGREQ is answered with PINGRESP.
3.14.0-1 S The server sends no DISCONNECT before a CONNACK that accepts.
3.14.1-1 B Reserved bits of DISCONNECT are 0; otherwise DISCONNECT 0x81.
3.14.2-1 B DISCONNECT has a reason code of its own table.
3.14.2-2 S The server sends no session expiry interval in DISCONNECT.
3.14.2-3 B No reason string in a DISCONNECT that would become too large.
3.14.2-4 B No user properties in a DISCONNECT that would become too large.
3.14.4-1 B Nothing is sent after DISCONNECT.
3.14.4-2 B The sender of DISCONNECT closes.
3.14.4-3 S DISCONNECT with 0x00 removes the will.
3.15.1-1 B The flags of AUTH are 0; otherwise the receiver closes.
3.15.2-1 B AUTH has a reason code of its own table.
3.15.2-2 B No reason string in an AUTH that would become too large.
3.15.2-3 B No user properties in an AUTH that would become too large.
`;

const operation = `
4.1.0-1 B Session state is kept while the network connection is open.
4.1.0-2 S Session state is discarded when the connection is closed and the session has expired.
4.2-1 B Transports are ordered, lossless streams of bytes in both directions.
4.3.1-1 B QoS 0 is sent with DUP 0.
4.3.2-1 B QoS 1: a new message gets an unused packet identifier.
4.3.2-2 B QoS 1: it is sent with it, and DUP 0.
4.3.2-3 B QoS 1: it is unacknowledged until PUBACK.
4.3.2-4 B QoS 1: the receiver answers with PUBACK and that identifier, once it owns the message.
4.3.2-5 B QoS 1: after PUBACK the same identifier is a new message, whatever DUP says.
4.3.3-1 B QoS 2: a new message gets an unused packet identifier.
4.3.3-2 B QoS 2: it is sent with it, and DUP 0.
4.3.3-3 B QoS 2: PUBLISH is unacknowledged until PUBREC.
4.3.3-4 B QoS 2: PUBREC below 0x80 is answered with PUBREL of the same identifier.
4.3.3-5 B QoS 2: PUBREL is unacknowledged until PUBCOMP.
4.3.3-6 B QoS 2: after PUBREL the PUBLISH is not sent again.
4.3.3-7 B QoS 2: a message that was sent does not expire.
4.3.3-8 B QoS 2: the receiver answers with PUBREC, once it owns the message.
4.3.3-9 B QoS 2: after PUBREC of 0x80 or more the same identifier is a new message.
4.3.3-10 B QoS 2: until PUBREL the same identifier is answered with PUBREC and delivered no second time.
4.3.3-11 B QoS 2: PUBREL is answered with PUBCOMP.
4.3.3-12 B QoS 2: after PUBCOMP the same identifier is a new message.
4.3.3-13 B QoS 2: acknowledgements go on, also when the message has expired.
4.4.0-1 B After a reconnect, and only then, what is unacknowledged is sent again, with its identifiers.
4.4.0-2 B PUBACK or PUBREC of 0x80 or more acknowledges: the message is not sent again.
4.5.0-1 S A message is added to the session of every client with a matching subscription.
4.5.0-2 C The client acknowledges every PUBLISH as its QoS asks.
4.6.0-1 C The client sends again in the first order.
4.6.0-2 C The client sends PUBACK in order.
4.6.0-3 C The client sends PUBREC in order.
4.6.0-4 C The client sends PUBREL in order.
4.6.0-5 S Of one client, topic and QoS, messages go to subscribers in the order received.
4.6.0-6 S Every topic is ordered for subscriptions that are not shared.
4.7.0-1 B Topic names have no wildcards.
4.7.1-1 B # is alone or after a separator, and last.
4.7.1-2 B + is a whole level.
4.7.2-1 S A filter that begins with a wildcard does not match names that begin with $.
4.7.3-1 B Topic names and filters have at least one character.
4.7.3-2 B Topic names and filters have no null character.
4.7.3-3 B Topic names and filters have at most 65,535 bytes.
4.7.3-4 S Nothing is normalised or replaced to match them.
4.8.2-1 B A shared subscription is $share/ and a share name of at least one character.
4.8.2-2 B The share name has no /, + or #, and / and a topic filter follow.
4.8.2-3 S The QoS granted to the member that is chosen holds.
4.8.2-4 S QoS 2 that a member has begun to receive is completed when it is back.
4.8.2-5 S If its session ends before, the message goes to no other member.
4.8.2-6 S A member's PUBACK or PUBREC of 0x80 or more discards the message.
4.9.0-1 B The first send quota is not 0 and not above Receive Maximum.
4.9.0-2 B At a send quota of 0 no PUBLISH with QoS 1 or 2 is sent.
4.9.0-3 B All other packets are still processed and answered.
4.12.0-1 S An authentication method that the server does not have: it closes, perhaps after CONNACK 0x8C.
4.12.0-2 S The server's AUTH before CONNACK has reason code 0x18.
4.12.0-3 C The client's AUTH before CONNACK has reason code 0x18.
4.12.0-4 S A server that rejects the authentication closes, perhaps after CONNACK.
4.12.0-5 B The authentication method is the same in CONNECT, all AUTH packets and CONNACK.
4.12.0-6 S Without a method in CONNECT the server sends neither AUTH nor a method in CONNACK.
4.12.0-7 C Without a method in CONNECT the client sends no AUTH.
4.12.1-1 C Re-authentication has the method of CONNECT.
4.12.1-2 B A re-authentication that fails closes the connection.
4.13.1-1 S At a malformed packet or a Protocol Error the server closes.
4.13.2-1 B CONNACK and DISCONNECT of 0x80 or more close the connection, whether sent or not.
6.0.0-1 B Packets are in binary WebSocket frames; at any other the receiver closes.
6.0.0-2 B Packets and WebSocket frames need not align.
6.0.0-3 C The client offers the subprotocol mqtt.
6.0.0-4 S The server selects the subprotocol mqtt.
`;

export const statements5 = [
  dataRepresentationAndFormat,
  connect,
  publish,
  subscribe,
  others,
  operation,
].flatMap((table) => parseStatements('5.0', table));
