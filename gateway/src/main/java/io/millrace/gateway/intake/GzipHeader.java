package io.millrace.gateway.intake;

import io.millrace.gateway.http.ApiException;

/** Skips the header of a gzip member, byte by byte (RFC 1952, section 2.3). */
final class GzipHeader {

    private static final int FIXED_BYTES = 10;
    private static final int MAX_BYTES = 1 << 16;
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int[] START = {0x1f, 0x8b, 8};

    private int position;
    private int flags;
    private int extraLength = -1;
    private int partBytes;

    boolean complete() {
        return position >= FIXED_BYTES && flags == 0;
    }

    void accept(byte value) {
        int unsigned = value & 0xff;
        boolean wrongStart = position < START.length && unsigned != START[position];
        if (wrongStart || position > MAX_BYTES) {
            throw ApiException.invalid("The request body is not valid gzip");
        }
        if (position == START.length) {
            // What remains to be skipped; the flag for text says nothing.
            flags = unsigned & (FLAG_HEADER_CRC | FLAG_EXTRA | FLAG_NAME | FLAG_COMMENT);
        } else if (position >= FIXED_BYTES) {
            skip(unsigned);
        }
        position++;
    }

    private void skip(int unsigned) {
        if ((flags & FLAG_EXTRA) != 0) {
            skipExtra(unsigned);
        } else if ((flags & FLAG_NAME) != 0) {
            flags &= unsigned == 0 ? ~FLAG_NAME : ~0;
        } else if ((flags & FLAG_COMMENT) != 0) {
            flags &= unsigned == 0 ? ~FLAG_COMMENT : ~0;
        } else if (++partBytes == 2) {
            flags = 0;
        }
    }

    private void skipExtra(int unsigned) {
        partBytes++;
        if (partBytes == 1) {
            extraLength = unsigned;
        } else if (partBytes == 2) {
            extraLength |= unsigned << 8;
        }
        if (partBytes >= 2 && partBytes == 2 + extraLength) {
            flags &= ~FLAG_EXTRA;
            partBytes = 0;
        }
    }
}
