/** The codecs of {@code core} as Flink serializers, so that nothing of the job needs Kryo. */
@NullMarked
package io.millrace.operators.codec;

import org.jspecify.annotations.NullMarked;
