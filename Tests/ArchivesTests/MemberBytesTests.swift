import EventData
import Glibc
import Support
import SystemPackage
import Testing

@testable import Archives

@Suite("A member's content, unpacked out of order", .timeLimit(.minutes(30)))
struct MemberBytesTests {
  let files: GzipFiles

  init() throws { files = try GzipFiles(byteCount: 13 << 20) }

  /// Reads a file to its end, and so keeps points.
  private func map(_ path: FilePath, _ inflater: any Inflater) throws -> ArchiveMap {
    let file = try DecompressedFile(path, inflater: inflater, isCancelled: { false })
    var block = [UInt8](repeating: 0, count: 1 << 20)
    while unsafe block.withUnsafeMutableBytes({ unsafe file.read(into: $0) }) > 0 {}
    #expect(file.points.points.count == (file.isCompressed ? 3 : 0))
    return ArchiveMap(path, file)
  }

  @Test(
    "is the same as read from the start", arguments: ["gzip -1", "cat", GzipFiles.commands[8]],
    inflaters.indices)
  func ranges(_ command: String, _ inflater: Int) throws {
    let map = try map(try files.make(command), inflaters[inflater]())
    var generator = SeededGenerator(printingSeedFor: "ranges of a member")
    let content = files.content
    let member = 1000..<content.count - 5000
    let bytes = try MemberBytes(map, member, isCancelled: { false })
    for _ in 0..<12 {
      let start = Int.random(in: 0..<bytes.byteCount, using: &generator)
      let middle = min(bytes.byteCount, start + Int.random(in: 0..<1 << 20, using: &generator))
      let end = min(bytes.byteCount, middle + Int.random(in: 0..<1 << 20, using: &generator))
      // In order, out of order, and again what is loaded.
      for range in [start..<middle, middle..<end, start..<end] {
        try bytes.populate(range)
        let same = bytes.withBytes { loaded in
          unsafe loaded.extracting(range).withUnsafeBytes { loaded in
            guard let start = loaded.baseAddress else { return range.isEmpty }
            let expected = content[(member.lowerBound + range.lowerBound)...]
            return unsafe expected.withContiguousStorageIfAvailable {
              unsafe $0.baseAddress.map { unsafe memcmp(start, $0, range.count) } == 0
            } == true
          }
        }
        #expect(same, "\(range)")
      }
    }
  }

  @Test("of an archive that was replaced is an error")
  func changed() throws {
    let path = try files.make("gzip -1")
    let map = try map(path, FastestInflater())
    try files.folder.write([0x1F, 0x8B, 8, 0], to: "packed.gz")
    for range in [0..<10, 8 << 20..<9 << 20] {
      let bytes = try MemberBytes(map, range, isCancelled: { false })
      #expect(
        throws: DataSetError(path, .whole, "the archive has changed since it was first read")
      ) { try bytes.populate(0..<range.count) }
    }
  }

  @Test("can be cancelled")
  func cancelled() throws {
    let path = try files.make("gzip -1")
    let bytes = try MemberBytes(try map(path, FastestInflater()), 0..<10, isCancelled: { true })
    #expect(throws: DataSetError.cancelled(path)) { try bytes.populate(0..<10) }
  }

  @Test("there are few points however long the file is, at distances that are about equal")
  func points() {
    var points = ResumptionPoints()
    let inflater = ZlibInflater()
    for position in stride(from: 0, to: 40 << 30, by: 1 << 20)
    where position >= points.nextPosition {
      points.add(ResumptionPoints.Point(position: position, filePosition: 0, inflater: inflater))
    }
    let positions = points.points.map(\.position)
    #expect((100..<400).contains(positions.count))
    let distances = zip(positions, positions.dropFirst()).map { $1 - $0 }
    #expect(distances.allSatisfy { $0 == distances[0] })
    #expect(points.last(upTo: 0) == nil)
    #expect(points.last(upTo: .max)?.position == positions.last)
    #expect(points.last(upTo: positions[50])?.position == positions[50])
    #expect(points.last(upTo: positions[50] - 1)?.position == positions[49])
  }
}
