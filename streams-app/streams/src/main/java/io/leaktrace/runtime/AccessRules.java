package io.leaktrace.runtime;

import io.leaktrace.topology.Topics;
import io.leaktrace.topology.Topics.Topic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;

/** What the pipeline has to be allowed to do, and no more: the topics are there already and are not to be made by it. */
public final class AccessRules {

    private static final String ANY_HOST = "*";

    private final String principal;
    private final List<AclBinding> bindings = new ArrayList<>();

    private AccessRules(String principal) {
        this.principal = principal;
    }

    /** @param principal who runs the pipeline, as in {@code User:leaktrace} */
    public static List<AclBinding> of(Settings settings, String principal) {
        AccessRules rules = new AccessRules(principal);
        Topics topics = settings.topics();
        String application = settings.get(Setting.APPLICATION_ID);
        for (String input : List.of(topics.orderEvents(), topics.scamContacts(), topics.leakVerdicts())) {
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
        // Retention and limits are looked at before the start.
        for (Topic topic : topics.all()) {
            rules.allow(ResourceType.TOPIC, topic.name(), PatternType.LITERAL, AclOperation.DESCRIBE_CONFIGS);
        }
        // API and console: what they follow, and what people decide or look at.
        for (String followed : List.of(topics.leakAlerts(), topics.leakEpochs())) {
            rules.allow(ResourceType.TOPIC, followed, PatternType.LITERAL, AclOperation.READ);
        }
        for (String written : List.of(topics.leakVerdicts(), topics.leakAudit())) {
            rules.allow(ResourceType.TOPIC, written, PatternType.LITERAL, AclOperation.WRITE);
        }
        // Topics of its own: changelogs, the settings that they were made with, and the one between the stages, whose
        // records it deletes once they are done with.
        for (AclOperation operation : List.of(
                AclOperation.CREATE,
                AclOperation.READ,
                AclOperation.WRITE,
                AclOperation.DELETE,
                AclOperation.DESCRIBE_CONFIGS)) {
            rules.allow(ResourceType.TOPIC, application + "-", PatternType.PREFIXED, operation);
        }
        rules.allow(ResourceType.GROUP, application, PatternType.LITERAL, AclOperation.READ);
        rules.allow(ResourceType.TRANSACTIONAL_ID, application + "-", PatternType.PREFIXED, AclOperation.WRITE);
        return rules.bindings;
    }

    private void allow(ResourceType type, String name, PatternType pattern, AclOperation operation) {
        bindings.add(new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW)));
    }

    /** The options of {@code kafka-acls.sh} that add a rule. */
    public static String command(AclBinding rule) {
        String resource =
                switch (rule.pattern().resourceType()) {
                    case TOPIC -> "--topic";
                    case GROUP -> "--group";
                    default -> "--transactional-id";
                };
        String prefixed =
                rule.pattern().patternType() == PatternType.PREFIXED ? " --resource-pattern-type prefixed" : "";
        return "--add --allow-principal " + quoted(rule.entry().principal()) + " --operation "
                + SecurityUtils.operationName(rule.entry().operation()) + " " + resource + " "
                + rule.pattern().name() + prefixed;
    }

    /** The text for a shell, which must not take any of it for a pattern or a command. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9:._/@=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
