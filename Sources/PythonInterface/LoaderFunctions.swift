// swift-format-ignore-file: AlwaysUseLowerCamelCase, AllPublicDeclarationsHaveDocumentation
// Names of C, documented in dvskit.h.

internal import CDVSKit
internal import EventData
internal import FrameCache
internal import Threads

@c @implementation
public func dvskit_loader_open(
  _ cache: OpaquePointer?, _ split: Int32, _ samples: UnsafePointer<Int64>?,
  _ sampleCount: Int64, _ batchSize: Int64, _ shuffle: Int32, _ seed: UInt64, _ epoch: Int64,
  _ dropLast: Int32, _ threads: Int32, _ type: Int32, _ error: UnsafeMutablePointer<CChar>?,
  _ capacity: Int
) -> OpaquePointer? {
  unsafe reporting(to: error, capacity, failed: nil) {
    let object = try unsafe OpenCache.at(cache)
    let split = try OpenCache.split(split)
    for (name, value, minimum) in [
      ("batch_size", batchSize, 1), ("epoch", epoch, 0), ("threads", Int64(threads), 1),
      ("sample_count", sampleCount, 0),
    ] as [(String, Int64, Int64)] where value < minimum {
      throw InterfaceError("\(name) of at least \(minimum) expected, \(value) found")
    }
    var order = (0..<object.cache.sampleCount(in: split)).map { SampleIndex(split, $0) }
    if let samples = unsafe samples {
      // Safe: the caller's memory holds `sampleCount` numbers.
      order = try (0..<Int(sampleCount)).map { try object.sample(split, unsafe samples[$0]) }
    }
    if shuffle != 0 {
      order = BatchPlan.shuffled(samples: order, seed: seed, epoch: Int(epoch))
    }
    // No batch is larger than the pass, so that no memory is asked for that is never used.
    let size = max(1, min(Int(batchSize), order.count))
    if dropLast != 0 { order.removeLast(order.count % Int(batchSize)) }
    let batches = BatchPlan.inOrder(samples: order, batchSize: size)
    return unsafe try OpenLoader(
      object.cache, batches, as: BatchElementType(interfaceNumber: type),
      threadCount: min(Int(threads), max(1, order.count))
    ).pointer()
  }
}

@c @implementation
public func dvskit_loader_batch_count(_ loader: OpaquePointer?) -> Int64 {
  (try? unsafe OpenLoader.at(loader)).map { Int64($0.batchCount) } ?? -1
}

@c @implementation
public func dvskit_loader_buffer_count(_ loader: OpaquePointer?) -> Int64 {
  (try? unsafe OpenLoader.at(loader)).map { Int64($0.usefulBufferCount) } ?? -1
}

@c @implementation
public func dvskit_loader_provide(
  _ loader: OpaquePointer?, _ frames: UnsafeMutableRawPointer?, _ byteCount: Int64,
  _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int32 {
  unsafe reporting(to: error, capacity, failed: -1) {
    try unsafe OpenLoader.at(loader).provide(passedMemory(frames, byteCount: byteCount))
    return 0
  }
}

@c @implementation
public func dvskit_loader_next(
  _ loader: OpaquePointer?, _ timeoutMilliseconds: Int32, _ labels: UnsafeMutablePointer<Int64>?,
  _ frameCounts: UnsafeMutablePointer<Int64>?, _ samples: UnsafeMutablePointer<Int64>?,
  _ error: UnsafeMutablePointer<CChar>?, _ capacity: Int
) -> Int64 {
  unsafe reporting(to: error, capacity, failed: -1) {
    let deadline =
      timeoutMilliseconds < 0 ? nil : Deadline(millisecondsAhead: Int(timeoutMilliseconds))
    guard let batch = try unsafe OpenLoader.at(loader).next(before: deadline) else {
      return Int64(DVSKIT_LATE)
    }
    // Safe: the caller's memory has room for a batch.
    for (row, (sample, record)) in batch.enumerated() {
      unsafe labels?[row] = Int64(record.label)
      unsafe frameCounts?[row] = Int64(record.frameCount)
      unsafe samples?[row] = Int64(sample.number)
    }
    return Int64(batch.count)
  }
}

@c @implementation
public func dvskit_loader_close(_ loader: OpaquePointer?) { unsafe OpenLoader.close(loader) }
