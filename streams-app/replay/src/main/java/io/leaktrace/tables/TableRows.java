package io.leaktrace.tables;

import io.leaktrace.files.OrderedChunks;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The rows of a query in chunks, each row as {@link TableColumns#row} returns it. */
final class TableRows implements OrderedChunks.Source<List<Object[]>> {

    private static final int CHUNK_ROWS = 512;

    /** The query failed. */
    static final class QueryException extends IOException {
        private static final long serialVersionUID = 1;

        private final SQLException problem;

        QueryException(SQLException problem) {
            super(problem);
            this.problem = problem;
        }

        SQLException problem() {
            return problem;
        }
    }

    private final TableColumns columns;
    private final Statement statement;
    private final ResultSet result;
    private volatile boolean ended;
    /** What ended the rows early, or null. */
    private SQLException failure;

    /**
     * Starts the query.
     *
     * @param statement to run it with; it is closed with the rows
     */
    TableRows(Statement statement, String query, TableColumns columns) throws SQLException {
        this.columns = columns;
        this.statement = statement;
        this.result = statement.executeQuery(query);
    }

    /**
     * The next rows, or null at the end.
     *
     * @throws QueryException if the query fails
     */
    @Override
    public List<Object[]> next() throws IOException {
        List<Object[]> rows = new ArrayList<>(CHUNK_ROWS);
        try {
            while (!ended && rows.size() < CHUNK_ROWS) {
                if (result.next()) {
                    rows.add(columns.row(result));
                } else {
                    ended = true;
                }
            }
        } catch (SQLException e) {
            ended = true;
            failure = e;
        }
        if (rows.isEmpty() && failure != null) {
            throw new QueryException(failure);
        }
        return rows.isEmpty() ? null : rows;
    }

    /** Stops the query if it has not ended, from any thread; then {@link #next} fails. */
    void cancel() throws SQLException {
        if (!ended) {
            statement.cancel();
        }
    }

    @Override
    public void close() throws IOException {
        try (statement) {
            result.close();
        } catch (SQLException e) {
            throw new QueryException(e);
        }
    }
}
