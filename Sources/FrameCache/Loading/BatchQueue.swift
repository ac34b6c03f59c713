internal import Threads

/// The batches of a pass, from first to last: what is still to be decoded, in work, and ready.
///
/// A thread that begins a batch owns its buffer, shares out the places in it, and waits for those that others
/// took. Samples are taken in the order of the plan, so that all before a damaged one have been taken when its
/// damage is found, whatever the number of threads.
final class BatchQueue: @unchecked Sendable {
  private let lock = Lock()
  private let cache: FrameCache
  private let batches: [[SampleIndex]]
  private let elementCountPerSample: Int
  /// Batches that can be in work and ready.
  private let capacity: Int

  // Guarded by `lock`.
  private var begunCount = 0
  private var givenCount = 0
  /// Whether a thread is between beginning a batch and sharing it.
  private var isBeginning = false
  /// The batch that has samples which nobody took yet.
  private var shared: SharedBatch?
  private var ready: [Int: Result<FrameBatch, FrameCacheError>] = [:]
  private var spares: [FrameBatch.Counts] = []
  /// Nothing more is begun: a sample was damaged, or nobody wants more batches.
  private var isStopped = false

  init(_ cache: FrameCache, _ batches: [[SampleIndex]], elementCountPerSample: Int, capacity: Int) {
    self.cache = cache
    self.batches = batches
    self.elementCountPerSample = elementCountPerSample
    self.capacity = capacity
  }

  /// Fails before anything is decoded.
  func refuse(_ error: FrameCacheError) {
    lock.withLock {
      isStopped = true
      ready[0] = .failure(error)
    }
  }

  // MARK: For the one who takes batches

  /// Takes out the next batch; waits until it is there.
  ///
  /// - Returns: `nil` behind the last one.
  /// - Throws: The error of the first sample of the batch that could not be decoded, each time anew.
  func next() throws(FrameCacheError) -> FrameBatch? {
    let result: Result<FrameBatch, FrameCacheError>? = lock.withLock {
      while true {
        if givenCount == batches.count { return nil }
        switch ready[givenCount] {
        case .success(let batch):
          ready[givenCount] = nil
          givenCount += 1
          lock.wakeAll()
          return .success(batch)
        case .failure(let error): return .failure(error)
        case nil: lock.wait()
        }
      }
    }
    return try result?.get()
  }

  /// Takes the memory of a batch back.
  func recycle(_ counts: consuming FrameBatch.Counts) {
    // Moved, not copied: a second owner, however briefly, would make the next one to fill it copy it.
    var moved: FrameBatch.Counts? = consume counts
    lock.withLock {
      if spares.count <= capacity, let spare = moved.take() { spares.append(spare) }
    }
  }

  /// Lets every thread return after the sample that it is at.
  func stop() {
    lock.withLock {
      isStopped = true
      lock.wakeAll()
    }
  }

  // MARK: For those who decode

  /// Decodes until there is nothing left to do.
  func work() {
    var decoder = FrameDecoder(cache)
    while work(with: &decoder) {}
  }

  /// Decodes a sample, or begins a batch and sees it through; waits while the batches ahead are enough.
  ///
  /// - Returns: Whether there was something to do.
  func work(with decoder: inout FrameDecoder) -> Bool {
    switch nextTask() {
    case .begin(let number):
      complete(number, &decoder)
      return true
    case .decode(let row, let batch):
      decode(row, of: batch, &decoder)
      return true
    case nil:
      return false
    }
  }

  private enum Task {
    case begin(Int)
    case decode(row: Int, of: SharedBatch)
  }

  private func nextTask() -> Task? {
    lock.withLock {
      while !isStopped {
        if let batch = shared, let row = takeRow(of: batch) { return .decode(row: row, of: batch) }
        if !isBeginning {
          if begunCount == batches.count { return nil }
          if begunCount < givenCount + capacity {
            isBeginning = true
            begunCount += 1
            return .begin(begunCount - 1)
          }
        }
        lock.wait()
      }
      return nil
    }
  }

  /// Needs the lock.
  private func takeRow(of batch: SharedBatch) -> Int? {
    guard !isStopped, batch.takenCount < batch.samples.count else { return nil }
    batch.takenCount += 1
    if batch.takenCount == batch.samples.count { shared = nil }
    return batch.takenCount - 1
  }

  private func complete(_ number: Int, _ decoder: inout FrameDecoder) {
    let samples = batches[number]
    var buffer = buffer(for: samples)
    var defect: FrameCacheError?
    var isWhole = false
    buffer.fill(elementCountPerSample: elementCountPerSample) { places in
      let batch = SharedBatch(samples, places)
      lock.withLock {
        shared = batch
        isBeginning = false
        lock.wakeAll()
      }
      while let row = lock.withLock({ takeRow(of: batch) }) { decode(row, of: batch, &decoder) }
      lock.withLock {
        while batch.decodedCount < batch.takenCount { lock.wait() }
        defect = batch.defect?.error
        isWhole = batch.decodedCount == samples.count
      }
    }
    let result: Result<FrameBatch, FrameCacheError>
    if let defect {
      result = .failure(defect)
    } else if isWhole {
      result = .success(FrameBatch(cache, samples, buffer.counts))
    } else {
      return
    }
    lock.withLock {
      ready[number] = result
      lock.wakeAll()
    }
  }

  private func buffer(for samples: [SampleIndex]) -> BatchBuffer {
    let elementCount = samples.count * elementCountPerSample
    while let spare = lock.withLock({ spares.popLast() }) {
      let buffer = BatchBuffer(reusing: spare)
      if buffer.elementCount == elementCount { return buffer }
    }
    return BatchBuffer(cache.elementType, elementCount: elementCount)
  }

  private func decode(_ row: Int, of batch: SharedBatch, _ decoder: inout FrameDecoder) {
    var defect: FrameCacheError?
    do throws(FrameCacheError) {
      try batch.places.decode(batch.samples[row], row: row, with: &decoder)
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
private final class SharedBatch: @unchecked Sendable {
  let samples: [SampleIndex]
  let places: BatchPlaces
  // Guarded by the queue's lock.
  var takenCount = 0
  var decodedCount = 0
  var defect: (row: Int, error: FrameCacheError)?

  init(_ samples: [SampleIndex], _ places: BatchPlaces) {
    self.samples = samples
    self.places = places
  }
}
