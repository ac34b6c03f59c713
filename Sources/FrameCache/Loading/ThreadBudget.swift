/// The number of threads whose workspaces fit in memory, for samples of a given number of cells.
///
/// A thread holds the counts in two bytes, the same again as a chunk's content, and what that is
/// packed to.
package enum ThreadBudget {
  /// Bytes that a thread needs.
  package static func byteCountPerThread(cellCount: Int) -> Int {
    cellCount * (MemoryLayout<UInt16>.size * 2 + 2)
  }

  /// The requested number of threads, limited to those whose workspaces fit in half of the
  /// machine's memory.
  ///
  /// - Returns: `nil` where not even one thread has room.
  package static func threadCount(
    wanted: Int, cellCount: Int, physicalByteCount: Int = physicalByteCount
  ) -> Int? {
    let room = physicalByteCount / 2 / byteCountPerThread(cellCount: cellCount)
    return room == 0 ? nil : min(wanted, room)
  }

  /// The machine's memory, or what the process is limited to.
  package static var physicalByteCount: Int { MachineMemory.byteCount }
}

extension FrameCache {
  /// The number of threads that may decode samples concurrently: at most the requested number, and
  /// so many that their workspaces take at most half of the machine's memory; at least 1.
  public func decodingThreadCount(wanted: Int) -> Int {
    ThreadBudget.threadCount(wanted: wanted, cellCount: sampleCellCount) ?? 1
  }
}
