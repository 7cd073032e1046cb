package io.millrace.core.request;

import static io.millrace.core.request.InvalidRequestException.check;

/** One turn of a conversation, as chat templates see it. */
public record Message(String role, String content) {

    public Message {
        check(!role.isEmpty(), "messages.role", "\"\"", "a role such as user, assistant or system");
        UnicodeText.check("messages.content", content);
    }
}
