package io.millrace.operators.admit;

import java.io.Serializable;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a job serves.
 *
 * @param modelNames every name by which a request may ask for the job's model; a request that names
 *     none gets it too
 * @param adapters the LoRA adapters that a request may ask for
 */
@PublicEvolving
public record AdmitSettings(Set<String> modelNames, Set<String> adapters) implements Serializable {

    public AdmitSettings {
        modelNames = new TreeSet<>(modelNames);
        adapters = new TreeSet<>(adapters);
    }

    /** A model without adapters. */
    public static AdmitSettings of(String... modelNames) {
        return new AdmitSettings(Set.of(modelNames), Set.of());
    }
}
