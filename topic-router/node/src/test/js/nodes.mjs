// The nodes of a cluster: single calls at any of them, and streams to the owner of a partition.
import { setTimeout as pause } from 'node:timers/promises';
import grpc from '@grpc/grpc-js';
import { Refusal } from './protocol.mjs';

const CALL_MS = 5_000;
const CONNECT_MS = 2_000;
const FIRST_PAUSE_MS = 20;
const LAST_PAUSE_MS = 1_000;
const MOST_HOPS = 3;

/** 20 ms to 1 s, doubling, with some chance in it so that clients do not come back together. */
export class Backoff {
  #next = FIRST_PAUSE_MS;

  wait() {
    const now = this.#next * (0.5 + Math.random() / 2);
    this.#next = Math.min(LAST_PAUSE_MS, 2 * this.#next);
    return pause(now);
  }

  reset() {
    this.#next = FIRST_PAUSE_MS;
  }
}

export class Nodes {
  #addresses;
  #stubs = new Map();

  #serviceConfig;

  /**
   * @param serviceConfig what gRPC repeats by itself, as JSON
   */
  constructor(addresses, { serviceConfig = '{}' } = {}) {
    this.#addresses = [...addresses];
    this.#serviceConfig = serviceConfig;
  }

  /** The stub of a service at a node; connections are shared and kept alive. */
  at(address, Service) {
    const id = `${Service.serviceName} ${address}`;
    if (!this.#stubs.has(id)) {
      this.#stubs.set(
        id,
        new Service(address, grpc.credentials.createInsecure(), {
          'grpc.keepalive_time_ms': 10_000,
          'grpc.keepalive_timeout_ms': 5_000,
          'grpc.initial_reconnect_backoff_ms': 50,
          'grpc.max_reconnect_backoff_ms': 500,
          'grpc.service_config': this.#serviceConfig,
        }),
      );
    }
    return this.#stubs.get(id);
  }

  /** One call at one node. */
  callAt(address, Service, method, request, deadlineMs = CALL_MS) {
    return new Promise((resolve, reject) => {
      this.at(address, Service)[method](
        request,
        { deadline: Date.now() + deadlineMs },
        (error, answer) => (error ? reject(new Refusal(error)) : resolve(answer)),
      );
    });
  }

  /** One call, at one node after the other until one answers or the time is up. */
  async call(Service, method, request, { withinMs = 30_000 } = {}) {
    const end = Date.now() + withinMs;
    const backoff = new Backoff();
    for (;;) {
      let last;
      for (const address of this.#addresses) {
        try {
          return await this.callAt(address, Service, method, request);
        } catch (refusal) {
          if (!refusal.retryable) {
            throw refusal;
          }
          last = refusal;
        }
      }
      if (Date.now() > end) {
        throw last;
      }
      await backoff.wait();
    }
  }

  close() {
    for (const stub of this.#stubs.values()) {
      stub.close();
    }
  }
}

/**
 * A stream to whoever owns a partition now, opened again after each end until it is closed. The user is told `attached`,
 * `received` (each later answer), `ended` (each time, if it wants to know) and `refused` (for good).
 */
export class OwnerStream {
  #nodes;
  #Services;
  #user;
  #call;
  #closed = false;

  /** Where the stream was opened, in order; for tests. */
  opened = [];

  /** Why streams ended, in order; for tests. */
  endings = [];

  /**
   * @param first where to try first; the owner that the ring names if left out
   */
  constructor(nodes, services, { topic, partition, method, attach, user, first }) {
    this.#nodes = nodes;
    this.#Services = services;
    this.#user = user;
    this.#run(topic, partition, method, attach, first);
  }

  async #run(topic, partition, method, attach, first) {
    const backoff = new Backoff();
    let next = first;
    let hops = 0;
    const attached = () => {
      hops = 0;
      backoff.reset();
    };
    while (!this.#closed) {
      try {
        const address = next ?? (await this.#locate(topic, partition));
        next = undefined;
        this.opened.push(address);
        await this.#one(address, method, attach, attached);
      } catch (refusal) {
        this.endings.push(refusal.reason);
        this.#user.ended?.(refusal);
        if (this.#closed) {
          return;
        }
        if (!refusal.retryable) {
          this.#user.refused(refusal);
          return;
        }
        if (refusal.reason === 'NOT_OWNER' && refusal.details.owner && hops++ < MOST_HOPS) {
          next = refusal.details.owner;
          continue;
        }
        hops = 0;
        await pause(Number(refusal.details.retry_after_ms ?? 0));
        await backoff.wait();
      }
    }
  }

  async #locate(topic, partition) {
    const { partitions } = await this.#nodes.call(this.#Services.Topics, 'locateTopic', { topic });
    const owner = partitions[partition]?.owner;
    if (!owner) {
      throw new Refusal({ code: grpc.status.UNAVAILABLE, details: 'the ring names no owner' });
    }
    return owner;
  }

  /** Until the stream ends, which it always does with a failure. */
  #one(address, method, attach, attached) {
    return new Promise((resolve, reject) => {
      const call = this.#nodes.at(address, this.#Services.Queue)[method]();
      // A stream has no deadline, so that waiting for its first answer needs one.
      const timer = setTimeout(() => call.cancel(), CONNECT_MS);
      let ended = false;
      const end = (error) => {
        if (!ended) {
          ended = true;
          clearTimeout(timer);
          this.#call = undefined;
          reject(new Refusal(error));
        }
      };
      call.on('data', (answer) => {
        if (ended) {
          return;
        }
        if (answer.response === 'attached') {
          clearTimeout(timer);
          attached();
          this.#call = call;
          this.#user.attached(answer.attached);
        } else {
          this.#user.received(answer);
        }
      });
      call.on('error', end);
      call.on('end', () => end({ code: grpc.status.UNAVAILABLE, details: 'the stream ended' }));
      call.write({ attach });
    });
  }

  /** False, and nothing is sent, while no stream is attached. */
  send(request) {
    this.#call?.write(request);
    return this.#call !== undefined;
  }

  /** Breaks the stream off, as a connection that is cut would. */
  cut() {
    this.#call?.cancel();
  }

  close() {
    this.#closed = true;
    this.#call?.cancel();
  }
}
