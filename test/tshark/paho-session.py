"""Sessions of paho: python3 paho-session.py PORT. Ends with 0 when everything that was published came back."""

import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

PORT = int(sys.argv[1])


def session(version):
    subscribed, received, unsubscribed, ended = (threading.Event() for _ in range(4))
    count = [0]
    five = version == mqtt.MQTTv5
    client = mqtt.Client(client_id=f"paho-{version}", protocol=version, **({} if five else {"clean_session": True}))
    client.username_pw_set("pahö", "se cret")

    def on_message(*_):
        count[0] += 1
        if count[0] == 3:
            received.set()

    client.on_message = on_message
    client.on_subscribe = lambda *_: subscribed.set()
    client.on_unsubscribe = lambda *_: unsubscribed.set()
    client.on_disconnect = lambda *_: ended.set()
    if five:
        will = Properties(PacketTypes.WILLMESSAGE)
        will.WillDelayInterval = 7
        will.ContentType = "text/plain"
        will.UserProperty = ("why", "gone")
        client.will_set("paho/will", b"\x00\xffgone", qos=1, retain=True, properties=will)
        connect = Properties(PacketTypes.CONNECT)
        connect.SessionExpiryInterval = 60
        connect.ReceiveMaximum = 20
        connect.MaximumPacketSize = 100000
        connect.TopicAliasMaximum = 5
        connect.RequestResponseInformation = 1
        connect.RequestProblemInformation = 1
        connect.UserProperty = ("from", "paho")
        client.connect("127.0.0.1", PORT, 30, clean_start=True, properties=connect)
    else:
        client.will_set("paho/will", "gone", qos=2)
        client.connect("127.0.0.1", PORT, 30)
    client.loop_start()
    topic = f"paho/{version}"
    if five:
        options = SubscribeOptions(qos=2, noLocal=False, retainAsPublished=True, retainHandling=1)
        properties = Properties(PacketTypes.SUBSCRIBE)
        properties.SubscriptionIdentifier = 300
        client.subscribe((f"{topic}/#", options), properties=properties)
    else:
        client.subscribe([(f"{topic}/#", 2), (f"{topic}/+/x", 0)])
    assert subscribed.wait(20)
    for qos in (0, 1, 2):
        if five:
            properties = Properties(PacketTypes.PUBLISH)
            properties.PayloadFormatIndicator = 1
            properties.MessageExpiryInterval = 4_000_000_000
            properties.ResponseTopic = "paho/answer"
            properties.CorrelationData = bytes(range(256))
            properties.ContentType = "application/json"
            properties.UserProperty = [("a", ""), ("a", "zwei"), ("€", "𝄞")]
            client.publish(f"{topic}/{qos}", '{"ü": 1}', qos, properties=properties)
        else:
            client.publish(f"{topic}/{qos}", bytes(range(256)) * (qos + 1), qos, retain=qos == 1)
    assert received.wait(20)
    client.unsubscribe([f"{topic}/#"])
    assert unsubscribed.wait(20)
    if five:
        properties = Properties(PacketTypes.DISCONNECT)
        properties.SessionExpiryInterval = 0
        client.disconnect(reasoncode=None, properties=properties)
    else:
        client.disconnect()
    assert ended.wait(20)
    client.loop_stop()


for protocol in (mqtt.MQTTv31, mqtt.MQTTv311, mqtt.MQTTv5):
    session(protocol)
