"""Reads and writes Leaktrace's topics with Debian's confluent_kafka, for InteropTest.

clients.py BROKER REGISTRY read TOPIC=COUNT…         prints, for each topic, {topic, count, last}
clients.py BROKER REGISTRY write ORDERS CONTACTS     writes a record to each
clients.py BROKER REGISTRY copy FROM TO COUNT        sends the records again, in the order of time, and prints the partition of
                                                     each key, as JSON
clients.py                                           ends well if all that it needs is installed
"""

import datetime
import json
import os
import sys
import time

from confluent_kafka import Consumer, Producer
from confluent_kafka.avro import CachedSchemaRegistryClient, MessageSerializer

if len(sys.argv) == 1:
    sys.exit()
broker, registry, action = sys.argv[1:4]
schemas = CachedSchemaRegistryClient({"url": registry})
codec = MessageSerializer(schemas)


def read(expected):
    wanted = {topic: int(count) for topic, count in (each.split("=") for each in expected)}
    found = {topic: {"topic": topic, "count": 0, "last": None} for topic in wanted}
    consumer = Consumer({
        "bootstrap.servers": broker,
        "group.id": "interop-python-%d" % os.getpid(),
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe(list(wanted))
    end = time.monotonic() + 60
    while time.monotonic() < end and any(found[topic]["count"] < count for topic, count in wanted.items()):
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            raise RuntimeError(message.error())
        headers = dict(message.headers() or [])
        reason = headers.get("leaktrace.reason")
        value = {"reason": reason.decode()} if reason else codec.decode_message(message.value())
        at = found[message.topic()]
        at["count"] += 1
        at["last"] = {"key": message.key() and message.key().decode(), "value": value}
    consumer.close()
    for each in found.values():
        print(json.dumps(each, default=str))


def utc(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc)


def write(topics):
    orders, contacts = topics
    buyer = "buyer-of-python"
    order = {
        "eventId": "event-of-python",
        "orderId": "order-of-python",
        "buyerId": buyer,
        "type": "PLACED",
        "occurredAt": utc("2020-01-01T10:00:00"),
        "custodians": [{"role": "SELLER", "id": "s-1"}, {"role": "PAYMENT_CHANNEL", "id": "p-1"}],
    }
    contact = {
        "contactId": "contact-of-python",
        "buyerId": buyer,
        "contactedAt": utc("2020-01-02T10:00:00"),
        "reportedAt": utc("2020-01-02T11:00:00"),
        "channel": "CALL",
        "caller": None,
        "impersonated": "customer service",
        "disclosed": ["PRODUCT", "ORDER_TIME"],
        "quotedOrderId": "order-of-python",
        "loss": None,
    }
    producer = Producer({"bootstrap.servers": broker})
    for topic, record in ((orders, order), (contacts, contact)):
        schema = schemas.get_latest_schema(topic + "-value")[1]
        producer.produce(topic, key=buyer, value=codec.encode_record_with_schema(topic, schema, record))
    if producer.flush(30):
        raise RuntimeError("not all was acknowledged")


def copy(arguments):
    source, target, count = arguments
    consumer = Consumer({
        "bootstrap.servers": broker,
        "group.id": "interop-python-copy-%d" % os.getpid(),
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    })
    consumer.subscribe([source])
    records = []
    end = time.monotonic() + 60
    while len(records) < int(count) and time.monotonic() < end:
        records += consumer.consume(1000, 1)
    consumer.close()
    for record in records:
        if record.error():
            raise RuntimeError(record.error())
    # The partitioner is not set: what is tested is the default.
    producer = Producer({"bootstrap.servers": broker})
    partitions = {}

    def sent(error, message):
        if error:
            raise RuntimeError(error)
        partitions[message.key().decode()] = message.partition()

    for record in sorted(records, key=lambda each: each.timestamp()[1]):
        producer.produce(target, record.value(), record.key(), timestamp=record.timestamp()[1], on_delivery=sent)
        producer.poll(0)
    if producer.flush(30):
        raise RuntimeError("not all was acknowledged")
    print(json.dumps(partitions))


{"read": read, "write": write, "copy": copy}[action](sys.argv[4:])
