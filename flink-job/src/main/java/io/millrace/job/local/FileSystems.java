package io.millrace.job.local;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.plugin.PluginUtils;

/**
 * File systems that Flink finds as plugins, such as {@code s3://}, for a process that Flink's own
 * scripts did not start: those in the folder that {@code FLINK_PLUGINS_DIR} names. Safe for any
 * thread.
 */
public final class FileSystems {

    private FileSystems() {}

    /**
     * Makes them known to this process.
     *
     * @param configuration what they need, for example {@code s3.endpoint}
     */
    public static void register(Configuration configuration) {
        FileSystem.initialize(
                configuration, PluginUtils.createPluginManagerFromRootFolder(configuration));
    }
}
