package io.dotkv.replication.grpc.client;

import io.dotkv.proto.replication.v1.ScrubRequest;
import io.dotkv.proto.replication.v1.ScrubResponse;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubReport;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.grpc.codec.ClientCodec;
import io.dotkv.replication.grpc.codec.ScrubCodec;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A scrub by another process, as its answers come in. */
final class RemoteScrub implements ClientResponseObserver<ScrubRequest, ScrubResponse> {
    private final ScrubListener watcher;
    private final CompletableFuture<ScrubResult> result = new CompletableFuture<>();
    private final List<ScrubReport.Finding> findings = new ArrayList<>();
    private @Nullable ClientCallStreamObserver<ScrubRequest> call;

    RemoteScrub(ScrubListener watcher) {
        this.watcher = watcher;
    }

    CompletionStage<ScrubResult> result() {
        return result;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ScrubRequest> begun) {
        call = begun;
    }

    @Override
    public void onNext(ScrubResponse response) {
        ScrubReport report = ScrubCodec.decode(response, findings);
        if (response.getIsOver()) {
            result.complete(new ScrubResult.Done(report));
        } else if (!watcher.heard(report) && call != null) {
            result.complete(new ScrubResult.Done(report));
            call.cancel("nobody wants the scrub any more", null);
        }
    }

    @Override
    public void onError(Throwable error) {
        result.complete(new ScrubResult.Failed(ClientCodec.failure(error)));
    }

    @Override
    public void onCompleted() {
        result.complete(new ScrubResult.Failed(
                ClientCodec.failure(new IllegalStateException("the scrub ended without a report"))));
    }
}
