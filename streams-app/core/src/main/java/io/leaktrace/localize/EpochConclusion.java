package io.leaktrace.localize;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.ContactKey;
import io.leaktrace.domain.Correlation.ContactEvidence;
import io.leaktrace.domain.Correlation.ContactTouch;
import io.leaktrace.domain.Custodian;
import io.leaktrace.domain.Epoch;
import io.leaktrace.domain.EventTime;
import io.leaktrace.domain.Evidence;
import io.leaktrace.domain.Fields;
import io.leaktrace.domain.InputCounts;
import io.leaktrace.domain.Suspect;
import io.leaktrace.localize.Incidents.Incident;
import io.leaktrace.localize.Ledger.KnownContact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Says what follows from an epoch once it is solved: what is published of it and what is carried on to the next. */
final class EpochConclusion {

    private final EpochSolver epoch;
    private final ModelSettings settings;
    private final List<Account> accounts;
    private final List<Incident> incidents;
    private final Candidates candidates;

    EpochConclusion(EpochSolver epoch) {
        this.epoch = epoch;
        this.settings = epoch.settings;
        this.accounts = epoch.accounts;
        this.incidents = epoch.incidents;
        this.candidates = epoch.candidates;
    }

    Solution conclude(InputCounts counts, Set<ContactKey> unsolved) {
        double[] attributed = new double[accounts.size()];
        List<Set<String>> buyers = new ArrayList<>(Collections.nCopies(accounts.size(), null));
        double[] linked = new double[accounts.size()];
        double shopping = 0;
        double anyway = 0;
        double blamed = 0;
        long inHorizon = 0;
        for (int i = 0; i < incidents.size(); i++) {
            Incident incident = incidents.get(i);
            if (incident.day < epoch.horizonFrom) {
                continue;
            }
            inHorizon++;
            shopping += epoch.shoppingRate[i] / epoch.total[i];
            anyway += epoch.ownRate[i] / epoch.total[i];
            for (int c : candidates.of(i)) {
                double share = candidates.blame[c] / epoch.total[i];
                attributed[candidates.custodian[c]] += share;
                linked[candidates.custodian[c]] += 1;
                if (share >= AlertPolicy.COUNTED_SHARE) {
                    addBuyer(buyers, candidates.custodian[c], incident);
                }
                blamed += share;
            }
        }
        boolean learning = epoch.today < epoch.firstDay + settings.learningDays();
        long custodians = accounts.stream()
                .filter(account -> touchesFrom(account, epoch.horizonFrom) > 0)
                .count();
        AlertPolicy policy = AlertPolicy.forBudget(custodians, settings);
        Rivals rivals = new Rivals(accounts, candidates, epoch.total, policy, settings);

        SortedMap<Custodian, CustodianState> states = new TreeMap<>();
        TreeSet<Custodian> forgotten = new TreeSet<>();
        TreeSet<Custodian> statusChanged = new TreeSet<>();
        TreeSet<Custodian> changed = new TreeSet<>();
        TreeSet<Custodian> suspected = new TreeSet<>();
        List<Suspect> suspects = new ArrayList<>();
        List<Alert> alerts = new ArrayList<>();
        long open = 0;
        for (int index = 0; index < accounts.size(); index++) {
            Account account = accounts.get(index);
            Standing standing = standing(
                    account,
                    policy,
                    rivals,
                    learning,
                    attributed[index],
                    linked[index] - attributed[index],
                    buyers.get(index) == null ? 0 : buyers.get(index).size());
            boolean gone = touchesFrom(account, epoch.horizonFrom) == 0
                    && standing.state().forgettable();
            if (standing.alert != null) {
                alerts.add(standing.alert);
            }
            if (standing.suspect.status() != account.before.status() || gone) {
                statusChanged.add(account.custodian);
            }
            suspects.add(standing.suspect);
            if (standing.suspect.status() != Suspect.Status.CLEAR) {
                suspected.add(account.custodian);
            }
            open += standing.openAlert == null ? 0 : 1;
            if (gone) {
                forgotten.add(account.custodian);
                continue;
            }
            states.put(account.custodian, standing.state());
            boolean moved = epoch.nextRingFrom != epoch.ringFrom
                    || epoch.followsGap()
                    || !epoch.carried.containsKey(account.custodian);
            if (moved || standing.differs()) {
                changed.add(account.custodian);
            }
        }
        Epoch summary = new Epoch(
                epoch.market,
                Instant.ofEpochMilli(epoch.end - settings.epoch()),
                Instant.ofEpochMilli(epoch.end),
                learning,
                counts,
                unmatched(unsolved),
                inHorizon,
                blamed,
                shopping,
                anyway,
                epoch.background.latestRate(epoch.atRisk),
                epoch.background.latestWave(),
                custodians,
                open,
                policy.raiseAt());
        MarketState marketState = new MarketState(
                epoch.firstDay, epoch.nextRingFrom, epoch.end, sampleLeadTimes(policy.raiseAt() * EpochSolver.LN_10));
        return new Solution(
                suspects,
                statusChanged,
                alerts,
                summary,
                evidenceToShow(unsolved),
                marketState,
                states,
                changed,
                forgotten,
                settledContacts(),
                new Explainer(epoch, suspected, policy));
    }

