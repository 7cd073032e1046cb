package io.millrace.job.fakes;

import java.net.URI;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * What {@code java.nio} does not know and Flink does, as {@code s3://} is when its plugin is there:
 * {@code remote:///PATH}, in truth a folder of this machine. Found as plugins are.
 */
public final class RemoteFileSystem extends LocalFileSystem {

    private static final String SCHEME = "remote";

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    @Override
    public boolean isDistributedFS() {
        return true;
    }

    /** Named in {@code META-INF/services}. */
    public static final class Factory implements FileSystemFactory {
        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileSystem create(URI uri) {
            return new RemoteFileSystem();
        }
    }
}
