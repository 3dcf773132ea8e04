/**
 * Retries under one request id: which events a write got, and what is done when it got those of several tries. See
 * decision 0014.
 */
@NullMarked
package io.dotkv.storage.replica.retry;

import org.jspecify.annotations.NullMarked;
