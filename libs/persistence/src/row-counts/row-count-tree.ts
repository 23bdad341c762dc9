/**
 * The shape of the tree that row counts are kept in. Keys that are equal but for their last bits share a leaf; leaves
 * whose numbers are equal but for their last bits share a node of level 1, and those a node of level 2, of which there
 * may be any number. A negative key is no exception: `>>` rounds down.
 */
export const leafBits = 7;
export const nodeBits = 9;

/** Keys of a leaf. */
export const leafWidth = 1 << leafBits;
/** Children of a node. */
export const nodeWidth = 1 << nodeBits;
