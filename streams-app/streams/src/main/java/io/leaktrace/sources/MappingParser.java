package io.leaktrace.sources;

import io.leaktrace.domain.Channel;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderEventType;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.fields.OrderEventFields;
import io.leaktrace.fields.ScamContactFields;
import io.leaktrace.sources.FieldMapping.Origin;
import io.leaktrace.sources.SourceMapping.Condition;
import io.leaktrace.wire.Excerpt;
import io.leaktrace.wire.ForeignRecords.Form;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Parses a mapping file and collects all of its mistakes. */
final class MappingParser {

    private static final String ZONE = "time_zone";
    private static final String CONDITION = "if.";
    private static final String MAP = "map.";
    private static final String FORMAT = "format";

    /** Stands for any value in a condition. */
    private static final String ANY = "*";

    /** An item of a list with commas, which may contain quoted parts, and the comma or the end behind it. */
    private static final Pattern ITEM = Pattern.compile("\\s*((?:'[^']*'|\"[^\"]*\"|[^,'\"])*)(,|$)");

    /** Values that the fields with translations may have. */
    private static final Map<String, Set<String>> CONSTANTS = Map.of(
            "type", names(OrderEventType.class),
            "decoy", new LinkedHashSet<>(List.of("TRUE", "FALSE")),
            "channel", names(Channel.class),
            "source", names(ReportSource.class),
            "dialled", names(Dialled.class),
            "disclosed", names(Field.class));

    private static final Set<String> TIMES = Set.of(OrderEventFields.TIME, ScamContactFields.TIME, "reported_at");

    private static final List<Form> VALUE_FORMS = List.of(Form.AUTO, Form.AVRO, Form.JSON);

    private final Map<String, String> lines;
    private final Set<String> orders;
    private final Set<String> contacts;
    private final List<String> problems;

    /** What the lines of one topic have given so far. */
    private final class TopicLines {
        final String topic;
        final boolean isOrders;
        final List<String> known;
        final List<String> lists;
        final SortedMap<String, List<Origin>> origins = new TreeMap<>();
        final Map<String, Map<String, String>> translations = new HashMap<>();
        final Map<String, TimeForm> forms = new HashMap<>();
        final List<Condition> conditions = new ArrayList<>();
        Form valueForm = Form.AUTO;
        Form keyForm = Form.AUTO;
        ZoneId zone;

        TopicLines(String topic) {
            this.topic = topic;
            this.isOrders = orders.contains(topic);
            this.known = isOrders ? OrderEventFields.FIELDS : ScamContactFields.FIELDS;
            this.lists = isOrders ? OrderEventFields.LISTS : ScamContactFields.LISTS;
        }

        SourceMapping mapping(ZoneId zoneOfFile) {
            SortedMap<String, FieldMapping> fields = new TreeMap<>();
            origins.forEach((field, given) -> fields.put(
                    field,
                    new FieldMapping(field, given, translations.getOrDefault(field, Map.of()), forms.get(field))));
            return new SourceMapping(
                    topic,
                    isOrders,
                    fields,
                    List.copyOf(conditions),
                    valueForm,
                    keyForm,
                    zone == null ? zoneOfFile : zone);
        }
    }

    /** @param lines values of the file by names */
    MappingParser(Map<String, String> lines, Set<String> orders, Set<String> contacts, List<String> problems) {
        this.lines = lines;
        this.orders = orders;
        this.contacts = contacts;
        this.problems = problems;
    }

    private static <E extends Enum<E>> Set<String> names(Class<E> type) {
        return EnumSet.allOf(type).stream().map(Enum::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Returns the mappings by name of topic; those with mistakes are incomplete. */
    List<SourceMapping> topics() {
        SortedMap<String, TopicLines> topics = new TreeMap<>();
        orders.forEach(topic -> topics.put(topic, new TopicLines(topic)));
        contacts.forEach(topic -> topics.put(topic, new TopicLines(topic)));
        ZoneId[] zone = {ZoneOffset.UTC};
        lines.forEach((name, value) -> {
            Optional<String> topic = topics.keySet().stream()
                    .filter(known -> name.startsWith(known + "."))
                    .max(Comparator.comparingInt(String::length));
            try {
                if (topic.isPresent()) {
                    line(topics.get(topic.get()), name.substring(topic.get().length() + 1), value);
                } else if (name.equals(ZONE)) {
                    zone[0] = zone(value);
                } else {
                    throw new IllegalArgumentException("it begins with the name of no topic in source.orders or "
                            + "source.contacts (" + String.join(", ", topics.keySet()) + ")");
                }
            } catch (IllegalArgumentException e) {
                problems.add(name + ": " + e.getMessage());
            }
        });
        topics.values().forEach(this::checkWhole);
        return topics.values().stream().map(topic -> topic.mapping(zone[0])).toList();
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "there is no time zone '" + name + "'; it is named as in Asia/Shanghai", e);
        }
    }

