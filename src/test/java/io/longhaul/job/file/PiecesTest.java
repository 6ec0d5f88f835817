package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The parts of a file that are asked for")
class PiecesTest {
    private static ByteRange range(long first, long length) {
        return new ByteRange(first, length);
    }

    private static ByteRange from(long first) {
        return new ByteRange(first, null);
    }

    private static Pieces asked(ByteRange... ranges) {
        return new Pieces(List.of(ranges), List.of());
    }

    @Test
    void come_in_the_order_in_which_they_were_asked_for() {
        Pieces pieces = asked(range(50, 10), range(0, 10));
        assertEquals(Optional.of(range(50, 10)), pieces.next(100L));
        assertEquals(Optional.of(range(0, 10)), pieces.plus(range(50, 10)).next(100L));
        assertEquals(
                Optional.empty(), pieces.plus(range(50, 10)).plus(range(0, 10)).next(100L));
    }

    @Test
    void leave_out_what_is_held_and_come_piece_by_piece_around_it() {
        Pieces pieces = asked(range(0, 100)).plus(range(20, 10)).plus(range(60, 10));
        assertEquals(Optional.of(range(0, 20)), pieces.next(100L));
        assertEquals(Optional.of(range(30, 30)), pieces.plus(range(0, 20)).next(100L));
        assertEquals(
                Optional.of(range(70, 30)),
                pieces.plus(range(0, 20)).plus(range(30, 30)).next(100L));
    }

    @Test
    void are_counted_once() {
        assertEquals(100, asked(range(0, 60), range(40, 20), from(60)).wanted(100));
        assertEquals(30, asked(range(0, 10), range(5, 15)).plus(range(50, 10)).wanted(100));
    }

    @Test
    void lie_in_the_file_or_do_not() {
        assertEquals(
                List.of(range(0, 10), from(0)),
                asked(range(0, 10), from(0), from(10), range(9, 2)).within(10));
        assertEquals(List.of(from(0)), asked(range(0, 1), from(0), from(1)).within(0));
    }

    @Test
    void end_where_the_file_ends() {
        assertEquals(Optional.of(from(90)), asked(from(90)).next(null));
        assertEquals(Optional.of(range(90, 10)), asked(from(90)).next(100L));
        assertEquals(Optional.empty(), asked(from(90)).plus(range(90, 10)).next(100L));
    }

    @Test
    void that_touch_or_overlap_are_held_as_one() {
        Pieces pieces = asked().plus(range(10, 10))
                .plus(range(0, 10))
                .plus(range(15, 20))
                .plus(range(50, 1));
        assertEquals(List.of(range(0, 35), range(50, 1)), pieces.held());
        assertEquals(36, pieces.bytes());
        assertEquals(51, pieces.end());
        assertEquals(
                List.of(range(0, 35), range(50, 1)), pieces.plus(range(5, 5)).held());
    }

    @Test
    void from_an_offset_on_are_fetched_first() {
        assertEquals(List.of(from(70), range(0, 70)), Pieces.from(70, List.of(from(0))));
        assertEquals(
                List.of(range(15, 5), range(40, 5), range(0, 5), range(10, 5)),
                Pieces.from(15, List.of(range(0, 5), range(10, 10), range(40, 5))));
    }

    @Test
    void that_are_here_are_missing_no_more() {
        assertEquals(
                List.of(range(50, 10)),
                asked(range(0, 10), range(50, 10)).plus(range(0, 55)).missing(100L));
    }
}
