internal import SpikingNetwork

/// A GPU in use: its memory, its kernels, and one stream of work.
///
/// Work is queued and runs in order. The host waits only in ``synchronize()`` and in copies to the
/// host, except ``enqueueCopy(_:to:byteCount:)``.
@safe final class Device {
  /// Index among the GPUs that the driver lists, from 0.
  let ordinal: Int
  /// NVIDIA's name, as in `NVIDIA H100 80GB HBM3`.
  let name: String
  /// Ordinal and name, for messages, as in `cuda:0 (NVIDIA H100 80GB HBM3)`.
  let title: String
  /// The compute capability: 10 · major + minor.
  let architecture: Int

  /// Called if memory is short: releases memory that the engine can do without, and returns whether
  /// there was any.
  var onShortage: () throws(EngineError) -> Bool = { () throws(EngineError) in false }
  /// How often the host has waited for all queued work.
  private(set) var waitCount = 0

  /// The accumulated times of stages; `nil` if stages are not timed.
  var clock: StageClock?

  private let driver: DriverLibrary
  private let device: Int32
  private nonisolated(unsafe) var context: DriverLibrary.Handle
  private nonisolated(unsafe) var module: DriverLibrary.Handle
  private nonisolated(unsafe) var stream: DriverLibrary.Handle
  /// CUDA events for reuse.
  private nonisolated(unsafe) var events: [DriverLibrary.Handle] = unsafe []
  /// Queued work that is being timed: the CUDA events before and after it.
  private nonisolated(unsafe) var spans:
    [(key: StageClock.Key, from: DriverLibrary.Handle, to: DriverLibrary.Handle)] = unsafe []
  /// The kernels that have been launched, by name.
  private nonisolated(unsafe) var functions: [String: DriverLibrary.Handle] = unsafe [:]

  /// `CUDA_ERROR_OUT_OF_MEMORY` of cuda.h.
  private static let outOfMemory: Int32 = 2

  /// Opens a device and loads the kernels.
  ///
  /// - Parameters:
  ///   - ordinal: The device's index, from 0.
  ///   - image: Returns the kernels for an architecture, as PTX that ends with a zero byte.
  /// - Throws: ``EngineError`` if the device does not exist, or it or its driver is too old.
  init(
    _ driver: DriverLibrary, ordinal: Int, image: (_ architecture: Int) -> [UInt8]
  ) throws(EngineError) {
    self.driver = driver
    self.ordinal = ordinal
    let model = try DeviceModel(driver, ordinal: ordinal)
    (device, name, architecture) = (model.handle, model.name, model.architecture)
    title = "cuda:\(ordinal) (\(model.name))"
    var context: DriverLibrary.Handle = nil
    try unsafe driver.check(driver.retainContext(&context, device), "\(title) cannot be used")
    unsafe self.context = unsafe context
    unsafe module = nil
    unsafe stream = nil
    try makeCurrent()
    var module: DriverLibrary.Handle = nil
    try unsafe driver.check(
      driver.loadModule(&module, image(architecture), 0, nil, nil),
      "\(title): kernels cannot be loaded")
    unsafe self.module = unsafe module
    var stream: DriverLibrary.Handle = nil
    try unsafe driver.check(driver.createStream(&stream, 1), "\(title): a stream cannot be created")
    unsafe self.stream = unsafe stream
  }

  deinit {
    // Safe: each handle is destroyed once, in the reverse order of creation.
    _ = unsafe driver.setCurrentContext(context)
    while let span = unsafe spans.popLast() { unsafe events += [span.from, span.to] }
    while let event = unsafe events.popLast() { _ = unsafe driver.destroyEvent(event) }
    if unsafe stream != nil { _ = unsafe driver.destroyStream(stream) }
    if unsafe module != nil { _ = unsafe driver.unloadModule(module) }
    _ = driver.releaseContext(device)
  }

  /// Makes the device the current one of the calling thread, which must precede all other calls.
  func makeCurrent() throws(EngineError) {
    try unsafe driver.check(driver.setCurrentContext(context), "cuda:\(ordinal) cannot be used")
  }

  /// Waits until all queued work is done.
  ///
  /// - Throws: ``EngineError`` if a kernel failed.
  func synchronize() throws(EngineError) {
    waitCount += 1
    try unsafe driver.check(
      driver.synchronize(stream), "a kernel failed on \(title)")
    try collectTimes()
  }

  // MARK: Times

  /// Queues work for a stage and, if there is a ``clock``, measures how long it takes on the
  /// device.
  func timed(_ stage: CUDAStage, _ work: () throws(EngineError) -> Void) throws(EngineError) {
    guard let clock else { return try work() }
    let from = unsafe try recordEvent()
    try work()
    let to = unsafe try recordEvent()
    unsafe spans.append((StageClock.Key(stage: stage, layer: clock.layer), from, to))
  }

  private func recordEvent() throws(EngineError) -> DriverLibrary.Handle {
    var event: DriverLibrary.Handle = nil
    if let free = unsafe events.popLast() {
      unsafe event = unsafe free
    } else {
      try unsafe driver.check(
        driver.createEvent(&event, 0), "cuda:\(ordinal): kernels cannot be timed")
    }
    try unsafe driver.check(
      driver.record(event, stream), "cuda:\(ordinal): kernels cannot be timed")
    return unsafe event
  }

