package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.entity.Rivalry.Claims;
import io.longhaul.entity.Rivalry.Held;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Queues that wait for what others hold")
class RivalryTest {
    private static Map<String, Claims> claims(
            Map<String, Held> held, List<String> foreground, List<String> background) {
        return Rivalry.claims(held, foreground, background);
    }

    @Test
    void are_each_given_one_place_by_who_has_most() {
        Map<String, Held> held = Map.of("a", new Held(0, 3), "b", new Held(0, 2));
        assertEquals(Map.of("a", new Claims(0, 0, 1)), claims(held, List.of(), List.of("x")));
        assertEquals(
                Map.of("a", new Claims(0, 0, 2), "b", new Claims(0, 0, 1)),
                claims(held, List.of(), List.of("x", "y", "z")));
    }

    @Test
    void are_given_nothing_by_who_has_no_more_than_they_have() {
        Map<String, Held> held = Map.of("a", new Held(0, 2), "b", new Held(0, 2));
        assertEquals(Map.of(), claims(held, List.of(), List.of("a", "b")));
        assertEquals(Map.of("a", new Claims(0, 0, 1)), claims(held, List.of(), List.of("a", "x")));
    }

    @Test
    void take_the_place_of_a_background_job_for_a_foreground_job_however_few_there_are() {
        Map<String, Held> held = Map.of("a", new Held(4, 0), "b", new Held(0, 1), "c", new Held(3, 0));
        assertEquals(Map.of("b", new Claims(1, 0, 0)), claims(held, List.of("c"), List.of()));
        assertEquals(
                Map.of("b", new Claims(1, 0, 0), "a", new Claims(0, 1, 0)), claims(held, List.of("x", "c"), List.of()));
    }

    @Test
    void take_no_place_of_a_foreground_job_for_a_background_job() {
        assertEquals(Map.of(), claims(Map.of("a", new Held(4, 0)), List.of(), List.of("x")));
    }

    @Test
    void are_made_room_for_by_their_own_background_jobs_first() {
        Map<String, Held> held = Map.of("a", new Held(0, 4), "x", new Held(0, 1));
        assertEquals(Map.of(), claims(held, List.of("x"), List.of()));
    }
}
