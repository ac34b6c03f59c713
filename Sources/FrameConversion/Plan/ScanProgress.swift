internal import Threads

/// Adds up the bytes of recordings that several threads scan.
final class ScanProgress: @unchecked Sendable {
  private let observer: WorkObserver
  private let lock = Lock()
  // Guarded by `lock`.
  private var completedByteCount = 0
  private var totalByteCount = 0

  init(_ observer: WorkObserver) { self.observer = observer }

  /// Sets the size of all recordings; until then it is reported as 0, for unknown.
  func expect(_ byteCount: Int) { lock.withLock { totalByteCount = byteCount } }

  /// Reports that more bytes have been scanned.
  func add(_ byteCount: Int) {
    lock.withLock {
      completedByteCount += byteCount
      observer.onProgress(
        WorkProgress(
          stage: .scan, completedCount: completedByteCount, totalCount: totalByteCount))
    }
  }
}
