package io.leaktrace.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's state in Kafka: checks whether this version may continue with it, under these settings and with the
 * existing input topics.
 */
final class SavedState {

    private static final Logger LOG = LoggerFactory.getLogger(SavedState.class);
    private static final String ALTERNATIVES =
            "read the input again, with another application.id or after a reset as described in docs/operations.md";

    private final Settings settings;
    private final Admin admin;
    private final TopicAdmin topics;
    private final String application;
    private final InternalTopics internal;
    private final StateSettingsTopic recorded;

    SavedState(Settings settings, Admin admin, TopicAdmin topics, Topology topology) {
        this.settings = settings;
        this.admin = admin;
        this.topics = topics;
        this.application = settings.get(Setting.APPLICATION_ID);
        this.internal =
                new InternalTopics(application, topology, settings.topics().orderEvents());
        this.recorded = new StateSettingsTopic(settings);
    }

    /** Returns the names of the existing internal topics, including the topic of state settings. */
    SortedSet<String> existing() {
        Set<String> all = names();
        SortedSet<String> found = internal.ownAmong(all, Set.of());
        if (all.contains(recorded.name())) {
            found.add(recorded.name());
        }
        return found;
    }

    private Set<String> names() {
        return TopicAdmin.get(admin.listTopics().names());
    }

    /**
     * Checks that the pipeline may continue with the saved state, and records the settings that new state is made with.
     *
     * @param inputPartitions number of partitions of the order events
     * @param abandon whether to ignore state of another version and lost records
     * @throws StartException if it must not continue, with all reasons
     */
    void claim(int inputPartitions, boolean abandon) {
        SortedMap<String, String> ids = inputIds();
        StateCompatibility now = StateCompatibility.of(settings, inputPartitions, ids, internal.current());
        if (!names().contains(recorded.name())) {
            create();
        }
        StateSettingsTopic.Read read = recorded.read();
        Optional<StateCompatibility> before = read.last();
        Set<String> own = internal.ownAmong(
                names(), before.map(StateCompatibility::internalTopics).orElse(new TreeSet<>()));
        if (!abandon) {
            requireKnown(own);
            requirePartitions(own, inputPartitions);
        }
        boolean exists = holdsRecords(own) || isRunning();
        if (isRunning() && before.isPresent() && !before.get().internalTopics().equals(now.internalTopics())) {
            throw new StartException("other instances of '" + application + "' run with other internal topics: "
                    + before.get().internalTopics() + ", and this one would run with " + now.internalTopics()
                    + "; stop all instances, then start them");
        }
        if (exists && before.isPresent()) {
            requireSame(before.get(), now);
        } else if (exists) {
            LOG.warn(
                    "The state of '{}' is of a version that did not record its settings; the current ones are recorded in {}",
                    application,
                    recorded.name());
        }
        Map<String, String> idsBefore = before.isPresent() ? before.get().topicIds() : Map.of();
        idsBefore.forEach((topic, id) -> {
            // A source topic may have been taken out of the settings.
            if (ids.containsKey(topic) && !id.equals(ids.get(topic))) {
                LOG.warn("{} was deleted and created anew since the application ran last", topic);
            }
        });
        requireUnreadInput(new ReadPositions(positions(), idsBefore, ids), abandon);
        if (!exists || before.isEmpty() || !before.get().equals(now)) {
            requireSame(recorded.write(now, read), now);
        }
        if (!exists && before.isPresent() && isRunning()) {
            // Another instance has started since the check above, with the settings recorded before: restore them.
            recorded.send(before.get());
            requireSame(before.get(), now);
        }
    }

    /**
     * Checks, after this instance has joined the group, that the settings recorded by {@link #claim} are still in
     * force: while nothing runs and no state exists, an instance with other settings may replace them.
     *
     * @throws StartException if other settings are recorded
     */
    void confirm(int inputPartitions) {
        StateCompatibility now = StateCompatibility.of(settings, inputPartitions, inputIds(), internal.current());
        recorded.read().last().ifPresent(last -> requireSame(last, now));
    }

