import FileAccess
import Support
import SystemPackage
import Testing

@testable import Archives

/// The inflaters that this platform has.
let inflaters: [@Sendable () -> any Inflater] = [{ FastestInflater() }, { ZlibInflater() }]

@Suite("A file that may be compressed", .timeLimit(.minutes(30)))
struct DecompressedFileTests {
  let files: GzipFiles

  init() throws { files = try GzipFiles() }

  /// Reads a file to its end, in pieces of different sizes; `nil` when it is damaged.
  private func read(_ path: FilePath, _ inflater: any Inflater) throws -> (
    content: [UInt8]?, file: DecompressedFile
  ) {
    let file = try DecompressedFile(path, inflater: inflater, isCancelled: { false })
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 300_000)
    for number in 0... {
      let size = [300_000, 1, 70_000][number % 3]
      let count = unsafe piece.withUnsafeMutableBytes {
        unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<size]))
      }
      if count < 0 { return (nil, file) }
      if count == 0 { break }
      content += piece[..<count]
    }
    return (content, file)
  }

  @Test(
    "what other programs pack is unpacked, and the file hashed", arguments: GzipFiles.commands,
    inflaters.indices)
  func unpacks(_ command: String, _ inflater: Int) throws {
    let path = try files.make(command)
    let (content, file) = try read(path, inflaters[inflater]())
    #expect(file.defect == nil && file.isCompressed)
    #expect(content == files.content)
    #expect(file.contentHash == ContentHash.of(try readFile(path)))
  }

  @Test("a file that is not compressed is read as it is", arguments: [0, 1, 2, 400_000])
  func plain(_ byteCount: Int) throws {
    let path = try files.folder.write(Array(files.content.prefix(byteCount)), to: "plain")
    let (content, file) = try read(path, FastestInflater())
    #expect(content == Array(files.content.prefix(byteCount)) && !file.isCompressed)
    #expect(file.contentHash == ContentHash.of(try readFile(path)))
  }

  @Test("a file that was cut anywhere is called cut", arguments: inflaters.indices)
  func cut(_ inflater: Int) throws {
    let bytes = try readFile(try files.make(GzipFiles.commands[1]))
    let lengths =
      Array(2..<100) + Array(stride(from: 100, to: bytes.count - 100, by: 4999))
      + Array(bytes.count - 100..<bytes.count)
    for length in lengths {
      let path = try files.folder.write(Array(bytes[..<length]), to: "cut.gz")
      let (content, file) = try read(path, inflaters[inflater]())
      #expect(content == nil && file.isCut, "\(length) bytes")
    }
  }

  @Test("a wrong bit in checksum or length is found", arguments: inflaters.indices)
  func wrongTrailer(_ inflater: Int) throws {
    let bytes = try readFile(try files.make(GzipFiles.commands[1]))
    for bit in (bytes.count - 8) * 8..<bytes.count * 8 {
      let path = try files.folder.write(bytes.flippingBit(bit), to: "changed.gz")
      let (content, file) = try read(path, inflaters[inflater]())
      #expect(content == nil && !file.isCut && file.defect != nil, "bit \(bit)")
    }
  }

  @Test("wrong bits anywhere: both inflaters give the same content, or find the defect")
  func wrongBits() throws {
    let bytes = try readFile(try files.make(GzipFiles.commands[8]))
    var generator = SeededGenerator(printingSeedFor: "a gzip file with a wrong bit")
    for _ in 0..<200 {
      let bit = Int.random(in: 0..<bytes.count * 8, using: &generator)
      let path = try files.folder.write(bytes.flippingBit(bit), to: "changed.gz")
      let results = try inflaters.map { try read(path, $0()).content }
      #expect(results[0] == results[1], "bit \(bit)")
    }
  }
}
