package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.longhaul.testkit.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A node's settings")
class SettingsTest {
    private static final Path FOLDER = Path.of("/var/lib/longhaul");

    @Test
    void have_the_defaults_that_operators_rely_on() {
        Settings shipped = Settings.of(ConfigFactory.defaultApplication().resolve());
        assertEquals(Path.of("data").toAbsolutePath(), shipped.dataDir());
        assertEquals(Path.of("data/files").toAbsolutePath(), shipped.store().root());
        assertEquals(
                new Settings.Http("127.0.0.1", 8080, false, Duration.ofSeconds(30), 8L << 20, 1L << 20),
                shipped.http());
        assertEquals(new Settings.Management("127.0.0.1", 8558), shipped.management());
        assertEquals(
                new Settings.Cluster("127.0.0.1", 25520, List.of(), Optional.empty(), Settings.Bootstrap.NONE, 2),
                shipped.cluster());
        assertEquals(Optional.empty(), shipped.database().external());
        assertEquals(new Settings.Scheduler(Duration.ofSeconds(300), 256, 256), shipped.scheduler());
        assertEquals(
                new Settings.Job(
                        Duration.ofSeconds(600),
                        Duration.ofDays(14),
                        Duration.ofDays(90),
                        Duration.ofDays(90),
                        Duration.ofDays(7),
                        200,
                        500),
                shipped.job());
        assertEquals(
                new Settings.Transfer(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(300),
                        Duration.ofSeconds(300),
                        32,
                        10,
                        OptionalLong.empty(),
                        8L << 20,
                        Duration.ofSeconds(5),
                        true,
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                shipped.transfer());
    }

    @Test
    void keep_everything_below_the_data_folder_unless_told_otherwise() {
        Settings settings = TestSettings.below(FOLDER);
        assertEquals(FOLDER, settings.dataDir());
        assertEquals(FOLDER.resolve("files"), settings.store().root());
        assertEquals(
                FOLDER.resolve("volume"),
                TestSettings.below(FOLDER, "longhaul.store.root = " + FOLDER + "/volume")
                        .store()
                        .root());
    }

    @Test
    void take_seed_nodes_as_one_string_or_as_a_list() {
        var expected = List.of(new Settings.SeedNode("one", 25520), new Settings.SeedNode("[::1]", 25521));
        assertEquals(expected, seedNodes("\"one:25520, [::1]:25521\""));
        assertEquals(expected, seedNodes("[\"one:25520\", \"[::1]:25521\"]"));
        assertEquals(List.of(), seedNodes("\"\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "one:", ":25520", "one:0", "one:65536", "akka://longhaul@one:25520", "one:1;two:2"})
    void refuse_a_seed_node_that_is_none(String seedNode) {
        String said = refusal("longhaul.cluster.seed-nodes = \"" + seedNode + '"');
        assertTrue(said.startsWith("longhaul.cluster.seed-nodes must "), said);
    }

    @Test
    void know_an_external_database_by_its_url_and_tell_nobody_the_password() {
        var database = TestSettings.below(
                        FOLDER,
                        "longhaul.database { url = \"jdbc:postgresql://db/longhaul?password=s3cret\", user = me, password = s3cret }")
                .database();
        var external = database.external().orElseThrow();
        assertEquals("jdbc:postgresql://db/longhaul?password=s3cret", external.url());
        assertEquals(Optional.of("me"), external.user());
        assertEquals(Optional.of("s3cret"), external.password());
        assertFalse(database.toString().contains("s3cret"), database.toString());
    }

    @Test
    void read_the_password_from_its_file_if_it_has_one(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
        String[] database = {
            "longhaul.database.url = \"jdbc:postgresql://db/longhaul\"",
            "longhaul.database.password = other",
            "longhaul.database.password-file = \"" + file + '"'
        };
        assertEquals(
                Optional.of("s3cret"),
                TestSettings.below(FOLDER, database)
                        .database()
                        .external()
                        .orElseThrow()
                        .password());

        Files.delete(file);
        String said = String.valueOf(assertThrows(StartupException.class, () -> TestSettings.below(FOLDER, database))
                .getMessage());
        assertTrue(said.startsWith("longhaul.database.password-file cannot be read: "), said);
    }

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @Test
    void take_the_secrets_of_webhooks_from_a_file_or_a_text_and_tell_nobody(@TempDir Path folder) throws IOException {
        Path file =
                Files.writeString(folder.resolve("secrets"), SECRET + "\n\nwhsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\n");
        var both = List.of(SECRET, "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        assertEquals(
                both,
                TestSettings.below(FOLDER, "longhaul.notify.secrets-file = \"" + file + '"')
                        .notifications()
                        .secrets());
        var text = TestSettings.below(FOLDER, "longhaul.notify.secrets = \"" + String.join(", ", both) + '"')
                .notifications();
        assertEquals(both, text.secrets());
        assertFalse(text.toString().contains(SECRET), text.toString());
        String said = refusal("longhaul.notify.secrets = \"whsec_c2hvcnQ=\"");
        assertEquals("longhaul.notify.secrets must be whsec_ and 24 bytes or more in Base64, each.", said);
    }

    @Test
    void have_no_longest_wait_that_is_shorter_than_the_first() {
        assertEquals(
                "longhaul.notify.longest-retry must not be less than longhaul.notify.first-retry, but is PT1S.",
                refusal("longhaul.notify.longest-retry = 1s"));
    }

    @Test
    void know_commands_by_name_and_only_such_as_can_be_run() {
        assertEquals(
                Map.of("tell", List.of("/bin/sh", "-c", "true")),
                TestSettings.below(FOLDER, "longhaul.notify.commands = [\"tell = /bin/sh -c true\"]")
                        .notifications()
                        .commands());
        for (String wrong : List.of("sh", "tell=sh", "tell=/no/such/program", "a b=/bin/sh", "tell="))
            assertTrue(
                    refusal("longhaul.notify.commands = [\"" + wrong + "\"]")
                            .startsWith("longhaul.notify.commands must "),
                    wrong);
        assertTrue(refusal("longhaul.notify.commands = [\"tell=/bin/sh\", \"tell=/bin/true\"]")
                .startsWith("longhaul.notify.commands must give each name once"));
    }

    @Test
    void have_keys_for_secrets_in_a_file_or_in_a_list_and_never_show_them(@TempDir Path folder) throws IOException {
        String one = "A".repeat(43) + "=";
        String two = "B".repeat(42) + "A=";
        Path file = Files.writeString(folder.resolve("keys"), "# the newest first\n" + one + "\n\n " + two + "\n");
        Settings.Secrets fromFile = TestSettings.below(FOLDER, "longhaul.secrets.keys-file = \"" + file + '"')
                .secrets();
        assertEquals(List.of(one, two), fromFile.keys());
        assertEquals(
                fromFile,
                TestSettings.below(FOLDER, "longhaul.secrets.keys = \"" + one + "," + two + '"')
                        .secrets());
        assertFalse(fromFile.toString().contains("AAA"));
        assertTrue(SecretKeyring.of(fromFile).isPresent());
        String said = String.valueOf(assertThrows(
                        StartupException.class, () -> SecretKeyring.of(new Settings.Secrets(List.of(one, "B"))))
                .getMessage());
        assertEquals("longhaul.secrets cannot be used: key 2 is not Base64.", said);
    }

    @Test
    void refuse_a_file_without_a_key_for_secrets(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), "# to come\n");
        assertEquals(
                "longhaul.secrets.keys-file has no key: " + file + ".",
                refusal("longhaul.secrets.keys-file = \"" + file + '"'));
    }

    @Test
    void find_the_other_nodes_in_one_way_only() {
        assertEquals(
                Settings.Bootstrap.KUBERNETES,
                TestSettings.below(FOLDER, "longhaul.cluster.bootstrap = kubernetes")
                        .cluster()
                        .bootstrap());
        assertEquals(
                "longhaul.cluster.seed-nodes and longhaul.cluster.bootstrap exclude each other; take one.",
                refusal("longhaul.cluster { bootstrap = kubernetes, seed-nodes = \"one:25520\" }"));
    }

    @Test
    void take_an_empty_value_for_none_as_environment_variables_have_it() {
        var settings = TestSettings.below(
                FOLDER, "longhaul.database.url = \"\"", "longhaul.transfer.trusted-certificates = \"\"");
        assertEquals(Optional.empty(), settings.database().external());
        assertEquals(Optional.empty(), settings.transfer().trustedCertificates());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http.port = 65536                      | longhaul.http.port must be a port from 0 to 65535, but is 65536.
                    http.port = many                       | longhaul.http.port must be a whole number, but is many.
                    http.port = "38090.7"                  | longhaul.http.port must be a whole number, but is 38090.7.
                    job.max-files = 1.5                    | longhaul.job.max-files must be a whole number, but is 1.5.
                    http.trusted-network = perhaps         | longhaul.http.trusted-network must be true or false, but is perhaps.
                    http.host = ""                         | longhaul.http.host must not be empty.
                    http.request-timeout = 0s              | longhaul.http.request-timeout must be more than zero, but is PT0S.
                    http.max-body-bytes = 1                | longhaul.http.max-body-bytes must be at least 1024, but is 1.
                    http.max-batch-line-bytes = 4GiB       | longhaul.http.max-batch-line-bytes must be at most 2147483647, but is 4294967296.
                    management.port = -1                   | longhaul.management.port must be a port from 0 to 65535, but is -1.
                    cluster.port = 100000                  | longhaul.cluster.port must be a port from 0 to 65535, but is 100000.
                    cluster.host = 0.0.0.0                 | longhaul.cluster.host must be the address that the other nodes reach this one at, but is 0.0.0.0.
                    cluster.host = "::"                    | longhaul.cluster.host must be the address that the other nodes reach this one at, but is ::.
                    cluster.host = "[0:0:0:0:0:0:0:0]"     | longhaul.cluster.host must be the address that the other nodes reach this one at, but is [0:0:0:0:0:0:0:0].
                    cluster.bootstrap = dns                | longhaul.cluster.bootstrap must be none or kubernetes, but is dns.
                    cluster.bootstrap-nodes = 0            | longhaul.cluster.bootstrap-nodes must be at least 1, but is 0.
                    database.url = "jdbc:h2:mem"           | longhaul.database.url must begin with jdbc:postgresql: and does not.
                    database.connections = 1               | longhaul.database.connections must be at least 2, but is 1.
                    database.journal-connections = 0       | longhaul.database.journal-connections must be at least 2, but is 0.
                    store.root = " "                       | longhaul.store.root must not be empty.
                    scheduler.time-slice = 999ms           | longhaul.scheduler.time-slice must be at least 1 s, but is PT0.999S.
                    scheduler.slots-per-node = 0           | longhaul.scheduler.slots-per-node must be at least 1, but is 0.
                    scheduler.background-slots = 0         | longhaul.scheduler.background-slots must be at least 1, but is 0.
                    job.minimum-retry-delay = -1s          | longhaul.job.minimum-retry-delay must be more than zero, but is PT-1S.
                    job.no-progress-timeout = 0s           | longhaul.job.no-progress-timeout must be more than zero, but is PT0S.
                    job.inactivity-timeout = 0s            | longhaul.job.inactivity-timeout must be more than zero, but is PT0S.
                    job.maximum-download-time = 0s         | longhaul.job.maximum-download-time must be more than zero, but is PT0S.
                    job.retention = 0s                     | longhaul.job.retention must be more than zero, but is PT0S.
                    job.max-files = 0                      | longhaul.job.max-files must be at least 1, but is 0.
                    job.max-ranges-per-file = 0            | longhaul.job.max-ranges-per-file must be at least 1, but is 0.
                    transfer.connect-timeout = 0s          | longhaul.transfer.connect-timeout must be more than zero, but is PT0S.
                    transfer.response-timeout = 0s         | longhaul.transfer.response-timeout must be more than zero, but is PT0S.
                    transfer.stall-timeout = 0s            | longhaul.transfer.stall-timeout must be more than zero, but is PT0S.
                    transfer.connections-per-host = 0      | longhaul.transfer.connections-per-host must be at least 1, but is 0.
                    transfer.max-redirects = -1            | longhaul.transfer.max-redirects must be at least 0, but is -1.
                    transfer.max-file-size = 0             | longhaul.transfer.max-file-size must be at least 1, but is 0.
                    transfer.checkpoint-bytes = 1KiB       | longhaul.transfer.checkpoint-bytes must be at least 65536, but is 1024.
                    transfer.checkpoint-interval = 0s      | longhaul.transfer.checkpoint-interval must be more than zero, but is PT0S.
                    transfer.allowed-addresses = [example] | longhaul.transfer.allowed-addresses must hold addresses and networks only, but is example.
                    transfer.allowed-addresses = "::1, 10.0.0.0/99" | longhaul.transfer.allowed-addresses must hold addresses and networks only, but is 10.0.0.0/99.
                    transfer.allowed-addresses = "1.2.3.4/33" | longhaul.transfer.allowed-addresses must hold addresses and networks only, but is 1.2.3.4/33.
                    transfer.allowed-addresses = "300.2.3.4" | longhaul.transfer.allowed-addresses must hold addresses and networks only, but is 300.2.3.4.
                    transfer.allowed-addresses = "fd00::/129" | longhaul.transfer.allowed-addresses must hold addresses and networks only, but is fd00::/129.
                    transfer.allowed-addresses = "fd00:::1" | longhaul.transfer.allowed-addresses must hold addresses and networks only, but is fd00:::1.
                    """)
    void refuse_nonsense_with_a_sentence_that_names_the_key(String setting, String sentence) {
        assertEquals(sentence, refusal("longhaul." + setting));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data-dir",
                "store.root",
                "database.binaries",
                "secrets.keys-file",
                "cluster.tls.key",
                "transfer.trusted-certificates",
                "transfer.client-certificates",
                "transfer.kerberos-conf",
                "notify.secrets-file"
            })
    void refuse_a_path_that_is_none(String key) {
        assertEquals(
                "longhaul." + key + " is no path here: it has a NUL in it.",
                refusal("longhaul." + key + " = \"/srv\\u0000\""));
    }

    /** Neither does the sentence say what its parameters are. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "//127.0.0.1:abc/db",
                "//127.0.0.1:99999/db?user=me&password=s3cret",
                "//one:5432,two:0/db",
                "//one:/db",
                "//one?password=s3cret",
                "//one/%zz"
            })
    void refuse_an_address_of_a_database_that_cannot_be_one(String address) {
        assertEquals(
                "longhaul.database.url must be jdbc:postgresql://host:port/name, with a port from 1 to 65535, and is not.",
                refusal("longhaul.database.url = \"jdbc:postgresql:" + address + '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//127.0.0.1:5432/db?user=me&password=s3:cret",
                "//one,two:65535/db",
                "//[::1]/db",
                "//[::1]:5432/db",
                "///db",
                "db"
            })
    void take_an_address_of_a_database_as_the_driver_does(String address) {
        var settings = TestSettings.below(FOLDER, "longhaul.database.url = \"jdbc:postgresql:" + address + '"');
        assertTrue(settings.database().external().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"job.inactivity-timeout = soon", "transfer.checkpoint-bytes = [1]", "http = null"})
    void refuse_a_value_of_the_wrong_kind_with_one_line(String setting) {
        String said = refusal("longhaul." + setting);
        assertTrue(said.startsWith("The configuration cannot be read: "), said);
        assertTrue(said.contains(setting.substring(0, setting.indexOf(' '))), said);
        assertEquals(1, said.lines().count());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http.prot = 1                          | There is no setting longhaul.http.prot; longhaul.http.port is one.
                    schedular.slots-per-node = 1           | There is no setting longhaul.schedular.slots-per-node; longhaul.scheduler.slots-per-node is one.
                    notify.command = []                    | There is no setting longhaul.notify.command; longhaul.notify.commands is one.
                    transfer.max-file-sise = null          | There is no setting longhaul.transfer.max-file-sise; longhaul.transfer.max-file-size is one.
                    something-else = true                  | There is no setting longhaul.something-else.
                    """)
    void refuse_a_key_that_is_none(String setting, String sentence) {
        assertEquals(sentence, refusal("longhaul." + setting));
    }

    @Test
    void name_all_files_of_tls_between_nodes_or_none() {
        assertEquals(Optional.empty(), TestSettings.below(FOLDER).cluster().tls());
        assertEquals(
                "longhaul.cluster.tls must name a certificate, its key and its authority, or none of them.",
                refusal("longhaul.cluster.tls.key = \"pom.xml\""));
        assertTrue(refusal("longhaul.cluster.tls.key = \"nowhere\"").contains("must be a file that can be read"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "192.168.1.7", "fd00::/8", "::1"})
    void take_addresses_and_networks(String entry) {
        var transfer = TestSettings.below(FOLDER, "longhaul.transfer.allowed-addresses = [\"" + entry + "\"]")
                .transfer();
        assertEquals(List.of(entry), transfer.allowedAddresses());
    }

    private static List<Settings.SeedNode> seedNodes(String value) {
        return TestSettings.below(FOLDER, "longhaul.cluster.seed-nodes = " + value)
                .cluster()
                .seedNodes();
    }

    private static String refusal(String setting) {
        return String.valueOf(assertThrows(StartupException.class, () -> TestSettings.below(FOLDER, setting))
                .getMessage());
    }
}
