// Loads every sample of a frame cache twice, in shuffled batches, and prints the time of the second pass as JSON.
//
//   load-frames CACHE BATCH_SIZE THREADS SEED [check]
//
// With `check`, the sum of all counts is computed within that time and printed.

import FrameCache
import Glibc
import SystemPackage

func sum(_ counts: FrameBatch.Counts) -> Int {
  switch counts {
  case .uint8(let counts): counts.reduce(0) { $0 + Int($1) }
  case .uint16(let counts): counts.reduce(0) { $0 + Int($1) }
  }
}

let arguments = CommandLine.arguments
guard arguments.count >= 5, let batchSize = Int(arguments[2]), let threadCount = Int(arguments[3]),
  let seed = UInt64(arguments[4])
else {
  print("usage: load-frames CACHE BATCH_SIZE THREADS SEED [check]")
  exit(64)
}
let checks = arguments.last == "check"
let cache = try FrameCache(opening: FilePath(arguments[1]))
let shuffled = BatchPlan.training(samples: cache.samples, batchSize: 1, seed: seed, epoch: 0)
let batches = BatchPlan.inOrder(samples: shuffled.flatMap { $0 }, batchSize: batchSize)

/// Processor time of all threads, in seconds.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

/// One pass: the number of samples, and the sum of their counts if it is wanted.
func load(checks: Bool) throws -> (sampleCount: Int, total: Int) {
  var loader = FrameLoader(cache, batches: batches, threadCount: threadCount)
  var (sampleCount, total) = (0, 0)
  while let batch = try loader.next() {
    sampleCount += batch.sampleCount
    if checks { total += sum(batch.counts) }
    loader.recycle(batch)
  }
  return (sampleCount, total)
}

_ = try load(checks: false)
let wall = ContinuousClock()
let (begin, processorBegin) = (wall.now, processorSeconds())
let (sampleCount, total) = try load(checks: checks)
let seconds = (wall.now - begin) / .seconds(1)
let cpuSeconds = processorSeconds() - processorBegin
print(
  """
  {"seconds": \(seconds), "cpu_seconds": \(cpuSeconds), "samples": \(sampleCount), \
  "frames": \(cache.frameCount), "total": \(total)}
  """)
