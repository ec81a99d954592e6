package io.leaktrace.api;

import io.leaktrace.domain.Alert;
import io.leaktrace.domain.Custodian;
import io.leaktrace.runtime.Version;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps of alerts as Detection Findings (class 2004) of the Open Cybersecurity Schema Framework, version 1.8. {@code
 * docs/console.md} has the mapping field by field.
 */
public final class Ocsf {

    private static final int CLASS = 2004;
    private static final int CATEGORY = 2;
    private static final int STATISTICAL = 3;
    private static final int HIGH = 4;
    private static final int CRITICAL = 5;

    private Ocsf() {}

    /**
     * A step as an event.
     *
     * @param raisedAt event time at which the alert was raised
     */
    public static Map<String, Object> event(Alert step, Instant raisedAt) {
        Map<String, Object> event = new LinkedHashMap<>();
        int activity = activity(step.change());
        event.put("activity_id", activity);
        event.put("activity_name", List.of("Create", "Update", "Close").get(activity - 1));
        event.put("category_uid", CATEGORY);
        event.put("category_name", "Findings");
        event.put("class_uid", CLASS);
        event.put("class_name", "Detection Finding");
        event.put("type_uid", 100L * CLASS + activity);
        boolean escalated = step.change() == Alert.Change.ESCALATED;
        event.put("severity_id", escalated ? CRITICAL : HIGH);
        event.put("severity", escalated ? "Critical" : "High");
        boolean resolved = step.change() == Alert.Change.RESOLVED;
        event.put("status_id", resolved ? 4 : step.change() == Alert.Change.RAISED ? 1 : 2);
        event.put("status", resolved ? "Resolved" : step.change() == Alert.Change.RAISED ? "New" : "In Progress");
        event.put("is_alert", !resolved);
        event.put("time", step.at().toEpochMilli());
        event.put("confidence_score", (int) Math.round(100 * step.score()));
        event.put("message", message(step));
        event.put("metadata", metadata(step));
        event.put("finding_info", findingInfo(step, raisedAt));
        event.put("resources", List.of(resource(step.custodian())));
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("evidence", step.evidence());
        figures.put("threshold", step.threshold());
        figures.put("contacts", step.contacts());
        figures.put("attributed", step.attributed());
        figures.put("exposures", step.exposures());
        figures.put("buyers", step.buyers());
        event.put("unmapped", figures);
        return event;
    }

    private static int activity(Alert.Change change) {
        return switch (change) {
            case RAISED -> 1;
            case ESCALATED -> 2;
            case RESOLVED -> 3;
        };
    }

    private static String message(Alert step) {
        return switch (step.change()) {
            case RAISED -> "Orders touched by " + step.custodian() + " are followed by scam contacts";
            case ESCALATED -> "The evidence against " + step.custodian() + " has become much stronger";
            case RESOLVED -> step.custodian() + " is no longer under suspicion";
        };
    }

    private static Map<String, Object> metadata(Alert step) {
        Map<String, Object> product = new LinkedHashMap<>();
        product.put("name", "Leaktrace");
        product.put("vendor_name", "Leaktrace");
        product.put("version", Version.text());
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("version", "1.8.0");
        metadata.put("uid", step.alertId() + "/" + step.change());
        metadata.put("product", product);
        return metadata;
    }

    private static Map<String, Object> findingInfo(Alert step, Instant raisedAt) {
        Map<String, Object> analytic = new LinkedHashMap<>();
        analytic.put("type_id", STATISTICAL);
        analytic.put("type", "Statistical");
        analytic.put("name", "Shiryaev–Roberts statistic of an additive point process");
        analytic.put("version", Version.text());
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("uid", step.alertId());
        info.put("title", "Suspected leak of order data by " + step.custodian());
        info.put("types", List.of("Data leak"));
        info.put("created_time", raisedAt.toEpochMilli());
        info.put("modified_time", step.at().toEpochMilli());
        info.put("analytic", analytic);
        return info;
    }

    private static Map<String, Object> resource(Custodian custodian) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("uid", custodian.toString());
        resource.put("name", custodian.id());
        resource.put("type", custodian.role().name());
        return resource;
    }
}