    /** @param name of the line, without the topic */
    private void line(TopicLines topic, String name, String value) {
        if (name.equals(ZONE)) {
            topic.zone = zone(value);
        } else if (name.equals("value." + FORMAT)) {
            topic.valueForm = form(value, VALUE_FORMS);
        } else if (name.equals("key." + FORMAT)) {
            topic.keyForm = form(value, List.of(Form.values()));
        } else if (name.startsWith(CONDITION)) {
            condition(topic, name.substring(CONDITION.length()), value);
        } else {
            int dot = name.indexOf('.');
            String field = field(topic, dot < 0 ? name : name.substring(0, dot));
            String option = dot < 0 ? "" : name.substring(dot + 1);
            if (option.isEmpty()) {
                topic.origins.put(field, origins(topic, field, value));
            } else if (option.equals(FORMAT) && TIMES.contains(field)) {
                topic.forms.put(field, TimeForm.parse(value));
            } else if (option.startsWith(MAP) && CONSTANTS.containsKey(field)) {
                translate(topic, field, option.substring(MAP.length()), value);
            } else {
                throw new IllegalArgumentException("there is no option '" + option + "' of '" + field + "'; there are"
                        + (TIMES.contains(field) ? " 'format' (of times)" : "")
                        + (CONSTANTS.containsKey(field) ? " 'map.NAME' (other names of a value)" : "")
                        + (TIMES.contains(field) || CONSTANTS.containsKey(field) ? "" : " none"));
            }
        }
    }

    private static Form form(String value, List<Form> forms) {
        return forms.stream()
                .filter(form -> form.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no format '" + value + "'; there are "
                        + forms.stream()
                                .map(form -> form.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    private static void condition(TopicLines topic, String path, String value) {
        List<String> accepted =
                items(value).stream().map(MappingParser::unquoted).toList();
        if (accepted.isEmpty()) {
            throw new IllegalArgumentException(
                    "it has no value; write those that a record must have, or * for any, as in: if.value.op = c, u");
        }
        topic.conditions.add(new Condition(
                FieldPath.parse(path), accepted.equals(List.of(ANY)) ? null : Set.copyOf(new TreeSet<>(accepted))));
    }

    private static String field(TopicLines topic, String name) {
        return topic.known.stream()
                .filter(known -> simplified(known).equals(simplified(name)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no field '" + name + "' of "
                        + (topic.isOrders ? "order events" : "contacts") + "; there are "
                        + String.join(", ", topic.known)));
    }

    /** Names are compared without regard to case and underscores, as those of columns. */
    private static String simplified(String name) {
        return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
    }

    private static List<Origin> origins(TopicLines topic, String field, String value) {
        List<Origin> origins = new ArrayList<>();
        for (String item : items(value)) {
            if (item.startsWith("'")) {
                requireConstant(field, unquoted(item));
                origins.add(new Origin(unquoted(item), null));
                continue;
            }
            FieldPath path = FieldPath.parse(item);
            if (path.isOfAll() && !topic.lists.contains(field)) {
                throw new IllegalArgumentException("'" + item + "' leads to several values, and '" + field
                        + "' has one; [0] in place of [] takes the first");
            }
            origins.add(new Origin(null, path));
        }
        if (origins.isEmpty()) {
            throw new IllegalArgumentException("it has no value; write a path, as in value.order.id, or a 'constant'");
        }
        return origins;
    }

    private static void requireConstant(String field, String constant) {
        Set<String> constants = CONSTANTS.get(field);
        if (constants != null && !constants.contains(constant.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "there is no '" + constant + "'; there are " + String.join(", ", constants));
        }
    }

    private void translate(TopicLines topic, String field, String ours, String value) {
        requireConstant(field, ours);
        Map<String, String> translations = topic.translations.computeIfAbsent(field, absent -> new HashMap<>());
        for (String theirs : items(value)) {
            String before = translations.put(unquoted(theirs).toUpperCase(Locale.ROOT), ours.toUpperCase(Locale.ROOT));
            if (before != null) {
                throw new IllegalArgumentException(
                        "'" + unquoted(theirs) + "' stands for " + before + " already, in another line");
            }
        }
    }

    /** Returns the items of a list with commas, with their quotes. */
    private static List<String> items(String value) {
        List<String> items = new ArrayList<>();
        Matcher item = ITEM.matcher(value);
        int at = 0;
        while (at < value.length()) {
            if (!item.find(at) || item.start() != at) {
                throw new IllegalArgumentException(
                        "a quote is opened and not closed, in " + Excerpt.of(value.substring(at)));
            }
            if (!item.group(1).isBlank()) {
                items.add(item.group(1).strip());
            }
            at = item.end();
        }
        return items;
    }

    private static String unquoted(String item) {
        boolean quoted = item.length() > 1 && item.startsWith("'") && item.endsWith("'");
        return quoted ? item.substring(1, item.length() - 1) : item;
    }

    /** Checks what depends on more than one line of a topic. */
    private void checkWhole(TopicLines topic) {
        List<String> required =
                new ArrayList<>(topic.isOrders ? OrderEventFields.REQUIRED : ScamContactFields.REQUIRED);
        required.add(topic.isOrders ? OrderEventFields.TIME : ScamContactFields.TIME);
        for (String field : required) {
            // A line with a mistake has been reported.
            boolean tried = lines.keySet().stream()
                    .anyMatch(name -> simplified(name).equals(simplified(topic.topic + "." + field)));
            if (!tried) {
                problems.add(topic.topic + ": '" + field + "' is missing; add a line, as in: " + topic.topic + "."
                        + field + " = value." + field);
            }
        }
        Set<String> withOptions = new TreeSet<>(topic.translations.keySet());
        withOptions.addAll(topic.forms.keySet());
        withOptions.removeAll(topic.origins.keySet());
        for (String field : withOptions) {
            if (lines.keySet().stream()
                    .noneMatch(name -> simplified(name).equals(simplified(topic.topic + "." + field)))) {
                problems.add(topic.topic + ": '" + field + "' has options and no path; add a line, as in: "
                        + topic.topic + "." + field + " = value." + field);
            }
        }
    }
}
