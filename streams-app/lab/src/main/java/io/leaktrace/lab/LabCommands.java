package io.leaktrace.lab;

import io.leaktrace.cli.MoreCommands;
import java.util.List;

/** Provider of the commands demo, import, simulate and evaluate. */
public final class LabCommands implements MoreCommands {

    @Override
    public List<Object> commands() {
        return List.of(new DemoCommand(), new ImportCommand(), new SimulateCommand(), new EvaluateCommand());
    }
}