    /** Nearly all custodians have none, so that a set is made only where it is needed. */
    private static void addBuyer(List<Set<String>> buyers, int custodian, Incident incident) {
        if (buyers.get(custodian) == null) {
            buyers.set(custodian, new HashSet<>());
        }
        buyers.get(custodian).add(incident.first.buyerId());
    }

    private Standing standing(
            Account account,
            AlertPolicy policy,
            Rivals rivals,
            boolean learning,
            double attributed,
            double expected,
            int buyers) {
        CustodianState was = account.before;
        double evidence = account.statistic / EpochSolver.LN_10;
        double score = epoch.today >= epoch.ringFrom ? epoch.chain.leakingNow(account.state) : 0;
        if (account.smoothed != null) {
            account.onset = onset(account);
        } else if (was.openAlert() == null) {
            account.onset = null;
        }
        long contacts = account.contacts;
        long touched = touchesFrom(account, epoch.horizonFrom);
        Rivals.Rival rival = account.carriesBlame() && epoch.explainsAway ? rivals.of(account) : null;
        Alert.Change change = learning ? null : policy.next(was, score, evidence, buyers, rival != null);
        Long first = was.firstAlertedAt();
        String open = was.openAlert();
        boolean escalated = was.escalated();
        Alert alert = null;
        if (change != null) {
            if (change == Alert.Change.RAISED) {
                open = epoch.market + "/" + account.custodian + "/" + Instant.ofEpochMilli(epoch.end);
                first = first == null ? Long.valueOf(epoch.end) : first;
                escalated = false;
            }
            alert = new Alert(
                    open,
                    epoch.market,
                    account.custodian,
                    change,
                    Instant.ofEpochMilli(epoch.end),
                    score,
                    evidence,
                    policy.raiseAt(),
                    contacts,
                    attributed,
                    touched,
                    buyers);
            escalated |= change == Alert.Change.ESCALATED;
            open = change == Alert.Change.RESOLVED ? null : open;
        }
        double leaked = leakExposure(account);
        double exposure = Math.max(leaked, 1e-9);
        boolean exposed = leaked > 0;
        Suspect suspect = new Suspect(
                epoch.market,
                account.custodian,
                AlertPolicy.status(was.verdict(), open != null, score),
                score,
                evidence,
                touched,
                contacts,
                attributed,
                expected,
                exposed ? Math.min(1, attributed / exposure) : 0,
                exposed ? Math.min(1, Intervals.low(attributed, exposure)) : 0,
                exposed ? Math.min(1, Intervals.high(attributed, exposure)) : 1,
                account.onset == null ? null : Instant.ofEpochMilli(account.onset * EventTime.DAY),
                first == null ? null : Instant.ofEpochMilli(first),
                rival == null ? null : rival.custodian(),
                rival == null ? 0 : rival.shared(),
                buyers,
                Instant.ofEpochMilli(epoch.end));
        return new Standing(account, suspect, alert, first, open, escalated);
    }

