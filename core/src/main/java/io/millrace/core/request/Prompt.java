package io.millrace.core.request;

import static io.millrace.core.request.InvalidRequestException.check;

import java.util.Arrays;
import java.util.List;

/** What the model is to continue, in one of the three forms that clients send. */
public sealed interface Prompt {

    /** A conversation; the model's chat template turns it into text. */
    record Chat(List<Message> messages) implements Prompt {
        public Chat {
            messages = List.copyOf(messages);
            check(!messages.isEmpty(), "messages", "[]", "at least one message");
        }
    }

    /** Text that the model continues as it stands, without a template. */
    record Text(String text) implements Prompt {
        public Text {
            check(!text.isEmpty(), "prompt", "\"\"", "a text that is not empty");
            UnicodeText.check("prompt", text);
        }
    }

    /** Token ids of the model's own vocabulary; whoever knows the vocabulary checks their range. */
    record Tokens(int[] ids) implements Prompt {
        public Tokens {
            ids = ids.clone();
            check(ids.length > 0, "token_ids", "[]", "at least one token id");
        }

        @Override
        public int[] ids() {
            return ids.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ids);
        }

        @Override
        public String toString() {
            return "Tokens[" + ids.length + " ids]";
        }
    }
}
