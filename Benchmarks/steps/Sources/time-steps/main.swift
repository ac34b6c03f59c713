// Times training steps of a network on synthetic frames.
//
//   time-steps calibrate NETWORK              prints batch-norm biases with which the layers have the wanted activity
//   time-steps train|evaluate NETWORK THREADS BATCH STEPS SHIFT...
//                                             prints the seconds of each step and of its stages, as JSON
import CPUEngine
import SpikingNetwork

/// The initial state of a network, with these batch-norm biases.
func state(of workload: Workload, shifts: [Float]) -> NetworkState {
  var state = NetworkState(initial: workload.network, seed: 1)
  for (block, shift) in zip(workload.network.blocks.convolutions, shifts) {
    state.parameters[block.norm.bias] = state.parameters[block.norm.bias].map { _ in shift }
  }
  return state
}

func dropout(_ workload: Workload, _ number: Int) -> DropoutMasks {
  DropoutMasks(
    network: workload.network, sampleCount: workload.batch.sampleCount, seed: 1,
    batchNumber: number)
}

func calibrate(_ workload: Workload) throws -> [Float] {
  let engine = CPUEngine(
    network: workload.network, state: state(of: workload, shifts: []), threadCount: 2)
  var shifts = workload.network.blocks.convolutions.map { _ in Float(0) }
  for layer in shifts.indices {
    var (low, high): (Float, Float) = (-4, 4)
    for _ in 0..<9 {
      shifts[layer] = (low + high) / 2
      engine.state = state(of: workload, shifts: shifts)
      _ = try engine.accumulateGradients(
        workload.batch, dropout: dropout(workload, 0), options: GradientOptions())
      if engine.inputFractions[layer] < workload.spikeFraction {
        low = shifts[layer]
      } else {
        high = shifts[layer]
      }
    }
  }
  return shifts
}

func time(
  _ workload: Workload, trains: Bool, threadCount: Int, stepCount: Int, shifts: [Float]
) throws -> String {
  let engine = CPUEngine(
    network: workload.network, state: state(of: workload, shifts: shifts),
    threadCount: threadCount)
  var seconds: [Double] = []
  for number in 0..<stepCount + 1 {
    // The first step is a warm-up.
    if number == 1 { engine.resetStageTimes() }
    let masks = dropout(workload, number)
    let start = ContinuousClock.now
    if trains {
      _ = try engine.accumulateGradients(
        workload.batch, dropout: masks, options: GradientOptions())
      // A small learning rate, with which the activity of the layers hardly changes.
      try engine.update(by: .adam, learningRate: 1e-6)
    } else {
      _ = try engine.evaluate(workload.batch, loss: .meanSquaredError)
    }
    let (whole, fraction) = (ContinuousClock.now - start).components
    if number > 0 { seconds.append(Double(whole) + Double(fraction) * 1e-18) }
  }
  let stages = engine.stageTimes.map { stage in
    let cost = engine.cost(of: stage, sampleCount: workload.batch.sampleCount)
    // Older versions do not measure the serial part.
    let serial = Mirror(reflecting: stage).descendant("serialSeconds") as? Double
    return """
      {"stage": "\(stage.stage)", "layer": \(stage.layer + 1), \
      "seconds": \(stage.seconds / Double(stepCount)), \
      "serial_seconds": \(serial.map { "\($0 / Double(stepCount))" } ?? "null"), \
      "operations": \(cost.operationCount), "bytes": \(cost.byteCount)}
      """
  }
  let peak = engine.measurePeak()
  return """
    {"engine": "\(engine.summary)", "seconds": \(seconds), \
    "share_of_ones": \(engine.inputFractions), \
    "peak_operations_per_second": \(peak.operationsPerSecond), \
    "peak_bytes_per_second": \(peak.bytesPerSecond), \
    "stages": [\(stages.joined(separator: ", "))]}
    """
}

let arguments = CommandLine.arguments
if arguments.count == 3, arguments[1] == "calibrate",
  let workload = Workload(arguments[2], sampleCount: 4)
{
  print(try calibrate(workload).map { "\($0)" }.joined(separator: " "))
} else if arguments.count > 6, let threadCount = Int(arguments[3]),
  let sampleCount = Int(arguments[4]), let stepCount = Int(arguments[5]),
  let workload = Workload(arguments[2], sampleCount: sampleCount)
{
  print(
    try time(
      workload, trains: arguments[1] == "train", threadCount: threadCount,
      stepCount: stepCount, shifts: arguments.dropFirst(6).compactMap { Float($0) }))
} else {
  print("time-steps: see the first lines of main.swift")
}
