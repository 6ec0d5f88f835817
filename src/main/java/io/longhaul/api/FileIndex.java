package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.job.BitsError;
import io.longhaul.job.Job;
import io.longhaul.job.file.JobFile;
import java.util.regex.Pattern;

/** The file that a path names by its place in the job. */
final class FileIndex {
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");

    private FileIndex() {}

    /** The number; a text that is none names no file. */
    static int of(Call call) {
        String text = call.named("index");
        if (!NUMBER.matcher(text).matches()) throw new Refusal(BitsError.BG_E_FILE_NOT_FOUND);
        return Integer.parseInt(text);
    }

    static JobFile fileOf(Call call, Job job) {
        int index = of(call);
        if (index >= job.files().size()) throw new Refusal(BitsError.BG_E_FILE_NOT_FOUND);
        return job.files().get(index);
    }
}
