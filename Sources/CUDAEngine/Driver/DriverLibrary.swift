internal import Glibc
package import SpikingNetwork

/// NVIDIA's driver: the functions of its interface that the engine uses, found at run time.
///
/// Source of names and types: the CUDA driver API, `cuda.h`.
@safe package struct DriverLibrary: Sendable {
  /// Gives the address of a function by its name.
  package typealias Lookup = (String) -> UnsafeMutableRawPointer?

  typealias Handle = OpaquePointer?
  typealias Address = UInt64

  let initialize: @convention(c) (UInt32) -> Int32
  let driverVersion: @convention(c) (UnsafeMutablePointer<Int32>) -> Int32
  let deviceCount: @convention(c) (UnsafeMutablePointer<Int32>) -> Int32
  let device: @convention(c) (UnsafeMutablePointer<Int32>, Int32) -> Int32
  let deviceName: @convention(c) (UnsafeMutablePointer<CChar>, Int32, Int32) -> Int32
  let deviceAttribute: @convention(c) (UnsafeMutablePointer<Int32>, Int32, Int32) -> Int32
  let retainContext: @convention(c) (UnsafeMutablePointer<Handle>, Int32) -> Int32
  let releaseContext: @convention(c) (Int32) -> Int32
  let useContext: @convention(c) (Handle) -> Int32
  let memory: @convention(c) (UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>) -> Int32
  let allocate: @convention(c) (UnsafeMutablePointer<Address>, Int) -> Int32
  let release: @convention(c) (Address) -> Int32
  let copyIn: @convention(c) (Address, UnsafeRawPointer, Int, Handle) -> Int32
  let copyOut: @convention(c) (UnsafeMutableRawPointer, Address, Int, Handle) -> Int32
  let copyWithin: @convention(c) (Address, Address, Int, Handle) -> Int32
  let allocateHost: @convention(c) (UnsafeMutablePointer<UnsafeMutableRawPointer?>, Int) -> Int32
  let releaseHost: @convention(c) (UnsafeMutableRawPointer) -> Int32
  let fill: @convention(c) (Address, UInt32, Int, Handle) -> Int32
  let makeStream: @convention(c) (UnsafeMutablePointer<Handle>, UInt32) -> Int32
  let synchronize: @convention(c) (Handle) -> Int32
  let makeEvent: @convention(c) (UnsafeMutablePointer<Handle>, UInt32) -> Int32
  let record: @convention(c) (Handle, Handle) -> Int32
  let milliseconds: @convention(c) (UnsafeMutablePointer<Float>, Handle, Handle) -> Int32
  let endEvent: @convention(c) (Handle) -> Int32
  let endStream: @convention(c) (Handle) -> Int32
  let loadModule:
    @convention(c) (
      UnsafeMutablePointer<Handle>, UnsafeRawPointer, UInt32, UnsafeMutableRawPointer?,
      UnsafeMutableRawPointer?
    ) -> Int32
  let unloadModule: @convention(c) (Handle) -> Int32
  let function: @convention(c) (UnsafeMutablePointer<Handle>, Handle, UnsafePointer<CChar>) -> Int32
  let launch:
    @convention(c) (
      Handle, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, Handle,
      UnsafeMutablePointer<UnsafeMutableRawPointer?>, UnsafeMutableRawPointer?
    ) -> Int32
  private let errorName:
    @convention(c) (Int32, UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Int32

  /// Finds the functions.
  ///
  /// - Throws: ``EngineError`` that names the first one that is missing.
  package init(_ lookup: Lookup) throws(EngineError) {
    func found<Function>(_ name: String, _: Function.Type = Function.self) throws(EngineError)
      -> Function
    {
      guard let address = unsafe lookup(name) else {
        throw EngineError(
          "NVIDIA's driver is too old: it has no \(name); update it to version 525 or later")
      }
      // Safe: the type is that of cuda.h for this name.
      return unsafe unsafeBitCast(address, to: Function.self)
    }
    initialize = try found("cuInit")
    unsafe driverVersion = try unsafe found("cuDriverGetVersion")
    unsafe deviceCount = try unsafe found("cuDeviceGetCount")
    unsafe device = try unsafe found("cuDeviceGet")
    unsafe deviceName = try unsafe found("cuDeviceGetName")
    unsafe deviceAttribute = try unsafe found("cuDeviceGetAttribute")
    unsafe retainContext = try unsafe found("cuDevicePrimaryCtxRetain")
    releaseContext = try found("cuDevicePrimaryCtxRelease_v2")
    unsafe useContext = try unsafe found("cuCtxSetCurrent")
    unsafe memory = try unsafe found("cuMemGetInfo_v2")
    unsafe allocate = try unsafe found("cuMemAlloc_v2")
    release = try found("cuMemFree_v2")
    unsafe copyIn = try unsafe found("cuMemcpyHtoDAsync_v2")
    unsafe copyOut = try unsafe found("cuMemcpyDtoHAsync_v2")
    unsafe copyWithin = try unsafe found("cuMemcpyDtoDAsync_v2")
    unsafe allocateHost = try unsafe found("cuMemAllocHost_v2")
    unsafe releaseHost = try unsafe found("cuMemFreeHost")
    unsafe fill = try unsafe found("cuMemsetD32Async")
    unsafe makeStream = try unsafe found("cuStreamCreate")
    unsafe synchronize = try unsafe found("cuStreamSynchronize")
    unsafe makeEvent = try unsafe found("cuEventCreate")
    unsafe record = try unsafe found("cuEventRecord")
    unsafe milliseconds = try unsafe found("cuEventElapsedTime")
    unsafe endEvent = try unsafe found("cuEventDestroy_v2")
    unsafe endStream = try unsafe found("cuStreamDestroy_v2")
    unsafe loadModule = try unsafe found("cuModuleLoadDataEx")
    unsafe unloadModule = try unsafe found("cuModuleUnload")
    unsafe function = try unsafe found("cuModuleGetFunction")
    unsafe launch = try unsafe found("cuLaunchKernel")
    unsafe errorName = try unsafe found("cuGetErrorName")
  }

  /// The library that the system has.
  ///
  /// - Parameter path: Its file, or what the system's loader finds under this name.
  /// - Throws: ``EngineError`` where there is none.
  package static func system(_ path: String = "libcuda.so.1") throws(EngineError) -> DriverLibrary {
    // Safe: the library stays loaded, as its functions are kept.
    guard let library = unsafe dlopen(path, RTLD_NOW) else {
      throw EngineError(
        "there is no NVIDIA driver (\(path)): install one, version 525 or later, or use -device cpu"
      )
    }
    return unsafe try DriverLibrary { unsafe dlsym(library, $0) }
  }

  /// Stops where a call failed.
  ///
  /// - Parameter what: What did not work, as in `memory cannot be copied`.
  func check(_ result: Int32, _ what: @autoclosure () -> String) throws(EngineError) {
    if result != 0 { throw EngineError("\(what()): \(name(ofError: result))") }
  }

  /// What the driver calls an error.
  func name(ofError code: Int32) -> String {
    var name: UnsafePointer<CChar>?
    // Safe: a text that the driver keeps.
    guard unsafe errorName(code, &name) == 0, let name = unsafe name else { return "error \(code)" }
    return unsafe String(cString: name)
  }
}
