import CUDAEmulator
import SpikingNetwork
import Testing

@testable import CUDAEngine

/// Tests that are specific to the CUDA engine, on an emulated GPU.
@Suite("CUDA engine")
struct CUDAEngineTests {
  /// The results, gradients and final state of some steps.
  private struct Trace: Equatable {
    var results: [BatchResult] = []
    var gradients: [[[UInt32]]] = []
    var state: NetworkState
  }

  private func trace(
    _ engine: CUDAEngine, _ precision: Precision = .float32, stepCount: Int = 2
  ) throws -> Trace {
    let network = engine.network
    let batch = EngineAgreementTests.batch(network, 3)
    var results: [BatchResult] = []
    var gradients: [[[UInt32]]] = []
    for step in 0..<stepCount {
      let dropout = DropoutMasks(network: network, sampleCount: 3, seed: 1, batchNumber: step)
      results.append(
        try engine.accumulateGradients(
          batch, dropout: dropout, options: GradientOptions(precision: precision)))
      gradients.append(engine.gradients.map { $0.map(\.bitPattern) })
      try engine.update(by: .adam, learningRate: 0.01)
    }
    results.append(try engine.evaluate(batch, loss: .meanSquaredError))
    return Trace(results: results, gradients: gradients, state: engine.state)
  }

  private static let networks: [NetworkDescription] = {
    var average = NetworkDescription(frameCount: 3, channelCount: 33, sideLength: 32)
    average.stepMode = .singleStep
    let others = OtherNetworks.all.compactMap { try? $0.description() }
    return [NetworkDescription(frameCount: 4, channelCount: 8, sideLength: 32), average, others[2]]
  }()

  @Test(
    "the order of threads and copies changes no bit", arguments: networks,
    [Precision.float32, .bfloat16])
  func orders(_ network: NetworkDescription, _ precision: Precision) throws {
    let state = EngineAgreementTests.firingState(network)
    let expected = try trace(CUDAEmulation().make(network, state), precision)
    #expect(expected.results[0].spikeCounts.allSatisfy { $0.contains { $0 > 0 } })
    let orders: [CUDAEmulation.Order] =
      runsLongTests ? [.reverse, .shuffled] : [precision == .float32 ? .shuffled : .reverse]
    for order in orders {
      let found = try trace(CUDAEmulation(order: order).make(network, state), precision)
      // Compared outside the expectation, which would print both traces.
      let agrees = found == expected
      #expect(agrees, "\(order)")
    }
  }

  @Test("resuming from a state gives the same bits")
  func resume() throws {
    let network = Self.networks[1]
    let engine = CUDAEmulation().make(network, EngineAgreementTests.firingState(network))
    _ = try trace(engine, stepCount: 1)
    let other = CUDAEmulation().make(network, engine.state)
    let agrees = try trace(engine, stepCount: 1) == trace(other, stepCount: 1)
    #expect(agrees)
  }

  @Test("float16: exact weights give the reference's spikes; gradients have a precision of 11 bits")
  func float16() throws {
    let network = Self.networks[0]
    var state = EngineAgreementTests.firingState(network)
    for (index, parameter) in network.parameters.enumerated() {
      guard case .weight = parameter.role else { continue }
      state.parameters[index] = state.parameters[index].map(roundedToBFloat16)
    }
    let batch = EngineAgreementTests.batch(network, 2)
    let dropout = DropoutMasks(network: network, sampleCount: 2, seed: 1, batchNumber: 0)
    let reference = ReferenceEngine(network: network, state: state)
    let engine = CUDAEmulation().make(network, state)
    let expected = try reference.accumulateGradients(
      batch, dropout: dropout, options: GradientOptions())
    let found = try engine.accumulateGradients(
      batch, dropout: dropout, options: GradientOptions(precision: .bfloat16))
    #expect(found.spikeCounts == expected.spikeCounts)
    let errors = zip(engine.gradients, reference.gradients).map(relativeError)
    #expect(errors.allSatisfy { $0 <= 5e-3 }, "\(errors)")
    #expect(errors.contains { $0 > 1e-5 }, "float16 must differ from float32")
  }

  // MARK: Errors

  /// The error message of making an engine; `nil` without an error.
  private func message(
    ordinal: Int = 0, change: (inout gpu_emulator_settings) -> Void
  ) -> String? {
    let network = Self.networks[0]
    let state = EngineAgreementTests.firingState(network)
    do throws(EngineError) {
      _ = try CUDAEmulation().engine(network, state, ordinal: ordinal, change: change)
      return nil
    } catch { return error.description }
  }

  @Test("messages say what is missing and what to do")
  func missing() throws {
    #expect(
      throws: EngineError(
        "no NVIDIA driver found (no-such-library.so.1): install version 525 or later, or use -device cpu"
      )
    ) {
      try DriverLibrary.system("no-such-library.so.1")
    }
    #expect(
      message { $0.driver_version = 11080 }
        == "NVIDIA's driver is too old: CUDA 12.0 or later expected (driver 525 or later), "
        + "11.8 found; update the driver, or use -device cpu")
    #expect(
      message { $0.device_count = 0 }
        == "no usable NVIDIA GPU found (CUDA_ERROR_NO_DEVICE): use -device cpu")
    #expect(
      message(ordinal: 2) { $0.device_count = 2 }
        == "cuda:2: there are 2 devices, numbered from cuda:0")
    #expect(
      message { $0.architecture = 61 }
        == "cuda:0 (emulated GPU): compute capability 7.5 or higher expected, 6.1 found")
  }

  @Test("a failing kernel makes the batch throw")
  func failingKernel() throws {
    let network = Self.networks[0]
    let engine = try CUDAEmulation().engine(network, EngineAgreementTests.firingState(network)) {
      unsafe withUnsafeMutableBytes(of: &$0.failing_kernel) {
        unsafe $0.copyBytes(from: "gpu_sum_short_pooled".utf8)
      }
    }
    let batch = EngineAgreementTests.batch(network, 2)
    #expect(
      throws: EngineError(
        "gpu_finish_gradients, or a kernel before it, failed on cuda:0 (emulated GPU): CUDA_ERROR_LAUNCH_FAILED"
      )
    ) {
      try engine.accumulateGradients(
        batch, dropout: DropoutMasks(network: network, sampleCount: 2, seed: 1, batchNumber: 0),
        options: GradientOptions())
    }
  }
}

@Suite("Kernels of the CUDA engine")
struct KernelImageTests {
  @Test(
    "are PTX for Turing, and for GPUs with asynchronous copies",
    arguments: [(75, 75), (86, 80), (90, 80)])
  func ptx(architecture: Int, target: Int) {
    let bytes = KernelImage.ptx(for: architecture)
    let text = String(decoding: bytes.dropLast(), as: UTF8.self)
    #expect(bytes.last == 0 && !text.utf8.contains(0))
    #expect(text.contains(".version 8.0\n.target sm_\(target)\n"))
    #expect(
      text.contains("mma.sync.aligned.m16n8k\(target == 75 ? 8 : 16).row.col.f32.f16.f16.f32"))
    #expect(text.contains(".visible .entry gpu_backward_first_pooled("))
  }

  @Test("each belong to a stage", arguments: [75, 90])
  func stages(architecture: Int) {
    let text = String(decoding: KernelImage.ptx(for: architecture).dropLast(), as: UTF8.self)
    let names = text.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix(".visible .entry ") else { return nil }
      return String(line.dropFirst(16).prefix { $0 != "(" })
    }
    #expect(names.count > 30)
    for name in names { #expect(CUDAStage(kernel: name) != .other, "\(name)") }
  }
}
