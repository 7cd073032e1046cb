package io.millrace.job.local;

import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * Settings of Flink that suit a cluster inside one process; whatever the user set stays. Not safe
 * for several threads.
 */
public final class LocalConfiguration {

    /** Accumulators travel with heartbeats: progress is as old as these are apart. */
    private static final Duration HEARTBEAT = Duration.ofMillis(500);

    private static final int RESTARTS = 3;

    private final Configuration configuration;

    public LocalConfiguration(Configuration user, Path checkpoints) {
        configuration = new Configuration(user);
        ifAbsent(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, HEARTBEAT);
        ifAbsent(StateBackendOptions.STATE_BACKEND, "hashmap");
        ifAbsent(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        ifAbsent(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
        ifAbsent(CoreOptions.DEFAULT_PARALLELISM, 1);
    }

    /** Serves the dashboard on that port. */
    public LocalConfiguration dashboard(int port) {
        configuration.set(RestOptions.PORT, port);
        configuration.set(RestOptions.BIND_PORT, Integer.toString(port));
        return this;
    }

    /** A failure ends the job: for a run that the user can start again. */
    public LocalConfiguration withoutRestarts() {
        ifAbsent(RestartStrategyOptions.RESTART_STRATEGY, "none");
        return this;
    }

    /** A service goes on after a failure, but not for ever. */
    public LocalConfiguration withRestarts() {
        ifAbsent(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        ifAbsent(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, RESTARTS);
        return this;
    }

    /** Checkpoints outlive a canceled or failed job, so that another can go on from them. */
    public LocalConfiguration keepCheckpoints() {
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        return this;
    }

    /** Goes on from a checkpoint. */
    public LocalConfiguration resumeFrom(Path checkpoint) {
        configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
        return this;
    }

    /** The result. */
    public Configuration toConfiguration() {
        return new Configuration(configuration);
    }

    private <T> void ifAbsent(ConfigOption<T> option, T value) {
        if (!configuration.contains(option)) {
            configuration.set(option, value);
        }
    }
}
