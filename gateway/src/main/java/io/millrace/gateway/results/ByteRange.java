package io.millrace.gateway.results;

import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.ErrorKind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One range of bytes that a client asks for (RFC 9110, section 14).
 *
 * @param from first byte
 * @param to last byte, included
 */
record ByteRange(long from, long to) {

    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * What a header asks for; null for all: also where it asks for what is not offered, such as
     * several ranges.
     *
     * @throws ApiException if no byte is in the range
     */
    static @Nullable ByteRange parse(@Nullable String header, long size) {
        if (header == null) {
            return null;
        }
        Matcher matcher = ONE.matcher(header.strip());
        if (!matcher.matches() || (matcher.group(1) + matcher.group(2)).isEmpty()) {
            return null;
        }
        long from;
        long to = size - 1;
        if (matcher.group(1).isEmpty()) {
            from = Math.max(0, size - Long.parseLong(matcher.group(2)));
        } else {
            from = Long.parseLong(matcher.group(1));
            if (!matcher.group(2).isEmpty()) {
                long last = Long.parseLong(matcher.group(2));
                if (last < from) {
                    return null;
                }
                to = Math.min(to, last);
            }
        }
        if (from >= size) {
            throw ApiException.of(
                            ErrorKind.RANGE_NOT_SATISFIABLE,
                            "range: begins at byte %d of %d".formatted(from, size))
                    .withoutRetry();
        }
        return new ByteRange(from, to);
    }
}
