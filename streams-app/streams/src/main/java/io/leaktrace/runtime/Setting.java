package io.leaktrace.runtime;

import java.util.Locale;

/** All settings, with name, default value and purpose. */
public enum Setting {
    BOOTSTRAP_SERVERS("bootstrap.servers", "localhost:9092", "Kafka brokers, separated by commas"),
    SCHEMA_REGISTRY_URL("schema.registry.url", "http://localhost:8081", "schema registries, separated by commas"),
    REGISTRY_USER("registry.user", "", "user name for the schema registry"),
    REGISTRY_PASSWORD("registry.password", "", "its password"),
    REGISTRY_PASSWORD_FILE("registry.password.file", "", "file with the password instead; may change while it runs"),
    REGISTRY_TOKEN("registry.token", "", "bearer token for the schema registry, instead of user and password"),
    REGISTRY_TOKEN_FILE("registry.token.file", "", "file with the token instead; may change while it runs"),
    REGISTRY_TRUST_STORE(
            "registry.ssl.truststore.location", "", "file with the authorities trusted for the schema registry"),
    REGISTRY_TRUST_STORE_PASSWORD("registry.ssl.truststore.password", "", "its password"),
    REGISTRY_TRUST_STORE_TYPE("registry.ssl.truststore.type", "", "JKS, PKCS12 or PEM; empty: by the file's name"),
    REGISTRY_AUTO_REGISTER(
            "registry.auto.register", "true", "'false' to look schemas up only, without registering them"),
    APPLICATION_ID("application.id", "leaktrace", "names the consumer group, internal topics and state"),
    MARKET("market", "all", "name of the market: all its custodians are estimated together"),
    TOPIC_PREFIX("topic.prefix", "", "prefix of all topic names"),
    TOPIC_PARTITIONS("topic.partitions", "4", "partitions of created topics that are keyed by buyer"),
    TOPIC_REPLICATION("topic.replication", "1", "replication factor of created topics, internal ones included"),
    RETENTION_INPUT(
            "retention.input",
            "400d",
            "retention of created input topics; longer if window, lateness and history need it"),
    RETENTION_FINDINGS(
            "retention.findings", "400d", "retention of leak-evidence, leak-alerts and leak-epochs, if created"),
    RETENTION_AUDIT("retention.audit", "3650d", "retention of leak-audit, if created"),
    RETENTION_DEAD_LETTERS("retention.dead.letters", "90d", "retention of dead-letters, if created"),
    ORDERS_PARTITIONER(
            "orders.partitioner",
            "auto",
            "how writers of order-events place keys: 'murmur2' (Java), 'crc32' (librdkafka), 'any', or 'auto' to detect"),
    CONTACTS_PARTITIONER("contacts.partitioner", "auto", "the same for scam-contacts"),
    STATE_DIR("state.dir", ".leaktrace/state", "where state is kept on disk"),
    STATE_STORES("state.stores", "memory", "'memory' or 'disk' (RocksDB)"),
    THREADS("threads", "1", "stream threads of this instance"),
    STANDBY_REPLICAS("standby.replicas", "0", "copies of the state on other instances"),
    PROCESSING_GUARANTEE("processing.guarantee", "exactly_once_v2", "'exactly_once_v2' or 'at_least_once'"),
    COMMIT_INTERVAL("commit.interval", "1s", "time between commits"),
    IDLE_AFTER("idle.after", "1m", "time without records after which a partition is not waited for"),
    FINDINGS_DAYS("findings.days", "60", "retention of findings for API and console in days; 0 stores none"),
    HTTP_PORT("http.port", "8080", "where API and console listen; 0 for none"),
    HTTP_HOST("http.host", "127.0.0.1", "address they listen on; any but this machine's own needs http.tokens"),
    HTTP_TOKENS("http.tokens", "", "file with names, roles and tokens; without it, any local user has every role"),
    HTTP_ADVERTISED("http.advertised", "", "HOST:PORT at which other instances reach this one"),
    HTTP_ALLOWED_HOSTS(
            "http.allowed.hosts",
            "",
            "further host names of API and console that requests may use, separated by commas"),
    RUNS_DIR("runs.dir", "", "folder with runs that the console compares"),
    ALERTMANAGER_URL("alertmanager.url", "", "Alertmanager that alerts are pushed to; empty for none"),
    ALERTMANAGER_INTERVAL("alertmanager.interval", "30s", "interval at which open alerts are pushed again"),
    START_WAIT("start.wait", "2m", "how long to wait for brokers and registry at the start"),
    DEAD_LETTER_BYTES("dead.letter.bytes", "900000", "maximum size of a dead letter; larger records are truncated"),
    VALUE_SERIALIZER("value.serializer", "io.leaktrace.wire.WireSerializer", "class that writes Avro values"),
    VALUE_DESERIALIZER("value.deserializer", "io.leaktrace.wire.WireDeserializer", "class that reads Avro values"),

