package io.leaktrace.lab;

import io.leaktrace.cli.MoreCommands;
import java.util.List;

/** The commands that simulate, import, evaluate, or need a broker on this machine. */
public final class LabCommands implements MoreCommands {

    @Override
    public List<Object> commands() {
        return List.of(new DemoCommand(), new ImportCommand(), new SimulateCommand(), new EvaluateCommand());
    }
}
