package io.millrace.core.schedule;

import io.millrace.core.memory.BlockPool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a policy may know of an engine before a step. */
final class EngineSituation implements Situation {

    private final long nowMs;
    private final SchedulingSettings settings;
    private final BlockPool pool;
    private final Residents residents;
    private final Forecast forecast;
    private final PrefixReuse prefixes;

    EngineSituation(
            long nowMs,
            SchedulingSettings settings,
            BlockPool pool,
            Residents residents,
            Forecast forecast,
            PrefixReuse prefixes) {
        this.nowMs = nowMs;
        this.settings = settings;
        this.pool = pool;
        this.residents = residents;
        this.forecast = forecast;
        this.prefixes = prefixes;
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public Collection<Sequence> running() {
        return residents.running();
    }

    @Override
    public int maxSequences() {
        return settings.maxSequences();
    }

    @Override
    public long kvTokens() {
        return pool.tokens();
    }

    @Override
    public boolean hasRoomFor(Candidate candidate) {
        if (!(candidate instanceof Sequence next)
                || residents.running().size() >= settings.maxSequences()
                || !residents.hasBlocksFor(next)) {
            return false;
        }
        List<Sequence> together = new ArrayList<>(residents.running());
        together.add(next);
        return forecast.admits(together);
    }

    @Override
    public int cachedTokens(Candidate candidate) {
        return prefixes.cachedTokens(candidate);
    }
}
