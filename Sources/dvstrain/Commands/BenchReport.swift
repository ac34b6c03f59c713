import SpikingNetwork
import Terminal
import Train

/// The result of `dvstrain bench`.
struct BenchReport: Encodable {
  let command = "bench"
  let checkpoint: String
  let engine: String
  let threads: Int
  let batch: Int
  let amp: Bool
  let peakOperationsPerSecond: Double
  let peakBytesPerSecond: Double
  let peakMemoryBytes: Int
  let shareOfCounts: Double
  let work: [BenchTable]
  /// What ranks exchange; `nil` alone.
  let exchange: BenchExchange?

  var text: String {
    work.map(\.text).joined(separator: "\n\n") + """


      nonzero    \(decimalText(100 * shareOfCounts, digits: 1)) % of the counts
      machine    \(decimalText(peakOperationsPerSecond * 1e-9, digits: 0)) GFLOP/s in caches, \
      \(decimalText(peakBytesPerSecond * 1e-9, digits: 1)) GB/s copied, measured with \(threads) threads
      memory     \(byteCountText(Double(peakMemoryBytes))) peak (VmHWM)
      """ + (exchange.map { "\n\($0.text)" } ?? "")
  }
}

/// Times of training or of inference.
struct BenchTable: Encodable {
  struct Row: Encodable {
    let stage: String
    let layer: Int
    let seconds: Double
    /// The part of `seconds` in which only one thread works.
    let serialSeconds: Double
    let operations: Double
    let denseOperations: Double
    let bytes: Double
    let shareOfPeak: Double
    let shareOfBandwidth: Double
  }

  let name: String
  let seconds: [Double]
  let medianSeconds: Double
  let samplesPerSecond: Double
  /// Fraction of spikes in the inputs of each convolution but the first, and of the first linear
  /// layer, in the last batch.
  let shareOfOnes: [Double]
  let stages: [Row]

  init(
    _ result: StepBenchmark.Result, _ engine: any ProfiledEngine, _ peak: HardwarePeak,
    sampleCount: Int
  ) {
    name = result.work.rawValue
    seconds = result.seconds
    medianSeconds = result.medianSeconds
    samplesPerSecond = Double(sampleCount) / result.medianSeconds
    shareOfOnes = engine.inputFractions
    stages = result.stages.map { time in
      let seconds = time.seconds / Double(result.seconds.count)
      let cost = engine.cost(of: time, sampleCount: sampleCount)
      return Row(
        stage: time.stage, layer: time.layer + 1, seconds: seconds,
        serialSeconds: time.serialSeconds / Double(result.seconds.count),
        operations: cost.operationCount, denseOperations: cost.denseOperationCount,
        bytes: cost.byteCount,
        shareOfPeak: cost.operationCount / seconds / peak.operationsPerSecond,
        shareOfBandwidth: cost.byteCount / seconds / peak.bytesPerSecond)
    }
  }

  /// The layers of `shareOfOnes`, as in `conv2 to conv5 and fc1`.
  private var inputNames: String {
    switch shareOfOnes.count {
    case ...1: "fc1"
    case 2: "conv2 and fc1"
    case let count: "conv2 to conv\(count) and fc1"
    }
  }

  var text: String {
    let total = stages.reduce(0) { $0 + $1.seconds }
    let serialSeconds = stages.reduce(0) { $0 + $1.serialSeconds }
    var rows = [
      [
        "stage", "layer", "ms", "of all", "serial ms", "GFLOP/s", "as if dense", "GB/s", "of peak",
        "of copying",
      ]
    ]
    for row in stages {
      func rate(_ amount: Double, _ digits: Int) -> String {
        amount == 0 ? "" : decimalText(amount / row.seconds * 1e-9, digits: digits)
      }
      func percent(_ fraction: Double) -> String {
        fraction == 0 ? "" : "\(decimalText(100 * fraction, digits: 0)) %"
      }
      rows.append([
        row.stage, "\(row.layer)", decimalText(row.seconds * 1000, digits: 1),
        percent(row.seconds / total), decimalText(row.serialSeconds * 1000, digits: 2),
        rate(row.operations, 0), rate(row.denseOperations, 0),
        rate(row.bytes, 1), percent(row.shareOfPeak), percent(row.shareOfBandwidth),
      ])
    }
    return tableText(rows) + """


      \(name): \(decimalText(medianSeconds * 1000, digits: 1)) ms a batch, \
      \(decimalText(samplesPerSecond, digits: 2)) samples/s (median of \(seconds.count)); \
      \(decimalText(1000 * serialSeconds, digits: 1)) ms serial
      spikes: \(shareOfOnes.map { decimalText(100 * $0, digits: 1) }.joined(separator: ", ")) % of the inputs of \
      \(inputNames)
      """
  }
}
