package io.millrace.gpu.engine;

import java.util.concurrent.Semaphore;

/**
 * Lets the engines of one process that compute on the CPU take turns, step by step: each step uses
 * all cores, and two at once would only evict each other's caches. Engines on accelerators do not
 * wait.
 */
final class CpuTurn {

    private static final Semaphore CPU = new Semaphore(1, true);

    private final boolean shared;

    CpuTurn(boolean onCpu) {
        this.shared = onCpu;
    }

    void take() throws InterruptedException {
        if (shared) {
            CPU.acquire();
        }
    }

    void pass() {
        if (shared) {
            CPU.release();
        }
    }
}
