import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON without a loss: numbers are BigDecimal, objects keep their order. */
final class Json {
    private static final int DEEPEST = 100;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** Parse UTF-8, or throw IllegalArgumentException. */
    static Object read(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException(notUtf8);
        }
        Json json = new Json(text.startsWith("\ufeff") ? text.substring(1) : text);
        Object value = json.value();
        json.blank();
        if (json.at < json.text.length()) throw json.wrong();
        return value;
    }

    static String write(Object value) {
        if (value instanceof Map) {
            List<String> members = new ArrayList<>();
            ((Map<?, ?>) value).forEach((name, member) -> members.add(quoted(String.valueOf(name)) + ":" + write(member)));
            return "{" + String.join(",", members) + "}";
        }
        if (value instanceof List) {
            List<String> items = new ArrayList<>();
            ((List<?>) value).forEach(item -> items.add(write(item)));
            return "[" + String.join(",", items) + "]";
        }
        return value instanceof String ? quoted((String) value) : String.valueOf(value);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char letter : text.toCharArray()) {
            if (letter == '"' || letter == '\\') out.append('\\').append(letter);
            else if (letter < ' ' || Character.isSurrogate(letter)) out.append(String.format("\\u%04x", (int) letter));
            else out.append(letter);
        }
        return out.append('"').toString();
    }

    private Object value() {
        blank();
        if (at >= text.length() || ++depth > DEEPEST) throw wrong();
        Object value;
        switch (text.charAt(at)) {
            case '{':
                value = members();
                break;
            case '[':
                value = items();
                break;
            case '"':
                value = string();
                break;
            default:
                value = word();
        }
        depth--;
        return value;
    }

    private Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        if (taken('}')) return members;
        do {
            blank();
            String name = string();
            if (!taken(':')) throw wrong();
            members.put(name, value());
        } while (taken(','));
        if (!taken('}')) throw wrong();
        return members;
    }

    private List<Object> items() {
        List<Object> items = new ArrayList<>();
        at++;
        if (taken(']')) return items;
        do items.add(value());
        while (taken(','));
        if (!taken(']')) throw wrong();
        return items;
    }

    private boolean taken(char one) {
        blank();
        if (at >= text.length() || text.charAt(at) != one) return false;
        at++;
        return true;
    }

    private String string() {
        if (!taken('"')) throw wrong();
        StringBuilder out = new StringBuilder();
        while (at < text.length() && text.charAt(at) >= ' ') {
            char letter = text.charAt(at++);
            if (letter == '"') return out.toString();
            out.append(letter == '\\' ? escaped() : letter);
        }
        throw wrong();
    }

    private char escaped() {
        char letter = at < text.length() ? text.charAt(at++) : ' ';
        if (letter == 'u' && at + 4 <= text.length() && text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        int known = "\"\\/bfnrt".indexOf(letter);
        if (known < 0) throw wrong();
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private Object word() {
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
        String word = text.substring(from, at);
        if (word.equals("null")) return null;
        if (word.equals("true") || word.equals("false")) return Boolean.valueOf(word);
        if (word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")) return new BigDecimal(word);
        throw wrong();
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON at character " + at);
    }
}
