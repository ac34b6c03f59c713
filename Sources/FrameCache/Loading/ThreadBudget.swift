/// How many threads can have a workspace for samples of so many cells.
///
/// A thread holds the counts in two bytes, the same again as a chunk's content, and what that is
/// packed to.
package enum ThreadBudget {
  /// Bytes that a thread needs.
  package static func byteCountPerThread(cellCount: Int) -> Int {
    cellCount * (MemoryLayout<UInt16>.size * 2 + 2)
  }

  /// At most so many as were asked for, and as half of the machine's memory holds.
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
  /// How many threads may decode samples at a time, of those that are wanted: their workspaces take
  /// at most half of the machine's memory; at least 1.
  public func decodingThreadCount(wanted: Int) -> Int {
    ThreadBudget.threadCount(wanted: wanted, cellCount: sampleCellCount) ?? 1
  }
}
