internal import SpikingNetwork

/// A GPU in use: its memory, its kernels, and one stream of work.
///
/// Everything that is asked for is done in turn; only ``synchronize()`` and copies to the host
/// wait.
@safe final class Device {
  /// Its number.
  let ordinal: Int
  /// What NVIDIA calls it.
  let name: String
  /// Both, for messages.
  let title: String
  /// 10 · major + minor.
  let architecture: Int

  /// Gives up what can be done without, where memory is short; says whether there was any.
  var onShortage: () throws(EngineError) -> Bool = { () throws(EngineError) in false }
  /// How often the host has waited for all that was asked for.
  private(set) var waitCount = 0

  /// Where times of kernels are added up; `nil` where none are taken.
  var clock: StageClock?

  private let driver: DriverLibrary
  private let device: Int32
  private nonisolated(unsafe) var context: DriverLibrary.Handle
  private nonisolated(unsafe) var module: DriverLibrary.Handle
  private nonisolated(unsafe) var stream: DriverLibrary.Handle
  /// Events that are free.
  private nonisolated(unsafe) var events: [DriverLibrary.Handle] = unsafe []
  private nonisolated(unsafe) var spans:
    [(key: StageClock.Key, from: DriverLibrary.Handle, to: DriverLibrary.Handle)] = unsafe []
  private nonisolated(unsafe) var functions: [String: DriverLibrary.Handle] = unsafe [:]

  /// The number of `CUDA_ERROR_OUT_OF_MEMORY` in cuda.h.
  private static let outOfMemory: Int32 = 2

  /// Takes a device into use.
  ///
  /// - Parameters:
  ///   - ordinal: Which of them, from 0.
  ///   - image: Gives the kernels for an architecture, as PTX that ends with a 0.
  /// - Throws: ``EngineError`` when there is no such device, or it or its driver is too old.
  init(
    _ driver: DriverLibrary, ordinal: Int, image: (_ architecture: Int) -> [UInt8]
  ) throws(EngineError) {
    self.driver = driver
    self.ordinal = ordinal
    let model = try DeviceModel(driver, ordinal: ordinal)
    (device, name, architecture) = (model.number, model.name, model.architecture)
    title = "cuda:\(ordinal) (\(model.name))"
    var context: DriverLibrary.Handle = nil
    try unsafe driver.check(driver.retainContext(&context, device), "\(title) cannot be used")
    unsafe self.context = unsafe context
    unsafe module = nil
    unsafe stream = nil
    try use()
    var module: DriverLibrary.Handle = nil
    try unsafe driver.check(
      driver.loadModule(&module, image(architecture), 0, nil, nil),
      "\(title): kernels cannot be loaded")
    unsafe self.module = unsafe module
    var stream: DriverLibrary.Handle = nil
    try unsafe driver.check(driver.makeStream(&stream, 1), "\(title): a stream cannot be made")
    unsafe self.stream = unsafe stream
  }

  deinit {
    // Safe: what was made is ended once, in the reverse order.
    _ = unsafe driver.useContext(context)
    while let span = unsafe spans.popLast() { unsafe events += [span.from, span.to] }
    while let event = unsafe events.popLast() { _ = unsafe driver.endEvent(event) }
    if unsafe stream != nil { _ = unsafe driver.endStream(stream) }
    if unsafe module != nil { _ = unsafe driver.unloadModule(module) }
    _ = driver.releaseContext(device)
  }

  /// Makes the device that of the thread that calls; to be called before anything else.
  func use() throws(EngineError) {
    try unsafe driver.check(driver.useContext(context), "cuda:\(ordinal) cannot be used")
  }

  /// Waits until all that was asked for is done.
  ///
  /// - Throws: ``EngineError`` where a kernel failed.
  func synchronize() throws(EngineError) {
    waitCount += 1
    try unsafe driver.check(
      driver.synchronize(stream), "a kernel failed on \(title)")
    try readTimes()
  }

  // MARK: Times

  /// Notes how long work takes on the device, where times are taken.
  func timed(_ stage: CUDAStage, _ work: () throws(EngineError) -> Void) throws(EngineError) {
    guard let clock else { return try work() }
    let from = unsafe try recordedEvent()
    try work()
    let to = unsafe try recordedEvent()
    unsafe spans.append((StageClock.Key(stage: stage, layer: clock.layer), from, to))
  }

  private func recordedEvent() throws(EngineError) -> DriverLibrary.Handle {
    var event: DriverLibrary.Handle = nil
    if let free = unsafe events.popLast() {
      unsafe event = unsafe free
    } else {
      try unsafe driver.check(driver.makeEvent(&event, 0), "cuda:\(ordinal) takes no times")
    }
    try unsafe driver.check(driver.record(event, stream), "cuda:\(ordinal) takes no times")
    return unsafe event
  }

