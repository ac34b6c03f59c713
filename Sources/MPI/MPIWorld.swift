internal import Glibc
internal import Threads

/// The ranks that a library of MPI connects.
///
/// Any thread may call it: the library is called by one at a time.
@safe final class MPIWorld: PeerExchange, @unchecked Sendable {
  let library: MPILibrary
  let rank: Int
  let count: Int
  private let lock = Lock()

  private var table: MPITable { library.table }

  /// Initialises the library, and checks that all ranks of the launcher are there.
  ///
  /// - Parameters:
  ///   - library: The library.
  ///   - launcher: What started this process.
  ///   - onFailure: Tells the user, where the library ends the process or waits for too long.
  /// - Throws: ``MPIError`` if they are not.
  init(
    _ library: MPILibrary, startedBy launcher: Launcher,
    onFailure: @escaping @Sendable (InitializationGuard.Failure, MPIError) -> Void
  ) throws(MPIError) {
    let table = library.table
    let world = table.constants.world
    var (provided, count, rank): (Int32, Int32, Int32) = (-1, -1, -1)
    // Safe: each call writes one number; without arguments, the library asks the launcher.
    // Open MPI yields in each call where it has more ranks than processors. That is for calls that
    // wait. Safe: the texts are copied, and no other thread reads the environment before ranks are
    // joined.
    unsafe setenv("OMPI_MCA_mpi_yield_when_idle", "0", 0)
    // The first rank that is there tells; most launchers then end the others.
    let guardian = InitializationGuard(
      milliseconds: 1000 * InitializationGuard.patience + 200 * min(launcher.rank, 25)
    ) { failure in
      onFailure(failure, MPIError(failure, of: library, startedBy: launcher))
    }
    defer { guardian.disarm() }
    guard
      unsafe table.initialize(nil, nil, table.constants.serializedThreads, &provided)
        == MPITable.success,
      table.setErrorHandler(world, table.constants.errorsReturn) == MPITable.success,
      unsafe table.size(world, &count) == MPITable.success,
      unsafe table.rank(world, &rank) == MPITable.success
    else { throw MPIError("\(library.version) (\(library.path)) cannot be initialised") }
    guard count == launcher.count else {
      throw MPIError(
        "\(library.path) (\(library.version)) connects \(count) rank\(count == 1 ? "" : "s"), but "
          + "\(launcher.name) started \(launcher.count): set \(MPILibrary.variable) to the library "
          + "of the launcher's MPI\(launcher.advice)")
    }
    guard provided >= table.constants.serializedThreads else {
      throw MPIError(
        "\(library.version) (\(library.path)) does not let threads call it in turns "
          + "(MPI_THREAD_SERIALIZED): set \(MPILibrary.variable) to another library")
    }
    self.library = library
    self.count = Int(count)
    self.rank = Int(rank)
  }

  @unsafe func exchange(
    _ outgoing: UnsafeRawBufferPointer, for incoming: UnsafeMutableRawBufferPointer,
    with peer: Int, channel: Int
  ) throws(MPIError) {
    // The numbers of bytes in a call are 32-bit.
    let piece = 1 << 30
    for start in stride(from: 0, to: max(1, outgoing.count, incoming.count), by: piece) {
      let sent = unsafe UnsafeRawBufferPointer(
        rebasing: outgoing.dropFirst(start).prefix(piece))
      let received = unsafe UnsafeMutableRawBufferPointer(
        rebasing: incoming.dropFirst(start).prefix(piece))
      try unsafe exchangePiece(sent, for: received, with: peer, channel: channel)
    }
  }

  private func exchangePiece(
    _ outgoing: UnsafeRawBufferPointer, for incoming: UnsafeMutableRawBufferPointer,
    with peer: Int, channel: Int
  ) throws(MPIError) {
    var receiving = try unsafe startReceiving(incoming, from: peer, tag: channel + 1)
    var sending = try unsafe startSending(outgoing, to: peer, tag: channel + 1)
    let wait = PollingWait(byteCount: outgoing.count + incoming.count)
    var receivedCount: Int?
    var isSent = false
    while true {
      if receivedCount == nil { receivedCount = try receivedByteCount(of: &receiving) }
      if !isSent { isSent = try isComplete(&sending) }
      if isSent, let receivedCount {
        if receivedCount == incoming.count { return }
        throw MPIError(
          "\(incoming.count) bytes expected of rank \(peer), \(receivedCount) received")
      }
      wait.pause()
    }
  }

