/** Requests that wait for an engine, sorted into buckets of similar length (BucketServe). */
@NullMarked
package io.millrace.core.bucket;

import org.jspecify.annotations.NullMarked;
