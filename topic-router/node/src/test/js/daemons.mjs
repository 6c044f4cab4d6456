// A ZooKeeper and nodes as processes of their own, which end with this one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from './protocol.mjs';
import { Nodes } from './nodes.mjs';

const binary = process.env.ARPEGGIO_BIN;
const READY_MS = 90_000;

class Daemon {
  static async start(log, ...args) {
    const process = spawn(binary, [...args, '--exit-with-parent', '--output', 'json'], {
      stdio: ['pipe', 'pipe', openSync(log, 'a')],
    });
    const late = setTimeout(() => process.kill('SIGKILL'), READY_MS);
    const ended = once(process, 'exit');
    const lines = createInterface({ input: process.stdout });
    const first = await Promise.race([once(lines, 'line'), ended.then(() => [])]);
    clearTimeout(late);
    if (typeof first[0] !== 'string') {
      throw new Error(`${args[0]} did not start; see ${log}`);
    }
    return new Daemon(process, ended, JSON.parse(first[0]));
  }

  constructor(process, ended, { address }) {
    this.process = process;
    this.ended = ended;
    this.address = address;
  }

  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

export class Daemons {
  #directory;
  #zookeeper;
  #nodes = new Map();

  static async start(count) {
    const daemons = new Daemons();
    daemons.#directory = mkdtempSync(join(process.env.ARPEGGIO_TMP, 'daemons-'));
    try {
      daemons.#zookeeper = await Daemon.start(
        join(daemons.#directory, 'zookeeper.log'),
        'zookeeper',
        '--data',
        join(daemons.#directory, 'data'),
      );
      for (let i = 0; i < count; i++) {
        await daemons.add('127.0.0.1:0');
      }
      await daemons.untilWhole();
      return daemons;
    } catch (e) {
      await daemons.close({ keep: true });
      throw e;
    }
  }

  async add(listen) {
    const node = await Daemon.start(
      join(this.#directory, 'nodes.log'),
      ...['node', '--listen', listen, '--zookeeper', this.#zookeeper.address, '--preset', 'lan'],
      ...this.addresses.flatMap((seed) => ['--seed', seed]),
    );
    this.#nodes.set(node.address, node);
  }

  get addresses() {
    return [...this.#nodes.keys()];
  }

  /** SIGKILL, by its process id; then nobody is there any more. */
  async kill(address) {
    const node = this.#nodes.get(address);
    this.#nodes.delete(address);
    await node.kill();
  }

  /** Until every pointer of the ring is right. */
  async untilWhole() {
    const nodes = new Nodes(this.addresses);
    const end = Date.now() + READY_MS;
    try {
      for (;;) {
        const ring = await nodes.call(Cluster, 'describeRing', {});
        if (ring.ideal && ring.positions.length === this.#nodes.size) {
          return;
        }
        if (Date.now() > end) {
          throw new Error(`no whole ring of ${this.#nodes.size}: ${ring.problems.join('; ')}`);
        }
        await pause(50);
      }
    } finally {
      nodes.close();
    }
  }

  async close({ keep = false } = {}) {
    for (const daemon of [...this.#nodes.values(), this.#zookeeper]) {
      await daemon?.kill();
    }
    if (!keep) {
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }
}
