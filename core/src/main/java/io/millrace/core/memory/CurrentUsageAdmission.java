package io.millrace.core.memory;

import static io.millrace.core.internal.Arguments.check;

import java.util.List;

/**
 * Admits as long as the tokens known now fit, whatever is still to come, and leaves running out of
 * blocks to preemption. With a watermark of 0.01 this is vLLM's rule (2309.06180, section 4.5; its
 * scheduler's {@code watermark}), with 0 the aggressive one that Past-Future (2507.10150) is
 * compared with.
 */
public final class CurrentUsageAdmission implements Admission {

    private final double watermark;

    /**
     * Keeps a share of the pool free for the next steps.
     *
     * @param watermark in [0, 0.5]
     */
    public CurrentUsageAdmission(double watermark) {
        check(watermark >= 0 && watermark <= 0.5, "watermark", watermark, "0 to 0.5");
        this.watermark = watermark;
    }

    @Override
    public long peakBlocks(List<Demand> demands, int blockTokens) {
        long blocks = 0;
        for (Demand demand : demands) {
            blocks += ((long) demand.held() + blockTokens - 1) / blockTokens;
        }
        return blocks;
    }

    @Override
    public int plannable(int poolBlocks) {
        return (int) (poolBlocks * (1 - watermark));
    }
}
