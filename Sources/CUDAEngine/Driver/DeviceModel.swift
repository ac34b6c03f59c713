internal import SpikingNetwork

/// Which GPU a device is, and that it can be used.
struct DeviceModel {
  /// The driver's number of it.
  let number: Int32
  /// What NVIDIA calls it.
  let name: String
  /// 10 · major + minor.
  let architecture: Int

  /// The version of CUDA that the kernels' PTX needs: 12.0, of driver 525.
  private static let neededVersion: Int32 = 12000
  /// Turing, the first with the products that the kernels use.
  private static let neededArchitecture = 75
  /// Finds a device.
  ///
  /// - Parameter ordinal: Which of them, from 0.
  /// - Throws: ``EngineError`` when there is no such device, or it or its driver is too old.
  init(_ driver: DriverLibrary, ordinal: Int) throws(EngineError) {
    let count = try Self.deviceCount(driver)
    var device: Int32 = 0
    guard ordinal < count, unsafe driver.device(&device, Int32(ordinal)) == 0 else {
      throw EngineError(
        "cuda:\(ordinal): there \(count == 1 ? "is one device" : "are \(count) devices"), "
          + "from cuda:0 on")
    }
    number = device
    name = try Self.name(of: device, driver)
    architecture = try Self.architecture(of: device, driver)
    guard architecture >= Self.neededArchitecture else {
      throw EngineError(
        "cuda:\(ordinal): compute capability 7.5 or higher expected, \(architecture / 10)."
          + "\(architecture % 10) of \(name) found")
    }
  }

  private static func deviceCount(_ driver: DriverLibrary) throws(EngineError) -> Int {
    var (version, count): (Int32, Int32) = (0, 0)
    // Without a device, a driver does not begin.
    let result = driver.initialize(0)
    if unsafe driver.driverVersion(&version) == 0, version < neededVersion {
      throw EngineError(
        "NVIDIA's driver is too old: CUDA 12.0 or later expected, as driver 525 and later have, "
          + "\(version / 1000).\(version % 1000 / 10) found; update the driver, or use -device cpu")
    }
    guard result == 0, unsafe driver.deviceCount(&count) == 0, count > 0 else {
      throw EngineError(
        "there is no GPU of NVIDIA's that can be used (\(driver.name(ofError: result))): "
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
    // The numbers of these attributes in cuda.h.
    try unsafe driver.check(
      driver.deviceAttribute(&major, 75, device), "a GPU's capability cannot be read")
    try unsafe driver.check(
      driver.deviceAttribute(&minor, 76, device), "a GPU's capability cannot be read")
    return Int(10 * major + minor)
  }
}
