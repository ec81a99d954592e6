package io.leaktrace.correlate;

import io.leaktrace.domain.Custodian;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/** Stores the state that a correlator restores after a restart. */
public interface CorrelatorStore extends BuyerLog.BlockStore {

    /** Stores a custodian, once; its number is its index in {@link #custodians()}. */
    void putCustodian(int number, Custodian custodian);

    List<Custodian> custodians();

    /** Stores the secret key of the buyer hash, once. */
    void putHashKey(byte[] key);

    /** Returns the stored key; empty if there is none. */
    Optional<byte[]> hashKey();

    void putCheckpoint(CorrelatorCheckpoint checkpoint);

    Optional<CorrelatorCheckpoint> checkpoint();

    /** Passes the blocks to a receiver in the order of their numbers. */
    void blocks(ObjLongConsumer<byte[]> receiver);
}
