internal import Glibc
package import SpikingNetwork

/// The functions of NVIDIA's driver that the engine uses, looked up at run time.
///
/// Source of their names and types: the CUDA driver API, `cuda.h`.
@safe package struct DriverLibrary: Sendable {
  /// Returns the address of a function by its name; `nil` if it does not exist.
  package typealias Lookup = (String) -> UnsafeMutableRawPointer?

  /// A context, module, function, stream or event of the driver.
  typealias Handle = OpaquePointer?
  /// An address in a device's memory, `CUdeviceptr`.
  typealias Address = UInt64

  let initialize: @convention(c) (UInt32) -> Int32
  let driverVersion: @convention(c) (UnsafeMutablePointer<Int32>) -> Int32
  let deviceCount: @convention(c) (UnsafeMutablePointer<Int32>) -> Int32
  let device: @convention(c) (UnsafeMutablePointer<Int32>, Int32) -> Int32
  let deviceName: @convention(c) (UnsafeMutablePointer<CChar>, Int32, Int32) -> Int32
  let deviceAttribute: @convention(c) (UnsafeMutablePointer<Int32>, Int32, Int32) -> Int32
  let retainContext: @convention(c) (UnsafeMutablePointer<Handle>, Int32) -> Int32
  let releaseContext: @convention(c) (Int32) -> Int32
  let setCurrentContext: @convention(c) (Handle) -> Int32
  let memory: @convention(c) (UnsafeMutablePointer<Int>, UnsafeMutablePointer<Int>) -> Int32
  let allocate: @convention(c) (UnsafeMutablePointer<Address>, Int) -> Int32
  let release: @convention(c) (Address) -> Int32
  let copyToDevice: @convention(c) (Address, UnsafeRawPointer, Int, Handle) -> Int32
  let copyToHost: @convention(c) (UnsafeMutableRawPointer, Address, Int, Handle) -> Int32
  let copyOnDevice: @convention(c) (Address, Address, Int, Handle) -> Int32
  let allocateHost: @convention(c) (UnsafeMutablePointer<UnsafeMutableRawPointer?>, Int) -> Int32
  let releaseHost: @convention(c) (UnsafeMutableRawPointer) -> Int32
  let fill: @convention(c) (Address, UInt32, Int, Handle) -> Int32
  let createStream: @convention(c) (UnsafeMutablePointer<Handle>, UInt32) -> Int32
  let synchronize: @convention(c) (Handle) -> Int32
  let createEvent: @convention(c) (UnsafeMutablePointer<Handle>, UInt32) -> Int32
  let record: @convention(c) (Handle, Handle) -> Int32
  let elapsedMilliseconds: @convention(c) (UnsafeMutablePointer<Float>, Handle, Handle) -> Int32
  let destroyEvent: @convention(c) (Handle) -> Int32
  let destroyStream: @convention(c) (Handle) -> Int32
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

  /// Looks up all functions.
  ///
  /// - Throws: ``EngineError`` that names the first missing function.
  package init(_ lookup: Lookup) throws(EngineError) {
    func found<Function>(_ name: String, _: Function.Type = Function.self) throws(EngineError)
      -> Function
    {
      guard let address = unsafe lookup(name) else {
        throw EngineError(
          "NVIDIA's driver is too old: it lacks \(name); update it to version 525 or later")
      }
      // Safe: the type is the one that cuda.h declares for this name.
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
    unsafe setCurrentContext = try unsafe found("cuCtxSetCurrent")
    unsafe memory = try unsafe found("cuMemGetInfo_v2")
    unsafe allocate = try unsafe found("cuMemAlloc_v2")
    release = try found("cuMemFree_v2")
    unsafe copyToDevice = try unsafe found("cuMemcpyHtoDAsync_v2")
    unsafe copyToHost = try unsafe found("cuMemcpyDtoHAsync_v2")
    unsafe copyOnDevice = try unsafe found("cuMemcpyDtoDAsync_v2")
    unsafe allocateHost = try unsafe found("cuMemAllocHost_v2")
    unsafe releaseHost = try unsafe found("cuMemFreeHost")
    unsafe fill = try unsafe found("cuMemsetD32Async")
    unsafe createStream = try unsafe found("cuStreamCreate")
    unsafe synchronize = try unsafe found("cuStreamSynchronize")
    unsafe createEvent = try unsafe found("cuEventCreate")
    unsafe record = try unsafe found("cuEventRecord")
    unsafe elapsedMilliseconds = try unsafe found("cuEventElapsedTime")
    unsafe destroyEvent = try unsafe found("cuEventDestroy_v2")
    unsafe destroyStream = try unsafe found("cuStreamDestroy_v2")
    unsafe loadModule = try unsafe found("cuModuleLoadDataEx")
    unsafe unloadModule = try unsafe found("cuModuleUnload")
    unsafe function = try unsafe found("cuModuleGetFunction")
    unsafe launch = try unsafe found("cuLaunchKernel")
    unsafe errorName = try unsafe found("cuGetErrorName")
  }

  /// Loads the installed driver.
  ///
  /// - Parameter path: The library's path, or its name for the system's loader to find.
  /// - Throws: ``EngineError`` if it is not installed.
  package static func system(_ path: String = "libcuda.so.1") throws(EngineError) -> DriverLibrary {
    // Safe: the library is never unloaded, so its functions stay valid.
    guard let library = unsafe dlopen(path, RTLD_NOW) else {
      throw EngineError(
        "no NVIDIA driver found (\(path)): install version 525 or later, or use -device cpu"
      )
    }
    return unsafe try DriverLibrary { unsafe dlsym(library, $0) }
  }

  /// Throws an error if a call failed.
  ///
  /// - Parameters:
  ///   - result: The call's result; 0 means success.
  ///   - what: The message, as in `memory cannot be copied`.
  func check(_ result: Int32, _ what: @autoclosure () -> String) throws(EngineError) {
    if result != 0 { throw EngineError("\(what()): \(name(ofError: result))") }
  }

  /// The driver's name of an error, as in `CUDA_ERROR_OUT_OF_MEMORY`.
  func name(ofError code: Int32) -> String {
    var name: UnsafePointer<CChar>?
    // Safe: the driver returns a constant string.
    guard unsafe errorName(code, &name) == 0, let name = unsafe name else { return "error \(code)" }
    return unsafe String(cString: name)
  }
}
