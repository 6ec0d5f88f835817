package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.transfer.StoreFolders.Folder;
import java.io.IOException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The folders of a store")
class StoreFoldersTest {
    private static final List<String> MAPS = List.of("alice", "maps");

    @TempDir
    Path root;

    @TempDir
    Path outside;

    private StoreFolders folders;

    @BeforeEach
    void open() throws IOException {
        folders = new StoreFolders(root);
    }

    @AfterEach
    void close() {
        folders.close();
    }

    private Path maps() {
        return root.resolve("alice/maps");
    }

    @Test
    void are_shared_while_they_are_the_same() throws IOException {
        try (Folder one = folders.open(MAPS, true);
                Folder another = folders.open(MAPS, false)) {
            assertEquals(one, another);
        }
        try (Folder later = folders.open(MAPS, false)) {
            later.create("a").close();
        }
        assertTrue(Files.exists(maps().resolve("a")));
    }

    @Test
    void are_closed_when_the_last_user_has_closed_them() throws IOException {
        Folder one = folders.open(MAPS, true);
        Folder another = folders.open(MAPS, false);
        folders.forget();
        one.close();
        one.close();
        another.create("a").close();
        another.close();
        assertThrows(ClosedDirectoryStreamException.class, () -> another.hasFile("a"));
    }

    @Test
    void are_opened_anew_where_another_has_the_name() throws IOException {
        try (Folder before = folders.open(MAPS, true)) {
            Files.delete(maps());
            assertThrows(NoSuchFileException.class, () -> folders.open(MAPS, false));
            Files.createDirectory(maps());
            try (Folder after = folders.open(MAPS, false)) {
                assertNotEquals(before, after);
                after.create("a").close();
            }
        }
        assertTrue(Files.exists(maps().resolve("a")));
    }

    @Test
    void are_opened_anew_where_one_above_is_another() throws IOException {
        try (Folder before = folders.open(MAPS, true)) {
            Files.move(root.resolve("alice"), root.resolve("bob"));
            Files.createDirectory(root.resolve("alice"));
            Files.move(root.resolve("bob/maps"), maps());
            try (Folder after = folders.open(MAPS, false)) {
                assertNotEquals(before, after);
            }
        }
    }

    @Test
    void are_opened_anew_where_the_root_is_another() throws IOException {
        folders.open(MAPS, true).close();
        Path aside = outside.resolve("aside");
        Files.move(root, aside);
        Files.createDirectories(root.resolve("alice"));
        assertThrows(NoSuchFileException.class, () -> folders.open(MAPS, false));
    }

    @Test
    void are_refused_where_a_link_leads_to_the_very_folder_that_is_open() throws IOException {
        folders.open(MAPS, true).close();
        Files.move(maps(), outside.resolve("maps"));
        Files.createSymbolicLink(maps(), outside.resolve("maps"));
        assertThrows(ForbiddenPathException.class, () -> folders.open(MAPS, true));
    }

    @Test
    void are_refused_where_a_link_on_the_way_leads_to_it() throws IOException {
        folders.open(MAPS, true).close();
        Files.move(root.resolve("alice"), outside.resolve("alice"));
        Files.createSymbolicLink(root.resolve("alice"), outside.resolve("alice"));
        assertThrows(ForbiddenPathException.class, () -> folders.open(MAPS, true));
    }

    @Test
    void are_kept_in_a_limited_number_and_as_long_as_somebody_uses_them() throws IOException {
        long before = descriptors();
        List<Folder> inUse = new ArrayList<>();
        int many = 2 * OpenFolders.MOST;
        for (int i = 0; i < many; i++) inUse.add(folders.open(List.of("alice", "d" + i), true));
        for (Folder folder : inUse) folder.create("a").close();
        for (Folder folder : inUse) folder.close();
        assertTrue(descriptors() - before <= 3L * OpenFolders.MOST, () -> "More than two each are left open");
        folders.close();
        assertTrue(descriptors() - before <= OpenFolders.MOST, () -> "Some were not closed");
        for (int i = 0; i < many; i++) assertTrue(Files.exists(root.resolve("alice/d" + i + "/a")));
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void can_be_listed_again_and_again() throws IOException {
        try (Folder folder = folders.open(MAPS, true)) {
            folder.create("a1").close();
            assertEquals(List.of("a1"), folder.names("a"));
            folder.create("a2").close();
            folder.create("b").close();
            assertEquals(
                    List.of("a1", "a2"), folder.names("a").stream().sorted().toList());
        }
    }

    @Test
    void are_opened_for_each_use_once_the_store_is_closed() throws IOException {
        folders.close();
        try (Folder one = folders.open(MAPS, true);
                Folder another = folders.open(MAPS, false)) {
            assertNotEquals(one, another);
        }
    }
}
