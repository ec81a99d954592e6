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
 * What the application has left in Kafka, and whether it may be gone on with: by this version, under these settings, and
 * with the input topics that are there.
 */
final class SavedState {

    private static final Logger LOG = LoggerFactory.getLogger(SavedState.class);
    private static final String WAYS_OUT =
            "read the input anew, as another application.id or after a reset as docs/operations.md says";

    private final Settings settings;
    private final Admin admin;
    private final TopicAdmin topics;
    private final String application;
    private final InternalTopics internal;
    private final StateSettingsTopic noted;

    SavedState(Settings settings, Admin admin, TopicAdmin topics, Topology topology) {
        this.settings = settings;
        this.admin = admin;
        this.topics = topics;
        this.application = settings.get(Setting.APPLICATION_ID);
        this.internal =
                new InternalTopics(application, topology, settings.topics().orderEvents());
        this.noted = new StateSettingsTopic(settings);
    }

    /** The internal topics that are there, by name, the note of settings included. */
    SortedSet<String> existing() {
        Set<String> all = names();
        SortedSet<String> found = internal.oursAmong(all, Set.of());
        if (all.contains(noted.name())) {
            found.add(noted.name());
        }
        return found;
    }

    private Set<String> names() {
        return TopicAdmin.get(admin.listTopics().names());
    }

    /**
     * Makes sure that what is left may be gone on with, and notes what state is made with from now on.
     *
     * @param inputPartitions of the order events
     * @param abandon whether state of another version and records that are lost are done without
     * @throws StartException if it must not be gone on with, with all reasons
     */
    void claim(int inputPartitions, boolean abandon) {
        SortedMap<String, String> ids = inputIds();
        StateSettings now = StateSettings.of(settings, inputPartitions, ids, internal.current());
        if (!names().contains(noted.name())) {
            create();
        }
        StateSettingsTopic.Read read = noted.read();
        Optional<StateSettings> before = read.last();
        Set<String> ours = internal.oursAmong(
                names(), before.map(StateSettings::internalTopics).orElse(new TreeSet<>()));
        if (!abandon) {
            requireKnown(ours);
            requirePartitions(ours, inputPartitions);
        }
        boolean exists = holdsRecords(ours) || isRunning();
        if (isRunning() && before.isPresent() && !before.get().internalTopics().equals(now.internalTopics())) {
            throw new StartException("other instances of '" + application + "' run with other internal topics: "
                    + before.get().internalTopics() + ", and this one would run with " + now.internalTopics()
                    + "; stop all instances, then start them");
        }
        if (exists && before.isPresent()) {
            requireSame(before.get(), now);
        } else if (exists) {
            LOG.warn(
                    "The state of '{}' is of a version that noted no settings; those of now are noted in {}",
                    application,
                    noted.name());
        }
        Map<String, String> idsBefore = before.isPresent() ? before.get().topicIds() : Map.of();
        idsBefore.forEach((topic, id) -> {
            if (!id.equals(ids.get(topic))) {
                LOG.warn("{} was deleted and created anew since the application ran last", topic);
            }
        });
        requireUnreadInput(new ReadPositions(positions(), idsBefore, ids), abandon);
        if (!exists || before.isEmpty() || !before.get().equals(now)) {
            requireSame(noted.write(now, read), now);
        }
        if (!exists && before.isPresent() && isRunning()) {
            // Another instance has started since it was asked for above, and has gone by the note before.
            noted.send(before.get());
            requireSame(before.get(), now);
        }
    }

    /**
     * Makes sure, once this instance has joined the application, that what {@link #claim} noted is still what is noted:
     * as long as nothing runs and there is no state, an instance with other settings may replace the note.
     *
     * @throws StartException if other settings are noted
     */
    void confirm(int inputPartitions) {
        StateSettings now = StateSettings.of(settings, inputPartitions, inputIds(), internal.current());
        noted.read().last().ifPresent(last -> requireSame(last, now));
    }

