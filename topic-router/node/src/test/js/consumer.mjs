// Consumes one partition: never more than it gave credit for, each message handed out once, each acknowledged until that
// is durable.
import { randomBytes } from 'node:crypto';
import { decodeMessages, Queue, Topics } from './protocol.mjs';
import { OwnerStream } from './nodes.mjs';

/** The time in milliseconds in six bytes, and ten random ones. */
function consumerId() {
  const id = randomBytes(16);
  id.writeUIntBE(Date.now(), 0, 6);
  return id;
}

export class Consumer {
  #credit;
  #granted = 0;
  #held = new Map();
  #unconfirmed = new Set();
  #incarnation;
  #handle;

  /** Messages that came again although they had been handed out; for tests. */
  repeats = 0;

  /** Deliveries beyond the credit given, which there must not be; for tests. */
  excess = 0;

  /**
   * @param handle called with each message once, in the order of delivery; what it returns is awaited, and then the
   *   message is acknowledged unless it returned false
   */
  constructor(nodes, topic, partition, handle, { subscription = '', kind, credit = 100, first } = {}) {
    this.#credit = credit;
    this.#handle = handle;
    this.stream = new OwnerStream(
      nodes,
      { Queue, Topics },
      {
        topic,
        partition,
        method: 'consume',
        attach: { topic, partition, subscription, consumer_id: consumerId(), credit, kind },
        user: {
          attached: (attached) => this.#attached(attached),
          received: (answer) =>
            answer.response === 'delivery'
              ? this.#delivered(answer.delivery)
              : this.#acknowledged(answer.acknowledged.ranges),
          ended: (refusal) => {
            if (refusal.reason === 'SUBSCRIPTION_MOVED') {
              this.#forget();
            }
          },
          // Nobody waits for it, so that it shows as an unhandled rejection.
          refused: (refusal) => {
            throw refusal;
          },
        },
        first,
      },
    );
  }

  /** Acknowledgements that are not durable yet. */
  get unsettled() {
    return this.#unconfirmed.size;
  }

  /** What is held and acknowledged counts for nothing any more. */
  #forget() {
    this.#held.clear();
    this.#unconfirmed.clear();
  }

  #attached({ incarnation }) {
    if (this.#incarnation !== undefined && this.#incarnation !== incarnation) {
      this.#forget();
    }
    this.#incarnation = incarnation;
    this.#granted = this.#credit;
    this.#acknowledge([...this.#unconfirmed]);
  }

  #delivered({ first_offset: first, count, redeliveries, messages: bytes }) {
    const messages = decodeMessages(bytes);
    if (messages.length !== count) {
      throw new Error(`a delivery of ${count} holds ${messages.length} messages`);
    }
    this.#granted -= count;
    this.excess += this.#granted < 0 ? 1 : 0;
    messages.forEach((message, i) => {
      const offset = first + i;
      if (this.#unconfirmed.has(offset)) {
        this.repeats++;
        this.#acknowledge([offset]);
        this.#grant();
      } else if (this.#held.has(offset)) {
        this.repeats++;
      } else {
        this.#held.set(offset, true);
        this.#process({ offset, redeliveries, message });
      }
    });
  }

  async #process(received) {
    const done = await this.#handle(received);
    if (done === false || !this.#held.delete(received.offset)) {
      return;
    }
    this.#unconfirmed.add(received.offset);
    this.#acknowledge([received.offset]);
    this.#grant();
  }

  /** In steps of a quarter, so that it takes few requests. */
  #grant() {
    const free = this.#credit - this.#held.size - this.#granted;
    if (free >= Math.max(1, this.#credit / 4) && this.stream.send({ credit: { messages: free } })) {
      this.#granted += free;
    }
  }

  #acknowledge(offsets) {
    for (let i = 0; i < offsets.length; i += 1_000) {
      const ranges = offsets.slice(i, i + 1_000).map((first) => ({ first, count: 1 }));
      this.stream.send({ acknowledgement: { ranges } });
    }
  }

  #acknowledged(ranges) {
    for (const { first, count } of ranges) {
      for (let offset = first; offset < first + count; offset++) {
        this.#unconfirmed.delete(offset);
      }
    }
  }

  /** Gives messages back at once. */
  release(offsets) {
    offsets.forEach((offset) => this.#held.delete(offset));
    this.stream.send({ release: { ranges: offsets.map((first) => ({ first, count: 1 })) } });
  }

  close() {
    this.stream.close();
  }
}
