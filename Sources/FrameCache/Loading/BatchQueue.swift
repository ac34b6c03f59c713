internal import Threads

/// The batches of a pass, in order: those still to be decoded, in progress, and ready.
///
/// An array's memory can be written by other threads only during a call that exposes it. So there
/// are two kinds of threads: holders, which expose the memory of a batch and sleep, and decoders,
/// which write to it. Samples are taken in the order of the plan, so that all before a damaged one
/// have been dispatched when its damage is found, for any number of threads.
final class BatchQueue<Memory: BatchMemory>: @unchecked Sendable {
  private let lock = Lock()
  private let cache: FrameCache
  private let batches: [[SampleIndex]]
  let memory: Memory

  // Guarded by `lock`.
  private var begunCount = 0
  /// Number of batches that the consumer has received.
  private var receivedCount = 0
  /// The batch whose samples are being taken.
  private var takenNumber = 0
  /// Batches that have memory, and samples that no thread has taken yet.
  private var open: [Int: OpenBatch] = [:]
  private var ready: [Int: Result<Memory.Batch, FrameCacheError>] = [:]
  /// No more batches are begun: a sample was damaged, or the caller stopped.
  private var isStopped = false

  init(_ cache: FrameCache, _ batches: [[SampleIndex]], into memory: Memory) {
    self.cache = cache
    self.batches = batches
    self.memory = memory
  }

  /// Makes ``next()`` throw an error before anything is decoded.
  func fail(_ error: FrameCacheError) {
    lock.withLock {
      isStopped = true
      ready[0] = .failure(error)
    }
  }

  // MARK: For the consumer of batches

  /// Removes the next batch from the queue; waits until it is ready.
  ///
  /// - Returns: `nil` after the last one.
  /// - Throws: The error of the batch's first sample that could not be decoded; again on each call.
  func next() throws(FrameCacheError) -> Memory.Batch? {
    try next(before: nil)?.get()
  }

  /// As ``next()``, but waits no longer than a deadline: then ``receivedCount`` is less than the
  /// number of batches.
  func next(before deadline: Deadline?) -> Result<Memory.Batch, FrameCacheError>? {
    lock.withLock {
      while true {
        if receivedCount == batches.count { return nil }
        switch ready[receivedCount] {
        case .success(let batch):
          ready[receivedCount] = nil
          receivedCount += 1
          lock.wakeAll()
          return .success(batch)
        case .failure(let error): return .failure(error)
        case nil:
          guard let deadline else {
            lock.wait()
            continue
          }
          if !lock.wait(until: deadline) { return nil }
        }
      }
    }
  }

  /// Lets threads check again what ``BatchMemory/permittedCount(receivedCount:)`` returns.
  func memoryChanged() { lock.withLock { lock.wakeAll() } }

  /// Makes every thread return after its current sample.
  func stop() {
    lock.withLock {
      isStopped = true
      lock.wakeAll()
    }
  }

  // MARK: For the threads that fill batches

  /// Exposes the memory of batch after batch while decoders write to it, until all are done.
  func hold() {
    while let number = begin() {
      complete(number) { batch in
        lock.withLock {
          while !(isStopped || batch.takenCount == batch.samples.count)
            || batch.decodedCount < batch.takenCount
          {
            lock.wait()
          }
        }
      }
    }
  }

  /// Decodes sample after sample into memory that holders expose, until all are taken.
  func decode() {
    var decoder = FrameDecoder(cache, checksContent: false)
    while let (batch, row) = take() { decode(row, of: batch, &decoder) }
  }

  /// Decodes the next batch on the calling thread; waits while the queue is full.
  ///
  /// - Returns: Whether a batch was left to begin.
  func completeNext(with decoder: inout FrameDecoder) -> Bool {
    guard let number = begin() else { return false }
    complete(number) { _ in
      while lock.withLock({ open[number] != nil }), let (batch, row) = take() {
        decode(row, of: batch, &decoder)
      }
    }
    return true
  }

  private func begin() -> Int? {
    lock.withLock {
      while !isStopped && begunCount < batches.count {
        if begunCount < memory.permittedCount(receivedCount: receivedCount) {
          begunCount += 1
          return begunCount - 1
        }
        lock.wait()
      }
      return nil
    }
  }

  private func take() -> (OpenBatch, row: Int)? {
    lock.withLock {
      while !isStopped && takenNumber < batches.count {
        if let batch = open[takenNumber] {
          batch.takenCount += 1
          if batch.takenCount == batch.samples.count {
            open[takenNumber] = nil
            takenNumber += 1
          }
          return (batch, batch.takenCount - 1)
        }
        lock.wait()
      }
      return nil
    }
  }

  /// Opens a batch, and marks it as ready when `fill` returns.
  private func complete(_ number: Int, _ fill: (OpenBatch) -> Void) {
    let samples = batches[number]
    var defect: FrameCacheError?
    var filled: Memory.Batch?
    do throws(FrameCacheError) {
      filled = try memory.filled(number, samples) { rows in
        let batch = OpenBatch(samples, rows)
        lock.withLock {
          open[number] = batch
          lock.wakeAll()
        }
        fill(batch)
        return lock.withLock {
          defect = batch.defect?.error
          return defect == nil && batch.decodedCount == samples.count
        }
      }
    } catch {
      defect = error
    }
    let result: Result<Memory.Batch, FrameCacheError>
    if let defect {
      result = .failure(defect)
    } else if let filled {
      result = .success(filled)
    } else {
      return
    }
    lock.withLock {
      if defect != nil { isStopped = true }
      ready[number] = result
      lock.wakeAll()
    }
  }

  private func decode(_ row: Int, of batch: OpenBatch, _ decoder: inout FrameDecoder) {
    var defect: FrameCacheError?
    do throws(FrameCacheError) {
      try batch.rows.decode(batch.samples[row], row: row, with: &decoder)
    } catch {
      defect = error
    }
    lock.withLock {
      batch.decodedCount += 1
      if let defect {
        isStopped = true
        if batch.defect.map({ row < $0.row }) ?? true { batch.defect = (row, defect) }
      }
      if isStopped || batch.decodedCount == batch.samples.count { lock.wakeAll() }
    }
  }
}

/// A batch that several threads decode.
private final class OpenBatch: @unchecked Sendable {
  let samples: [SampleIndex]
  let rows: BatchRows
  // Guarded by the queue's lock.
  var takenCount = 0
  var decodedCount = 0
  var defect: (row: Int, error: FrameCacheError)?

  init(_ samples: [SampleIndex], _ rows: BatchRows) {
    self.samples = samples
    self.rows = rows
  }
}
