package io.millrace.gpu.engine;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of the C libraries below libtorch that cost a fifth of the speed, or all of it, when
 * left at their defaults. Process-wide, and only effective before libtorch is loaded.
 */
final class NativeTuning {

    private static final Logger LOG = LoggerFactory.getLogger(NativeTuning.class);

    // malloc.h
    private static final int M_TRIM_THRESHOLD = -1;
    private static final int M_TOP_PAD = -2;
    private static final int M_MMAP_THRESHOLD = -3;

    /** The largest that glibc accepts. */
    private static final int MMAP_THRESHOLD = 32 << 20;

    private static final int TOP_PAD = 64 << 20;
    private static final int TRIM_THRESHOLD = 512 << 20;

    private static final String SPIN_COUNT = "20000";

    private NativeTuning() {}

    /** Applies what can be applied here; without effect where there is no glibc. */
    static void apply() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            keepFreedMemory();
            spinBriefly();
        } catch (UnsatisfiedLinkError e) {
            LOG.debug("No glibc here: libtorch runs with this system's defaults", e);
        }
    }

    /**
     * A step allocates the same few megabytes again and again; by default each goes back to the
     * system and comes back as pages to be zeroed.
     */
    private static void keepFreedMemory() {
        Function mallopt = Function.getFunction("c", "mallopt");
        mallopt.invokeInt(new Object[] {M_MMAP_THRESHOLD, MMAP_THRESHOLD});
        mallopt.invokeInt(new Object[] {M_TRIM_THRESHOLD, TRIM_THRESHOLD});
        mallopt.invokeInt(new Object[] {M_TOP_PAD, TOP_PAD});
    }

    /**
     * OpenMP's threads wait for each other a thousand times per step, by default spinning for
     * milliseconds. Where other threads of the job need a core, the one that is waited for does not
     * get it, and a step takes seconds. A wait of some microseconds covers the usual case, and the
     * environment may still say otherwise.
     */
    private static void spinBriefly() {
        Function setenv = Function.getFunction("c", "setenv");
        setenv.invokeInt(new Object[] {"GOMP_SPINCOUNT", SPIN_COUNT, 0});
    }
}
