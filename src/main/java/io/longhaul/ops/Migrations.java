package io.longhaul.ops;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables to what this version of the program expects; several nodes may do so at once. */
final class Migrations {
    private Migrations() {}

    static void run(DataSource database) {
        try {
            Flyway.configure()
                    .dataSource(database)
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
        } catch (FlywayException refused) {
            throw new StartupException(
                    "The database's tables cannot be brought up to date: " + Sentences.firstLine(refused) + ".",
                    refused);
        }
    }
}
