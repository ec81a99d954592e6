package io.leaktrace.localize;

/** Parts of the model that can be left out, to see what each is worth. */
public enum Part {
    /** What callers knew; left out, it speaks neither for nor against anybody. */
    FIELD_KNOWLEDGE,
    /** How long after a touch a contact comes; left out, every lead time within the window is as likely. */
    LEAD_TIME,
    /** That what one custodian is blamed for is no evidence against another. */
    EXPLAINING_AWAY,
    /** That buyers who shop more are called more; left out, all buyers at risk share one rate. */
    STRATA,
    /** That a custodian's buyers may be called more often anyway. */
    NEGATIVE_CONTROL,
    /** That the blame of the ring is found anew at each epoch; left out, it starts from that of the epoch before. */
    REATTRIBUTION
}
