package io.leaktrace.correlate;

import io.leaktrace.domain.Custodian;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/** Where a correlator keeps what it must have again after a restart. */
public interface CorrelatorStore extends BuyerLog.BlockStore {

    /** Names each custodian once; its number is its place in {@link #custodians()}. */
    void putCustodian(int number, Custodian custodian);

    List<Custodian> custodians();

    /** Keeps the secret key of the buyers' hashes, once. */
    void putHashKey(byte[] key);

    /** The key that was kept, or nothing. */
    Optional<byte[]> hashKey();

    void putCheckpoint(CorrelatorCheckpoint checkpoint);

    Optional<CorrelatorCheckpoint> checkpoint();

    /** Gives the blocks in the order of their numbers. */
    void blocks(ObjLongConsumer<byte[]> receiver);
}
