package io.dotkv.cluster.register.state;

import io.dotkv.kernel.NodeId;

/**
 * A member as it was agreed on.
 *
 * @param node its name
 * @param number what its dots carry instead of the name; from 1, never given to another
 * @param instance the random id of this life of its data
 * @param boot the number of its newest boot, 0 before the first
 * @param life 64 random bits of the storage process that has that boot, 0 before the first
 * @param formerLife those of the process that had the boot before, 0 when there was none: a disk that does not know
 *     them is not the newest of this node
 * @param storageId the id of the engine files that the boot was taken for, empty before the first
 */
public record RegisteredMember(
        NodeId node, int number, String instance, int boot, long life, long formerLife, String storageId) {
    public RegisteredMember {
        if (number < 1 || boot < 0) {
            throw new IllegalArgumentException("member " + node + " has number " + number + " and boot " + boot);
        }
    }

    /** Which acceptor it can be. */
    public AcceptorId asAcceptor() {
        return new AcceptorId(node, instance);
    }

    RegisteredMember withInstance(String newInstance) {
        return new RegisteredMember(node, number, newInstance, boot, life, formerLife, storageId);
    }

    /** With so many boots left out that may have been given, and forgotten. */
    public RegisteredMember afterRecovery(int boots) {
        return new RegisteredMember(node, number, instance, Math.addExact(boot, boots), life, formerLife, storageId);
    }

    RegisteredMember withBoot(int newBoot, long newLife, String newStorageId) {
        return new RegisteredMember(node, number, instance, newBoot, newLife, life, newStorageId);
    }
}
