package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Environment variables that begin like Longhaul's")
class KnownVariablesTest {
    @Test
    void are_told_of_where_nothing_reads_them() {
        assertEquals(
                Set.of("LONGHAUL_HTP_PORT", "LONGHAUL_TRANSFER_SLOTS"),
                KnownVariables.unknown(Map.of(
                        "LONGHAUL_CONFIG", "/etc/longhaul.conf",
                        "LONGHAUL_HTTP_PORT", "8080",
                        "LONGHAUL_DB_PASSWORD_FILE", "/run/secrets/password",
                        "LONGHAUL_HTP_PORT", "8080",
                        "LONGHAUL_TRANSFER_SLOTS", "64",
                        "PATH", "/bin")));
    }

    @Test
    void may_be_those_that_kubernetes_makes_from_the_names_of_services() {
        assertEquals(
                Set.of(),
                KnownVariables.unknown(Map.of(
                        "LONGHAUL_SERVICE_HOST", "10.0.0.1",
                        "LONGHAUL_SERVICE_PORT", "8080",
                        "LONGHAUL_SERVICE_PORT_HTTP", "8080",
                        "LONGHAUL_PORT", "tcp://10.0.0.1:8080",
                        "LONGHAUL_PORT_8080_TCP", "tcp://10.0.0.1:8080",
                        "LONGHAUL_PORT_8080_TCP_PROTO", "tcp",
                        "LONGHAUL_PORT_8080_TCP_PORT", "8080",
                        "LONGHAUL_PORT_8080_TCP_ADDR", "10.0.0.1",
                        "LONGHAUL_DATABASE_PORT", "tcp://10.0.0.2:5432")));
    }
}
