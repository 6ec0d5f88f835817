package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.testkit.JobDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The database's connections")
class DatabaseTest {
    @Test
    void give_up_a_server_that_says_nothing() throws SQLException {
        try (JobDatabase database = JobDatabase.create();
                Connection connection = database.dataSource().getConnection()) {
            assertEquals(20_000, connection.getNetworkTimeout());
        }
    }
}
