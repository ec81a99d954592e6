package io.leaktrace.benchmarks.contenders.flink;

import io.leaktrace.benchmarks.market.Market;
import io.leaktrace.benchmarks.process.ContenderRun;
import io.leaktrace.domain.EventTime;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * The job in Flink SQL: an interval join and two counts, with mini-batches as Flink's guide to tuning advises. The topics
 * become tables by way of the DataStream API, since Flink's format for Confluent's Avro is not in Maven Central.
 */
public final class FlinkSql extends FlinkJob {

    public FlinkSql(ContenderRun run) throws ExecutionException, InterruptedException {
        super(
                run,
                Map.of(
                        "table.exec.mini-batch.enabled",
                        "true",
                        "table.exec.mini-batch.allow-latency",
                        "2s",
                        "table.exec.mini-batch.size",
                        "5000",
                        "table.optimizer.agg-phase-strategy",
                        "TWO_PHASE"));
    }

    @Override
    void build(StreamExecutionEnvironment environment) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        Schema.Builder orders = Schema.newBuilder()
                .column("buyer", "STRING")
                .column("custodians", "ARRAY<STRING>")
                .columnByMetadata("at", DataTypes.TIMESTAMP_LTZ(3), "rowtime")
                .watermark("at", "SOURCE_WATERMARK()");
        tables.createTemporaryView(
                "orders",
                environment.fromSource(orders(), FlinkDataStream.orderTimes(), "order-events"),
                orders.build());
        Schema.Builder contacts = Schema.newBuilder()
                .column("buyer", "STRING")
                .columnByMetadata("at", DataTypes.TIMESTAMP_LTZ(3), "rowtime")
                .watermark("at", "SOURCE_WATERMARK()");
        tables.createTemporaryView(
                "contacts",
                environment.fromSource(contacts(), FlinkDataStream.contactTimes(), "scam-contacts"),
                contacts.build());

        write(
                tables,
                "SELECT custodian, COUNT(*) FROM orders CROSS JOIN UNNEST(custodians) AS t (custodian) "
                        + "GROUP BY custodian",
                exposuresSink());
        write(
                tables,
                "SELECT custodian, COUNT(*) FROM (SELECT o.custodians FROM contacts c JOIN orders o "
                        + "ON o.buyer = c.buyer AND o.`at` BETWEEN c.`at` - INTERVAL '" + Market.WINDOW / EventTime.DAY
                        + "' DAY AND c.`at` - INTERVAL '0.001' SECOND) "
                        + "CROSS JOIN UNNEST(custodians) AS t (custodian) GROUP BY custodian",
                followedSink());
    }

    private static void write(StreamTableEnvironment tables, String query, KafkaSink<Tuple2<String, Long>> sink) {
        DataStream<Row> changes = tables.toChangelogStream(tables.sqlQuery(query));
        changes.filter(row -> row.getKind() == RowKind.INSERT || row.getKind() == RowKind.UPDATE_AFTER)
                .map(row -> Tuple2.of((String) row.getField(0), (Long) row.getField(1)))
                .returns(FlinkCounts.TYPE)
                .sinkTo(sink);
    }
}
