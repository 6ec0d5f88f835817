package io.longhaul.api.json;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Enumerations by their exact names. */
public final class Names {
    private Names() {}

    /**
     * The constant of exactly that name.
     *
     * @param what the property or parameter that it is the value of
     * @throws Refusal where there is no such name; it lists those that there are
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String text, String what) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) return constant;
        }
        String names = Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
        throw Refusal.invalid(what + " must be one of " + names + ".");
    }
}
