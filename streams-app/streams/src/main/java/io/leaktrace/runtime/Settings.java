package io.leaktrace.runtime;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.localize.Part;
import io.leaktrace.topology.Topics;
import io.leaktrace.wire.RegistryConfig;
import io.leaktrace.wire.WireFormat;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, validates and holds all settings. Names that begin with {@code kafka.} are passed to Kafka's clients without
 * this prefix, for security and tuning.
 */
public final class Settings {

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

    private static final String KAFKA_PREFIX = "kafka.";
    private static final String VARIABLE_PREFIX = "LEAKTRACE_";

    /**
     * Environment variables that are no settings: those of the start script, and those that Kubernetes sets for a
     * service named leaktrace.
     */
    private static final Pattern OTHER_VARIABLES = Pattern.compile("LEAKTRACE_(HEAP|JAVA_OPTIONS|STACKTRACE|DATA|"
            + "(.+_)?(SERVICE_HOST|SERVICE_PORT.*|PORT|PORT_[0-9]+_.*))");

    /** Maximum time span, 100 years in ms; sums of longer ones would overflow. */
    private static final long MAX_SPAN = 36_500 * EventTime.DAY;

    private final Map<Setting, String> values;
    private final SortedMap<String, String> kafka;
    /** Settings of the schema registry by Confluent's names. */
    private final SortedMap<String, String> registry;

    private final ModelSettings model;
    private final CorrelateSettings correlate;

    private Settings(
            Map<Setting, String> values,
            SortedMap<String, String> kafka,
            SortedMap<String, String> registry,
            ModelSettings model,
            CorrelateSettings correlate) {
        this.values = values;
        this.kafka = kafka;
        this.registry = registry;
        this.model = model;
        this.correlate = correlate;
    }

    /**
     * Reads the settings. The command line overrides the environment, which overrides the file.
     *
     * @param file a properties file, or null
     * @throws SettingsException if settings are invalid, with all problems
     */
    public static Settings read(Map<String, String> commandLine, Map<String, String> environment, Path file) {
        List<String> problems = new ArrayList<>();
        Map<String, String> given = new LinkedHashMap<>();
        if (file != null) {
            readFile(file, given, problems);
        }
        Map<String, Setting> byVariable = new HashMap<>();
        for (Setting setting : Setting.values()) {
            byVariable.put(setting.variable(), setting);
        }
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (byVariable.containsKey(variable)) {
                given.put(byVariable.get(variable).key(), value);
            } else if (variable.startsWith("LEAKTRACE_KAFKA_")) {
                String name = variable.substring("LEAKTRACE_KAFKA_".length());
                given.put(KAFKA_PREFIX + name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
            } else if (variable.startsWith(VARIABLE_PREFIX)) {
                String name = variable.substring(VARIABLE_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                if (RegistrySettings.isConfluentName(name)) {
                    given.put(name, value);
                } else if (!OTHER_VARIABLES.matcher(variable).matches()) {
                    LOG.warn(
                            "There is no setting '{}', so {} in the environment is ignored; 'leaktrace run "
                                    + "--list-settings' lists them",
                            SafeText.forTerminal(name),
                            SafeText.forTerminal(variable));
                }
            }
        });
        given.putAll(commandLine);
        return parse(given, problems);
    }

    /** Returns settings with the given values, all others by default. */
    public static Settings of(Map<String, String> given) {
        return parse(given, new ArrayList<>());
    }

