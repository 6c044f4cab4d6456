// The protocol as its definitions have it: services, messages, errors, and the partition of a key.
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const definitions = process.env.ARPEGGIO_PROTO;
if (!definitions) {
  throw new Error('ARPEGGIO_PROTO must name the directory that holds arpeggio/v1/*.proto');
}
// Numbers are exact up to 2^53, which no partition of these tests comes near.
const options = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };
const loaded = protoLoader.loadSync(
  ['admin', 'errors', 'message', 'queue'].map((name) => `arpeggio/v1/${name}.proto`),
  { ...options, includeDirs: [definitions] },
);
const { arpeggio } = grpc.loadPackageDefinition(loaded);
const status = protoLoader.loadSync('status.proto', {
  ...options,
  includeDirs: [fileURLToPath(new URL('.', import.meta.url))],
});

export const { Queue, Topics, Cluster, Subscriptions } = arpeggio.v1;

/** The bytes of a `messages` field. */
export function encodeMessages(messages) {
  return loaded['arpeggio.v1.Messages'].serialize({ message: messages });
}

export function decodeMessages(bytes) {
  return loaded['arpeggio.v1.Messages'].deserialize(bytes).message;
}

/** Without an ErrorInfo it is gRPC that speaks, and these say that the connection or the node is gone. */
const BROKEN = new Set([
  grpc.status.UNAVAILABLE,
  grpc.status.CANCELLED,
  grpc.status.INTERNAL,
  grpc.status.RESOURCE_EXHAUSTED,
  grpc.status.DEADLINE_EXCEEDED,
]);
const RETRY = new Set([
  'LIMIT_EXCEEDED',
  'NOT_OWNER',
  'RING_UNAVAILABLE',
  'STORE_UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'DRAINING',
  'SUBSCRIPTION_MOVED',
]);

/** Why a call failed: `reason` and `details` as the node gave them; reason UNREACHABLE if it gave none. */
export class Refusal extends Error {
  constructor(error) {
    const info = errorInfo(error);
    const reason = info?.reason ?? (BROKEN.has(error.code) ? 'UNREACHABLE' : 'UNKNOWN');
    super(`${reason}: ${error.details ?? error.message}`);
    this.reason = reason;
    this.details = info?.metadata ?? {};
    this.code = error.code;
  }

  get retryable() {
    return this.reason === 'UNREACHABLE' || RETRY.has(this.reason);
  }
}

function errorInfo(error) {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  if (!bytes) {
    return undefined;
  }
  return status['google.rpc.Status']
    .deserialize(bytes)
    .details.filter((any) => any.type_url.endsWith('/google.rpc.ErrorInfo'))
    .map((any) => status['google.rpc.ErrorInfo'].deserialize(any.value))
    .find((info) => info.domain === 'arpeggio.dev');
}

export function partitionOf(key, partitions) {
  return murmur3(Buffer.from(key)) % partitions;
}

/** MurmurHash3, x86, 32 bits, seed 0, as an unsigned number. */
export function murmur3(bytes) {
  const scramble = (block) => {
    const mixed = Math.imul(block, 0xcc9e2d51);
    return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
  };
  let hash = 0;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    hash ^= scramble(bytes.readInt32LE(i));
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= whole; i--) {
    tail = (tail << 8) | bytes[i];
  }
  hash ^= scramble(tail) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
