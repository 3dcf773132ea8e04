import random
import time
import uuid

import grpc

from dotkv.replication.v1 import replication_pb2_grpc

# What another try, through another node, may cure. Anything else is final.
RETRIED = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}
OPTIONS = [
    # Notices within 15 s that a machine is gone. A node takes a ping every 5 s at the most.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    # A node that was down is tried again within a second.
    ("grpc.max_reconnect_backoff_ms", 1_000),
]


class Client:
    """Calls any of several nodes. Threads may share it."""

    def __init__(self, endpoints, timeout=20.0, try_timeout=2.0):
        channels = [grpc.insecure_channel(endpoint, options=OPTIONS) for endpoint in endpoints]
        self._stubs = [replication_pb2_grpc.ReplicationServiceStub(channel) for channel in channels]
        self._timeout, self._try_timeout = timeout, try_timeout
        self._current = 0
        self.retries = 0

    def write(self, method, request):
        """Put, Delete or Update. Its request id makes all tries one write."""
        request.request_id = request.request_id or str(uuid.uuid4())
        return self.read(method, request)

    def read(self, method, request):
        """Get, Read or Scan."""
        end = time.monotonic() + self._timeout
        pause = 0.05
        while True:
            node = self._current
            call = getattr(self._stubs[node], method)
            try:
                return call(request, timeout=min(self._try_timeout, end - time.monotonic()))
            except grpc.RpcError as error:
                if error.code() not in RETRIED or time.monotonic() + pause >= end:
                    raise
            self._current = (node + 1) % len(self._stubs)
            self.retries += 1
            time.sleep(random.uniform(0, pause))
            pause = min(2 * pause, 1.0)
