package io.millrace.core.engine;

import io.millrace.core.request.Prompt;
import java.io.Serializable;

/**
 * Renders a prompt with the model's chat template and turns it into tokens. One instance serves one
 * thread; closing it frees native memory.
 */
public interface PromptEncoder extends AutoCloseable {

    /** The model that the tokens are for. */
    ModelInfo model();

    /**
     * Renders and tokenises.
     *
     * @return token ids of the whole prompt
     * @throws io.millrace.core.request.InvalidRequestException if the template refuses the messages
     *     or a token id is outside the vocabulary
     */
    int[] encode(Prompt prompt);

    @Override
    void close();

    /** Opens encoders where the job runs. */
    interface Factory extends Serializable {
        /**
         * Opens an encoder for the calling thread.
         *
         * @throws IllegalStateException if the tokenizer cannot be loaded, naming file and reason
         */
        PromptEncoder open();
    }
}
