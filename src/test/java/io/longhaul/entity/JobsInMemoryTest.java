package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An idle job")
class JobsInMemoryTest {
    @Test
    void stays_for_half_a_minute_where_there_is_room_and_leaves_after_a_second_where_there_is_none() {
        JobsInMemory memory = new JobsInMemory(2);
        memory.entered();
        memory.entered();
        assertEquals(JobsInMemory.WITH_ROOM, memory.stayWhenIdle());
        memory.entered();
        assertEquals(JobsInMemory.WITHOUT_ROOM, memory.stayWhenIdle());
        memory.left();
        assertEquals(JobsInMemory.WITH_ROOM, memory.stayWhenIdle());
    }

    @Test
    void has_a_thirty_second_part_of_the_heap_to_stay_in() {
        JobsInMemory memory = JobsInMemory.in(32 * 6144 * 3);
        for (int i = 0; i < 3; i++) memory.entered();
        assertEquals(JobsInMemory.WITH_ROOM, memory.stayWhenIdle());
        memory.entered();
        assertEquals(JobsInMemory.WITHOUT_ROOM, memory.stayWhenIdle());
    }
}
