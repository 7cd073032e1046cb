package io.millrace.connectors.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriteStore;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The pages of one row group, compressed, column by column. Used by one thread. */
final class PageBuffers implements PageWriteStore {

    private final Map<ColumnDescriptor, Column> columns = new LinkedHashMap<>();

    @Override
    public PageWriter getPageWriter(ColumnDescriptor path) {
        return columns.computeIfAbsent(path, Column::new);
    }

    Collection<Column> columns() {
        return columns.values();
    }

    /** Bytes that are held. */
    long bytes() {
        return columns.values().stream().mapToLong(Column::getMemSize).sum();
    }

    static Type physical(PrimitiveTypeName type) {
        return type == PrimitiveTypeName.BINARY ? Type.BYTE_ARRAY : Type.valueOf(type.name());
    }

    /** One column of the group. */
    static final class Column implements PageWriter {

        private final ColumnDescriptor path;
        private final ByteArrayOutputStream dictionary = new ByteArrayOutputStream();
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();
        private final Set<org.apache.parquet.format.Encoding> encodings =
                EnumSet.noneOf(org.apache.parquet.format.Encoding.class);
        private long values;
        private long uncompressedBytes;

        private Column(ColumnDescriptor path) {
            this.path = path;
        }

        byte[] dictionary() {
            return dictionary.toByteArray();
        }

        byte[] data() {
            return data.toByteArray();
        }

        /** The chunk that begins at that byte of the file. */
        ColumnChunk describe(long position) {
            int compressed = dictionary.size() + data.size();
            ColumnMetaData about =
                    new ColumnMetaData(
                            physical(path.getPrimitiveType().getPrimitiveTypeName()),
                            List.copyOf(encodings),
                            List.of(path.getPath()),
                            CompressionCodec.GZIP,
                            values,
                            uncompressedBytes,
                            compressed,
                            position + dictionary.size());
            if (dictionary.size() > 0) {
                about.setDictionary_page_offset(position);
            }
            return new ColumnChunk(position).setMeta_data(about);
        }

        @Override
        @Deprecated
        public void writePage(
                BytesInput bytes,
                int valueCount,
                Statistics<?> statistics,
                Encoding repetition,
                Encoding definition,
                Encoding encoding)
                throws IOException {
            addPage(bytes, valueCount, repetition, definition, encoding);
        }

        @Override
        public void writePage(
                BytesInput bytes,
                int valueCount,
                int rowCount,
                Statistics<?> statistics,
                Encoding repetition,
                Encoding definition,
                Encoding encoding)
                throws IOException {
            addPage(bytes, valueCount, repetition, definition, encoding);
        }

        @Override
        public void writePage(
                BytesInput bytes,
                int valueCount,
                int rowCount,
                Statistics<?> statistics,
                SizeStatistics sizes,
                GeospatialStatistics places,
                Encoding repetition,
                Encoding definition,
                Encoding encoding)
                throws IOException {
            addPage(bytes, valueCount, repetition, definition, encoding);
        }

        private void addPage(
                BytesInput bytes,
                int valueCount,
                Encoding repetition,
                Encoding definition,
                Encoding encoding)
                throws IOException {
            DataPageHeader about =
                    new DataPageHeader(valueCount, use(encoding), use(definition), use(repetition));
            append(
                    new PageHeader(PageType.DATA_PAGE, 0, 0).setData_page_header(about),
                    bytes,
                    data);
            values += valueCount;
        }

        @Override
        public void writePageV2(
                int rowCount,
                int nullCount,
                int valueCount,
                BytesInput repetition,
                BytesInput definition,
                Encoding encoding,
                BytesInput bytes,
                Statistics<?> statistics) {
            throw new UnsupportedOperationException(
                    "pages of version 2; the store makes version 1");
        }

        @Override
        public void writeDictionaryPage(DictionaryPage page) throws IOException {
            DictionaryPageHeader about =
                    new DictionaryPageHeader(page.getDictionarySize(), use(page.getEncoding()));
            append(
                    new PageHeader(PageType.DICTIONARY_PAGE, 0, 0).setDictionary_page_header(about),
                    page.getBytes(),
                    dictionary);
        }

        private void append(PageHeader header, BytesInput bytes, ByteArrayOutputStream to)
                throws IOException {
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
                bytes.writeAllTo(gzip);
            }
            header.setUncompressed_page_size(Math.toIntExact(bytes.size()));
            header.setCompressed_page_size(compressed.size());
            int before = to.size();
            Util.writePageHeader(header, to);
            uncompressedBytes += to.size() - before + bytes.size();
            compressed.writeTo(to);
        }

        private org.apache.parquet.format.Encoding use(Encoding encoding) {
            org.apache.parquet.format.Encoding used =
                    org.apache.parquet.format.Encoding.valueOf(encoding.name());
            encodings.add(used);
            return used;
        }

        @Override
        public long getMemSize() {
            return dictionary.size() + (long) data.size();
        }

        @Override
        public long allocatedSize() {
            return getMemSize();
        }

        @Override
        public String memUsageString(String prefix) {
            return prefix + " " + path + ": " + getMemSize() + " bytes";
        }
    }
}
