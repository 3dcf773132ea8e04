package io.dotkv.replication.grpc;

import com.google.rpc.Status;

/** Where the answer to one operation goes. Exactly one of both is called, once, on any thread. */
interface Answer<T> {
    void done(T response);

    void failed(Status status);
}
