package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.job.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The places of the files of one job")
class DestinationsTest {
    private static final Owner ALICE = new Owner("alice");

    /** Each from somewhere else. */
    private static List<FileSource> sources(String names) {
        List<FileSource> sources = new ArrayList<>();
        for (String name : List.of(names.split(" ")))
            sources.add(new FileSource("http://h/" + sources.size(), name, List.of(), null));
        return sources;
    }

    private static List<JobFile> files(String names, Owner folder) {
        List<JobFile> files = new ArrayList<>();
        for (FileSource source : sources(names)) files.add(JobFile.fresh(files.size(), source, folder));
        return files;
    }

    @ParameterizedTest
    @CsvSource({"a b", "a A", "d/a d/b e/a", "a ab", "a/b a/c/d a/c/e", "a/b/c a/b/d"})
    void are_different_ones(String names) {
        assertEquals(Optional.empty(), Destinations.problem(List.of(), sources(names), ALICE));
    }

    @ParameterizedTest
    @CsvSource({
        "a b a, File 2 has the localName of file 0.",
        "d/a d/a, File 1 has the localName of file 0.",
        "a a/b, File 1 is in a folder that has the localName of file 0.",
        "a/b x a/b/c/d, File 2 is in a folder that has the localName of file 0.",
        "a/b/c a, File 1 has a localName that is a folder of another file.",
        "a/b/c a/d a/b, File 2 has a localName that is a folder of another file."
    })
    void are_not_taken_twice(String names, String problem) {
        assertEquals(
                problem, Destinations.problem(List.of(), sources(names), ALICE).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"alice, 'File 2 has the localName of file 1.'", "bob, "})
    void are_told_apart_by_whose_folder_they_are_in(String owner, String problem) {
        assertEquals(
                problem,
                Destinations.problem(files("a b", new Owner(owner)), sources("b"), ALICE)
                        .orElse(null));
    }

    /** The same file once more behind one from elsewhere: 0 and 2 are one. */
    private static List<JobFile> twice() {
        List<FileSource> sources = sources("a b");
        return List.of(
                JobFile.fresh(0, sources.getFirst(), ALICE),
                JobFile.fresh(1, sources.getLast(), ALICE),
                JobFile.fresh(2, sources.getFirst(), ALICE));
    }

    @Test
    void are_not_given_to_two_files_because_one_of_them_is_fetched_from_elsewhere() {
        List<JobFile> files = twice();
        List<JobFile> moved = files.stream()
                .map(file -> file.renamed(List.of("http://h/x"), List.of()))
                .toList();
        assertEquals(
                "File 2 has the localName of file 0.",
                Destinations.problem(files, List.of(moved.get(2))).orElseThrow());
        assertEquals(Optional.empty(), Destinations.problem(files, List.of(moved.get(1))));
        assertEquals(Optional.empty(), Destinations.problem(files, List.of(moved.get(0), moved.get(2))));
    }

    @Test
    void are_had_by_those_that_were_written_last() {
        List<JobFile> files = twice();
        assertEquals(Map.of(0, files.get(2)), Destinations.standIns(files));
        JobFile later = files.getFirst().held(3, 7);
        assertEquals(Map.of(2, later), Destinations.standIns(List.of(later, files.get(1), files.get(2))));
        assertEquals(Map.of(), Destinations.standIns(files.subList(0, 2)));
    }

    @Test
    void may_be_one_for_a_file_that_is_given_twice() {
        List<FileSource> once = sources("a");
        assertEquals(
                Optional.empty(), Destinations.problem(List.of(), List.of(once.getFirst(), once.getFirst()), ALICE));
    }
}
