package io.millrace.core.simulate;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.PrefixReuse;
import io.millrace.core.schedule.Sequence;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A store of the KV of prompts beside an engine's pool, as Mooncake has in host memory (2407.00079,
 * section 4): blocks of 512 tokens, the least recently used goes first. Loading takes no time, and
 * what is loaded takes the pool's blocks like any other prompt.
 */
final class PrefixStore implements PrefixReuse {

    private final long blocks;
    private final Function<String, TraceRequest> requests;
    private final LinkedHashMap<Long, Boolean> byUse = new LinkedHashMap<>(16, 0.75f, true);

    /** Knows the request of each sequence by its key. */
    PrefixStore(long tokens, Function<String, TraceRequest> requests) {
        this.blocks = tokens / TraceFormat.PREFIX_BLOCK_TOKENS;
        this.requests = requests;
    }

    @Override
    public int cachedTokens(Candidate candidate) {
        return candidate instanceof Sequence sequence
                ? cachedTokens(requests.apply(sequence.key()))
                : 0;
    }

    int cachedTokens(TraceRequest request) {
        int cached = 0;
        for (Long block : request.prefix()) {
            if (!byUse.containsKey(block)) {
                break;
            }
            cached++;
        }
        return Math.min(cached * TraceFormat.PREFIX_BLOCK_TOKENS, request.promptTokens() - 1);
    }

    @Override
    public void started(Candidate candidate) {
        if (blocks == 0 || !(candidate instanceof Sequence sequence)) {
            return;
        }
        List<Long> prefix = requests.apply(sequence.key()).prefix();
        for (int i = prefix.size() - 1; i >= 0; i--) {
            // The first blocks last: a prefix is worth nothing without its beginning.
            byUse.put(prefix.get(i), true);
        }
        Iterator<Map.Entry<Long, Boolean>> oldest = byUse.entrySet().iterator();
        while (byUse.size() > blocks && oldest.hasNext()) {
            oldest.next();
            oldest.remove();
        }
    }
}
