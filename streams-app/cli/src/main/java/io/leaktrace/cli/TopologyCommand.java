package io.leaktrace.cli;

import io.leaktrace.runtime.Pipeline;
import io.leaktrace.runtime.Setting;
import io.leaktrace.runtime.Settings;
import io.leaktrace.topology.InputPlacement;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that prints the topology. */
@Command(
        name = "topology",
        description = "Print the topology: sub-topologies, processors, state stores and topics. Needs no cluster.",
        mixinStandardHelpOptions = true)
final class TopologyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions settings;

    @Override
    public Integer call() {
        Settings read = settings.read();
        int partitions = read.integer(Setting.TOPIC_PARTITIONS);
        SortedMap<String, Integer> sources = new TreeMap<>();
        read.sourceTopics().forEach(topic -> sources.put(topic, partitions));
        spec.commandLine()
                .getOut()
                .print(Pipeline.topology(
                                read, InputPlacement.standard(partitions).withSources(sources))
                        .describe());
        spec.commandLine().getOut().flush();
        return 0;
    }
}
