package io.leaktrace.runtime;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.PropertiesText;
import io.leaktrace.domain.ReportSource;
import io.leaktrace.domain.Role;
import io.leaktrace.domain.SafeText;
import io.leaktrace.domain.TimeLimit;
import io.leaktrace.localize.ModelComponent;
import io.leaktrace.localize.ModelSettings;
import io.leaktrace.privacy.Pseudonyms;
import io.leaktrace.sources.SourceMappings;
import io.leaktrace.sources.Sources;
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
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
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
    private final SourceMappings mappings;
    private final Pseudonyms pseudonyms;

    private Settings(
            Map<Setting, String> values,
            SortedMap<String, String> kafka,
            SortedMap<String, String> registry,
            ModelSettings model,
            CorrelateSettings correlate,
            SourceMappings mappings,
            Pseudonyms pseudonyms) {
        this.values = values;
        this.kafka = kafka;
        this.registry = registry;
        this.model = model;
        this.correlate = correlate;
        this.mappings = mappings;
        this.pseudonyms = pseudonyms;
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
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            given.putAll(PropertiesText.read(
                    reader,
                    name -> LOG.warn(
                            "'{}' is set twice in {}; the last value is used", SafeText.forTerminal(name), file)));
        } catch (CharacterCodingException e) {
            problems.add("cannot read the settings in " + file + ": it is not in UTF-8");
        } catch (NoSuchFileException e) {
            problems.add("cannot read the settings in " + file + ": there is no such file");
        } catch (IOException | IllegalArgumentException e) {
            problems.add("cannot read the settings in " + file + ": " + e.getMessage());
        }
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
                new CorrelateSettings(model.window(), model.epoch(), parser.span(Setting.LATENESS), model.memoryDays());
        parser.checkOthers();
        RegistrySettings.check(values, registry, problems);
        SourceMappings mappings = SourceSettings.mappings(values, problems);
        Pseudonyms pseudonyms = SourceSettings.pseudonyms(values, problems);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return new Settings(values, kafka, registry, model, correlate, mappings, pseudonyms);
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

    /** Parses values and collects problems. A value that is not accepted counts as the default, so that all are found. */
    private static final class Parser {
        private final Map<Setting, String> values;
        private final Map<Setting, String> accepted;
        private final List<String> problems;

        Parser(Map<Setting, String> values, List<String> problems) {
            this.values = values;
            this.accepted = new EnumMap<>(values);
            this.problems = problems;
            values.forEach((setting, value) -> {
                List<String> found = setting.problems(value);
                if (!found.isEmpty()) {
                    problems.addAll(found);
                    accepted.put(setting, setting.defaultValue());
                }
            });
        }

        ModelSettings model() {
            Map<Role, Set<Field>> knows = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                knows.put(role, names(Setting.valueOf("KNOWS_" + role), Field.class));
            }
            Map<ReportSource, Double> reliability = new EnumMap<>(ReportSource.class);
            for (ReportSource source : ReportSource.values()) {
                reliability.put(source, number(Setting.valueOf("REPORTS_RELIABILITY_" + source)));
            }
            return new ModelSettings(
                    span(Setting.WINDOW),
                    span(Setting.EPOCH),
                    (int) number(Setting.RING_DAYS),
                    (int) number(Setting.LEARNING_DAYS),
                    (int) number(Setting.MEMORY_DAYS),
                    span(Setting.INCIDENT_SPAN),
                    number(Setting.LEVEL_LOWEST),
                    (int) number(Setting.LEVEL_COUNT),
                    number(Setting.LEAK_END_RATE),
                    number(Setting.LEAK_FADE),
                    number(Setting.LEAK_START_RATE),
                    number(Setting.BLAME_FLOOR),
                    number(Setting.FRAILTY_SHAPE),
                    number(Setting.KNOWLEDGE_LOW),
                    number(Setting.KNOWLEDGE_HIGH),
                    number(Setting.QUOTED_ORDER),
                    number(Setting.QUOTED_OTHER),
                    number(Setting.QUOTED_NONE),
                    number(Setting.MARKS_CHANCE),
                    number(Setting.DIALLED_REUSED),
                    accesses(),
                    number(Setting.DECOYS_BACKGROUND),
                    number(Setting.REPORTED_SHARE),
                    number(Setting.WAVE_PRIOR),
                    number(Setting.HALF_LIFE_BACKGROUND),
                    number(Setting.HALF_LIFE_KNOWLEDGE),
                    number(Setting.HALF_LIFE_CONTROL),
                    number(Setting.CONTROL_PRIOR),
                    new ModelSettings.LeadTimePrior(
                            number(Setting.LEAD_TIME_QUICK_SHARE),
                            number(Setting.LEAD_TIME_QUICK_MEDIAN),
                            number(Setting.LEAD_TIME_QUICK_SIGMA),
                            number(Setting.LEAD_TIME_SLOW_MEAN)),
                    number(Setting.LEAD_TIME_PRIOR),
                    number(Setting.FALSE_ALERT_DAYS),
                    (int) number(Setting.ALERT_BUYERS),
                    knows,
                    reliability,
                    names(Setting.LEAVE_OUT, ModelComponent.class));
        }

        private ModelSettings.Accesses accesses() {
            Set<Role> roles = EnumSet.noneOf(Role.class);
            Set<Custodian> custodians = new HashSet<>();
            for (String name : accepted.get(Setting.ACCESSES_LOGGED).split("\\s*,\\s*")) {
                if (name.contains(":")) {
                    custodians.add(Custodian.parse(name));
                } else if (!name.isEmpty()) {
                    roles.add(Role.valueOf(name));
                }
            }
            return new ModelSettings.Accesses(roles, custodians, number(Setting.ACCESSES_MISSING));
        }

        /** Checks what depends on more than one setting, or holds a secret. */
        void checkOthers() {
            boolean served = number(Setting.FINDINGS_DAYS) > 0 && number(Setting.HTTP_PORT) > 0;
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

        long span(Setting setting) {
            return Settings.span(accepted.get(setting));
        }

        private double number(Setting setting) {
            return Double.parseDouble(accepted.get(setting));
        }

        private <E extends Enum<E>> Set<E> names(Setting setting, Class<E> type) {
            Set<E> named = EnumSet.noneOf(type);
            for (String name : accepted.get(setting).split("\\s*,\\s*")) {
                if (!name.isEmpty()) {
                    named.add(Enum.valueOf(type, name));
                }
            }
            return named;
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

    /** Returns the topics that other systems write in their own form. */
    public Sources sources() {
        return Sources.of(mappings, wire(), pseudonyms);
    }

    /** Returns the names of the topics that the pipeline reads: its own, then the source topics. */
    public List<String> inputTopics() {
        List<String> inputs = new ArrayList<>(topics().inputs());
        inputs.addAll(sourceTopics());
        return inputs;
    }

    /** Returns the SHA-256 of the file that maps the source topics, in hexadecimal digits; empty if there is none. */
    public String sourceMappingHash() {
        return mappings.sha256();
    }

    /** Returns the names of the source topics, in their order. */
    public List<String> sourceTopics() {
        return List.copyOf(SourceSettings.topics(values));
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
