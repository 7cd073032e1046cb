package io.millrace.gpu.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.Work;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QueryGroupsTest {

    private final QueryGroups groups = new QueryGroups(16);

    @Test
    void groupsEveryWorkOnceAndCoversItsContext() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<StepWork> work = new ArrayList<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                int length = 1 + random.nextInt(900);
                int count = random.nextInt(3) == 0 ? 1 + random.nextInt(length) : 1;
                work.add(work(length, count));
            }
            List<StepWork> grouped = new ArrayList<>();
            for (QueryGroups.Group group : groups.of(work)) {
                for (StepWork member : group.work()) {
                    assertThat(member.rows()).as("seed %d", seed).isEqualTo(group.queries());
                    assertThat(groups.blocks(member)).isLessThanOrEqualTo(group.blocks());
                    grouped.add(member);
                }
            }
            assertThat(grouped).as("seed %d", seed).hasSameSizeAs(work);
            assertThat(new HashSet<>(grouped)).isEqualTo(new HashSet<>(work));
        }
    }

    @Test
    void keepsSimilarContextsTogetherAndCutsDifferentOnes() {
        List<StepWork> work = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            work.add(work(100 + i, 1));
            work.add(work(4000 + i, 1));
        }
        List<QueryGroups.Group> result = groups.of(work);
        assertThat(result).hasSize(2);
        assertThat(result).extracting(group -> group.work().size()).containsExactly(20, 20);
    }

    @Test
    void padsNoChunk() {
        List<QueryGroups.Group> result =
                groups.of(List.of(work(64, 64), work(64, 64), work(640, 64), work(64, 32)));
        assertThat(result).extracting(group -> group.work().size()).containsExactly(1, 2, 1);
    }

    private static StepWork work(int length, int count) {
        Sequence sequence =
                new Sequence(
                        "sequence",
                        new int[length],
                        new int[0],
                        1,
                        LengthEstimate.atMost(1),
                        Service.DEFAULT,
                        0);
        return StepWork.plain(new Work(sequence, length - count, count));
    }
}
