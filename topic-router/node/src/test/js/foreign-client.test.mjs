// What a client that nobody wrote in Java does with real daemons, and what must come of it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { Consumer } from './consumer.mjs';
import { Daemons } from './daemons.mjs';
import { Nodes } from './nodes.mjs';
import { Cluster, murmur3, partitionOf, Queue, Subscriptions, Topics } from './protocol.mjs';
import { Publisher } from './publisher.mjs';

const PATIENCE_MS = 60_000;

const [, serviceConfig] = readFileSync(process.env.ARPEGGIO_PAGE, 'utf8').match(
  /```json\n([^`]*)```/,
);

let daemons;
let nodes;

before(async () => {
  daemons = await Daemons.start(3);
  nodes = new Nodes(daemons.addresses, { serviceConfig });
});

after(async () => {
  nodes?.close();
  await daemons?.close();
});

const text = (message) => message.body.toString();
const messagesOf = (texts) => texts.map((body) => ({ body: Buffer.from(body) }));
const numbers = (from, count, of = '') => Array.from({ length: count }, (_, i) => `${of}${from + i}`);

async function until(what, condition) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `not within ${PATIENCE_MS / 1000} s: ${what}`);
    await pause(10);
  }
}

async function create(topic, config = {}) {
  await nodes.call(Topics, 'createTopic', { topic, config });
}

async function owner(topic, partition = 0) {
  let found;
  await until(`an owner of ${topic}/${partition}`, async () => {
    const { partitions } = await nodes.call(Topics, 'locateTopic', { topic });
    found = partitions[partition].owner;
    return found !== '';
  });
  return found;
}

async function backlog(topic, subscription = 'default') {
  const { partitions } = await nodes.call(Topics, 'describeTopic', { topic });
  return partitions
    .flatMap((partition) => partition.subscriptions)
    .filter((state) => state.subscription === subscription)
    .reduce((sum, state) => sum + state.backlog, 0);
}

/** Everything of a partition, with a consumer that acknowledges it, in the order in which it came. */
async function consumeAll(topic, count, { partition = 0, ...options } = {}) {
  const got = [];
  const consumer = new Consumer(
    nodes,
    topic,
    partition,
    ({ message }) => {
      got.push(text(message));
    },
    options,
  );
  try {
    await until(`${count} of ${topic}`, () => got.length >= count && consumer.unsettled === 0);
    assert.equal(consumer.excess, 0, 'more came than there was credit for');
    return got;
  } finally {
    consumer.close();
  }
}

/** Between a client and a node; swallows what the node says from the moment that it is told to. */
async function gag(address) {
  const [host, port] = address.split(':');
  const sockets = new Set();
  let swallow = false;
  const server = createServer((here) => {
    const there = connect(Number(port), host);
    for (const [from, to, drop] of [
      [here, there, () => false],
      [there, here, () => swallow],
    ]) {
      sockets.add(from);
      from.on('data', (bytes) => drop() || to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${server.address().port}`,
    swallow: () => {
      swallow = true;
    },
    cut: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

test('a batch is confirmed with the offset of its last message, and comes as it was sent', async () => {
  await create('plain');
  const publisher = new Publisher(nodes, 'plain', 0);
  const headers = [{ name: 'colour', value: Buffer.from([0, 255]) }];
  try {
    assert.equal(await publisher.publish(messagesOf(['a', 'b', 'c'])), 2);
    assert.equal(
      await publisher.publish([{ key: Buffer.from('k'), body: Buffer.from('d'), headers }]),
      3,
    );
  } finally {
    publisher.close();
  }
  const got = [];
  const consumer = new Consumer(nodes, 'plain', 0, (received) => {
    got.push(received);
  });
  try {
    await until('four messages', () => got.length === 4 && consumer.unsettled === 0);
  } finally {
    consumer.close();
  }
  assert.deepEqual(
    got.map(({ offset, message }) => [offset, text(message)]),
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
      [3, 'd'],
    ],
  );
  assert.equal(got[3].message.key.toString(), 'k');
  assert.deepEqual(got[3].message.headers, headers);
  assert.equal(await backlog('plain'), 0);
});

test('a key goes to the partition to which nodes send it', async () => {
  assert.equal(murmur3(Buffer.from('')), 0);
  await create('keys', { partitions: 7 });
  for (const key of ['a', 'of', 'key', 'four', 'äöü', 'a rather long key, of some length']) {
    const { partition } = await nodes.call(Queue, 'send', {
      topic: 'keys',
      messages: [{ key: Buffer.from(key), body: Buffer.from(key) }],
    });
    assert.equal(partitionOf(key, 7), partition, key);
  }
});

