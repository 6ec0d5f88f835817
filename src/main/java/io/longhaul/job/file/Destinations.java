package io.longhaul.job.file;

import io.longhaul.job.Owner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the files of one job go: two of them at one place would cost one of them its bytes. */
public final class Destinations {
    private final Map<String, Integer> files = new HashMap<>();
    private final Set<String> folders = new HashSet<>();

    private Destinations() {}

    /**
     * Why further files cannot be where they are to be, in a sentence; empty where they can.
     *
     * @param already the files that the job has
     * @param folder of whom those are that are added
     */
    public static Optional<String> problem(List<JobFile> already, List<FileSource> added, Owner folder) {
        Destinations taken = new Destinations();
        int index = 0;
        for (JobFile file : already) taken.add(file.folder(), file.localName(), index++);
        for (FileSource file : added) {
            Optional<String> problem = taken.add(folder, file.localName(), index++);
            if (problem.isPresent()) return problem;
        }
        return Optional.empty();
    }

    private Optional<String> add(Owner folder, String localName, int index) {
        String path = folder.name() + "/" + localName;
        Integer other = files.putIfAbsent(path, index);
        if (other != null) return Optional.of("File " + index + " has the localName of file " + other + ".");
        if (folders.contains(path))
            return Optional.of("File " + index + " has a localName that is a folder of another file.");
        for (int slash = path.lastIndexOf('/');
                slash > folder.name().length();
                slash = path.lastIndexOf('/', slash - 1)) {
            String above = path.substring(0, slash);
            Integer file = files.get(above);
            if (file != null)
                return Optional.of("File " + index + " is in a folder that has the localName of file " + file + ".");
            if (!folders.add(above)) break; // and so are those above it
        }
        return Optional.empty();
    }
}
