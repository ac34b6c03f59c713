internal import Threads

/// The memory that several threads take for events, up to a limit.
final class EventMemory: @unchecked Sendable {
  private let maximumByteCount: Int
  private let threadCount: Int
  private let lock = Lock()
  // Guarded by `lock`.
  private var byteCount = 0

  /// Allows threads this many bytes together.
  init(maximumByteCount: Int, threadCount: Int) {
    self.maximumByteCount = maximumByteCount
    self.threadCount = threadCount
  }

  /// What one recording has taken; it is given back when the recording is done.
  final class Part {
    private let memory: EventMemory
    private var byteCount = 0

    /// Takes nothing yet.
    init(_ memory: EventMemory) { self.memory = memory }

    /// What to tell users if there is no more.
    var refusal: String {
      "the events of its samples need more than the \(memory.maximumByteCount) bytes of memory that "
        + (memory.threadCount > 1
          ? "\(memory.threadCount) threads may take together: give fewer, as -j 1"
          : "may be taken: half of what is available")
    }

    deinit { memory.change(by: -byteCount) }

    /// Takes more; returns whether all parts together stay within the limit.
    func take(_ more: Int) -> Bool {
      byteCount += more
      return memory.change(by: more)
    }
  }

  @discardableResult
  private func change(by difference: Int) -> Bool {
    lock.withLock {
      byteCount += difference
      return byteCount <= maximumByteCount
    }
  }
}
