/// The functions and constants of MPI that are needed, in the three binary interfaces that exist.
///
/// A handle is a pointer in MPI's standard interface and in Open MPI's, and an `int` in MPICH's.
/// Here it is a word for all three: x86-64 and AArch64 pass either in a register or in 8 bytes of
/// the stack, of which a function that takes an `int` reads the lower half; and one that stores an
/// `int` stores the lower half of a word that was 0.
///
/// Sources: MPI 5.0, chapter 20 and `mpi_abi.h`; `mpi.h` of MPICH 4.0 and 5.0, whose interface
/// MPICH, Intel MPI, MVAPICH and Cray MPICH have; `mpi.h` of Open MPI 4.1 and 5.0.
@safe struct MPITable: Sendable {
  /// The address of a function or variable of a library by its name; `nil` if it does not exist.
  typealias Lookup = (String) -> UnsafeMutableRawPointer?

  /// A communicator, type, error handler or request.
  typealias Handle = Int

  /// A binary interface.
  enum Interface: CaseIterable, Sendable {
    /// That of MPI 5, `libmpi_abi.so`.
    case standard
    /// That of MPICH and its relatives.
    case mpich
    /// That of Open MPI.
    case openMPI
  }

  /// What the header of an interface defines.
  struct Constants: Equatable, Sendable {
    /// `MPI_COMM_WORLD`.
    let world: Handle
    /// `MPI_BYTE`.
    let byte: Handle
    /// `MPI_ERRORS_RETURN`.
    let errorsReturn: Handle
    /// `MPI_THREAD_SERIALIZED`: any thread, one at a time.
    let serializedThreads: Int32
  }

  /// The most bytes of a text of any of the interfaces: `MPI_MAX_LIBRARY_VERSION_STRING`.
  static let textByteCount = 8192
  /// `MPI_SUCCESS`.
  static let success: Int32 = 0
  /// Bytes with room for each `MPI_Status`, of which only MPI's functions read: it has 32 in the
  /// standard interface, 24 in Open MPI's and 20 in MPICH's.
  typealias Status = (Int, Int, Int, Int)

  let constants: Constants

  let initialize:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>
    ) -> Int32
  let finalize: @convention(c) () -> Int32
  let size: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
  let rank: @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Int32
  let setErrorHandler: @convention(c) (Handle, Handle) -> Int32
  let send:
    @convention(c) (
      UnsafeRawPointer?, Int32, Handle, Int32, Int32, Handle, UnsafeMutablePointer<Handle>
    ) -> Int32
  let receive:
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, Handle, Int32, Int32, Handle, UnsafeMutablePointer<Handle>
    ) -> Int32
  let test:
    @convention(c) (
      UnsafeMutablePointer<Handle>, UnsafeMutablePointer<Int32>, UnsafeMutableRawPointer
    ) -> Int32
  let receivedCount: @convention(c) (UnsafeRawPointer, Handle, UnsafeMutablePointer<Int32>) -> Int32
  let abort: @convention(c) (Handle, Int32) -> Int32
  let errorText:
    @convention(c) (Int32, UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32

  /// Looks up all functions and constants.
  ///
  /// - Throws: ``MPIError`` that names the first that is missing.
  init(_ interface: Interface, _ lookup: Lookup) throws(MPIError) {
    constants = unsafe try Constants(interface, lookup)
    func found<Function>(_ name: String, _: Function.Type = Function.self) throws(MPIError)
      -> Function
    {
      guard let address = unsafe lookup(name) else { throw MPIError("it lacks \(name)") }
      // Safe: the type is the one that mpi.h declares for this name, with words as handles.
      return unsafe unsafeBitCast(address, to: Function.self)
    }
    unsafe initialize = try unsafe found("MPI_Init_thread")
    finalize = try found("MPI_Finalize")
    unsafe size = try unsafe found("MPI_Comm_size")
    unsafe rank = try unsafe found("MPI_Comm_rank")
    setErrorHandler = try found("MPI_Comm_set_errhandler")
    unsafe send = try unsafe found("MPI_Isend")
    unsafe receive = try unsafe found("MPI_Irecv")
    unsafe test = try unsafe found("MPI_Test")
    unsafe receivedCount = try unsafe found("MPI_Get_count")
    abort = try found("MPI_Abort")
    unsafe errorText = try unsafe found("MPI_Error_string")
  }
}

