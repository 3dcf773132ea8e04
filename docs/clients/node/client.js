const crypto = require('crypto');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

// What another try, through another node, may cure. Anything else is final.
const RETRIED = new Set([
  grpc.status.UNAVAILABLE, grpc.status.DEADLINE_EXCEEDED, grpc.status.ABORTED, grpc.status.RESOURCE_EXHAUSTED,
]);
const OPTIONS = {
  // Notices within 15 s that a machine is gone. A node takes a ping every 5 s at the most.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // A node that was down is tried again within a second.
  'grpc.max_reconnect_backoff_ms': 1_000,
};
const { ReplicationService } = grpc.loadPackageDefinition(
  loader.loadSync('dotkv/replication/v1/replication.proto', {
    includeDirs: [process.env.DOTKV_PROTOS || 'proto/src/main/proto'],
    keepCase: true, longs: String, enums: String, oneofs: true,
  })).dotkv.replication.v1;

/** Calls any of several nodes. */
class Client {
  constructor(endpoints, timeout = 20_000, tryTimeout = 2_000) {
    this.nodes = endpoints.map(at => new ReplicationService(at, grpc.credentials.createInsecure(), OPTIONS));
    this.timeout = timeout;
    this.tryTimeout = tryTimeout;
    this.current = 0;
    this.retries = 0;
  }

  /** Put, Delete or Update. Its request id makes all tries one write. */
  write(method, request) {
    return this.read(method, { request_id: crypto.randomUUID(), ...request });
  }

  /** Get, Read or Scan. */
  async read(method, request) {
    const end = Date.now() + this.timeout;
    for (let pause = 50; ; pause = Math.min(2 * pause, 1_000)) {
      const node = this.current;
      try {
        return await this.once(this.nodes[node], method, request, Math.min(Date.now() + this.tryTimeout, end));
      } catch (error) {
        if (!RETRIED.has(error.code) || Date.now() + pause >= end) throw error;
      }
      this.current = (node + 1) % this.nodes.length;
      this.retries++;
      await new Promise(done => setTimeout(done, Math.random() * pause));
    }
  }

  once(node, method, request, deadline) {
    return new Promise((answer, fail) =>
      node[method](request, { deadline }, (error, response) => error ? fail(error) : answer(response)));
  }
}
module.exports = { Client };
