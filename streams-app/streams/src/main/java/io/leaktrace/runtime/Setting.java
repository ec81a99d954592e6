package io.leaktrace.runtime;

import static io.leaktrace.runtime.SettingType.TEXT;
import static io.leaktrace.runtime.SettingType.custodians;
import static io.leaktrace.runtime.SettingType.duration;
import static io.leaktrace.runtime.SettingType.hours;
import static io.leaktrace.runtime.SettingType.matching;
import static io.leaktrace.runtime.SettingType.names;
import static io.leaktrace.runtime.SettingType.number;
import static io.leaktrace.runtime.SettingType.oneOf;
import static io.leaktrace.runtime.SettingType.topics;
import static io.leaktrace.runtime.SettingType.whole;

import io.leaktrace.correlate.CorrelateSettings;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Field;
import io.leaktrace.localize.ModelComponent;
import java.util.List;
import java.util.Locale;

/** All settings, with name, default value and purpose. */
public enum Setting {
    BOOTSTRAP_SERVERS(
            "bootstrap.servers",
            "localhost:9092",
            matching("(?s).+", "must not be empty"),
            "Kafka brokers, separated by commas"),
    SCHEMA_REGISTRY_URL("schema.registry.url", "http://localhost:8081", TEXT, "schema registries, separated by commas"),
    REGISTRY_USER("registry.user", "", TEXT, "user name for the schema registry"),
    REGISTRY_PASSWORD("registry.password", "", TEXT, "its password"),
    REGISTRY_PASSWORD_FILE(
            "registry.password.file", "", TEXT, "file with the password instead; may change while it runs"),
    REGISTRY_TOKEN("registry.token", "", TEXT, "bearer token for the schema registry, instead of user and password"),
    REGISTRY_TOKEN_FILE("registry.token.file", "", TEXT, "file with the token instead; may change while it runs"),
    REGISTRY_TRUST_STORE(
            "registry.ssl.truststore.location", "", TEXT, "file with the authorities trusted for the schema registry"),
    REGISTRY_TRUST_STORE_PASSWORD("registry.ssl.truststore.password", "", TEXT, "its password"),
    REGISTRY_TRUST_STORE_TYPE(
            "registry.ssl.truststore.type", "", TEXT, "JKS, PKCS12 or PEM; empty: by the file's name"),
    REGISTRY_AUTO_REGISTER(
            "registry.auto.register", "true", TEXT, "'false' to look schemas up only, without registering them"),
    APPLICATION_ID(
            "application.id",
            "leaktrace",
            matching("[A-Za-z0-9._-]+", "may hold letters, digits, '.', '_' and '-' only"),
            "names the consumer group, internal topics and state"),
    MARKET(
            "market",
            "all",
            matching("(?s).+", "must not be empty"),
            "name of the market: all its custodians are estimated together"),
    TOPIC_PREFIX(
            "topic.prefix",
            "",
            matching("[A-Za-z0-9._-]*", "may hold letters, digits, '.', '_' and '-' only"),
            "prefix of all topic names"),
    TOPIC_PARTITIONS("topic.partitions", "4", whole(1, 10_000), "partitions of created topics that are keyed by buyer"),
    TOPIC_REPLICATION(
            "topic.replication", "1", whole(1, 100), "replication factor of created topics, internal ones included"),
    RETENTION_INPUT(
            "retention.input",
            "400d",
            duration(EventTime.DAY),
            "retention of created input topics; longer if window, lateness and history need it"),
    RETENTION_FINDINGS(
            "retention.findings",
            "400d",
            duration(EventTime.DAY),
            "retention of leak-evidence, leak-alerts and leak-epochs, if created"),
    RETENTION_AUDIT("retention.audit", "3650d", duration(EventTime.DAY), "retention of leak-audit, if created"),
    RETENTION_DEAD_LETTERS(
            "retention.dead.letters", "90d", duration(EventTime.DAY), "retention of dead-letters, if created"),
    ORDERS_PARTITIONER(
            "orders.partitioner",
            "auto",
            oneOf("auto", "murmur2", "crc32", "any"),
            "how writers of order-events place keys: 'murmur2' (Java), 'crc32' (librdkafka), 'any', or 'auto' to detect"),
    CONTACTS_PARTITIONER(
            "contacts.partitioner", "auto", oneOf("auto", "murmur2", "crc32", "any"), "the same for scam-contacts"),
    SOURCE_ORDERS(
            "source.orders",
            "",
            topics(),
            "topics with order events in another system's form, separated by commas; see docs/topics.md"),
    SOURCE_CONTACTS("source.contacts", "", topics(), "the same for contacts"),
    SOURCE_MAPPING("source.mapping", "", TEXT, "file that maps the fields of these topics"),
    SOURCE_PSEUDONYM_KEY(
            "source.pseudonym.key",
            "",
            TEXT,
            "file with the key of the pseudonyms that replace buyers and callers of these topics; empty: they stay"),
    SOURCE_PHONE_REGION(
            "source.phone.region",
            "CN",
            matching("[A-Z]{2}|none", "must be two capital letters, or 'none' if buyers are no phone numbers"),
            "country of phone numbers without a country code in these topics, for the pseudonyms"),
    STATE_DIR("state.dir", ".leaktrace/state", TEXT, "where state is kept on disk"),
    STATE_STORES("state.stores", "memory", oneOf("memory", "disk"), "'memory' or 'disk' (RocksDB)"),
    THREADS("threads", "1", whole(1, 1_000), "stream threads of this instance"),
    STANDBY_REPLICAS("standby.replicas", "0", whole(0, 100), "copies of the state on other instances"),
    PROCESSING_GUARANTEE(
            "processing.guarantee",
            "exactly_once_v2",
            oneOf("exactly_once_v2", "at_least_once"),
            "'exactly_once_v2' or 'at_least_once'"),
    COMMIT_INTERVAL("commit.interval", "1s", duration(1), "time between commits"),
    IDLE_AFTER("idle.after", "1m", duration(0), "time without records after which a partition is not waited for"),
    FINDINGS_DAYS(
            "findings.days", "60", whole(0, 3_650), "retention of findings for API and console in days; 0 stores none"),
    HTTP_PORT("http.port", "8080", whole(0, 65_535), "where API and console listen; 0 for none"),
    HTTP_HOST("http.host", "127.0.0.1", TEXT, "address they listen on; any but this machine's own needs http.tokens"),
    HTTP_TOKENS(
            "http.tokens", "", TEXT, "file with names, roles and tokens; without it, any local user has every role"),
    HTTP_ADVERTISED(
            "http.advertised",
            "",
            matching("([^:/\\s]+:[0-9]{1,5})?", "must be HOST:PORT"),
            "HOST:PORT at which other instances reach this one"),
    HTTP_ALLOWED_HOSTS(
            "http.allowed.hosts",
            "",
            TEXT,
            "further host names of API and console that requests may use, separated by commas"),
    RUNS_DIR("runs.dir", "", TEXT, "folder with runs that the console compares, and with reports of data checks"),
    ALERTMANAGER_URL("alertmanager.url", "", TEXT, "Alertmanager that alerts are pushed to; empty for none"),
    ALERTMANAGER_INTERVAL(
            "alertmanager.interval",
            "30s",
            duration(EventTime.SECOND),
            "interval at which open alerts are pushed again"),
    START_WAIT("start.wait", "2m", duration(0), "how long to wait for brokers and registry at the start"),
    DEAD_LETTER_BYTES(
            "dead.letter.bytes",
            "900000",
            whole(1000, 1_000_000_000),
            "maximum size of a dead letter; larger records are truncated"),
    VALUE_SERIALIZER("value.serializer", "io.leaktrace.wire.WireSerializer", TEXT, "class that writes Avro values"),
    VALUE_DESERIALIZER(
            "value.deserializer", "io.leaktrace.wire.WireDeserializer", TEXT, "class that reads Avro values"),

