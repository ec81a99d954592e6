/**
 * Leaktrace side by side with others on one job: for every custodian, the orders it touched, and the pairs of a contact
 * and a touch of the same buyer that the contact followed within 14 days.
 *
 * <ul>
 *   <li>{@code market}: the orders and contacts, where they are put, and the truth about them
 *   <li>{@code contenders}: who does the job; {@code Catalogue} lists them, and a new one is a class and a line there
 *   <li>{@code process}: each contender, the broker and the registry in processes of their own
 *   <li>{@code report}: turns, tables
 *   <li>{@code studies}: what is measured of Leaktrace alone
 * </ul>
 */
package io.leaktrace.benchmarks;
