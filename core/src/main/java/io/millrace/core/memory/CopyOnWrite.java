package io.millrace.core.memory;

/**
 * Asks the owner of the KV tensors to copy one block's slots to another before it writes.
 *
 * @param source the block that stays with the other tables
 * @param target the fresh block that took its place in the writing table
 */
public record CopyOnWrite(int source, int target) {}