  /// Adds the times of finished work to ``clock``.
  private func collectTimes() throws(EngineError) {
    while let span = unsafe spans.popLast() {
      var milliseconds: Float = 0
      try unsafe driver.check(
        driver.elapsedMilliseconds(&milliseconds, span.from, span.to),
        "cuda:\(ordinal): kernels cannot be timed")
      unsafe clock?.add(Double(milliseconds) / 1000, to: span.key)
      unsafe events += [span.from, span.to]
    }
  }

  // MARK: Memory

  /// Free and total memory in bytes.
  func memory() throws(EngineError) -> (free: Int, total: Int) {
    var (free, total) = (0, 0)
    try unsafe driver.check(
      driver.memory(&free, &total), "cuda:\(ordinal): free memory cannot be read")
    return (free, total)
  }

  /// Allocates memory with undefined contents.
  func allocate(_ byteCount: Int) throws(EngineError) -> UInt64 {
    var address: UInt64 = 0
    var result = unsafe driver.allocate(&address, byteCount)
    if result == Self.outOfMemory, try onShortage() {
      result = unsafe driver.allocate(&address, byteCount)
    }
    guard result == 0 else {
      throw EngineError(
        "\(title): too little memory: \(byteCount) bytes needed, \(try memory().free) free "
          + "(\(driver.name(ofError: result))); use a smaller -b, or -device cpu")
    }
    return address
  }

  func release(_ address: UInt64) {
    // An error cannot be handled here.
    if (try? makeCurrent()) != nil { _ = driver.release(address) }
  }

  /// Copies to the device; waits only if the bytes are not page-locked.
  func copy(_ bytes: UnsafeRawBufferPointer, to address: UInt64) throws(EngineError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    try timed(.copies) { () throws(EngineError) in
      // The driver copies memory that is not page-locked before the call returns.
      try unsafe driver.check(
        driver.copyToDevice(address, start, bytes.count, stream),
        "memory cannot be copied to the GPU")
    }
  }

  /// Copies to the host and waits for the copy.
  func copy(_ address: UInt64, to bytes: UnsafeMutableRawBufferPointer) throws(EngineError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    unsafe try enqueueCopy(address, to: start, byteCount: bytes.count)
    try synchronize()
  }

  /// Queues a copy to page-locked memory of the host; it is done when ``synchronize()`` returns.
  func enqueueCopy(
    _ address: UInt64, to start: UnsafeMutableRawPointer, byteCount: Int
  ) throws(EngineError) {
    try unsafe driver.check(
      driver.copyToHost(start, address, byteCount, stream), "memory cannot be copied from the GPU")
  }

  /// Copies within the device's memory.
  func copy(_ source: UInt64, to target: UInt64, byteCount: Int) throws(EngineError) {
    try timed(.copies) { () throws(EngineError) in
      try unsafe driver.check(
        driver.copyOnDevice(target, source, byteCount, stream), "memory cannot be copied on the GPU"
      )
    }
  }

  /// Allocates page-locked memory of the host; `nil` if the system provides none.
  func allocateHost(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    var start: UnsafeMutableRawPointer?
    return unsafe driver.allocateHost(&start, byteCount) == 0 ? start : nil
  }

  func releaseHost(_ start: UnsafeMutableRawPointer) {
    // An error cannot be handled here.
    if (try? makeCurrent()) != nil { _ = unsafe driver.releaseHost(start) }
  }

  /// Sets 32-bit words to 0.
  func clear(_ address: UInt64, wordCount: Int) throws(EngineError) {
    try timed(.copies) { () throws(EngineError) in
      try unsafe driver.check(
        driver.fill(address, 0, wordCount, stream), "the GPU's memory cannot be cleared")
    }
  }

  /// Queues a kernel.
  ///
  /// - Parameters:
  ///   - grid: Number of blocks in x, y and z.
  ///   - threads: Threads per block, which the kernel fixes.
  ///   - arguments: The kernel's argument structure, of `gpu_arguments.h`.
  func launch<Arguments>(
    _ kernel: String, grid: (Int, Int, Int), threads: Int, _ arguments: Arguments
  ) throws(EngineError) {
    try timed(CUDAStage(kernel: kernel)) { () throws(EngineError) in
      try self.enqueue(kernel, grid: grid, threads: threads, arguments)
    }
  }

  private func enqueue<Arguments>(
    _ kernel: String, grid: (Int, Int, Int), threads: Int, _ arguments: Arguments
  ) throws(EngineError) {
    let function = unsafe try function(kernel)
    // Safe: the structure is copied before the call returns.
    let result = unsafe withUnsafePointer(to: arguments) { pointer in
      var list: UnsafeMutableRawPointer? = unsafe UnsafeMutableRawPointer(mutating: pointer)
      return unsafe driver.launch(
        function, UInt32(grid.0), UInt32(grid.1), UInt32(grid.2), UInt32(threads), 1, 1, 0, stream,
        &list, nil)
    }
    // Kernels run asynchronously: the driver reports an error at a later call.
    try driver.check(
      result, "\(kernel), or a kernel before it, failed on \(title)")
  }

  private func function(_ name: String) throws(EngineError) -> DriverLibrary.Handle {
    if let cached = unsafe functions[name] { return unsafe cached }
    var found: DriverLibrary.Handle = nil
    try unsafe driver.check(driver.function(&found, module, name), "kernel \(name) not found")
    unsafe functions[name] = unsafe found
    return unsafe found
  }
}
