package io.millrace.gateway;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a gateway does again and again beside its calls, in a thread of its own. One that fails is
 * logged and has its next turn all the same. Safe for any thread.
 */
final class Upkeep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread made = new Thread(work, "millrace-gateway-upkeep");
                        made.setDaemon(true);
                        return made;
                    });

    /** Does something now and then with that much time between. */
    void every(Duration pause, String name, Runnable work) {
        var unused =
                thread.scheduleWithFixedDelay(
                        () -> {
                            try {
                                work.run();
                            } catch (RuntimeException e) {
                                LOG.warn("{} failed, and will be tried again", name, e);
                            }
                        },
                        0,
                        pause.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
