package io.leaktrace.localize;

/** A component of the model that can be switched off for an ablation study. */
public enum ModelComponent {
    /** The likelihood ratio of the disclosed fields; without it, the ratio is 1 for all custodians. */
    FIELD_KNOWLEDGE,
    /** The lead-time density; without it, all lead times within the join window have the same density. */
    LEAD_TIME,
    /** Incidents attributed to one custodian are no evidence against another; without it, each is weighed alone. */
    EXPLAINING_AWAY,
    /** Background rates by number of recent orders; without it, all buyers at risk have the same rate. */
    STRATA,
    /** A custodian's buyers may be called more often than others without a leak; without it, all factors are 1. */
    NEGATIVE_CONTROL,
    /** Weighing of archives: orders copied at some time and called through now; without it, only leaks of today. */
    ARCHIVES,
    /** Several latent classes of background callers; without it, one. */
    CALLER_CLASSES,
    /** Weighing of made-up reports; without it, they are not looked for. */
    FALSE_REPORTS,
    /** Weighing of a source that the orders do not name and that many custodians of a role share. */
    COMMON_SOURCES,
    /** Re-estimation of the sliding window at every epoch; without it, it starts with the leak levels of the last epoch. */
    REATTRIBUTION
}
