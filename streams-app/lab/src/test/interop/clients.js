// Reads and writes Leaktrace's topics with clients from npm, for InteropTest.
//   node clients.js CLIENT BROKER REGISTRY read TOPIC=COUNT…   prints, for each topic, {topic, count, last}
//   node clients.js CLIENT BROKER REGISTRY write ORDERS CONTACTS   writes a record to each
// CLIENT is 'confluentinc' or 'kafkajs', whose codecs for Avro are told apart; both travel over kafkajs.
'use strict';

const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs');
const lz4 = require('lz4js');

// What Leaktrace writes is packed with LZ4, which kafkajs leaves to others.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async (encoder) => Buffer.from(lz4.compress(encoder.buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

const [client, broker, registry, action, ...rest] = process.argv.slice(2);
const kafka = new Kafka({ clientId: `interop-${client}`, brokers: [broker], logLevel: logLevel.ERROR });

/** What {decode(topic, bytes), encode(topic, record)} are with this client. */
function codec() {
  if (client === 'confluentinc') {
    const { SchemaRegistryClient, AvroDeserializer, AvroSerializer, SerdeType } = require('@confluentinc/schemaregistry');
    const schemas = new SchemaRegistryClient({ baseURLs: [registry] });
    const reading = new AvroDeserializer(schemas, SerdeType.VALUE, {});
    const writing = new AvroSerializer(schemas, SerdeType.VALUE, { useLatestVersion: true, autoRegisterSchemas: false });
    return {
      decode: (topic, bytes) => reading.deserialize(topic, bytes),
      encode: (topic, record) => writing.serialize(topic, record),
    };
  }
  const { SchemaRegistry } = require('@kafkajs/confluent-schema-registry');
  const schemas = new SchemaRegistry({ host: registry });
  return {
    decode: (topic, bytes) => schemas.decode(bytes),
    encode: async (topic, record) => schemas.encode(await schemas.getLatestSchemaId(`${topic}-value`), record),
  };
}

async function read(expected) {
  const { decode } = codec();
  const wanted = new Map(expected.map((each) => each.split('=')).map(([topic, count]) => [topic, Number(count)]));
  const found = new Map([...wanted.keys()].map((topic) => [topic, { topic, count: 0, last: null }]));
  const consumer = kafka.consumer({ groupId: `interop-${client}-${process.pid}` });
  await consumer.connect();
  await consumer.subscribe({ topics: [...wanted.keys()], fromBeginning: true });
  await new Promise((done, fail) => {
    const check = () => [...wanted].every(([topic, count]) => found.get(topic).count >= count) && done();
    setTimeout(done, 60_000).unref();
    consumer.on('consumer.crash', (event) => fail(event.payload.error));
    consumer.run({
      eachMessage: async ({ topic, message }) => {
        const at = found.get(topic);
        const reason = message.headers['leaktrace.reason'];
        const value = reason ? { reason: reason.toString() } : await decode(topic, message.value);
        at.count += 1;
        at.last = { key: message.key && message.key.toString(), value };
        check();
      },
    });
  });
  await consumer.disconnect();
  const plain = (key, value) => (typeof value === 'bigint' ? Number(value) : value);
  found.forEach((each) => console.log(JSON.stringify(each, plain)));
}

async function write([orders, contacts]) {
  const { encode } = codec();
  const buyerId = `buyer-of-${client}`;
  const order = {
    eventId: `event-of-${client}`,
    orderId: `order-of-${client}`,
    buyerId,
    type: 'PLACED',
    occurredAt: Date.parse('2020-01-01T10:00:00Z'),
    custodians: [{ role: 'SELLER', id: 's-1' }, { role: 'PAYMENT_CHANNEL', id: 'p-1' }],
  };
  const contact = {
    contactId: `contact-of-${client}`,
    buyerId,
    contactedAt: Date.parse('2020-01-02T10:00:00Z'),
    reportedAt: Date.parse('2020-01-02T11:00:00Z'),
    channel: 'CALL',
    caller: null,
    impersonated: 'customer service',
    disclosed: ['PRODUCT', 'ORDER_TIME'],
    quotedOrderId: `order-of-${client}`,
    loss: null,
  };
  const producer = kafka.producer();
  await producer.connect();
  for (const [topic, record] of [[orders, order], [contacts, contact]]) {
    await producer.send({ topic, messages: [{ key: buyerId, value: await encode(topic, record) }] });
  }
  await producer.disconnect();
}

(action === 'read' ? read(rest) : write(rest)).then(
  () => process.exit(0),
  (problem) => {
    console.error(problem);
    process.exit(1);
  },
);
