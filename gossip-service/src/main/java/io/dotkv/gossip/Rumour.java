package io.dotkv.gossip;

import io.dotkv.kernel.Bytes;

/**
 * The current payload of one subject.
 *
 * @param topic a namespace of subjects
 * @param subject what the payload is about
 * @param payload the state of the subject
 * @param version newer replaces older
 */
public record Rumour(String topic, String subject, Bytes payload, Version version) {}
