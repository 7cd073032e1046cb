package io.millrace.gpu.tokenize;

import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Message;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps what clients write from becoming control tokens. Where a message holds the text of one, as
 * in an attempt to forge a turn, a mark is put inside it before the template is rendered; the
 * rendered prompt is cut at the marks and its parts are tokenised one by one, so that the text
 * remains text. A message without such text, which is nearly every one, is not touched. Control
 * tokens of one character cannot be cut and stay what they are. Immutable.
 */
final class ControlText {

    /** Noncharacters: no text that is meant for interchange holds them. */
    private static final char FIRST_MARK = '\uFDD0';

    private static final char LAST_MARK = '\uFDEF';

    private final List<String> tokens;
    private final BitSet firstCharacters = new BitSet();

    ControlText(Iterable<String> specialTexts) {
        List<String> found = new ArrayList<>();
        for (String text : specialTexts) {
            if (text.codePointCount(0, text.length()) > 1) {
                found.add(text);
                firstCharacters.set(text.charAt(0));
            }
        }
        found.sort(Comparator.comparing(String::length).reversed());
        tokens = List.copyOf(found);
    }

    /**
     * Messages with marks.
     *
     * @param mark stands in none of the original messages
     */
    record Marked(List<Message> messages, char mark) {}

    Marked mark(List<Message> messages) {
        char mark = unusedMark(messages);
        List<Message> marked = new ArrayList<>(messages.size());
        for (Message message : messages) {
            String role = mark(message.role(), mark);
            String content = mark(message.content(), mark);
            marked.add(
                    role.equals(message.role()) && content.equals(message.content())
                            ? message
                            : new Message(role, content));
        }
        return new Marked(marked, mark);
    }

    private static char unusedMark(List<Message> messages) {
        for (char mark = FIRST_MARK; mark <= LAST_MARK; mark++) {
            int used = mark;
            if (messages.stream().noneMatch(message -> message.content().indexOf(used) >= 0)) {
                return mark;
            }
        }
        throw new InvalidRequestException(
                FailureCode.INVALID_TEXT,
                "messages.content: all of U+FDD0 to U+FDEF (expected: text without noncharacters)");
    }

    private String mark(String text, char mark) {
        StringBuilder marked = null;
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            if (firstCharacters.get(text.charAt(i)) && beginsToken(text, i)) {
                marked = marked == null ? new StringBuilder() : marked;
                int cut = text.offsetByCodePoints(i, 1);
                marked.append(text, copied, cut).append(mark);
                copied = cut;
            }
        }
        return marked == null ? text : marked.append(text, copied, text.length()).toString();
    }

    private boolean beginsToken(String text, int at) {
        for (String token : tokens) {
            if (text.startsWith(token, at)) {
                return true;
            }
        }
        return false;
    }
}
