package io.dotkv.cluster.grpc;

/** Something was asked for that exists only once the cluster has formed. */
final class NoClusterYetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoClusterYetException(String message) {
        super(message);
    }
}
