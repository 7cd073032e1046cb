package io.millrace.connectors.file;

import org.apache.flink.annotation.PublicEvolving;

/** What a new run does with an output file that has something in it. */
@PublicEvolving
public enum ExistingOutput {
    /** The run fails and leaves it alone. */
    REFUSE,
    /** It is emptied; of use too for a run that resumes and may find no checkpoint. */
    REPLACE
}
