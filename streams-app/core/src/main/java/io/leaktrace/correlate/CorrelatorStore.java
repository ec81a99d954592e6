package io.leaktrace.correlate;

import io.leaktrace.domain.Custodian;
import java.util.List;
import java.util.Optional;

/** Stores the state that a correlator restores after a restart. */
public interface CorrelatorStore {

    /** Returns the store of the buyer log. */
    BlockStore recent();

    /** Returns the store of the long memory, the log of expired order events. */
    BlockStore past();

    /** Stores a custodian, once; its number is its index in {@link #custodians()}. */
    void putCustodian(int number, Custodian custodian);

    List<Custodian> custodians();

    /** Stores the secret key of the buyer hash, once. */
    void putHashKey(byte[] key);

    /** Returns the stored key; empty if there is none. */
    Optional<byte[]> hashKey();

    /**
     * Stores a buyer that is a decoy.
     *
     * @param firstEvent time of the first order event that says so; {@link Long#MAX_VALUE} if it is none any more
     */
    void putDecoy(long buyer, long firstEvent);

    /** Passes the decoys with their first events to a receiver. */
    void decoys(LongLongConsumer receiver);

    /** Receives a buyer and a time. */
    interface LongLongConsumer {
        void accept(long buyer, long firstEvent);
    }

    void putCheckpoint(CorrelatorCheckpoint checkpoint);

    Optional<CorrelatorCheckpoint> checkpoint();
}
