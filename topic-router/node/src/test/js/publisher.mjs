// Publishes to one partition: batches in flight, each confirmed, all that is unconfirmed sent again after a break.
import { randomBytes } from 'node:crypto';
import { encodeMessages, Queue, Topics } from './protocol.mjs';
import { OwnerStream } from './nodes.mjs';

const MOST_IN_FLIGHT = 64;

export class Publisher {
  #waiting = [];
  #sent = 0;
  #sequence = 1;
  #refusal;

  /** How often a batch was sent again; for tests. */
  repeated = 0;

  constructor(nodes, topic, partition, { first, producerId = randomBytes(16) } = {}) {
    this.stream = new OwnerStream(
      nodes,
      { Queue, Topics },
      {
        topic,
        partition,
        method: 'publish',
        attach: { topic, partition, producer_id: producerId },
        user: {
          attached: () => this.#resend(),
          received: (answer) => this.#confirmed(answer.confirmation),
          refused: (refusal) => this.#refused(refusal),
        },
        first,
      },
    );
  }

  /** Messages as one batch; resolves to the offset of the last one, or null where it is not known any more, when they are durable. */
  publish(messages) {
    if (this.#refusal) {
      return Promise.reject(this.#refusal);
    }
    const batch = {
      first_sequence: this.#sequence,
      count: messages.length,
      messages: encodeMessages(messages),
    };
    this.#sequence += messages.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject, sent: 0 });
      this.#pump();
    });
  }

  #resend() {
    this.#sent = 0;
    this.#pump();
  }

  #pump() {
    while (this.#sent < Math.min(this.#waiting.length, MOST_IN_FLIGHT)) {
      const next = this.#waiting[this.#sent];
      if (!this.stream.send({ batch: next.batch })) {
        return;
      }
      this.repeated += next.sent++ > 0 ? 1 : 0;
      this.#sent++;
    }
  }

  #confirmed({ last_sequence: last, last_offset: offset, _last_offset: known }) {
    while (this.#waiting.length > 0) {
      const { batch, resolve } = this.#waiting[0];
      if (batch.first_sequence + batch.count - 1 > last) {
        break;
      }
      this.#waiting.shift();
      this.#sent--;
      resolve(known ? offset : null);
    }
    this.#pump();
  }

  #refused(refusal) {
    this.#refusal = refusal;
    this.#waiting.splice(0).forEach(({ reject }) => reject(refusal));
  }

  close() {
    this.stream.close();
  }
}
