package io.leaktrace.runtime;

import io.leaktrace.topology.InputPlacement;
import io.leaktrace.topology.InputRepartition;
import io.leaktrace.topology.Topics;
import io.leaktrace.topology.Topics.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/** Lists the minimum ACLs of the pipeline, for topics that already exist. */
public final class AccessRules {

    private static final String ANY_HOST = "*";

    private final String principal;
    private final List<AclBinding> bindings = new ArrayList<>();

    private AccessRules(String principal) {
        this.principal = principal;
    }

    /** @param principal account of the pipeline, as in {@code User:leaktrace} */
    public static List<AclBinding> of(Settings settings, String principal) {
        AccessRules rules = new AccessRules(principal);
        Topics topics = settings.topics();
        String application = settings.get(Setting.APPLICATION_ID);
        for (String input : settings.inputTopics()) {
            rules.allow(ResourceType.TOPIC, input, PatternType.LITERAL, AclOperation.READ);
        }
        for (String output : List.of(
                topics.leakSuspects(),
                topics.leakAlerts(),
                topics.leakEpochs(),
                topics.leakEvidence(),
                topics.leakExplanations(),
                topics.deadLetters())) {
            rules.allow(ResourceType.TOPIC, output, PatternType.LITERAL, AclOperation.WRITE);
        }
        // Retention and limits are checked at the start.
        for (Topic topic : topics.all()) {
            rules.allow(ResourceType.TOPIC, topic.name(), PatternType.LITERAL, AclOperation.DESCRIBE_CONFIGS);
        }
        // For API and console: topics that they follow, decisions and audit records that they write.
        for (String followed : List.of(topics.leakAlerts(), topics.leakEpochs())) {
            rules.allow(ResourceType.TOPIC, followed, PatternType.LITERAL, AclOperation.READ);
        }
        for (String written : List.of(topics.leakVerdicts(), topics.leakAudit())) {
            rules.allow(ResourceType.TOPIC, written, PatternType.LITERAL, AclOperation.WRITE);
        }
        rules.allowInternalTopics(settings);
        rules.allow(ResourceType.GROUP, application, PatternType.LITERAL, AclOperation.READ);
        // Kafka Streams appends a random id: only this ACL also matches other applications whose id has this prefix.
        rules.allow(ResourceType.TRANSACTIONAL_ID, application + "-", PatternType.PREFIXED, AclOperation.WRITE);
        return rules.bindings;
    }

    /**
     * Allows the application's own topics: changelogs, the topic of state settings, and repartition topics, whose
     * processed records it deletes. Full names, so that no ACL matches the topics of another application such as
     * {@code leaktrace-2}. Describe is allowed by prefix, which is harmless, to find topics of other versions.
     */
    private void allowInternalTopics(Settings settings) {
        String application = settings.get(Setting.APPLICATION_ID);
        allow(ResourceType.TOPIC, application + "-", PatternType.PREFIXED, AclOperation.DESCRIBE);
        InternalTopics internal = new InternalTopics(
                application,
                Pipeline.topology(settings, InputPlacement.standard(1)),
                settings.topics().orderEvents());
        for (String name : internal.current()) {
            allowOwn(name, PatternType.LITERAL, name.endsWith(InternalTopics.REPARTITION));
        }
        allowOwn(new StateSettingsTopic(settings).name(), PatternType.LITERAL, false);
        // The number of lanes depends on the input topics, which are not read here.
        for (String lanes : InputRepartition.lanePrefixes(
                application, !settings.sourceTopics().isEmpty())) {
            allowOwn(lanes, PatternType.PREFIXED, true);
        }
    }

    private void allowOwn(String name, PatternType pattern, boolean deletesRecords) {
        for (AclOperation operation :
                List.of(AclOperation.CREATE, AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS)) {
            allow(ResourceType.TOPIC, name, pattern, operation);
        }
        if (deletesRecords) {
            allow(ResourceType.TOPIC, name, pattern, AclOperation.DELETE);
        }
    }

    private void allow(ResourceType type, String name, PatternType pattern, AclOperation operation) {
        bindings.add(new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW)));
    }

    /**
     * Returns the options of {@code kafka-acls.sh} that add these rules: one command for all rules on the same
     * resource.
     */
    public static List<String> commands(List<AclBinding> rules) {
        Map<ResourcePattern, List<AclBinding>> byNames = new LinkedHashMap<>();
        rules.forEach(rule -> byNames.computeIfAbsent(rule.pattern(), absent -> new ArrayList<>())
                .add(rule));
        return byNames.values().stream().map(AccessRules::command).toList();
    }

    /** @param rules on the same resource */
    private static String command(List<AclBinding> rules) {
        ResourcePattern names = rules.get(0).pattern();
        String resource =
                switch (names.resourceType()) {
                    case TOPIC -> "--topic";
                    case GROUP -> "--group";
                    default -> "--transactional-id";
                };
        String operations = rules.stream()
                .map(rule -> " --operation "
                        + SecurityUtils.operationName(rule.entry().operation()))
                .collect(Collectors.joining());
        String prefixed = names.patternType() == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "";
        return "--add --allow-principal " + quoted(rules.get(0).entry().principal()) + operations + " " + resource + " "
                + names.name() + prefixed;
    }

    /** Returns the text quoted for a shell. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9:._/@=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
