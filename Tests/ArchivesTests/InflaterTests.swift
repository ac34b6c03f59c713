import Support
import Testing

@testable import Archives

@Suite("An inflater", .timeLimit(.minutes(30)))
struct InflaterTests {
  // Each call of an inflater may copy 64 KiB, so little is unpacked byte by byte.
  let files: GzipFiles

  init() throws { files = try GzipFiles(byteCount: 10_000) }

  @Test(
    "takes input and gives output in pieces of any size",
    arguments: [GzipFiles.commands[0], GzipFiles.commands[3], GzipFiles.commands[7]],
    inflaters.indices)
  func pieces(_ command: String, _ number: Int) throws {
    let packed = try readFile(try files.make(command))
    var generator = SeededGenerator(printingSeedFor: "pieces of a gzip file")
    for largest in [1, 7, 1000, 20_000] {
      let inflater = inflaters[number]()
      var position = 0
      var content: [UInt8] = []
      var block = [UInt8](repeating: 0, count: largest)
      var outcome = InflationStep.Outcome.inMember
      while outcome == .inMember {
        let end = position + .random(in: 0...largest, using: &generator)
        // The header in one piece.
        let input = packed[position..<min(packed.count, position == 0 ? max(100, end) : end)]
        let room = Int.random(in: 0...largest, using: &generator)
        let step = unsafe input.withUnsafeBytes { input in
          unsafe block.withUnsafeMutableBytes { block in
            unsafe inflater.inflate(
              input, into: UnsafeMutableRawBufferPointer(rebasing: block[..<room]))
          }
        }
        position += step.consumedByteCount
        content += block[..<step.producedByteCount]
        outcome = step.outcome
        try #require(content.count <= files.content.count)
      }
      #expect(outcome == .memberEnd && position == packed.count)
      #expect(content == files.content, "pieces of at most \(largest) bytes")
      inflater.startMember()
    }
  }
}