    /** What is said of a custodian, and what of it is carried on. */
    private final class Standing {
        final Account account;
        final Suspect suspect;
        final Alert alert;
        final Long firstAlertedAt;
        final String openAlert;
        final boolean escalated;

        Standing(
                Account account,
                Suspect suspect,
                Alert alert,
                Long firstAlertedAt,
                String openAlert,
                boolean escalated) {
            this.account = account;
            this.suspect = suspect;
            this.alert = alert;
            this.firstAlertedAt = firstAlertedAt;
            this.openAlert = openAlert;
            this.escalated = escalated;
        }

        /** Whether anything but the checkpoint has to be carried on in another form than it came. */
        boolean differs() {
            CustodianState was = account.before;
            return alert != null
                    || suspect.status() != was.status()
                    || account.carriesBlame()
                    || was.levels().length > 0
                    || !Objects.equals(account.onset, was.onset());
        }

        CustodianState state() {
            boolean blamed = account.carriesBlame();
            return new CustodianState(
                    account.carriedOn,
                    account.levels(),
                    blamed ? epoch.levelsFrom : 0,
                    account.onset,
                    suspect.status(),
                    firstAlertedAt,
                    openAlert,
                    escalated,
                    account.before.verdict(),
                    account.before.verdictUntil());
        }
    }

    /** The likeliest first day of the leak: one of the ring's, or what was thought before the ring began. */
    private Long onset(Account account) {
        Long known = account.before.onset();
        double[] starting = account.smoothed.starting();
        double inRing = 0;
        int best = -1;
        for (int day = 0; day < starting.length; day++) {
            inRing += starting[day];
            if (best < 0 || starting[day] > starting[best]) {
                best = day;
            }
        }
        boolean startedBefore = inRing < 0.5 && known != null && known < epoch.ringFrom;
        return startedBefore ? known : Long.valueOf(epoch.ringFrom + best);
    }

    /** Number of orders touched on a day since 1970 and after it. */
    private long touchesFrom(Account account, long day) {
        return account.touchesFrom((int) (day - epoch.accountsFrom));
    }

    /** Exposure in the time the custodian is thought to have leaked; all of it, if it is not thought to have. */
    private double leakExposure(Account account) {
        double sum = 0;
        int ring = (int) (epoch.ringFrom - epoch.accountsFrom);
        for (int i = (int) (epoch.horizonFrom - epoch.accountsFrom); i < account.exposure.length; i++) {
            boolean smoothed = account.smoothed != null && i >= ring;
            sum += account.exposure[i] * (smoothed ? account.smoothed.leaking()[i - ring] : 1);
        }
        return sum;
    }

    private LeadTimes.Sample sampleLeadTimes(double established) {
        boolean[] isEstablished = new boolean[accounts.size()];
        boolean any = false;
        for (int custodian = 0; custodian < isEstablished.length; custodian++) {
            Account account = accounts.get(custodian);
            isEstablished[custodian] = account.smoothed != null && account.statistic >= established;
            any |= isEstablished[custodian];
        }
        LeadTimes.Sample sample = new LeadTimes.Sample();
        if (!any) {
            return sample;
        }
        for (Incident incident : incidents) {
            long[] touchedAt = incident.known.touchedAt();
            for (int t = 0; t < touchedAt.length && touchedAt[t] < incident.at; t++) {
                if (!isEstablished[epoch.indexOfSlot[incident.known.slots()[t]]]) {
                    continue;
                }
                long lead = incident.at - touchedAt[t];
                // Of a younger touch, only the short lead times have been seen.
                boolean complete = epoch.end - touchedAt[t] >= settings.window();
                if (lead <= settings.window() && complete) {
                    ContactTouch touch = incident.first.touches().get(t);
                    sample.add(touch.custodian().role(), lead, epoch.share(incident.index, touch));
                }
            }
        }
        return sample;
    }

