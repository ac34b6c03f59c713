import CUDAEmulator
import SpikingNetwork
import Testing

@testable import CUDAEngine

/// Copies and waits of the CUDA engine's host side, on an emulated GPU.
@Suite("CUDA engine: copies and waits")
struct CUDAHostTests {
  private static let network = NetworkDescription(frameCount: 4, channelCount: 8, sideLength: 32)
  private static var state: NetworkState { EngineAgreementTests.firingState(network) }
  /// Bytes of a sample's counts, one byte each.
  private static let sampleByteCount = network.frameCount * network.input.valueCount

  /// A batch of the given samples of five.
  ///
  /// - Parameter isWide: Whether counts have two bytes.
  private static func batch(
    _ samples: [Int], hasKeys: Bool, isWide: Bool = false
  ) -> LabelledFrames {
    let all = EngineAgreementTests.batch(network, 5)
    guard case .uint8(let counts) = all.counts else { preconditionFailure("two bytes per count") }
    let selected = samples.flatMap {
      counts[$0 * sampleByteCount..<($0 + 1) * sampleByteCount]
    }
    return LabelledFrames(
      counts: isWide ? .uint16(selected.map { UInt16($0) * 300 }) : .uint8(selected),
      labels: samples.map { all.labels[$0] }, frameCounts: samples.map { all.frameCounts[$0] },
      sampleKeys: hasKeys ? samples : nil)
  }

  /// Takes a training step.
  private static func step(_ engine: CUDAEngine, _ batch: LabelledFrames) throws -> BatchResult {
    let dropout = DropoutMasks(
      network: network, sampleCount: batch.sampleCount, seed: 1, batchNumber: 0)
    let result = try engine.accumulateGradients(
      batch, dropout: dropout, options: GradientOptions())
    try engine.reduceGradients()
    try engine.update(by: .adam, learningRate: 0.01)
    return result
  }

  private struct Trace: Equatable {
    var results: [BatchResult] = []
    var state: NetworkState
  }

  private func trace(_ engine: CUDAEngine, hasKeys: Bool) throws -> Trace {
    var results: [BatchResult] = []
    for samples in [[0, 1, 2], [2, 3, 0], [4, 4]] {
      results.append(try Self.step(engine, Self.batch(samples, hasKeys: hasKeys)))
    }
    let wide = Self.batch([1, 3], hasKeys: hasKeys, isWide: true)
    results.append(try Self.step(engine, wide))
    results.append(try engine.evaluate(wide, loss: .meanSquaredError))
    return Trace(results: results, state: engine.state)
  }

  @Test(
    "resident counts give the same bits as copied ones",
    arguments: [CUDAEmulation.Order.forward, .shuffled])
  func residents(_ order: CUDAEmulation.Order) throws {
    let emulation = CUDAEmulation(order: order)
    let expected = try trace(CUDAEmulation().make(Self.network, Self.state), hasKeys: false)
    #expect(Set(expected.results.map(\.spikeCounts)).count == expected.results.count)
    for hasKeys in [false, true] {
      let found = try trace(emulation.make(Self.network, Self.state), hasKeys: hasKeys)
      let agrees = found == expected
      #expect(agrees, "keys: \(hasKeys)")
    }
  }

  @Test("a sample's counts are copied to the device only once")
  func copies() throws {
    let engine = CUDAEmulation().make(Self.network, Self.state)
    func copied(_ samples: [Int]) throws -> (bytes: Int, within: Int) {
      let batch = Self.batch(samples, hasKeys: true)
      let before = gpu_emulator_work()
      try engine.first.counts.copyToDevice(batch)
      let after = gpu_emulator_work()
      return (
        Int(after.bytes_in - before.bytes_in), Int(after.copies_within - before.copies_within)
      )
    }
    let batches = [[0, 1, 2], [2, 3, 0], [3, 1]]
    let expected = [(3, 3), (1, 3), (0, 2)]
    for (samples, expected) in zip(batches, expected) {
      let found = try copied(samples)
      #expect(found == (expected.0 * Self.sampleByteCount, expected.1), "\(samples)")
    }
    #expect(engine.first.counts.residents.count == 4)
  }