  /// Begins to send; the bytes must stay until it is complete.
  @unsafe func startSending(_ bytes: UnsafeRawBufferPointer, to peer: Int, tag: Int)
    throws(MPIError)
    -> MPITable.Handle
  {
    var request: MPITable.Handle = 0
    // Safe: the caller keeps the bytes.
    let result = lock.withLock {
      unsafe table.send(
        bytes.baseAddress, Int32(bytes.count), table.constants.byte, Int32(peer), Int32(tag),
        table.constants.world, &request)
    }
    try check(result, "cannot send to rank \(peer)")
    return request
  }

  /// Begins to receive; the memory must stay until it is complete.
  @unsafe func startReceiving(
    _ bytes: UnsafeMutableRawBufferPointer, from peer: Int, tag: Int
  ) throws(MPIError) -> MPITable.Handle {
    var request: MPITable.Handle = 0
    // Safe: the caller keeps the memory.
    let result = lock.withLock {
      unsafe table.receive(
        bytes.baseAddress, Int32(bytes.count), table.constants.byte, Int32(peer), Int32(tag),
        table.constants.world, &request)
    }
    try check(result, "cannot receive from rank \(peer)")
    return request
  }

  /// The number of bytes that were received; `nil` until they are.
  func receivedByteCount(of request: inout MPITable.Handle) throws(MPIError) -> Int? {
    var status: MPITable.Status = (0, 0, 0, 0)
    var count: Int32 = 0
    guard try isComplete(&request, &status) else { return nil }
    // Safe: the call before has written the status.
    let result = unsafe withUnsafeBytes(of: &status) { status in
      lock.withLock {
        unsafe status.baseAddress.map {
          unsafe table.receivedCount($0, table.constants.byte, &count)
        }
      }
    }
    try check(result ?? MPITable.success, "a number of bytes is not known")
    return Int(count)
  }

  /// Whether a transfer is complete.
  func isComplete(_ request: inout MPITable.Handle) throws(MPIError) -> Bool {
    var status: MPITable.Status = (0, 0, 0, 0)
    return try isComplete(&request, &status)
  }

  private func isComplete(
    _ request: inout MPITable.Handle, _ status: inout MPITable.Status
  ) throws(MPIError) -> Bool {
    var isComplete: Int32 = 0
    // Safe: there is room for the largest status.
    let result = unsafe withUnsafeMutableBytes(of: &status) { status in
      lock.withLock {
        unsafe status.baseAddress.map { unsafe table.test(&request, &isComplete, $0) }
      }
    }
    try check(result ?? MPITable.success, "a transfer failed")
    return isComplete != 0
  }

  /// Ends all ranks, as far as the library can.
  ///
  /// - Parameter exitCode: What the launcher's exit code should be.
  func abort(exitCode: Int32) {
    _ = lock.withLock { table.abort(table.constants.world, exitCode) }
  }

  /// Ends the use of the library.
  func finalize() { _ = lock.withLock { table.finalize() } }

  private func check(_ result: Int32, _ what: @autoclosure () -> String) throws(MPIError) {
    if result == MPITable.success { return }
    let text = unsafe MPIText { text, count in unsafe table.errorText(result, text, count) }.value
    throw MPIError("\(what()): \(text ?? "error \(result)")")
  }
}

extension MPIError {
  /// The error of a library that does not return from its initialization.
  fileprivate init(
    _ failure: InitializationGuard.Failure, of library: MPILibrary, startedBy launcher: Launcher
  ) {
    let name = "\(library.version) (\(library.path))"
    switch failure {
    case .exit:
      self.init(
        "\(name) ends this process when it is initialised, and \(launcher.name) started "
          + "\(launcher.count) ranks: set \(MPILibrary.variable) to the library of the launcher's MPI"
      )
    case .timeout:
      self.init(
        "\(name) has not joined the \(launcher.count) ranks that \(launcher.name) started within "
          + "\(InitializationGuard.patience) s: one has ended before, or its machine cannot be reached"
      )
    }
  }
}
