package io.millrace.connectors.parquet;

import io.millrace.connectors.arrow.ArrowResults;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Results as Parquet, made of their Arrow form, with the same columns: see {@link ArrowResults}.
 * Memory for one row group. Stateless.
 */
@PublicEvolving
public final class ParquetResults {

    private ParquetResults() {}

    /**
     * Writes a file, which appears under its name when it is complete and replaces what has that
     * name.
     *
     * @param arrow an Arrow IPC stream of results; the caller closes it
     * @throws IOException if it ends too early, is no such stream, or the file cannot be written
     */
    public static void write(InputStream arrow, Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try (BufferAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(arrow, allocator);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial))) {
            VectorSchemaRoot batch = reader.getVectorSchemaRoot();
            ParquetFile parquet =
                    ParquetFile.begin(ArrowRows.schema(batch.getSchema().getFields()), out);
            while (reader.loadNextBatch()) {
                for (int row = 0; row < batch.getRowCount(); row++) {
                    ArrowRows.write(batch, row, parquet.consumer());
                    parquet.rowAdded();
                }
                parquet.endLargeGroup();
            }
            parquet.end();
        }
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