    private List<Evidence> evidenceToShow(Set<ContactKey> unsolved) {
        List<Evidence> shown = new ArrayList<>();
        for (int i = 0; i < incidents.size(); i++) {
            boolean settled = leavesHorizon(incidents.get(i));
            if (!settled && !maybeNew(incidents.get(i), unsolved)) {
                continue;
            }
            for (KnownContact contact : incidents.get(i).contacts) {
                if (settled || isNew(contact.evidence(), unsolved)) {
                    shown.add(evidence(i, contact.evidence(), settled));
                }
            }
        }
        shown.sort(Comparator.comparing(Evidence::contactKey));
        return shown;
    }

    /** Whether one of its contacts could be new: of nearly all incidents none is. */
    private boolean maybeNew(Incident incident, Set<ContactKey> unsolved) {
        return incident.reportedAt >= epoch.end - settings.epoch() || !unsolved.isEmpty();
    }

    /** Whether the contact has been in no epoch before this one. */
    private boolean isNew(ContactEvidence contact, Set<ContactKey> unsolved) {
        return contact.reportedAt() >= epoch.end - settings.epoch() || unsolved.contains(contact.key());
    }

    private long unmatched(Set<ContactKey> unsolved) {
        long unmatched = 0;
        for (Incident incident : incidents) {
            if (!maybeNew(incident, unsolved)) {
                continue;
            }
            for (KnownContact contact : incident.contacts) {
                boolean matched = contact.touches() > 0
                        && contact.touchedAt()[0] < contact.evidence().contactedAt();
                unmatched += !matched && isNew(contact.evidence(), unsolved) ? 1 : 0;
            }
        }
        return unmatched;
    }

    /** Whether the incident's day leaves the horizon with this epoch. */
    private boolean leavesHorizon(Incident incident) {
        long yesterday = epoch.before == null ? epoch.today : EventTime.dayOf(epoch.before.closed() - 1);
        long leftBefore = yesterday - settings.ringDays() + 1;
        return incident.day >= leftBefore && incident.day < epoch.horizonFrom;
    }

    private Evidence evidence(int i, ContactEvidence contact, boolean settled) {
        List<Evidence.Touch> touches = new ArrayList<>();
        double blamed = 0;
        for (ContactTouch touch : contact.touches()) {
            if (touch.touchedAt() < contact.contactedAt()) {
                double share = epoch.share(i, touch);
                blamed += share;
                touches.add(new Evidence.Touch(
                        touch.custodian(), touch.orderId(), Instant.ofEpochMilli(touch.touchedAt()), share));
            }
        }
        return new Evidence(
                contact.contactId(),
                contact.buyerId(),
                Instant.ofEpochMilli(contact.contactedAt()),
                Instant.ofEpochMilli(contact.reportedAt()),
                Fields.of(contact.disclosed()),
                contact.quotedOrderId(),
                touches,
                Math.max(0, 1 - blamed),
                settled,
                Instant.ofEpochMilli(epoch.end));
    }

    /** Contacts of incidents that have left the history; whole incidents, so that the rest group as before. */
    private List<ContactKey> settledContacts() {
        List<ContactKey> settled = new ArrayList<>();
        long historyFrom = epoch.today - settings.historyDays() + 1;
        for (Incident incident : incidents) {
            if (incident.day < historyFrom) {
                incident.contacts.forEach(
                        contact -> settled.add(contact.evidence().key()));
            }
        }
        settled.sort(Comparator.naturalOrder());
        return settled;
    }
}
