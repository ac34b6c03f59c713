public import SpikingNetwork

/// Makes engines for NVIDIA's GPUs.
public struct CUDAEngineFactory: EngineFactory {
  /// `cuda`.
  public let name = "cuda"
  /// False until the engine has been verified on a GPU.
  public let isAutomatic = CUDAEngineFactory.isVerified
  /// True: `cuda:1` is the second GPU.
  public let takesDevice = true

  /// Whether the engine, in its present state, has been verified on a GPU and not only by
  /// emulation.
  public static let isVerified = false

  /// Makes the factory.
  public init() {}

  /// Checks that the driver and the device exist and can be used.
  public func requireDevice(_ device: Int) throws(EngineError) {
    _ = try DeviceModel(try DriverLibrary.system(), ordinal: device)
  }

  /// Makes an engine; warns if the engine has not been verified on a GPU.
  public func makeEngine(
    network: NetworkDescription, state: NetworkState, device: Int, options: EngineOptions
  ) throws(EngineError) -> any Engine {
    guard options.reducer is SingleProcess else {
      throw EngineError("cuda: one process expected, several found: use -device cpu")
    }
    let engine = try CUDAEngine(
      network: network, state: state, driver: try DriverLibrary.system(), ordinal: device,
      instructions: try Self.instructions(named: options.instructionSet), image: KernelImage.ptx)
    try engine.requireMemory(sampleCount: options.batchSize)
    if !Self.isVerified {
      options.onWarning(
        "the cuda engine has been tested by emulation only, not yet on a GPU: compare its results "
          + "with -device cpu")
    }
    return engine
  }

  private static func instructions(
    named name: String?
  ) throws(EngineError) -> ProductInstructions {
    guard let name else { return .tensor }
    guard let chosen = ProductInstructions(rawValue: name) else {
      let names = ProductInstructions.allCases.map(\.rawValue)
      throw EngineError(
        "DVS_ISA: '\(name)' found, instructions of a GPU expected: \(names.joined(separator: ", "))"
      )
    }
    return chosen
  }
}
