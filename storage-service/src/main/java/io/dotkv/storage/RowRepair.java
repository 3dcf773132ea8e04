package io.dotkv.storage;

/** What has become of a damaged row for which other replicas have given theirs. */
public enum RowRepair {
    /** It was replaced. */
    REPLACED,
    /** It can be read: it was not damaged, or a write has replaced it. */
    READABLE,
    /** It was left as it is: this replica knows events, perhaps of this key, that the others do not know yet. */
    EVENTS_MISSING
}
