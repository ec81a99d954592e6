package io.leaktrace.testing;

import io.leaktrace.correlate.CorrelatorCheckpoint;
import io.leaktrace.correlate.CorrelatorStore;
import io.leaktrace.domain.Custodian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/** What a correlator keeps, in memory; a copy is what is left after a crash. */
public final class MemoryCorrelatorStore implements CorrelatorStore {

    private final TreeMap<Long, byte[]> blocks = new TreeMap<>();
    private final List<Custodian> custodians = new ArrayList<>();
    private byte[] hashKey;
    private CorrelatorCheckpoint checkpoint;

    public MemoryCorrelatorStore copy() {
        MemoryCorrelatorStore copy = new MemoryCorrelatorStore();
        blocks.forEach((number, block) -> copy.blocks.put(number, block.clone()));
        copy.custodians.addAll(custodians);
        copy.hashKey = hashKey;
        copy.checkpoint = checkpoint;
        return copy;
    }

    /** All blocks as text, to look for names in. */
    public String text() {
        StringBuilder text = new StringBuilder();
        blocks.values().forEach(block -> text.append(new String(block, StandardCharsets.ISO_8859_1)));
        return text.toString();
    }

    public int blockCount() {
        return blocks.size();
    }

    @Override
    public void put(long number, byte[] block) {
        blocks.put(number, block);
    }

    @Override
    public void delete(long number) {
        blocks.remove(number);
    }

    @Override
    public void putCustodian(int number, Custodian custodian) {
        custodians.add(number, custodian);
    }

    @Override
    public List<Custodian> custodians() {
        return custodians;
    }

    @Override
    public void putHashKey(byte[] key) {
        hashKey = key;
    }

    @Override
    public Optional<byte[]> hashKey() {
        return Optional.ofNullable(hashKey);
    }

    @Override
    public void putCheckpoint(CorrelatorCheckpoint saved) {
        checkpoint = saved;
    }

    @Override
    public Optional<CorrelatorCheckpoint> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }

    @Override
    public void blocks(ObjLongConsumer<byte[]> receiver) {
        blocks.forEach((number, block) -> receiver.accept(block, number));
    }
}