extension MPITable.Constants {
  /// Returns the constants of an interface; Open MPI's handles are addresses of its variables.
  init(_ interface: MPITable.Interface, _ lookup: MPITable.Lookup) throws(MPIError) {
    func address(_ name: String) throws(MPIError) -> MPITable.Handle {
      guard let address = unsafe lookup(name) else { throw MPIError("it lacks \(name)") }
      return Int(bitPattern: address)
    }
    switch interface {
    case .standard:
      self.init(world: 0x101, byte: 0x247, errorsReturn: 0x143, serializedThreads: 2048)
    case .mpich:
      self.init(
        world: 0x4400_0000, byte: 0x4c00_010d, errorsReturn: 0x5400_0001, serializedThreads: 2)
    case .openMPI:
      self.init(
        world: try address("ompi_mpi_comm_world"), byte: try address("ompi_mpi_byte"),
        errorsReturn: try address("ompi_mpi_errors_return"), serializedThreads: 2)
    }
  }
}

extension MPITable.Interface {
  /// Recognises the interface of a library, before it is initialised.
  ///
  /// MPICH 5 has `MPI_Abi_get_version` in both of its libraries, but that with its own interface
  /// says that it has no version of the standard one. Its relatives are known by what they call
  /// themselves.
  ///
  /// - Throws: ``MPIError`` that names what the library is.
  init(of lookup: MPITable.Lookup) throws(MPIError) {
    typealias Version =
      @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) ->
      Int32
    if let address = unsafe lookup("MPI_Abi_get_version") {
      // Safe: the type is the one that mpi_abi.h declares.
      let version = unsafe unsafeBitCast(address, to: Version.self)
      var (major, minor): (Int32, Int32) = (-1, -1)
      if unsafe version(&major, &minor) == MPITable.success && major >= 0 {
        guard major == 1 else {
          throw MPIError("its binary interface is version \(major).\(minor), and 1 is expected")
        }
        self = .standard
        return
      }
    }
    if unsafe lookup("ompi_mpi_comm_world") != nil {
      self = .openMPI
      return
    }
    let name = unsafe try Self.version(of: lookup)
    guard ["MPICH", "Intel(R) MPI", "MVAPICH"].contains(where: name.contains) else {
      throw MPIError(
        "it is \(name), and Open MPI, MPICH or one of its relatives, or one with MPI 5's interface is expected"
      )
    }
    self = .mpich
  }

  /// What a library calls itself, on one line; functions for this may be called at any time.
  ///
  /// - Throws: ``MPIError`` if it is not a library of MPI.
  static func version(of lookup: MPITable.Lookup) throws(MPIError) -> String {
    typealias Version =
      @convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) ->
      Int32
    guard let address = unsafe lookup("MPI_Get_library_version") else {
      throw MPIError("not a library of MPI 3 or later: it lacks MPI_Get_library_version")
    }
    // Safe: the type is the one that mpi.h declares.
    let version = unsafe unsafeBitCast(address, to: Version.self)
    let text = unsafe MPIText { text, count in unsafe version(text, count) }.value ?? ""
    // Open MPI: "Open MPI v4.1.4, package: …"; MPICH: "MPICH Version:\t4.0.2\nMPICH Release date:
    // …".
    let line = text.split(whereSeparator: \.isNewline).first ?? "nameless"
    let words = line.prefix { $0 != "," }.split(whereSeparator: \.isWhitespace)
    return words.filter { $0 != "Version:" && $0 != "version:" }.joined(separator: " ")
  }
}

/// A text that a function of MPI writes.
struct MPIText {
  /// The text; `nil` if the function failed.
  let value: String?

  /// Calls a function that writes at most ``MPITable/textByteCount`` bytes, and their number.
  init(_ function: (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32) {
    var bytes = [CChar](repeating: 0, count: MPITable.textByteCount + 1)
    var count: Int32 = 0
    // Safe: the buffer is larger than what any interface writes.
    let result = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return MPITable.success + 1 }
      return unsafe function(start, &count)
    }
    guard result == MPITable.success else {
      value = nil
      return
    }
    let text = bytes.prefix(max(0, min(Int(count), bytes.count))).prefix { $0 != 0 }
    value = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
