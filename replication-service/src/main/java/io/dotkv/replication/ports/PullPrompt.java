package io.dotkv.replication.ports;

import io.dotkv.cluster.Member;

/**
 * A port: prompts the replication layer of another member to pull now what its replicas miss. The launcher implements
 * it.
 */
@FunctionalInterface
public interface PullPrompt {
    /** Sends the prompt, if the member can be reached. Nobody waits for it; it may be lost. Never blocks. */
    void prompt(Member member);
}
