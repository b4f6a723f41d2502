import { createHash } from 'node:crypto'

/**
 * The hash of one entry in a Merkle tree, as RFC 6962 §2.1 defines it: SHA-256 of a zero byte and the entry.
 *
 * The zero, and the one of `nodeHash`, keep an entry from passing for a part of the tree.
 */
export const leafHash = (entry: Uint8Array): Buffer => createHash('sha256').update(leafPrefix).update(entry).digest()

/** The hash over two subtrees: SHA-256 of a one byte and both hashes. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(nodePrefix).update(left).update(right).digest()

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)