    private static void readFile(Path file, Map<String, String> given, List<String> problems) {
        Properties properties = new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Object put(Object name, Object value) {
                Object before = super.put(name, value);
                if (before != null) {
                    LOG.warn(
                            "'{}' is set twice in {}; the last value is used",
                            SafeText.forTerminal(name.toString()),
                            file);
                }
                return before;
            }
        };
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (CharacterCodingException e) {
            problems.add("cannot read the settings in " + file + ": it is not in UTF-8");
        } catch (NoSuchFileException e) {
            problems.add("cannot read the settings in " + file + ": there is no such file");
        } catch (IOException | IllegalArgumentException e) {
            problems.add("cannot read the settings in " + file + ": " + e.getMessage());
        }
        properties.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> given.put(name, properties.getProperty(name)));
    }

    private static Settings parse(Map<String, String> given, List<String> problems) {
        Map<String, Setting> byKey = new HashMap<>();
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            byKey.put(setting.key(), setting);
            values.put(setting, setting.defaultValue());
        }
        SortedMap<String, String> kafka = new TreeMap<>();
        SortedMap<String, String> registry = new TreeMap<>();
        given.forEach((name, value) -> {
            if (byKey.containsKey(name)) {
                values.put(byKey.get(name), value.trim());
            } else if (RegistrySettings.isConfluentName(name)) {
                registry.put(name, value.trim());
            } else if (name.startsWith(KAFKA_PREFIX)) {
                kafka.put(name.substring(KAFKA_PREFIX.length()), value.trim());
            } else {
                problems.add("there is no setting '" + name + "'" + hint(name, byKey.keySet()));
            }
        });
        Parser parser = new Parser(values, problems);
        ModelSettings model = parser.model();
        CorrelateSettings correlate =
                new CorrelateSettings(model.window(), model.epoch(), parser.span(Setting.LATENESS, 0));
        parser.checkOthers();
        RegistrySettings.check(values, registry, problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new Settings(values, kafka, registry, model, correlate);
    }

    private static String hint(String name, Set<String> known) {
        return known.stream()
                .filter(candidate -> candidate
                        .replaceAll("[^a-z]", "")
                        .equals(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "")))
                .findFirst()
                .map(candidate -> "; did you mean '" + candidate + "'?")
                .orElse("; 'leaktrace run --help' lists them");
    }

    /** Parses values and collects problems. */
    private static final class Parser {
        final Map<Setting, String> values;
        final List<String> problems;

        Parser(Map<Setting, String> values, List<String> problems) {
            this.values = values;
            this.problems = problems;
        }

        ModelSettings model() {
            Map<Role, Set<Field>> knows = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                knows.put(role, names(Setting.valueOf("KNOWS_" + role), Field.class, "field"));
            }
            long window = span(Setting.WINDOW, EventTime.HOUR);
            if (window % EventTime.HOUR != 0 || window > 60 * EventTime.DAY) {
                problems.add("window must be whole hours, at most 60d, not '" + values.get(Setting.WINDOW) + "'");
            }
            long epoch = span(Setting.EPOCH, EventTime.HOUR);
            if (epoch <= 0 || epoch % EventTime.HOUR != 0 || EventTime.DAY % epoch != 0) {
                problems.add("epoch must be whole hours and divide a day, not '" + values.get(Setting.EPOCH) + "'");
            }
            return new ModelSettings(
                    window,
                    epoch,
                    (int) number(Setting.RING_DAYS, 7, 365, true),
                    (int) number(Setting.LEARNING_DAYS, 0, 365, true),
                    span(Setting.INCIDENT_SPAN, 0),
                    number(Setting.LEVEL_LOWEST, 1e-9, 1, false),
                    (int) number(Setting.LEVEL_COUNT, 1, 30, true),
                    number(Setting.LEAK_END_RATE, 0, 1, false),
                    number(Setting.LEAK_FADE, 0, 1, false),
                    number(Setting.LEAK_START_RATE, 1e-12, 1, false),
                    number(Setting.BLAME_FLOOR, 0, 1, false),
                    number(Setting.FRAILTY_SHAPE, 1e-6, 1e6, false),
                    number(Setting.KNOWLEDGE_LOW, 1e-6, 1, false),
                    number(Setting.KNOWLEDGE_HIGH, 1, 1e6, false),
                    number(Setting.QUOTED_ORDER, 1e-6, 1e6, false),
                    number(Setting.QUOTED_OTHER, 1e-6, 1e6, false),
                    number(Setting.QUOTED_NONE, 1e-6, 1e6, false),
                    number(Setting.WAVE_PRIOR, 0, 1e9, false),
                    number(Setting.HALF_LIFE_BACKGROUND, 1e-3, 1e6, false),
                    number(Setting.HALF_LIFE_KNOWLEDGE, 1e-3, 1e6, false),
                    number(Setting.HALF_LIFE_CONTROL, 1e-3, 1e6, false),
                    number(Setting.CONTROL_PRIOR, 1e-6, 1e9, false),
                    new ModelSettings.LeadTimePrior(
                            number(Setting.LEAD_TIME_QUICK_SHARE, 0, 1, false),
                            number(Setting.LEAD_TIME_QUICK_MEDIAN, 1e-3, 1e3, false),
                            number(Setting.LEAD_TIME_QUICK_SIGMA, 1e-2, 10, false),
                            number(Setting.LEAD_TIME_SLOW_MEAN, 1e-3, 1e6, false)),
                    number(Setting.LEAD_TIME_PRIOR, 1e-6, 1e9, false),
                    number(Setting.FALSE_ALERT_DAYS, 1e-3, 1e9, false),
                    (int) number(Setting.ALERT_BUYERS, 1, 1_000, true),
                    knows,
                    names(Setting.LEAVE_OUT, Part.class, "part of the model"));
        }

        void checkOthers() {
            number(Setting.TOPIC_PARTITIONS, 1, 10_000, true);
            number(Setting.TOPIC_REPLICATION, 1, 100, true);
            number(Setting.THREADS, 1, 1_000, true);
            number(Setting.STANDBY_REPLICAS, 0, 100, true);
            number(Setting.FINDINGS_DAYS, 0, 3_650, true);
            number(Setting.HTTP_PORT, 0, 65_535, true);
            check(
                    Setting.HTTP_ADVERTISED,
                    value -> value.isEmpty() || value.matches("[^:/\\s]+:[0-9]{1,5}"),
                    "must be HOST:PORT");
            boolean served = integerOr(Setting.FINDINGS_DAYS, 1) > 0 && integerOr(Setting.HTTP_PORT, 1) > 0;
            if (!values.get(Setting.ALERTMANAGER_URL).isEmpty() && !served) {
                problems.add(
                        "alertmanager.url needs findings.days and http.port above 0: alerts are pushed from there");
            }
            if (!isAddress(values.get(Setting.ALERTMANAGER_URL))) {
                // The value is not printed: it may contain a login.
                problems.add(
                        "alertmanager.url must be http://HOST:PORT or https://HOST:PORT, with a path perhaps, without a "
                                + "login");
            }
            span(Setting.ALERTMANAGER_INTERVAL, EventTime.SECOND);
            span(Setting.COMMIT_INTERVAL, 1);
            span(Setting.IDLE_AFTER, 0);
            span(Setting.START_WAIT, 0);
            span(Setting.AHEAD_LIMIT, 0);
            number(Setting.DEAD_LETTER_BYTES, 1_000, 1e9, true);
            span(Setting.RETENTION_INPUT, EventTime.DAY);
            span(Setting.RETENTION_FINDINGS, EventTime.DAY);
            span(Setting.RETENTION_AUDIT, EventTime.DAY);
            span(Setting.RETENTION_DEAD_LETTERS, EventTime.DAY);
            check(Setting.STATE_STORES, Set.of("memory", "disk")::contains, "must be 'memory' or 'disk'");
            for (Setting setting : List.of(Setting.ORDERS_PARTITIONER, Setting.CONTACTS_PARTITIONER)) {
                check(
                        setting,
                        Set.of("auto", "murmur2", "crc32", "any")::contains,
                        "must be 'auto', 'murmur2', 'crc32' or 'any'");
            }
            check(
                    Setting.PROCESSING_GUARANTEE,
                    Set.of("exactly_once_v2", "at_least_once")::contains,
                    "must be 'exactly_once_v2' or 'at_least_once'");
            for (Setting setting : List.of(Setting.BOOTSTRAP_SERVERS, Setting.MARKET)) {
                check(setting, value -> !value.isEmpty(), "must not be empty");
            }
            Predicate<String> legal = value -> value.matches("[A-Za-z0-9._-]*");
            check(Setting.TOPIC_PREFIX, legal, "may hold letters, digits, '.', '_' and '-' only");
            check(
                    Setting.APPLICATION_ID,
                    legal.and(value -> !value.isEmpty()),
                    "may hold letters, digits, '.', '_' and '-' only");
        }

        /** Returns whether this is empty, or a URL that Java's HTTP client accepts and that contains no secret. */
        private static boolean isAddress(String url) {
            try {
                URI uri = new URI(url);
                return url.isEmpty()
                        || Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                                && uri.getHost() != null
                                && uri.getRawUserInfo() == null
                                && uri.getRawQuery() == null
                                && uri.getRawFragment() == null;
            } catch (URISyntaxException e) {
                return false;
            }
        }

        /** Returns a whole number, or a substitute if the value is invalid, which is reported elsewhere. */
        private int integerOr(Setting setting, int other) {
            try {
                return Integer.parseInt(values.get(setting));
            } catch (NumberFormatException e) {
                return other;
            }
        }

        private void check(Setting setting, Predicate<String> isValid, String rule) {
            if (!isValid.test(values.get(setting))) {
                problems.add(setting.key() + " " + rule + ", not '" + values.get(setting) + "'");
            }
        }

        long span(Setting setting, long min) {
            try {
                long span = Settings.span(values.get(setting));
                if (span < min) {
                    problems.add(setting.key() + " is too short: '" + values.get(setting) + "'");
                }
                if (span > MAX_SPAN) {
                    problems.add(setting.key() + " is too long: '" + values.get(setting) + "'; at most 36500d");
                    return EventTime.DAY;
                }
                return span;
            } catch (ArithmeticException e) {
                problems.add(setting.key() + " is too long; at most 36500d");
                return EventTime.DAY;
            } catch (IllegalArgumentException e) {
                problems.add(setting.key() + " must be a time such as 90s, 10m, 6h or 14d, not '" + values.get(setting)
                        + "'");
                return EventTime.DAY;
            }
        }

        private double number(Setting setting, double min, double max, boolean whole) {
            try {
                double number = Double.parseDouble(values.get(setting));
                if (number >= min && number <= max && (!whole || number == Math.rint(number))) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Reported below, as any other invalid value.
            }
            problems.add(setting.key() + " must be a " + (whole ? "whole " : "") + "number from " + text(min) + " to "
                    + text(max) + ", not '" + values.get(setting) + "'");
            return min;
        }

        private static String text(double bound) {
            return bound == Math.rint(bound) && Math.abs(bound) < 1e15
                    ? Long.toString((long) bound)
                    : Double.toString(bound);
        }

        private <E extends Enum<E>> Set<E> names(Setting setting, Class<E> type, String what) {
            Set<E> known = EnumSet.noneOf(type);
            for (String name : values.get(setting).split("\\s*,\\s*")) {
                if (name.isEmpty()) {
                    continue;
                }
                try {
                    known.add(Enum.valueOf(type, name));
                } catch (IllegalArgumentException e) {
                    problems.add(setting.key() + ": there is no " + what + " '" + name + "'; there are "
                            + EnumSet.allOf(type));
                }
            }
            return known;
        }
    }

    /**
     * Returns a time span such as {@code 500ms}, {@code 90s}, {@code 10m}, {@code 6h} or {@code 14d} in milliseconds.
     */
    static long span(String text) {
        String number = text.replaceAll("[a-z]+$", "");
        long unit =
                switch (text.substring(number.length())) {
                    case "ms" -> 1;
                    case "s" -> EventTime.SECOND;
                    case "m" -> EventTime.MINUTE;
                    case "h" -> EventTime.HOUR;
                    case "d" -> EventTime.DAY;
                    default -> throw new IllegalArgumentException("no unit of time in '" + text + "'");
                };
        return Math.multiplyExact(Long.parseLong(number), unit);
    }

    public String get(Setting setting) {
        return values.get(setting);
    }

    public int integer(Setting setting) {
        return (int) Double.parseDouble(values.get(setting));
    }

    public Duration duration(Setting setting) {
        return Duration.ofMillis(span(values.get(setting)));
    }

    /** Returns a copy with some settings changed. */
    public Settings with(Map<String, String> changes) {
        Map<String, String> all = new LinkedHashMap<>(asMap());
        all.putAll(changes);
        return of(all);
    }

    /** Returns HOST:PORT at which other instances reach this one. */
    public String advertised() {
        String advertised = get(Setting.HTTP_ADVERTISED);
        return advertised.isEmpty() ? get(Setting.HTTP_HOST) + ":" + integer(Setting.HTTP_PORT) : advertised;
    }

    public ModelSettings model() {
        return model;
    }

    public CorrelateSettings correlate() {
        return correlate;
    }

    /**
     * Returns the latest event time that is accepted in a record.
     *
     * @param recordTime when the record was sent
     */
    public TimeLimit timeLimit(Instant recordTime) {
        return new TimeLimit(recordTime, duration(Setting.AHEAD_LIMIT));
    }

    public Topics topics() {
        return new Topics(get(Setting.TOPIC_PREFIX));
    }

    public WireFormat wire() {
        Map<String, String> config = new HashMap<>(kafka);
        config.putAll(RegistrySettings.config(values, registry));
        return new WireFormat(get(Setting.VALUE_SERIALIZER), get(Setting.VALUE_DESERIALIZER), config);
    }

    /** Returns the configuration of the schema registry. */
    public RegistryConfig registry() {
        return RegistryConfig.of(RegistrySettings.config(values, registry));
    }

    /** Returns the configuration of Kafka's clients. */
    public Map<String, Object> kafka() {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("bootstrap.servers", get(Setting.BOOTSTRAP_SERVERS));
        return config;
    }

    /** Returns the settings that change results, by name. */
    public SortedMap<String, String> resultSettings() {
        SortedMap<String, String> result = new TreeMap<>();
        values.forEach((setting, value) -> {
            if (setting.changesResults()) {
                result.put(setting.key(), value);
            }
        });
        return result;
    }

    /** Returns the SHA-256 of {@link #resultSettings()} in hexadecimal; input is one {@code name=value} per line. */
    public String resultHash() {
        StringBuilder text = new StringBuilder();
        resultSettings()
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Map<String, String> asMap() {
        Map<String, String> all = new LinkedHashMap<>();
        values.forEach((setting, value) -> all.put(setting.key(), value));
        kafka.forEach((name, value) -> all.put(KAFKA_PREFIX + name, value));
        all.putAll(registry);
        return all;
    }
}
