package io.leaktrace.domain;

/**
 * Further evidence of a contact. Each component is null if it is unknown.
 *
 * @param disclosedMark the mark that came back, a pseudonym
 * @param dialled which number of the buyer the contact reached
 * @param dialledOrderId the order for which the virtual number stood
 * @param payee a pseudonym of the account to which money was to be paid
 * @param link a pseudonym of an address on the web
 */
public record ContactDetails(String disclosedMark, Dialled dialled, String dialledOrderId, String payee, String link) {

    public static final ContactDetails NONE = new ContactDetails(null, null, null, null, null);

    /** Returns the evidence of a mark that came back, and nothing else. */
    public static ContactDetails ofMark(String disclosedMark) {
        return new ContactDetails(disclosedMark, null, null, null, null);
    }
}