    private void create() {
        try {
            TopicAdmin.get(admin.createTopics(List.of(noted.asNew())).all());
        } catch (StartException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
        topics.awaitLeaders(List.of(noted.name()));
    }

    private void requireKnown(Set<String> ours) {
        List<String> orphans =
                ours.stream().filter(name -> !internal.current().contains(name)).toList();
        if (!orphans.isEmpty()) {
            throw new StartException("the application '" + application
                    + "' has state that this version would not go on with: " + String.join(", ", orphans) + "; "
                    + WAYS_OUT + ", or let the state go with --abandon-state");
        }
    }

    private void requirePartitions(Set<String> ours, int inputPartitions) {
        List<String> existing = ours.stream()
                .filter(name -> internal.perInputPartition().contains(name))
                .toList();
        TopicAdmin.get(admin.describeTopics(existing).allTopicNames()).forEach((name, description) -> {
            int found = description.partitions().size();
            if (found != inputPartitions) {
                throw new StartException(settings.topics().orderEvents() + " has " + inputPartitions
                        + " partitions and the state in " + name + " is for " + found + "; " + WAYS_OUT);
            }
        });
    }

    private void requireSame(StateSettings before, StateSettings now) {
        List<String> differences = before.differencesFrom(now);
        if (!differences.isEmpty()) {
            throw new StartException("the state of the application '" + application
                    + "' was made with other settings, and would mean something else under these:\n  "
                    + String.join("\n  ", differences) + "\nSet them back, or " + WAYS_OUT
                    + ". --abandon-state does not help: the state would still be read.");
        }
        before.changesTo(now)
                .forEach(change -> LOG.warn(
                        "{}: this counts from the next epoch on; what earlier days have left in the state stays",
                        change));
    }

    private void requireUnreadInput(ReadPositions positions, boolean abandon) {
        List<String> problems = positions.problems();
        if (problems.isEmpty()) {
            return;
        }
        if (!abandon) {
            throw new StartException("input of the application '" + application + "' would be passed over:\n  "
                    + String.join("\n  ", problems)
                    + "\nGo on with what is there with --abandon-state (topics created anew are read from their "
                    + "beginning then), or " + WAYS_OUT + ".");
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
                TopicAdmin.get(admin.describeTopics(settings.topics().inputs()).allTopicNames());
        described.forEach(
                (name, description) -> ids.put(name, description.topicId().toString()));
        return ids;
    }

    private boolean holdsRecords(Set<String> ours) {
        List<TopicPartition> changelogs = new ArrayList<>();
        List<String> names = ours.stream()
                .filter(name -> name.endsWith(InternalTopics.CHANGELOG))
                .toList();
        TopicAdmin.get(admin.describeTopics(names).allTopicNames()).forEach((name, description) -> description
                .partitions()
                .forEach(partition -> changelogs.add(new TopicPartition(name, partition.partition()))));
        Map<TopicPartition, Long> begins = offsets(changelogs, OffsetSpec.earliest());
        return offsets(changelogs, OffsetSpec.latest()).entrySet().stream()
                .anyMatch(end -> end.getValue() > begins.get(end.getKey()));
    }

    /** Whether another instance is there, which may not have saved anything yet. */
    private boolean isRunning() {
        try {
            return TopicAdmin.get(
                            admin.describeConsumerGroups(List.of(application)).all())
                    .values()
                    .stream()
                    .anyMatch(group -> group.groupState() != GroupState.EMPTY && group.groupState() != GroupState.DEAD);
        } catch (StartException e) {
            // There is no such group yet, or one of another protocol.
            LOG.debug("The group {} cannot be described", application, e);
            return false;
        }
    }

    private Map<TopicPartition, ReadPositions.Position> positions() {
        Map<TopicPartition, Long> committed = new HashMap<>();
        TopicAdmin.get(admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (offset != null && settings.topics().inputs().contains(partition.topic())) {
                        committed.put(partition, offset.offset());
                    }
                });
        Map<String, TopicDescription> described =
                TopicAdmin.get(admin.describeTopics(settings.topics().inputs()).allTopicNames());
        // Of a topic that was created anew with fewer partitions, some are not there any more.
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
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Map<TopicPartition, ListOffsetsResultInfo> found =
                TopicAdmin.get(admin.listOffsets(asked).all());
        found.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }
}
