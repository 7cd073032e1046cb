package io.millrace.connectors.parquet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Reads Parquet files by where their footer says that everything is. */
final class ParquetReads {

    private static final int TAIL_BYTES = 8;

    private ParquetReads() {}

    static FileMetaData footer(byte[] file) throws IOException {
        String magic = new String(file, file.length - 4, 4, StandardCharsets.US_ASCII);
        if (!magic.equals("PAR1")
                || !new String(file, 0, 4, StandardCharsets.US_ASCII).equals(magic)) {
            throw new IOException("no Parquet file");
        }
        int length =
                ByteBuffer.wrap(file, file.length - TAIL_BYTES, Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt();
        return Util.readFileMetaData(
                new ByteArrayInputStream(file, file.length - TAIL_BYTES - length, length));
    }

    static List<Group> rows(byte[] file, MessageType schema) throws IOException {
        List<Group> rows = new ArrayList<>();
        for (RowGroup group : footer(file).getRow_groups()) {
            RecordReader<Group> reader =
                    new ColumnIOFactory()
                            .getColumnIO(schema)
                            .getRecordReader(
                                    new Pages(file, group), new GroupRecordConverter(schema));
            for (long row = 0; row < group.getNum_rows(); row++) {
                rows.add(reader.read());
            }
        }
        return rows;
    }

    private record Pages(byte[] file, RowGroup group) implements PageReadStore {
        @Override
        public PageReader getPageReader(ColumnDescriptor column) {
            List<String> path = Arrays.asList(column.getPath());
            ColumnMetaData found =
                    group.getColumns().stream()
                            .map(chunk -> chunk.getMeta_data())
                            .filter(about -> about.getPath_in_schema().equals(path))
                            .findFirst()
                            .orElseThrow();
            return new ColumnPages(file, found);
        }

        @Override
        public long getRowCount() {
            return group.getNum_rows();
        }
    }

    private static final class ColumnPages implements PageReader {

        private final ByteArrayInputStream bytes;
        private final ColumnMetaData about;
        private long left;

        ColumnPages(byte[] file, ColumnMetaData about) {
            this.about = about;
            this.left = about.getNum_values();
            long from =
                    about.isSetDictionary_page_offset()
                            ? about.getDictionary_page_offset()
                            : about.getData_page_offset();
            bytes =
                    new ByteArrayInputStream(
                            file, (int) from, (int) about.getTotal_compressed_size());
        }

        @Override
        public @Nullable DictionaryPage readDictionaryPage() {
            if (!about.isSetDictionary_page_offset()) {
                return null;
            }
            try {
                PageHeader header = Util.readPageHeader(bytes);
                return new DictionaryPage(
                        body(header),
                        header.getDictionary_page_header().getNum_values(),
                        encoding(header.getDictionary_page_header().getEncoding()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long getTotalValueCount() {
            return about.getNum_values();
        }

        @Override
        public @Nullable DataPage readPage() {
            if (left == 0) {
                return null;
            }
            try {
                PageHeader header = Util.readPageHeader(bytes);
                DataPageHeader page = header.getData_page_header();
                left -= page.getNum_values();
                return new DataPageV1(
                        body(header),
                        page.getNum_values(),
                        header.getUncompressed_page_size(),
                        Statistics.noopStats(
                                org.apache.parquet.schema.Types.optional(
                                                org.apache.parquet.schema.PrimitiveType
                                                        .PrimitiveTypeName.INT32)
                                        .named("unused")),
                        encoding(page.getRepetition_level_encoding()),
                        encoding(page.getDefinition_level_encoding()),
                        encoding(page.getEncoding()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private BytesInput body(PageHeader header) throws IOException {
            byte[] compressed = bytes.readNBytes(header.getCompressed_page_size());
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
                return BytesInput.from(in.readAllBytes());
            }
        }

        private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
            return Encoding.valueOf(encoding.name());
        }
    }
}
