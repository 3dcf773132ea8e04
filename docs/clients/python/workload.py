"""Puts keys and adds to a counter for some seconds, then reads all of it back: workload.py ENDPOINT,... SECONDS"""
import sys
import time

from client import Client
from dotkv.replication.v1 import replication_pb2 as dotkv

client = Client(sys.argv[1].split(","))
prefix = f"python-{time.time_ns()}"
end = time.monotonic() + float(sys.argv[2])
written = 0
while time.monotonic() < end:
    client.write("Put", dotkv.PutRequest(key=f"{prefix}-{written}", value=str(written)))
    client.write("Update", dotkv.UpdateRequest(key=prefix, counter=dotkv.CounterChange(add=1)))
    written += 1

for number in range(written):
    got = client.read("Get", dotkv.GetRequest(key=f"{prefix}-{number}"))
    assert str(number) in [value.value for value in got.values], f"{prefix}-{number} is lost"
# Two tries that met different nodes may count twice for some seconds.
patience = time.monotonic() + 30
counted = -1
while counted != written and time.monotonic() < patience:
    counted = client.read("Read", dotkv.ReadRequest(key=prefix)).content.counter.value
    time.sleep(1)
print(f"python: {written} written, {counted} counted, {client.retries} retries")
assert counted == written, "an addition was lost, or a retry counted twice"
