import Testing

@testable import MPI

@Suite struct MPITableTests {
  /// Functions and variables of a library, by name: addresses that are only compared, except those
  /// of `version` and `abi`.
  @safe private struct Symbols {
    var version:
      (@convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32)?
    var abi: (@convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32)?
    var isOpenMPI: Bool
    var missing: String

    @safe init(
      version: (
        @convention(c) (UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>) -> Int32
      )? = nil,
      abi: (
        @convention(c) (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>) -> Int32
      )? = nil, isOpenMPI: Bool = false, missing: String = ""
    ) {
      unsafe (self.version, self.abi) = unsafe (version, abi)
      (self.isOpenMPI, self.missing) = (isOpenMPI, missing)
    }

    func address(_ name: String) -> UnsafeMutableRawPointer? {
      switch name {
      case missing: nil
      case "MPI_Get_library_version":
        unsafe version.map { unsafe unsafeBitCast($0, to: UnsafeMutableRawPointer.self) }
      case "MPI_Abi_get_version":
        unsafe abi.map { unsafe unsafeBitCast($0, to: UnsafeMutableRawPointer.self) }
      case _ where name.hasPrefix("ompi_"):
        isOpenMPI ? unsafe UnsafeMutableRawPointer(bitPattern: 0x1000 + name.utf8.count) : nil
      case _ where name.hasPrefix("MPI_"):
        unsafe UnsafeMutableRawPointer(bitPattern: 0x2000 + name.utf8.count)
      default: nil
      }
    }
  }

  private static func interface(_ symbols: Symbols) throws(MPIError) -> MPITable.Interface {
    try unsafe MPITable.Interface(of: { unsafe symbols.address($0) })
  }

  @Test("Open MPI, MPICH and MPI 5's interface are recognised")
  func recognised() throws {
    let openMPI = Symbols(
      version: { writeText("Open MPI v4.1.4, package: x", $0, $1) }, isOpenMPI: true)
    #expect(try Self.interface(openMPI) == .openMPI)
    let mpich = Symbols(version: {
      writeText("MPICH Version:\t4.0.2\nMPICH Release date:\tx\n", $0, $1)
    })
    #expect(try Self.interface(mpich) == .mpich)
    let intel = Symbols(version: { writeText("Intel(R) MPI Library 2021.9", $0, $1) })
    #expect(try Self.interface(intel) == .mpich)
    let standard = Symbols(
      version: { writeText("MPICH Version:\t5.0.2\n", $0, $1) }, abi: { writeVersion(1, 0, $0, $1) }
    )
    #expect(try Self.interface(standard) == .standard)
    // MPICH 5 with its own interface has the function, too.
    let native = Symbols(
      version: { writeText("MPICH Version:\t5.0.2\n", $0, $1) },
      abi: { writeVersion(-1, -1, $0, $1) })
    #expect(try Self.interface(native) == .mpich)
  }

  @Test("another library is refused by what it calls itself, and a later interface by its version")
  func refused() {
    func message(_ symbols: Symbols) -> String {
      do {
        return "\(try Self.interface(symbols))"
      } catch { return "\(error)" }
    }
    #expect(
      message(Symbols(version: { writeText("Platform MPI 9.1\nmore", $0, $1) })).hasPrefix(
        "it is Platform MPI 9.1, and"))
    #expect(
      message(Symbols(abi: { writeVersion(2, 1, $0, $1) })).hasPrefix(
        "its binary interface is version 2.1"))
    #expect(message(Symbols()).contains("it lacks MPI_Get_library_version"))
    #expect(
      message(Symbols(version: { writeText("", $0, $1) })).hasPrefix("it is nameless, and"))
  }

  @Test("what a library calls itself is one line without its date and package")
  func version() throws {
    func text(_ symbols: Symbols) throws -> String {
      try unsafe MPITable.Interface.version(of: { unsafe symbols.address($0) })
    }
    #expect(
      try text(Symbols(version: { writeText("Open MPI v4.1.4, package: x", $0, $1) }))
        == "Open MPI v4.1.4")
    #expect(
      try text(Symbols(version: { writeText("MPICH Version:      4.0.2\nMPICH", $0, $1) }))
        == "MPICH 4.0.2")
  }

  @Test("constants are those of each interface's header; Open MPI's handles are addresses")
  func constants() throws {
    let symbols = Symbols(isOpenMPI: true)
    func constants(_ interface: MPITable.Interface) throws -> MPITable.Constants {
      try unsafe MPITable(interface, { unsafe symbols.address($0) }).constants
    }
    #expect(
      try constants(.standard)
        == MPITable.Constants(
          world: 0x101, byte: 0x247, errorsReturn: 0x143, serializedThreads: 2048))
    #expect(
      try constants(.mpich)
        == MPITable.Constants(
          world: 0x4400_0000, byte: 0x4c00_010d, errorsReturn: 0x5400_0001, serializedThreads: 2))
    #expect(
      try constants(.openMPI)
        == MPITable.Constants(
          world: 0x1000 + "ompi_mpi_comm_world".utf8.count,
          byte: 0x1000 + "ompi_mpi_byte".utf8.count,
          errorsReturn: 0x1000 + "ompi_mpi_errors_return".utf8.count, serializedThreads: 2))
    #expect(MemoryLayout<MPITable.Status>.size == 32)
  }

  @Test(
    "a library without one of the functions is refused, with its name",
    arguments: [
      "MPI_Init_thread", "MPI_Finalize", "MPI_Comm_size", "MPI_Comm_rank",
      "MPI_Comm_set_errhandler",
      "MPI_Isend", "MPI_Irecv", "MPI_Test", "MPI_Get_count", "MPI_Abort", "MPI_Error_string",
      "ompi_mpi_comm_world",
    ])
  func missing(name: String) {
    let symbols = Symbols(isOpenMPI: true, missing: name)
    #expect(throws: MPIError("it lacks \(name)")) {
      _ = try unsafe MPITable(.openMPI, { unsafe symbols.address($0) })
    }
  }
}

/// Writes a text as `MPI_Get_library_version` does.
@safe private func writeText(
  _ text: String, _ target: UnsafeMutablePointer<CChar>, _ count: UnsafeMutablePointer<Int32>
) -> Int32 {
  for (index, byte) in text.utf8.enumerated() { unsafe target[index] = CChar(bitPattern: byte) }
  unsafe target[text.utf8.count] = 0
  unsafe count.pointee = Int32(text.utf8.count)
  return 0
}

/// Writes a version as `MPI_Abi_get_version` does.
@safe private func writeVersion(
  _ major: Int32, _ minor: Int32, _ first: UnsafeMutablePointer<Int32>,
  _ second: UnsafeMutablePointer<Int32>
) -> Int32 {
  unsafe (first.pointee, second.pointee) = (major, minor)
  return 0
}