    // From here on: settings that change results, as changesResults() relies on.
    WINDOW("window", "14d", "how long before a contact a touch can explain it"),
    EPOCH("epoch", "6h", "length of an epoch; divides a day"),
    LATENESS("lateness", "10m", "maximum delay of a record behind the latest of its partition to be on time"),
    AHEAD_LIMIT("ahead.limit", "10m", "maximum by which an event may be dated ahead of its record's time"),
    RING_DAYS("ring.days", "28", "days of touch in the sliding window, which is re-estimated at every epoch"),
    LEARNING_DAYS("learning.days", "5", "days at the start that only learn the background"),
    INCIDENT_SPAN("incident.span", "3d", "contacts of a buyer within this time of the first are one incident"),
    FALSE_ALERT_DAYS("false.alert.days", "60", "one false alert is accepted per this number of days"),
    ALERT_BUYERS(
            "alert.buyers",
            "5",
            "minimum number of distinct buyers with an incident attributed to a custodian for an alert"),
    LEVEL_LOWEST("level.lowest", "0.0005", "lowest leak level tried: contacts caused per order touched"),
    LEVEL_COUNT("level.count", "10", "number of leak levels, each twice the previous one"),
    LEAK_START_RATE("leak.start.rate", "0.0001", "prior probability per day that a custodian starts to leak"),
    LEAK_END_RATE("leak.end.rate", "0.05", "probability per day that a leak ends"),
    LEAK_FADE("leak.fade", "0.07", "share of the memory of an ended leak lost per day"),
    BLAME_FLOOR(
            "blame.floor",
            "0.05",
            "probability to leak or have leaked from which incidents are attributed to a custodian"),
    FRAILTY_SHAPE("frailty.shape", "1", "shape of the gamma frailty of buyers"),
    KNOWLEDGE_LOW("knowledge.low", "0.05", "smallest factor by which what a caller knew weighs against a role"),
    KNOWLEDGE_HIGH("knowledge.high", "12", "largest factor by which what a caller knew weighs for a role"),
    QUOTED_ORDER("quoted.order", "8", "factor for touches of the order the caller named"),
    QUOTED_OTHER("quoted.other", "0.1", "factor for touches of other orders, if one was named"),
    QUOTED_NONE("quoted.none", "0.8", "factor if no order was named"),
    WAVE_PRIOR("wave.prior", "30", "weight in contacts of the prior that the background has no waves"),
    HALF_LIFE_BACKGROUND("half.life.background", "3", "half-life of background rates in days"),
    HALF_LIFE_KNOWLEDGE("half.life.knowledge", "14", "half-life in days of what background callers know"),
    HALF_LIFE_CONTROL("half.life.control", "20", "half-life of the negative control in days"),
    CONTROL_PRIOR("control.prior", "5", "weight in contacts of the prior that the negative control is 1"),
    LEAD_TIME_QUICK_SHARE("lead.time.quick.share", "0.8", "share of victims whose lead time is log-normal"),
    LEAD_TIME_QUICK_MEDIAN("lead.time.quick.median", "1", "median of the log-normal lead time in days"),
    LEAD_TIME_QUICK_SIGMA("lead.time.quick.sigma", "1", "σ of the log-normal lead time"),
    LEAD_TIME_SLOW_MEAN("lead.time.slow.mean", "5", "mean of the others' exponential lead time in days"),
    LEAD_TIME_PRIOR("lead.time.prior", "50", "weight in incidents of the prior lead-time density"),
    KNOWS_SELLER("knows.SELLER", "PRODUCT,ORDER_TIME,PRICE,NAME,PHONE,ADDRESS,TRACKING_NUMBER", "fields it can know"),
    KNOWS_SERVICE_PROVIDER(
            "knows.SERVICE_PROVIDER",
            "PRODUCT,ORDER_TIME,PRICE,NAME,PHONE,ADDRESS,TRACKING_NUMBER",
            "fields it can know"),
    KNOWS_LOGISTICS_NODE("knows.LOGISTICS_NODE", "NAME,PHONE,ADDRESS,TRACKING_NUMBER", "fields it can know"),
    KNOWS_PAYMENT_CHANNEL(
            "knows.PAYMENT_CHANNEL", "ORDER_TIME,PRICE,NAME,PHONE,ID_NUMBER,BANK_CARD", "fields it can know"),
    KNOWS_PLATFORM(
            "knows.PLATFORM",
            "PRODUCT,ORDER_TIME,PRICE,NAME,PHONE,ADDRESS,TRACKING_NUMBER,ID_NUMBER,BANK_CARD",
            "fields it can know"),
    LEAVE_OUT("leave.out", "", "model components to leave out (ablation), such as NEGATIVE_CONTROL");

    private final String key;
    private final String defaultValue;
    private final String purpose;

    Setting(String key, String defaultValue, String purpose) {
        this.key = key;
        this.defaultValue = defaultValue;
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

    /** Returns the name of its environment variable. */
    public String variable() {
        return "LEAKTRACE_" + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** Returns whether it changes results, not only where and how fast they are computed. */
    public boolean changesResults() {
        return compareTo(WINDOW) >= 0;
    }
}