  /// Adds up the times of work that is done.
  private func readTimes() throws(EngineError) {
    while let span = unsafe spans.popLast() {
      var milliseconds: Float = 0
      try unsafe driver.check(
        driver.milliseconds(&milliseconds, span.from, span.to), "cuda:\(ordinal) takes no times")
      unsafe clock?.add(Double(milliseconds) / 1000, to: span.key)
      unsafe events += [span.from, span.to]
    }
  }

  // MARK: Memory

  /// Bytes that are free, and that there are.
  func memory() throws(EngineError) -> (free: Int, total: Int) {
    var (free, total) = (0, 0)
    try unsafe driver.check(driver.memory(&free, &total), "cuda:\(ordinal): memory")
    return (free, total)
  }

  func allocate(_ byteCount: Int) throws(EngineError) -> UInt64 {
    var address: UInt64 = 0
    var result = unsafe driver.allocate(&address, byteCount)
    if result == Self.outOfMemory, try onShortage() {
      result = unsafe driver.allocate(&address, byteCount)
    }
    guard result == 0 else {
      throw EngineError(
        "\(title): too little memory: \(byteCount) bytes expected, \(try memory().free) free "
          + "(\(driver.name(ofError: result))); use a smaller -b, or -device cpu")
    }
    return address
  }

  func release(_ address: UInt64) {
    // Nothing can be done about an error here.
    if (try? use()) != nil { _ = driver.release(address) }
  }

  func copy(_ bytes: UnsafeRawBufferPointer, to address: UInt64) throws(EngineError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    try timed(.copies) { () throws(EngineError) in
      // What is not page-locked is copied before the call returns.
      try unsafe driver.check(
        driver.copyIn(address, start, bytes.count, stream), "memory cannot be copied to the GPU")
    }
  }

  /// Waits until the copy is there.
  func copy(_ address: UInt64, to bytes: UnsafeMutableRawBufferPointer) throws(EngineError) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    unsafe try askForCopy(address, to: start, byteCount: bytes.count)
    try synchronize()
  }

  /// Copies to the host at some time before the next ``synchronize()`` ends.
  func askForCopy(
    _ address: UInt64, to start: UnsafeMutableRawPointer, byteCount: Int
  ) throws(EngineError) {
    try unsafe driver.check(
      driver.copyOut(start, address, byteCount, stream), "memory cannot be copied from the GPU")
  }

  /// Copies from one place on the device to another.
  func copy(_ source: UInt64, to target: UInt64, byteCount: Int) throws(EngineError) {
    try timed(.copies) { () throws(EngineError) in
      try unsafe driver.check(
        driver.copyWithin(target, source, byteCount, stream), "memory cannot be copied on the GPU")
    }
  }

  /// Takes page-locked memory of the host; `nil` where the system gives none.
  func allocateHost(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    var start: UnsafeMutableRawPointer?
    return unsafe driver.allocateHost(&start, byteCount) == 0 ? start : nil
  }

  func releaseHost(_ start: UnsafeMutableRawPointer) {
    // Nothing can be done about an error here.
    if (try? use()) != nil { _ = unsafe driver.releaseHost(start) }
  }

  func clear(_ address: UInt64, wordCount: Int) throws(EngineError) {
    try timed(.copies) { () throws(EngineError) in
      try unsafe driver.check(
        driver.fill(address, 0, wordCount, stream), "the GPU's memory cannot be cleared")
    }
  }

  /// Starts a kernel.
  ///
  /// - Parameters:
  ///   - grid: Blocks.
  ///   - threads: Of a block; as the kernel says.
  ///   - arguments: The kernel's structure.
  func launch<Arguments>(
    _ kernel: String, grid: (Int, Int, Int), threads: Int, _ arguments: Arguments
  ) throws(EngineError) {
    try timed(CUDAStage(kernel: kernel)) { () throws(EngineError) in
      try self.start(kernel, grid: grid, threads: threads, arguments)
    }
  }

  private func start<Arguments>(
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
    // What a kernel did wrong is told by whatever is asked for next.
    try driver.check(
      result, "\(kernel), or a kernel before it, failed on \(title)")
  }

  private func function(_ name: String) throws(EngineError) -> DriverLibrary.Handle {
    if let known = unsafe functions[name] { return unsafe known }
    var found: DriverLibrary.Handle = nil
    try unsafe driver.check(driver.function(&found, module, name), "there is no kernel \(name)")
    unsafe functions[name] = unsafe found
    return unsafe found
  }
}