  @Test(
    "resident counts leave half of the device's memory free and are evicted when memory is short")
  func shortage() throws {
    var settings = gpu_emulator_defaults()
    settings.memory_bytes = 64 << 20
    unsafe gpu_emulator_set(&settings)
    let driver = unsafe try DriverLibrary { unsafe gpu_emulator_function($0) }
    let device = try Device(driver, ordinal: 0, image: { _ in [0] })
    let residents = ResidentSamples(device)
    let size = 8 << 20
    for key in 0..<4 {
      #expect(try residents.address(key, byteCount: size) == nil)
      residents.insert(key, at: try #require(try residents.freeSlot()))
    }
    #expect(try residents.freeSlot() == nil, "32 of 64 MiB are in use")
    let first = try #require(try residents.address(0, byteCount: size))
    #expect(try residents.address(1, byteCount: size) == first + UInt64(size))
    // Other allocations have priority.
    let array = try DeviceArray<UInt8>(device, count: 40 << 20)
    #expect(residents.count == 0)
    #expect(try residents.address(0, byteCount: size) == nil)
    #expect(try residents.freeSlot() == nil)
    #expect(throws: EngineError.self) {
      try DeviceArray<UInt8>(device, count: array.count)
    }
  }

  @Test("without page-locked memory, results are the same")
  func withoutPageLocks() throws {
    let usual = CUDAEmulation(order: .reverse).make(Self.network, Self.state)
    let other = try CUDAEmulation(order: .reverse).engine(Self.network, Self.state) {
      $0.page_locked_bytes = 1000
    }
    let expected = try trace(usual, hasKeys: true)
    let agrees = try trace(other, hasKeys: true) == expected
    #expect(agrees)
    #expect(usual.first.counts.staging.isPageLocked)
    #expect(!other.first.counts.staging.isPageLocked)
  }

  @Test("a step waits for the output, for the gradients, and for learned time constants")
  func waits() throws {
    let engine = CUDAEmulation().make(Self.network, Self.state)
    _ = try Self.step(engine, Self.batch([0, 1], hasKeys: true))
    let before = gpu_emulator_work().synchronizations
    _ = try Self.step(engine, Self.batch([2, 3], hasKeys: true))
    let isParametric = Self.network.neuron.isParametric
    #expect(gpu_emulator_work().synchronizations - before == (isParametric ? 3 : 2))
  }

  @Test(
    "the first parameter with a gradient that is not finite is named",
    arguments: [Float.infinity, .nan])
  func nonFinite(_ scale: Float) throws {
    let engine = CUDAEmulation().make(Self.network, Self.state)
    let batch = Self.batch([0, 1, 2], hasKeys: false)
    let dropout = DropoutMasks(network: Self.network, sampleCount: 3, seed: 1, batchNumber: 0)
    func expectedName() -> String? {
      zip(Self.network.parameters, engine.gradients).first { !$1.allSatisfy(\.isFinite) }?.0.name
    }
    _ = try engine.accumulateGradients(batch, dropout: dropout, options: GradientOptions())
    #expect(engine.firstParameterWithNonFiniteGradient() == nil)
    try engine.reduceGradients()
    #expect(engine.firstParameterWithNonFiniteGradient() == nil)
    var options = GradientOptions()
    options.scale = scale
    _ = try engine.accumulateGradients(batch, dropout: dropout, options: options)
    let expected = try #require(expectedName())
    #expect(engine.firstParameterWithNonFiniteGradient() == expected)
    try engine.reduceGradients()
    #expect(engine.firstParameterWithNonFiniteGradient() == expected)
    engine.state = Self.state
    #expect(engine.firstParameterWithNonFiniteGradient() == nil)
  }

  @Test(
    "a failing kernel of the backward pass makes the step throw",
    arguments: ["gpu_sum_short_pooled", "gpu_finish_first_gradients"],
    [CUDAEmulation.Order.forward, .reverse])
  func failingKernel(_ kernel: String, _ order: CUDAEmulation.Order) throws {
    let engine = try CUDAEmulation(order: order).engine(Self.network, Self.state) {
      unsafe withUnsafeMutableBytes(of: &$0.failing_kernel) {
        unsafe $0.copyBytes(from: kernel.utf8)
      }
    }
    let dropout = DropoutMasks(network: Self.network, sampleCount: 2, seed: 1, batchNumber: 0)
    let error = try #require(
      throws: EngineError.self
    ) {
      _ = try engine.accumulateGradients(
        Self.batch([0, 1], hasKeys: true), dropout: dropout, options: GradientOptions())
      try engine.reduceGradients()
    }
    #expect(error.description.contains("failed on cuda:0 (emulated GPU)"))
    #expect(error.description.hasSuffix(": CUDA_ERROR_LAUNCH_FAILED"))
  }
}
