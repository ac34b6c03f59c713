import Support

/// A valid cache with one to three random changes.
struct Mutant {
  /// The valid cache.
  let cache: ValidCache
  /// Whether the checksums over the changes are recomputed, so that a reader cannot rely on them.
  let recomputesChecksums: Bool
  let bytes: [UInt8]

  /// Makes the mutant with a number, which is always the same for a seed.
  init(number: Int, seed: UInt64, of caches: [ValidCache]) {
    var generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD129_0B2A_5C4F_91E3)
    // The last cache, with pages, takes longest, so only one in twenty mutants is of it.
    let choice = Int.random(in: 0..<20, using: &generator)
    cache = caches[choice == 0 ? caches.count - 1 : choice % (caches.count - 1)]
    recomputesChecksums = number.isMultiple(of: 2)
    bytes =
      HDF5Mutation(
        of: cache.file, recomputingChecksums: recomputesChecksums, using: &generator
      ).bytes
  }
}
