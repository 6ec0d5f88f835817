package io.longhaul.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Jobs that wait in line for the same, in their turn: {@link Entry#TURN}. Kept in sorted blocks: a tree makes an object of
 * each place, and of a million more objects the collector marks each again and again. Most come at the end and leave at the
 * front; any other place costs a search and the move of a block.
 */
final class WaitingLine {
    /** Entries of a block at most: so many references are moved at once. */
    static final int BLOCK = 128;

    /** None is empty. */
    private final List<List<Entry>> blocks = new ArrayList<>(1);

    private int size;

    /** False: it is there already. */
    boolean add(Entry entry) {
        if (blocks.isEmpty()) blocks.add(new ArrayList<>());
        int number = blockOf(entry);
        int place = Collections.binarySearch(blocks.get(number), entry, Entry.TURN);
        if (place >= 0) return false;
        insert(number, -(place + 1), entry);
        size++;
        return true;
    }

    private void insert(int number, int place, Entry entry) {
        List<Entry> block = blocks.get(number);
        if (block.size() < BLOCK) {
            block.add(place, entry);
            return;
        }
        // At the end the full one stays full, as nothing comes in between
        boolean atEnd = place == BLOCK && number == blocks.size() - 1;
        List<Entry> moved = block.subList(atEnd ? BLOCK : BLOCK / 2, BLOCK);
        List<Entry> next = new ArrayList<>(moved);
        moved.clear();
        blocks.add(number + 1, next);
        if (place < block.size()) block.add(place, entry);
        else next.add(place - block.size(), entry);
    }

    /** False: it is not there. */
    boolean remove(Entry entry) {
        if (blocks.isEmpty()) return false;
        int number = blockOf(entry);
        List<Entry> block = blocks.get(number);
        int place = Collections.binarySearch(block, entry, Entry.TURN);
        if (place < 0) return false;
        block.remove(place);
        size--;
        if (block.isEmpty()) {
            blocks.remove(number);
        } else {
            join(number);
            join(number - 1);
        }
        return true;
    }

    /** With the next, where both are small. */
    private void join(int number) {
        if (number < 0 || number + 1 >= blocks.size()) return;
        if (blocks.get(number).size() + blocks.get(number + 1).size() <= BLOCK / 2)
            blocks.get(number).addAll(blocks.remove(number + 1));
    }

    /** The last one that does not begin behind it. */
    private int blockOf(Entry entry) {
        int low = 0;
        int high = blocks.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Entry.TURN.compare(blocks.get(middle).getFirst(), entry) <= 0) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    /** Whose turn it is; nobody's in an empty line. */
    Entry first() {
        return blocks.getFirst().getFirst();
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }
}
