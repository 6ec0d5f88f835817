package io.longhaul.comparison;

import com.github.f4b6a3.uuid.UuidCreator;
import io.longhaul.bench.Workload;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/** One row a job, in inserts of many rows, and nothing else: what the database itself can do. */
final class BareInserts {
    private static final String TABLE = """
            CREATE TABLE bare (
              id uuid PRIMARY KEY,
              owner text NOT NULL,
              state text NOT NULL,
              job bytea NOT NULL)\
            """;

    private BareInserts() {}

    /** Folder, jobs, jobs to warm up with, rows in an insert, threads. */
    public static void main(String[] arguments) throws Exception {
        long jobs = Long.parseLong(arguments[1]);
        long warmUp = Long.parseLong(arguments[2]);
        int batch = Integer.parseInt(arguments[3]);
        int threads = Integer.parseInt(arguments[4]);
        try (PeerDatabase database = PeerDatabase.start(Path.of(arguments[0]), threads + 1, TABLE)) {
            Parts.inThreads(warmUp, threads, (from, to) -> insert(database, from, to, batch));
            Cpu before = database.cpu();
            long startedAt = System.nanoTime();
            Parts.inThreads(jobs, threads, (from, to) -> insert(database, from, to, batch));
            double seconds = Processes.seconds(startedAt);
            Cpu cpu = database.cpu().minus(before);
            if (database.count("bare") != jobs + warmUp) throw new IllegalStateException("rows are missing");
            Figures figures = Figures.none().more("accepted jobs/s", jobs / seconds);
            cpu.addTo(figures, jobs);
            figures.print();
        }
    }

    /** Each batch is a transaction; the driver makes one insert of many rows of it. */
    private static void insert(PeerDatabase database, long from, long to, int batch) throws SQLException {
        var workload = new Workload("run", "bench", Optional.empty(), "http://127.0.0.1:1/small/%d.bin", 1000, true);
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement row = connection.prepareStatement("INSERT INTO bare VALUES (?, ?, ?, ?)")) {
            connection.setAutoCommit(false);
            for (long job = from; job < to; job++) {
                row.setObject(1, UuidCreator.getTimeOrderedEpoch());
                row.setString(2, "bench");
                row.setString(3, "QUEUED");
                row.setBytes(4, workload.line(job));
                row.addBatch();
                if ((job - from) % batch == batch - 1 || job == to - 1) {
                    row.executeBatch();
                    connection.commit();
                }
            }
        }
    }
}
