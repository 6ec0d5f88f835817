package io.longhaul.job.file;

import io.longhaul.job.Owner;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the files of one job go: two of them at one place would cost one of them its bytes, unless they are the same file given
 * twice.
 */
public final class Destinations {
    private final Map<String, Place> files = new HashMap<>();
    private final Set<String> folders = new HashSet<>();

    private record Place(int index, FileSource source) {}

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
        for (JobFile file : already) taken.add(file.folder(), file.source(), index++);
        for (FileSource file : added) {
            Optional<String> problem = taken.add(folder, file, index++);
            if (problem.isPresent()) return problem;
        }
        return Optional.empty();
    }

    /**
     * Why files cannot be fetched from elsewhere, in a sentence; empty where they can.
     *
     * @param files all that the job has
     * @param moved some of them, with the URLs that they are to have
     */
    public static Optional<String> problem(List<JobFile> files, List<JobFile> moved) {
        Set<Integer> changed = moved.stream().map(JobFile::index).collect(Collectors.toSet());
        Destinations taken = new Destinations();
        for (JobFile file : files)
            if (!changed.contains(file.index())) taken.add(file.folder(), file.source(), file.index());
        for (JobFile file : moved) {
            Optional<String> problem = taken.add(file.folder(), file.source(), file.index());
            if (problem.isPresent()) return problem;
        }
        return Optional.empty();
    }

    /**
     * What stands for the files, of these, that were given twice: the one of that place that was written last. Others have no
     * entry.
     */
    public static Map<Integer, JobFile> standIns(List<JobFile> files) {
        Map<String, JobFile> last = new HashMap<>();
        for (JobFile file : files) last.merge(path(file.folder(), file.source()), file, Destinations::later);
        Map<Integer, JobFile> standIns = new HashMap<>();
        if (last.size() == files.size()) return standIns;
        for (JobFile file : files) {
            JobFile there = last.get(path(file.folder(), file.source()));
            if (there != null && there.index() != file.index()) standIns.put(file.index(), there);
        }
        return standIns;
    }

    /** A run fetches the files of a job in their order. */
    private static JobFile later(JobFile one, JobFile next) {
        return next.heldBy() >= one.heldBy() ? next : one;
    }

    private static String path(Owner folder, FileSource source) {
        return folder.name() + "/" + source.localName();
    }

    private Optional<String> add(Owner folder, FileSource source, int index) {
        String path = path(folder, source);
        Place other = files.putIfAbsent(path, new Place(index, source));
        if (other != null)
            return other.source().equals(source)
                    ? Optional.empty()
                    : Optional.of("File " + index + " has the localName of file " + other.index() + ".");
        if (folders.contains(path))
            return Optional.of("File " + index + " has a localName that is a folder of another file.");
        for (int slash = path.lastIndexOf('/');
                slash > folder.name().length();
                slash = path.lastIndexOf('/', slash - 1)) {
            String above = path.substring(0, slash);
            Place file = files.get(above);
            if (file != null)
                return Optional.of(
                        "File " + index + " is in a folder that has the localName of file " + file.index() + ".");
            if (!folders.add(above)) break; // and so are those above it
        }
        return Optional.empty();
    }
}