test('without new credit no more comes', async () => {
  await create('credit');
  const publisher = new Publisher(nodes, 'credit', 0);
  await publisher.publish(messagesOf(numbers(0, 50)));
  publisher.close();
  const held = [];
  const consumer = new Consumer(
    nodes,
    'credit',
    0,
    ({ offset }) => {
      held.push(offset);
      return false;
    },
    { credit: 5 },
  );
  try {
    await until('five messages', () => held.length === 5);
    // What would come too much would come at once; this only gives it time.
    await pause(300);
    assert.deepEqual(held, [0, 1, 2, 3, 4]);
    assert.equal(consumer.excess, 0);
  } finally {
    consumer.close();
  }
  assert.deepEqual(await consumeAll('credit', 50, { credit: 5 }), numbers(0, 50));
});

test('what was not acknowledged comes to the next consumer, and says that it comes again', async () => {
  await create('again');
  const publisher = new Publisher(nodes, 'again', 0);
  await publisher.publish(messagesOf(numbers(0, 10)));
  publisher.close();
  const held = [];
  const first = new Consumer(nodes, 'again', 0, ({ offset }) => {
    held.push(offset);
    return offset < 4;
  });
  await until('ten messages and four acknowledgements', () => held.length === 10 && first.unsettled === 0);
  first.close();
  const got = [];
  const second = new Consumer(nodes, 'again', 0, (received) => {
    got.push(received);
  });
  try {
    await until('six messages', () => got.length === 6 && second.unsettled === 0);
  } finally {
    second.close();
  }
  assert.deepEqual(
    got.map(({ offset, redeliveries }) => [offset, redeliveries]),
    numbers(4, 6).map((offset) => [Number(offset), 1]),
  );
});

test('a consumer whose subscription is moved back starts again from there', async () => {
  await create('moved', { retain_ms: 600_000 });
  const publisher = new Publisher(nodes, 'moved', 0);
  await publisher.publish(messagesOf(numbers(0, 5)));
  publisher.close();
  const got = [];
  const consumer = new Consumer(nodes, 'moved', 0, ({ message }) => {
    got.push(text(message));
  });
  try {
    await until('five messages', () => got.length === 5 && consumer.unsettled === 0);
    await nodes.call(Subscriptions, 'seek', {
      topic: 'moved',
      subscription: 'default',
      to: { offset: 2 },
    });
    await until('three of them again', () => got.length === 8 && consumer.unsettled === 0);
    assert.deepEqual(got, [...numbers(0, 5), ...numbers(2, 3)]);
    assert.ok(consumer.stream.endings.includes('SUBSCRIPTION_MOVED'));
  } finally {
    consumer.close();
  }
});

test('at a node that does not own the partition the client is sent to the owner', async () => {
  await create('elsewhere');
  const right = await owner('elsewhere');
  const wrong = daemons.addresses.find((address) => address !== right);
  const publisher = new Publisher(nodes, 'elsewhere', 0, { first: wrong });
  assert.equal(await publisher.publish(messagesOf(['x'])), 0);
  publisher.close();
  assert.deepEqual(publisher.stream.opened, [wrong, right]);
  assert.equal(publisher.stream.endings[0], 'NOT_OWNER');
  assert.deepEqual(await consumeAll('elsewhere', 1, { first: wrong }), ['x']);
});

test('what is sent again after a cut is stored once, in order', async () => {
  await create('cut');
  const way = await gag(await owner('cut'));
  const publisher = new Publisher(nodes, 'cut', 0, { first: way.address });
  try {
    await publisher.publish(messagesOf(['0']));
    way.swallow();
    const all = numbers(1, 300).map((body) => publisher.publish(messagesOf([body])));
    // They are stored, and nobody hears of it.
    await until('something stored that is not confirmed', async () => {
      const { partitions } = await nodes.call(Topics, 'describeTopic', { topic: 'cut' });
      return partitions[0].next_offset >= 64;
    });
    way.cut();
    await Promise.all(all);
  } finally {
    publisher.close();
    way.cut();
  }
  assert.ok(publisher.repeated >= 63, `${publisher.repeated} batches were sent again`);
  assert.deepEqual(await consumeAll('cut', 301), numbers(0, 301));
  assert.equal(await backlog('cut'), 0);
});

test('a single call that is repeated takes effect once, at any node', async () => {
  await create('once');
  const request = {
    topic: 'once',
    messages: messagesOf(['only']),
    producer_id: randomBytes(16),
    first_sequence: 1,
  };
  for (const address of daemons.addresses) {
    const answer = await nodes.callAt(address, Queue, 'send', request);
    assert.equal(answer.last_offset, 0);
  }
  const { messages } = await nodes.call(Queue, 'receive', {
    topic: 'once',
    max_messages: 10,
    wait_ms: 1_000,
  });
  assert.deepEqual(messages.map(({ message }) => text(message)), ['only']);
  await nodes.call(Queue, 'acknowledge', { topic: 'once', ranges: [{ first: 0, count: 1 }] });
  assert.equal(await backlog('once'), 0);
});