    private void create() {
        try {
            TopicAdmin.get(admin.createTopics(List.of(recorded.asNew())).all());
        } catch (StartException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        topics.awaitLeaders(List.of(recorded.name()));
    }

    private void requireKnown(Set<String> own) {
        List<String> unknown =
                own.stream().filter(name -> !internal.current().contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new StartException("the application '" + application
                    + "' has state that this version would not go on with: " + String.join(", ", unknown) + "; "
                    + ALTERNATIVES + ", or ignore the state with --abandon-state");
        }
    }

    private void requirePartitions(Set<String> own, int inputPartitions) {
        List<String> existing = own.stream()
                .filter(name -> internal.perInputPartition().contains(name))
                .toList();
        TopicAdmin.get(admin.describeTopics(existing).allTopicNames()).forEach((name, description) -> {
            int found = description.partitions().size();
            if (found != inputPartitions) {
                throw new StartException(settings.topics().orderEvents() + " has " + inputPartitions
                        + " partitions and the state in " + name + " is for " + found + "; " + ALTERNATIVES);
            }
        });
    }

    private void requireSame(StateCompatibility before, StateCompatibility now) {
        List<String> differences = before.differencesFrom(now);
        if (!differences.isEmpty()) {
            throw new StartException("the state of the application '" + application
                    + "' was made with other settings, and would mean something else under these:\n  "
                    + String.join("\n  ", differences) + "\nSet them back, or " + ALTERNATIVES
                    + ". --abandon-state does not help: the state would still be read.");
        }
        before.changesTo(now)
                .forEach(change -> LOG.warn(
                        "{}: applies from the next epoch on; final results of earlier days do not change", change));
    }

    private void requireUnreadInput(ReadPositions positions, boolean abandon) {
        List<String> problems = positions.problems();
        if (problems.isEmpty()) {
            return;
        }
        if (!abandon) {
            throw new StartException("input of the application '" + application + "' would be passed over:\n  "
                    + String.join("\n  ", problems)
                    + "\nContinue with the existing records with --abandon-state (recreated topics are read from their "
                    + "beginning then), or " + ALTERNATIVES + ".");
        }
        problems.forEach(LOG::warn);
        Map<TopicPartition, OffsetAndMetadata> restarts = positions.restarts();
        if (!restarts.isEmpty()) {
            TopicAdmin.get(
                    admin.alterConsumerGroupOffsets(application, restarts).all());
            LOG.warn("Reading from the beginning: {}", restarts.keySet());
        }
    }

    private SortedMap<String, String> inputIds() {
        SortedMap<String, String> ids = new TreeMap<>();
        Map<String, TopicDescription> described =
                TopicAdmin.get(admin.describeTopics(settings.inputTopics()).allTopicNames());
        described.forEach(
                (name, description) -> ids.put(name, description.topicId().toString()));
        return ids;
    }

    private boolean holdsRecords(Set<String> own) {
        List<TopicPartition> changelogs = new ArrayList<>();
        List<String> names = own.stream()
                .filter(name -> name.endsWith(InternalTopics.CHANGELOG))
                .toList();
        TopicAdmin.get(admin.describeTopics(names).allTopicNames()).forEach((name, description) -> description
                .partitions()
                .forEach(partition -> changelogs.add(new TopicPartition(name, partition.partition()))));
        Map<TopicPartition, Long> begins = offsets(changelogs, OffsetSpec.earliest());
        return offsets(changelogs, OffsetSpec.latest()).entrySet().stream()
                .anyMatch(end -> end.getValue() > begins.get(end.getKey()));
    }

    /** Returns whether an instance is running; it may not have saved any state yet. */
    private boolean isRunning() {
        try {
            return TopicAdmin.get(
                            admin.describeConsumerGroups(List.of(application)).all())
                    .values()
                    .stream()
                    .anyMatch(group -> group.groupState() != GroupState.EMPTY && group.groupState() != GroupState.DEAD);
        } catch (StartException e) {
            // The group does not exist yet, or uses another protocol.
            LOG.debug("The group {} cannot be described", application, e);
            return false;
        }
    }

    private Map<TopicPartition, ReadPositions.Position> positions() {
        Map<TopicPartition, Long> committed = new HashMap<>();
        TopicAdmin.get(admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (offset != null && settings.inputTopics().contains(partition.topic())) {
                        committed.put(partition, offset.offset());
                    }
                });
        Map<String, TopicDescription> described =
                TopicAdmin.get(admin.describeTopics(settings.inputTopics()).allTopicNames());
        // A topic recreated with fewer partitions lacks some of the committed ones.
        List<TopicPartition> partitions = committed.keySet().stream()
                .filter(partition -> partition.partition()
                        < described.get(partition.topic()).partitions().size())
                .toList();
        Map<TopicPartition, Long> begins = offsets(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Map<TopicPartition, ReadPositions.Position> positions = new HashMap<>();
        for (TopicPartition partition : partitions) {
            positions.put(
                    partition,
                    new ReadPositions.Position(begins.get(partition), ends.get(partition), committed.get(partition)));
        }
        return positions;
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        partitions.forEach(partition -> request.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found =
                TopicAdmin.get(admin.listOffsets(request).all());
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }
}
