package io.millrace.connectors.parquet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * A Parquet file that is being written: row groups one behind the other, then the footer. The
 * layout is that of the format's specification; encoding is parquet-java's. Hadoop, which its own
 * file writer wants, is not needed. Used by one thread.
 */
final class ParquetFile {

    private static final byte[] MAGIC = "PAR1".getBytes(US_ASCII);
    private static final long GROUP_BYTES = 32L << 20;

    private final MessageType schema;
    private final MessageColumnIO columns;
    private final OutputStream out;
    private final List<RowGroup> groups = new ArrayList<>();
    private long position;
    private long rows;
    private long groupRows;
    private PageBuffers pages;
    private ColumnWriteStore store;
    private RecordConsumer consumer;

    private ParquetFile(MessageType schema, OutputStream out) {
        this.schema = schema;
        this.columns = new ColumnIOFactory().getColumnIO(schema);
        this.out = out;
        this.pages = new PageBuffers();
        this.store = store(schema, pages);
        this.consumer = columns.getRecordWriter(store);
    }

    static ParquetFile begin(MessageType schema, OutputStream out) throws IOException {
        ParquetFile file = new ParquetFile(schema, out);
        file.append(MAGIC);
        return file;
    }

    private static ColumnWriteStore store(MessageType schema, PageBuffers pages) {
        return ParquetProperties.builder()
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                .build()
                .newColumnWriteStore(schema, pages);
    }

    /** Takes the fields of the next row; valid until the group ends. */
    RecordConsumer consumer() {
        return consumer;
    }

    /** A row is complete. */
    void rowAdded() {
        groupRows++;
    }

    /** Ends the row group if it has become as large as is good to keep in memory. */
    void endLargeGroup() throws IOException {
        if (store.getBufferedSize() + pages.bytes() >= GROUP_BYTES) {
            endGroup();
        }
    }

    private void endGroup() throws IOException {
        consumer.flush();
        store.flush();
        store.close();
        List<ColumnChunk> chunks = new ArrayList<>();
        long uncompressed = 0;
        for (PageBuffers.Column column : pages.columns()) {
            ColumnChunk chunk = column.describe(position);
            append(column.dictionary());
            append(column.data());
            uncompressed += chunk.getMeta_data().getTotal_uncompressed_size();
            chunks.add(chunk);
        }
        groups.add(new RowGroup(chunks, uncompressed, groupRows));
        rows += groupRows;
        groupRows = 0;
        pages = new PageBuffers();
        store = store(schema, pages);
        consumer = columns.getRecordWriter(store);
    }

    /** Writes the rest and the footer. */
    void end() throws IOException {
        if (groupRows > 0) {
            endGroup();
        }
        store.close();
        FileMetaData footer = new FileMetaData(1, FileSchema.of(schema), rows, groups);
        footer.setCreated_by("millrace");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, bytes);
        append(bytes.toByteArray());
        append(
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(bytes.size())
                        .array());
        append(MAGIC);
    }

    private void append(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }
}