test('the service config of the page names methods that there are, and has them repeated', async () => {
  const services = { Queue, Topics, Subscriptions, Cluster };
  for (const { service, method } of JSON.parse(serviceConfig).methodConfig[0].name) {
    const [, name] = service.match(/^arpeggio\.v1\.(\w+)$/);
    assert.ok(method === undefined || method in services[name].service, `${service}.${method}`);
  }
  // Refuses the first connection, as a node does that is just starting; the second attempt meets one that serves.
  const [host, port] = daemons.addresses[0].split(':');
  let connections = 0;
  const late = createServer((here) => {
    if (connections++ === 0) {
      here.destroy();
      return;
    }
    const there = connect(Number(port), host);
    here.pipe(there).pipe(here);
    here.on('error', () => there.destroy());
    there.on('error', () => here.destroy());
  });
  late.listen(0, '127.0.0.1');
  await once(late, 'listening');
  const repeating = new Nodes([], { serviceConfig });
  try {
    const node = await repeating.callAt(
      `127.0.0.1:${late.address().port}`,
      Cluster,
      'describeNode',
      {},
    );
    assert.equal(node.position.address, daemons.addresses[0]);
    assert.ok(connections >= 2);
  } finally {
    repeating.close();
    late.close();
  }
});

test('a refusal names its reason', async () => {
  await assert.rejects(nodes.call(Topics, 'describeTopic', { topic: 'nowhere' }), {
    reason: 'TOPIC_NOT_FOUND',
    details: { topic: 'nowhere' },
    retryable: false,
  });
  const publisher = new Publisher(nodes, 'nowhere', 0);
  await assert.rejects(publisher.publish(messagesOf(['x'])), { reason: 'TOPIC_NOT_FOUND' });
});

test('owners are killed under publishers and consumers, and nothing is lost, doubled or out of order', async (t) => {
  const partitions = 3;
  const kills = 2;
  await create('killed', { partitions });
  const published = Array.from({ length: partitions }, () => []);
  const got = Array.from({ length: partitions }, () => []);
  const publishers = published.map((_, p) => new Publisher(nodes, 'killed', p));
  const consumers = got.map(
    (list, p) =>
      new Consumer(
        nodes,
        'killed',
        p,
        ({ message }) => {
          list.push(text(message));
        },
        { credit: 500 },
      ),
  );
  let publishing = true;
  const confirmations = [];
  let longest = 0;
  const paced = publishers.map(async (publisher, p) => {
    let next = 0;
    let before = Date.now();
    while (publishing) {
      const batch = numbers(next, 20, `${p}:`);
      next += batch.length;
      published[p].push(...batch);
      confirmations.push(
        publisher.publish(messagesOf(batch)).then(() => {
          longest = Math.max(longest, Date.now() - before);
          before = Date.now();
        }),
      );
      await pause(10);
    }
  });
  try {
    for (let kill = 0; kill < kills; kill++) {
      const soFar = got[0].length;
      await until('messages before the kill', () => got[0].length > soFar + 500);
      const victim = await owner('killed');
      await daemons.kill(victim);
      const behind = published[0].length;
      await until('messages after the kill', () => got[0].length > behind);
      await daemons.add(victim);
      await daemons.untilWhole();
    }
    publishing = false;
    await Promise.all(paced);
    await Promise.all(confirmations);
    await until('all messages', () => got.every((list, p) => list.length >= published[p].length));
    await until('all acknowledgements', () => consumers.every(({ unsettled }) => unsettled === 0));
  } finally {
    publishing = false;
    [...publishers, ...consumers].forEach((each) => each.close());
  }
  assert.deepEqual(got, published);
  assert.deepEqual(consumers.map(({ excess }) => excess), [0, 0, 0]);
  assert.equal(await backlog('killed'), 0);
  const sum = (of) => of.reduce((a, b) => a + b, 0);
  t.diagnostic(
    `published and confirmed ${sum(published.map(({ length }) => length))}, consumed ${sum(
      got.map(({ length }) => length),
    )}, lost 0, doubled 0, out of order 0; batches sent again ${sum(
      publishers.map(({ repeated }) => repeated),
    )}, messages delivered again ${sum(
      consumers.map(({ repeats }) => repeats),
    )}; longest time between confirmations ${longest} ms over ${kills} kills`,
  );
});
