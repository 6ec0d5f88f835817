package io.longhaul.ops;

import java.sql.SQLException;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables to what this version of the program expects; several nodes may do so at once. */
final class Migrations {
    private static final Pattern SEVERITY = Pattern.compile("^(ERROR|FATAL): ");

    private Migrations() {}

    /** By a connection of its own, without a limit of time: a table of millions of rows may have to be changed. */
    static void run(Settings.External database) {
        try {
            Flyway.configure()
                    .dataSource(
                            database.url(),
                            database.user().orElse(null),
                            database.password().orElse(null))
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
        } catch (FlywayException refused) {
            throw new StartupException(
                    "The database's tables cannot be brought up to date: " + reason(refused) + ".", refused);
        }
    }

    /** Flyway says which script it ran, and the server why it would not. */
    private static String reason(FlywayException refused) {
        if (!(Sentences.innermost(refused) instanceof SQLException ofServer)) return Sentences.firstLine(refused);
        return SEVERITY.matcher(Sentences.firstLine(ofServer)).replaceFirst("");
    }
}
