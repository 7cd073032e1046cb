package io.millrace.connectors.arrow;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * Decompression whose memory is the allocator's. Arrow's own LZ4 decompresses onto the heap, as
 * much as the bytes say and as there is, so a damaged length or a few well-chosen kilobytes would
 * end the process; its zstd is used as it is. Stateless.
 */
final class BoundedDecompression implements CompressionCodec.Factory {

    static final BoundedDecompression INSTANCE = new BoundedDecompression();

    private BoundedDecompression() {}

    @Override
    public CompressionCodec createCodec(CodecType type) {
        return type == CodecType.LZ4_FRAME
                ? new Lz4()
                : CommonsCompressionFactory.INSTANCE.createCodec(type);
    }

    @Override
    public CompressionCodec createCodec(CodecType type, int level) {
        return createCodec(type);
    }

    private static final class Lz4 extends AbstractCompressionCodec {

        private static final int LENGTH_BYTES = Long.BYTES;
        private static final int CHUNK_BYTES = 32 << 10;

        @Override
        public CodecType getCodecType() {
            return CodecType.LZ4_FRAME;
        }

        @Override
        protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf compressed) {
            long length = readUncompressedLength(compressed);
            byte[] frame = new byte[(int) compressed.writerIndex() - LENGTH_BYTES];
            compressed.getBytes(LENGTH_BYTES, frame);
            ArrowBuf decompressed = allocator.buffer(length);
            try (InputStream content =
                    new FramedLZ4CompressorInputStream(new ByteArrayInputStream(frame))) {
                fill(decompressed, content, length);
                return decompressed;
            } catch (IOException e) {
                decompressed.close();
                throw new UncheckedIOException("LZ4: " + e.getMessage(), e);
            }
        }

        private static void fill(ArrowBuf target, InputStream content, long length)
                throws IOException {
            byte[] chunk = new byte[CHUNK_BYTES];
            long filled = 0;
            for (int count = content.read(chunk); count > 0; count = content.read(chunk)) {
                if (filled + count > length) {
                    throw new IOException("more content than the " + length + " bytes announced");
                }
                target.setBytes(filled, chunk, 0, count);
                filled += count;
            }
            if (filled < length) {
                throw new IOException(
                        "%d bytes of content (expected: %d)".formatted(filled, length));
            }
            target.writerIndex(length);
        }

        @Override
        protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf uncompressed) {
            throw new UnsupportedOperationException("only for reading");
        }
    }
}