    WINDOW(
            "window",
            "14d",
            hours(", at most 60d", window -> window <= 60 * EventTime.DAY),
            Effect.RESULTS,
            "how long before a contact a touch can explain it"),
    EPOCH(
            "epoch",
            "6h",
            hours(" and divide a day", epoch -> EventTime.DAY % epoch == 0),
            Effect.RESULTS,
            "length of an epoch; divides a day"),
    LATENESS(
            "lateness",
            "10m",
            duration(0),
            Effect.RESULTS,
            "maximum delay of a record behind the latest of its partition to be on time"),
    AHEAD_LIMIT(
            "ahead.limit",
            "10m",
            duration(0),
            Effect.RESULTS,
            "maximum by which an event may be dated ahead of its record's time"),
    RING_DAYS(
            "ring.days",
            "28",
            whole(7, 365),
            Effect.RESULTS,
            "days of touch in the sliding window, which is re-estimated at every epoch"),
    LEARNING_DAYS(
            "learning.days", "5", whole(0, 365), Effect.RESULTS, "days at the start that only learn the background"),
    MEMORY_DAYS(
            "memory.days",
            "180",
            whole(0, CorrelateSettings.MAX_MEMORY_DAYS),
            Effect.RESULTS,
            "days before a contact of which is known, by week, who touched its buyer's orders; 0 for none"),
    INCIDENT_SPAN(
            "incident.span",
            "3d",
            duration(0),
            Effect.RESULTS,
            "contacts of a buyer within this time of the first are one incident"),
    FALSE_ALERT_DAYS(
            "false.alert.days",
            "60",
            number(1e-3, 1e9),
            Effect.RESULTS,
            "one false alert is accepted per this number of days"),
    ALERT_BUYERS(
            "alert.buyers",
            "5",
            whole(1, 1_000),
            Effect.RESULTS,
            "minimum number of distinct buyers with an incident attributed to a custodian for an alert"),
    LEVEL_LOWEST(
            "level.lowest",
            "0.0005",
            number(1e-9, 1),
            Effect.RESULTS,
            "lowest leak level tried: contacts caused per order touched"),
    LEVEL_COUNT(
            "level.count", "10", whole(1, 30), Effect.RESULTS, "number of leak levels, each twice the previous one"),
    LEAK_START_RATE(
            "leak.start.rate",
            "0.0001",
            number(1e-12, 1),
            Effect.RESULTS,
            "prior probability per day that a custodian starts to leak"),
    LEAK_END_RATE("leak.end.rate", "0.05", number(0, 1), Effect.RESULTS, "probability per day that a leak ends"),
    LEAK_FADE("leak.fade", "0.07", number(0, 1), Effect.RESULTS, "share of the memory of an ended leak lost per day"),
    BLAME_FLOOR(
            "blame.floor",
            "0.05",
            number(0, 1),
            Effect.RESULTS,
            "probability to leak or have leaked from which incidents are attributed to a custodian"),
    FRAILTY_SHAPE("frailty.shape", "1", number(1e-6, 1e6), Effect.RESULTS, "shape of the gamma frailty of buyers"),
    KNOWLEDGE_LOW(
            "knowledge.low",
            "0.05",
            number(1e-6, 1),
            Effect.RESULTS,
            "smallest factor by which what a caller knew weighs against a role"),
    KNOWLEDGE_HIGH(
            "knowledge.high",
            "40",
            number(1, 1e6),
            Effect.RESULTS,
            "largest factor by which what a caller knew weighs for a role"),
    QUOTED_ORDER(
            "quoted.order", "8", number(1e-6, 1e6), Effect.RESULTS, "factor for touches of the order the caller named"),
    QUOTED_OTHER(
            "quoted.other",
            "0.1",
            number(1e-6, 1e6),
            Effect.RESULTS,
            "factor for touches of other orders, if one was named"),
    QUOTED_NONE("quoted.none", "0.8", number(1e-6, 1e6), Effect.RESULTS, "factor if no order was named"),
    MARKS_CHANCE(
            "marks.chance",
            "0.01",
            number(1e-6, 1),
            Effect.RESULTS,
            "probability that a mark agrees by chance or is misheard"),
    DIALLED_REUSED(
            "dialled.reused",
            "0.05",
            number(1e-6, 0.5),
            Effect.RESULTS,
            "probability that a virtual number reached another buyer or order than the caller's data are of"),
    ACCESSES_LOGGED(
            "accesses.logged",
            "",
            custodians(),
            Effect.RESULTS,
            "roles, and custodians as ROLE:id, whose accesses are logged completely, separated by commas"),
    ACCESSES_MISSING(
            "accesses.missing",
            "0.02",
            number(0, 1),
            Effect.RESULTS,
            "probability that an access of theirs was not logged"),
    CAMPAIGN_CALLER_GAP(
            "campaign.caller.gap",
            "7d",
            duration(0),
            Effect.RESULTS,
            "longest time between contacts that the same caller joins to a campaign; 0s joins by payee and link only"),
    DECOYS_BACKGROUND(
            "decoys.background",
            "2",
            number(1e-6, 1e6),
            Effect.RESULTS,
            "calls per month to a decoy's number without any leak, before they are learned"),
    REPORTED_SHARE(
            "reported.share",
            "0.1",
            number(1e-6, 1),
            Effect.RESULTS,
            "share of the contacts with real buyers that are reported; those with decoys all are"),
    WAVE_PRIOR(
            "wave.prior",
            "30",
            number(0, 1e9),
            Effect.RESULTS,
            "weight in contacts of the prior that the background has no waves"),
    HALF_LIFE_BACKGROUND(
            "half.life.background", "3", number(1e-3, 1e6), Effect.RESULTS, "half-life of background rates in days"),
    HALF_LIFE_KNOWLEDGE(
            "half.life.knowledge",
            "14",
            number(1e-3, 1e6),
            Effect.RESULTS,
            "half-life in days of what background callers know"),
    HALF_LIFE_CONTROL(
            "half.life.control", "20", number(1e-3, 1e6), Effect.RESULTS, "half-life of the negative control in days"),
    CONTROL_PRIOR(
            "control.prior",
            "5",
            number(1e-6, 1e9),
            Effect.RESULTS,
            "weight in contacts of the prior that the negative control is 1"),
    LEAD_TIME_QUICK_SHARE(
            "lead.time.quick.share",
            "0.8",
            number(0, 1),
            Effect.RESULTS,
            "share of victims whose lead time is log-normal"),
    LEAD_TIME_QUICK_MEDIAN(
            "lead.time.quick.median",
            "1",
            number(1e-3, 1e3),
            Effect.RESULTS,
            "median of the log-normal lead time in days"),
    LEAD_TIME_QUICK_SIGMA(
            "lead.time.quick.sigma", "1", number(1e-2, 10), Effect.RESULTS, "σ of the log-normal lead time"),
    LEAD_TIME_SLOW_MEAN(
            "lead.time.slow.mean",
            "5",
            number(1e-3, 1e6),
            Effect.RESULTS,
            "mean of the others' exponential lead time in days"),
    LEAD_TIME_PRIOR(
            "lead.time.prior",
            "50",
            number(1e-6, 1e9),
            Effect.RESULTS,
            "weight in incidents of the prior lead-time density"),
    KNOWS_SELLER(
            "knows.SELLER",
            "PRODUCT,ORDER_TIME,PRICE,NAME,PHONE,ADDRESS,TRACKING_NUMBER",
            names(Field.class, "field"),
            Effect.RESULTS,
            "fields it can know"),
    KNOWS_SERVICE_PROVIDER(
            "knows.SERVICE_PROVIDER",
            "PRODUCT,ORDER_TIME,PRICE,NAME,PHONE,ADDRESS,TRACKING_NUMBER",
            names(Field.class, "field"),
            Effect.RESULTS,
            "fields it can know"),
    KNOWS_LOGISTICS_NODE(
            "knows.LOGISTICS_NODE",
            "NAME,PHONE,ADDRESS,TRACKING_NUMBER",
            names(Field.class, "field"),
            Effect.RESULTS,
            "fields it can know"),
    KNOWS_PAYMENT_CHANNEL(
            "knows.PAYMENT_CHANNEL",
            "ORDER_TIME,PRICE,NAME,PHONE,ID_NUMBER,BANK_CARD",
            names(Field.class, "field"),
            Effect.RESULTS,
            "fields it can know"),
    KNOWS_PLATFORM(
            "knows.PLATFORM",
            "PRODUCT,ORDER_TIME,PRICE,NAME,PHONE,ADDRESS,TRACKING_NUMBER,ID_NUMBER,BANK_CARD",
            names(Field.class, "field"),
            Effect.RESULTS,
            "fields it can know"),
    REPORTS_RELIABILITY_BUYER(
            "reports.reliability.BUYER",
            "0.98",
            number(1e-6, 1),
            Effect.RESULTS,
            "probability that a contact reported by the buyer is real; also for contacts without a source"),
    REPORTS_RELIABILITY_PLATFORM(
            "reports.reliability.PLATFORM",
            "0.995",
            number(1e-6, 1),
            Effect.RESULTS,
            "probability that a contact recorded by the platform is real"),
    REPORTS_RELIABILITY_POLICE(
            "reports.reliability.POLICE",
            "0.999",
            number(1e-6, 1),
            Effect.RESULTS,
            "probability that a contact reported to the police is real"),
    LEAVE_OUT(
            "leave.out",
            "",
            names(ModelComponent.class, "part of the model"),
            Effect.RESULTS,
            "model components to leave out (ablation), such as NEGATIVE_CONTROL");

    private final String key;
    private final String defaultValue;
    private final SettingType type;
    private final Effect effect;
    private final String purpose;

    /** What changes with a setting. */
    private enum Effect {
        /** Where and how fast results are computed, not the results. */
        OPERATION,
        RESULTS
    }

    Setting(String key, String defaultValue, SettingType type, String purpose) {
        this(key, defaultValue, type, Effect.OPERATION, purpose);
    }

    Setting(String key, String defaultValue, SettingType type, Effect effect, String purpose) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.type = type;
        this.effect = effect;
        this.purpose = purpose;
    }

    /** Returns the name, as in a file or after {@code --set}. */
    public String key() {
        return key;
    }

    /** Returns the default value. */
    public String defaultValue() {
        return defaultValue;
    }

    public String purpose() {
        return purpose;
    }

    /** Returns what is wrong with a value; empty if the setting accepts it. */
    List<String> problems(String value) {
        return type.problems(key, value);
    }

    /** Returns the name of its environment variable. */
    public String variable() {
        return "LEAKTRACE_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** Returns whether it changes results, not only where and how fast they are computed. */
    public boolean changesResults() {
        return effect == Effect.RESULTS;
    }
}
