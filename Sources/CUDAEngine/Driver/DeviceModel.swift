internal import SpikingNetwork

/// A GPU that the engine can run on.
struct DeviceModel {
  /// The driver's handle, a `CUdevice`.
  let handle: Int32
  /// NVIDIA's name, as in `NVIDIA H100 80GB HBM3`.
  let name: String
  /// The compute capability: 10 · major + minor.
  let architecture: Int

  /// The CUDA version that the kernels' PTX requires: 12.0, which driver 525 introduced.
  private static let minimumVersion: Int32 = 12000
  /// Turing, the first architecture with the matrix products that the kernels use.
  private static let minimumArchitecture = 75

  /// Finds a device and checks that it can be used.
  ///
  /// - Parameter ordinal: The device's index, from 0.
  /// - Throws: ``EngineError`` if the device does not exist, or it or its driver is too old.
  init(_ driver: DriverLibrary, ordinal: Int) throws(EngineError) {
    let count = try Self.deviceCount(driver)
    var device: Int32 = 0
    guard ordinal < count, unsafe driver.device(&device, Int32(ordinal)) == 0 else {
      throw EngineError(
        "cuda:\(ordinal): there \(count == 1 ? "is one device" : "are \(count) devices"), "
          + "numbered from cuda:0")
    }
    handle = device
    name = try Self.name(of: device, driver)
    architecture = try Self.architecture(of: device, driver)
    guard architecture >= Self.minimumArchitecture else {
      throw EngineError(
        "cuda:\(ordinal) (\(name)): compute capability 7.5 or higher expected, "
          + "\(architecture / 10).\(architecture % 10) found")
    }
  }

  private static func deviceCount(_ driver: DriverLibrary) throws(EngineError) -> Int {
    var (version, count): (Int32, Int32) = (0, 0)
    // Fails without a device; the driver's version can be read all the same.
    let result = driver.initialize(0)
    if unsafe driver.driverVersion(&version) == 0, version < minimumVersion {
      throw EngineError(
        "NVIDIA's driver is too old: CUDA 12.0 or later expected (driver 525 or later), "
          + "\(version / 1000).\(version % 1000 / 10) found; update the driver, or use -device cpu")
    }
    guard result == 0, unsafe driver.deviceCount(&count) == 0, count > 0 else {
      throw EngineError(
        "no usable NVIDIA GPU found (\(driver.name(ofError: result))): "
          + "use -device cpu")
    }
    return Int(count)
  }

  private static func name(
    of device: Int32, _ driver: DriverLibrary
  ) throws(EngineError) -> String {
    var name = [CChar](repeating: 0, count: 256)
    try unsafe driver.check(driver.deviceName(&name, 256, device), "a GPU's name cannot be read")
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func architecture(
    of device: Int32, _ driver: DriverLibrary
  ) throws(EngineError) -> Int {
    var (major, minor): (Int32, Int32) = (0, 0)
    // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR of cuda.h.
    try unsafe driver.check(
      driver.deviceAttribute(&major, 75, device), "a GPU's compute capability cannot be read")
    try unsafe driver.check(
      driver.deviceAttribute(&minor, 76, device), "a GPU's compute capability cannot be read")
    return Int(10 * major + minor)
  }
}
