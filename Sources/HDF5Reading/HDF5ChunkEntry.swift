/// The location of a chunk according to the file's index, not yet validated.
package struct HDF5ChunkEntry: Equatable, Sendable {
  /// Offset from the start of the file in bytes.
  package let byteOffset: UInt64
  /// Stored size of the chunk in bytes, after all filters.
  package let byteCount: UInt64
  /// Bit i is set if filter i was skipped.
  package let skippedFilters: UInt32

  /// Creates a location.
  package init(byteOffset: UInt64, byteCount: UInt64, skippedFilters: UInt32) {
    self.byteOffset = byteOffset
    self.byteCount = byteCount
    self.skippedFilters = skippedFilters
  }
}
