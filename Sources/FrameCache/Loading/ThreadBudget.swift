/// The number of threads whose workspaces fit in memory, for samples of a given number of cells.
///
/// For each cell a thread needs two bytes for the count, two for the decompressed chunk, and up to
/// two for the compressed chunk.
package enum ThreadBudget {
  /// The size of a thread's workspace in bytes.
  package static func byteCountPerThread(cellCount: Int) -> Int {
    cellCount * (MemoryLayout<UInt16>.size * 2 + 2)
  }

  /// The requested number of threads, limited to those whose workspaces fit in half of the
  /// machine's memory.
  ///
  /// - Returns: `nil` if not even one workspace fits.
  package static func threadCount(
    requested: Int, cellCount: Int, physicalByteCount: Int = MachineMemory.availableByteCount
  ) -> Int? {
    let room = physicalByteCount / 2 / byteCountPerThread(cellCount: cellCount)
    return room == 0 ? nil : min(requested, room)
  }

  /// The machine's memory, or a limit of the process if that is smaller, in bytes.
  package static var physicalByteCount: Int { MachineMemory.byteCount }
}

extension FrameCache {
  /// The number of threads that may decode samples concurrently: at most the requested number, as
  /// long as their workspaces fit in half of the machine's memory; at least 1.
  public func decodingThreadCount(requested: Int) -> Int {
    ThreadBudget.threadCount(requested: requested, cellCount: sampleCellCount) ?? 1
  }
}
