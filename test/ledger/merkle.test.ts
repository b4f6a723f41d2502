import { describe, expect, test } from '@jest/globals'
import { leafHash, nodeHash } from '#ledger/merkle.ts'

/** Leaves and roots of the test tree that Certificate Transparency's implementations share. */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots: readonly [size: number, root: string][] = [
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
]

describe('the Merkle tree of RFC 6962', () => {
  test('the hash of an empty entry is that of a zero byte', () => {
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    )
  })

  test.each(roots)('the tree of the first %i leaves has its published root', (size, root) => {
    const hashes = leaves.slice(0, size).map((leaf) => leafHash(Buffer.from(leaf, 'hex')))
    expect(rootOf(hashes).toString('hex')).toBe(root)
  })
})

/** As the RFC defines it: split at the largest power of two smaller than the size. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes
  if (only === undefined) throw new Error('A tree has leaves.')
  if (hashes.length === 1) return only
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1))
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)))
}
